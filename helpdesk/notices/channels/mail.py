"""SMTP: one connection for as many mails as there are, opened again when it breaks."""

import smtplib

from helpdesk.notices.channels import LostError, Mail, NotDeliveredError, UnreachableError
from helpdesk.notices.mail import Connection, Message, mail

CLOSING = 421  # the server is about to hang up


class SmtpChannel:
    """The mail server of the settings."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def send(self, mail: Mail) -> str:
        """Hand over a mail; the answer to its content."""
        connection = self._open()
        try:
            connection.send(message_of(mail))
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise self._not_delivered(code, words) from refused
        except smtplib.SMTPSenderRefused as refused:
            self.close()
            raise UnreachableError(_said(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPDataError as refused:
            raise self._not_delivered(refused.smtp_code, refused.smtp_error) from refused
        except (smtplib.SMTPNotSupportedError, UnicodeError) as impossible:
            raise NotDeliveredError(f"{impossible}", for_good=True) from impossible
        except OSError as broken:
            self.close()
            raise LostError(f"{type(broken).__name__}: {broken}") from broken
        return connection.answer

    def _open(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = mail.connect().__enter__()
            except OSError as error:
                raise UnreachableError(f"{type(error).__name__}: {error}") from error
        return self._connection

    def _not_delivered(self, code: int, words: bytes | str) -> NotDeliveredError:
        if code == CLOSING:
            self.close()
        return NotDeliveredError(_said(code, words), for_good=code >= 500)

    def close(self) -> None:
        """Say goodbye, if we ever said hello."""
        if self._connection is not None:
            self._connection.__exit__(None, None, None)
            self._connection = None


def message_of(mail: Mail) -> Message:
    """The mail as Flask-Mail sends it: a text part, an HTML part, and files."""
    return Message(
        reader=(mail.name, mail.address),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        msg_id=mail.message_id,
        at=mail.at.timestamp(),
        attached=mail.attached,
    )


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
