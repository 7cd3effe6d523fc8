"""Chats and SMS gateways (钉钉, 企业微信, 飞书 …) by the library Apprise, which is asked for only where it is used."""

from collections.abc import Collection
from importlib.util import find_spec

from helpdesk.notices.channels import Mail, NotDeliveredError

LONGEST_ANSWER = 300


def is_installed() -> bool:
    """Whether the library is there; without it no chat can be reached."""
    return find_spec("apprise") is not None


def complaint_about(address: str, kinds: Collection[str]) -> str | None:
    """What is wrong with an address such as dingtalk://token; None when something can be sent there.

    ``kinds``: those that this installation allows. Apprise knows many by which a stranger could make our server talk to
    any machine in the office's network; its options behind a question mark could make it wait there for hours.
    """
    if not is_installed():
        return "系统没有安装 Apprise，暂时不能使用其他通知方式"
    import apprise

    allowed = "、".join(f"{kind}://" for kind in kinds)
    if kind_of(address) not in kinds:
        return f"地址要以 {allowed} 开头"
    if "?" in address:
        return "请去掉地址里“?”和它后面的内容"
    if apprise.Apprise.instantiate(address, suppress_exceptions=True) is None:
        return f"这个地址无法识别，{allowed} 后面要接完整的密钥"
    return None


def kind_of(address: str) -> str:
    """What may be shown of an address, the rest of which is a secret: dingtalk."""
    return address.partition("://")[0][:20]


class ChatChannel:
    """Whatever the reader's address names; nothing stays open between two messages."""

    def send(self, mail: Mail) -> str:
        """Hand over a short text; NotDeliveredError in the words of the other side, as far as it said any."""
        import apprise

        receiver = apprise.Apprise()
        if not receiver.add(mail.address):
            raise NotDeliveredError("the address is not understood", for_good=True)
        with apprise.LogCapture(level=apprise.logging.WARNING) as words:
            taken = receiver.notify(title=mail.subject, body=mail.text)
            answer = " ".join(words.getvalue().split())[:LONGEST_ANSWER]
        if not taken:
            raise NotDeliveredError(answer or "not taken", for_good=False)
        return f"taken by {kind_of(mail.address)}"

    def close(self) -> None:
        """Nothing is open."""
