"""Ways by which a mail leaves the house: what every channel takes, and how it says that it could not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Attached:
    """A file that goes with a mail; whoever makes it keeps it small."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail to one reader. ``message_id`` is the same whenever the same notices are mailed again."""

    name: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    attached: tuple[Attached, ...] = ()


class NotDeliveredError(Exception):
    """This mail was not taken; the message is the other side's answer."""

    def __init__(self, answer: str, *, for_good: bool) -> None:
        super().__init__(answer)
        self.for_good = for_good


class LostError(Exception):
    """The connection broke or fell silent during this mail: nobody knows whose fault it was."""


class UnreachableError(Exception):
    """No mail at all can leave now, whoever it is for."""


class Channel(Protocol):
    """A way out; it connects when the first mail is sent."""

    def send(self, mail: Mail) -> str:
        """Hand over a mail; the other side's answer. NotDeliveredError, LostError or UnreachableError."""

    def close(self) -> None:
        """End the conversation; never raises."""
