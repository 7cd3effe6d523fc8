"""Which ways out this installation has: mail, or a folder in its place; and chats where they are switched on."""

from collections.abc import Mapping
from typing import Any

from helpdesk.notices.channels import Channel
from helpdesk.notices.channels.chat import ChatChannel
from helpdesk.notices.channels.folder import FolderChannel
from helpdesk.notices.channels.mail import SmtpChannel
from helpdesk.notices.models import CHAT, MAIL


def opened(config: Mapping[str, Any]) -> dict[str, Channel]:
    """The channels by the name that stands in a notice's row; each connects when it is first used."""
    mail = SmtpChannel() if config["MAIL_SERVER"] else FolderChannel(config["MAIL_DIR"])
    return {MAIL: mail, CHAT: ChatChannel()} if config["CHAT"] else {MAIL: mail}
