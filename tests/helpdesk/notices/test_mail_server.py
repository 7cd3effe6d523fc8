"""The connection to the mail server: certificates are looked at, sign-in is encrypted, time runs out."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from helpdesk.notices import mail
from helpdesk.notices.channels import Mail, UnreachableError
from helpdesk.notices.channels.mail import SmtpChannel
from tests.mail import Postbox

pytestmark = [pytest.mark.smtp, pytest.mark.databases("sqlite")]
LETTER = Mail("张三", "zhang@example.org", "主题", "正文", "<p>正文</p>", "<1@x>", datetime.datetime.now(datetime.UTC))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody has signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


class Signing(Controller):
    """A server that wants TLS and a password before it takes a mail; on a port the system chooses."""

    def __init__(self, postbox: Postbox, context: ssl.SSLContext) -> None:
        self.seen: list[str] = []
        options: dict[str, Any] = {
            "require_starttls": True,
            "auth_required": True,
            "tls_context": context,
            "authenticator": self._check,
        }
        super().__init__(postbox, hostname="127.0.0.1", port=0, **options)

    def _check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = (data.login, data.password) == (b"us", b"secret")
        self.seen.append(data.login.decode())
        return AuthResult(success=good, handled=False)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(tmp_path: Path, postbox: Postbox) -> Iterator[Signing]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    server = Signing(postbox, context)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def settings(server: Signing) -> dict[str, Any]:
    return {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": server.port,
        "MAIL_USE_TLS": True,
        "MAIL_USERNAME": "us",
        "MAIL_PASSWORD": "secret",
        "MAIL_TIMEOUT": 5,
    }


def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_said(
    app: Flask, server: Signing, postbox: Postbox
) -> None:
    with app.app_context(), pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        SmtpChannel().send(LETTER)
    assert (server.seen, postbox.messages) == ([], [])


def test_with_a_certificate_one_trusts_the_mail_goes_out_signed_in(
    app: Flask, tmp_path: Path, server: Signing, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
    monkeypatch.setattr(mail.ssl, "create_default_context", lambda: trusting)
    with app.app_context():
        channel = SmtpChannel()
        assert channel.send(LETTER) == "250 OK queued as 1"
        channel.close()
    assert (server.seen, len(postbox.messages)) == (["us"], 1)


def test_a_wrong_password_is_no_fault_of_the_mail(
    app: Flask, tmp_path: Path, server: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["MAIL_PASSWORD"] = "wrong"
    mail.init_app(app)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
    monkeypatch.setattr(mail.ssl, "create_default_context", lambda: trusting)
    with app.app_context(), pytest.raises(UnreachableError, match="535"):
        SmtpChannel().send(LETTER)
