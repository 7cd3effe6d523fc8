"""Flask-Mail as this house needs it: with a time-out, with verified TLS, and with the server's answer as proof."""

import smtplib
import ssl
from base64 import encodebytes
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import quote

import flask_mail
from flask import Flask, current_app

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""RFC 3834: so that absence notes do not come back."""
BOUNDARY = "=_next_part"  # no line of base64 can look like it
OUTER = "=_next_file"


class File(Protocol):
    """What a mail can carry."""

    @property
    def name(self) -> str:
        """With its ending."""

    @property
    def media_type(self) -> str:
        """As in MIME."""

    @property
    def content(self) -> bytes:
        """All of it."""


class Message(flask_mail.Message):
    """A mail of a text part and an HTML part, put together by hand, with files where there are any.

    The standard library's generator needs ten times as long for it as the mail server does to take it. All text is
    base64: a Chinese paragraph is one line, longer than the 998 bytes that RFC 5321 lets a line have.
    """

    def __init__(
        self,
        *,
        reader: tuple[str, str],
        subject: str,
        text: str,
        html: str,
        msg_id: str,
        at: float,
        attached: Sequence[File] = (),
    ) -> None:
        """Without the parent's own: for every mail it would ask the name server how this machine is called."""
        self.recipients = [reader]
        self.sender = current_app.extensions["mail"].default_sender
        self.subject, self.body, self.alts, self.msgId, self.date = subject, text, {"html": html}, msg_id, at
        self.cc, self.bcc, self.attachments, self.mail_options, self.rcpt_options = [], [], [], [], []
        self.attached = attached
        self.reply_to = self.charset = None
        self.extra_headers = HEADERS

    def as_bytes(self) -> bytes:
        """The whole mail as it goes over the line."""
        return "\r\n".join([*self._headers(), *self._content(), ""]).encode("ascii")

    def _content(self) -> Iterator[str]:
        """The two texts; with files, these and the files side by side."""
        if self.attached:
            yield from (f"--{OUTER}", f"Content-Type: {ALTERNATIVE}", "")
        for kind, text in (("plain", self.body or ""), *self.alts.items()):
            yield from _part(kind, text)
        yield f"--{BOUNDARY}--"
        for file in self.attached:
            yield from _file(file)
        if self.attached:
            yield f"--{OUTER}--"

    def as_string(self) -> str:
        """The same as text."""
        return self.as_bytes().decode("ascii")

    def _headers(self) -> list[str]:
        headers = {
            "From": _address(self.sender),
            "To": ", ".join(map(_address, self.recipients)),
            "Subject": flask_mail.sanitize_subject(self.subject),
            "Date": formatdate(self.date, localtime=True),
            "Message-ID": self.msgId,
            **HEADERS,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/mixed; boundary="{OUTER}"' if self.attached else ALTERNATIVE,
        }
        folded = (f"{name}: {value}".replace("\n", "\r\n") for name, value in headers.items())
        return [*folded, ""]


def _part(kind: str, text: str) -> list[str]:
    head = [f"--{BOUNDARY}", f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
    return [*head, *encodebytes(text.encode()).decode("ascii").splitlines(), ""]


ALTERNATIVE = f'multipart/alternative; boundary="{BOUNDARY}"'


def _file(file: File) -> list[str]:
    """A file with its Chinese name (RFC 2231)."""
    head = [
        f"--{OUTER}",
        f"Content-Type: {file.media_type}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "",
    ]
    return [*head, *encodebytes(file.content).decode("ascii").splitlines(), ""]


_address = lru_cache(maxsize=1000)(flask_mail.sanitize_address)


class _Remembering:
    """Keeps what the server said when it took a mail."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the content, as smtplib does."""
        code, words = super().data(msg)  # type: ignore[misc]
        self.answer = f"{code} {words.decode(errors='replace')}"
        return code, words


class Smtp(_Remembering, smtplib.SMTP):
    """An SMTP conversation, plain or with STARTTLS."""


class SmtpOverTls(_Remembering, smtplib.SMTP_SSL):
    """An SMTP conversation inside TLS from its beginning."""


class Connection(flask_mail.Connection):
    """One conversation with the mail server; leaving it never raises."""

    host: Smtp | SmtpOverTls | None

    def configure_host(self) -> Smtp | SmtpOverTls:
        """Connect and sign in; smtplib.SMTPException or OSError when that fails, in MAIL_TIMEOUT seconds a step."""
        where = (self.mail.server, self.mail.port)
        timeout, context = current_app.config["MAIL_TIMEOUT"], ssl.create_default_context()
        ssl_from_start = self.mail.use_ssl
        host = (
            SmtpOverTls(*where, timeout=timeout, context=context) if ssl_from_start else Smtp(*where, timeout=timeout)
        )
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self.host is None:
            return
        try:
            self.host.quit()
        except OSError:  # smtplib's own errors are OSErrors; the mails are over, the farewell does not matter
            self.host.close()

    @property
    def answer(self) -> str:
        """What the server said to the last mail, e.g. "250 2.0.0 Ok: queued as ABC"."""
        return self.host.answer if self.host else ""


class Mail(flask_mail.Mail):
    """Flask-Mail that connects with our connection."""

    def connect(self) -> Connection:
        """A connection that opens when it is entered."""
        return Connection(current_app.extensions["mail"])


mail = Mail()


def init_app(app: Flask) -> None:
    """Set up Flask-Mail; tests send too, to their own server."""
    app.config.setdefault("MAIL_SUPPRESS_SEND", False)
    mail.init_app(app)
