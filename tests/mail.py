"""A real SMTP server for the tests, which keeps what it takes and refuses or falls silent when told to."""

import asyncio
import email
import email.message
import email.policy
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """What the server took (`messages`, in order), and what it shall answer."""

    messages: list[email.message.EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)  # of the envelopes, beside `messages`
    refusals: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """The settings with which an application sends here."""
        return {"MAIL_SERVER": self.host, "MAIL_PORT": self.port, "MAIL_TIMEOUT": 2}

    def refuse(self, address: str, reply: str = "550 5.1.1 no such mailbox") -> None:
        """Answer `reply` ("4xx ..." come again later, "5xx ..." never) to mail for `address`."""
        self.refusals[address] = reply

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        while self.silent:
            await asyncio.sleep(0.02)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return f"250 OK queued as {len(self.messages)}"


class FreePort(Controller):
    """The controller of aiosmtpd on a port that the system chooses, which it keeps in its postbox."""

    def __init__(self, postbox: Postbox) -> None:
        self.postbox = postbox
        super().__init__(postbox, hostname=postbox.host, port=0)

    def _trigger_server(self) -> None:
        self.port = self.postbox.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
