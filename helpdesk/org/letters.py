"""What a password letter (账号开通通知单) says, on a page and on paper alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from helpdesk.org import queries
from helpdesk.org.models import Person

RULES = (
    "首次登录时系统会要求修改密码；新密码至少 10 位，不用姓名、生日、电话。改好以后本单上的初始密码作废，请销毁本单。",
    "账号只供本人使用，不转借、不共用；外出、休假请在“我的代理”里指定代理人。",
    "连续输错 5 次，账号锁定 15 分钟；忘记密码的，请联系系统管理员重设。",
    "收到后三日内登录；发现不是本人收到或者已经拆开的，立即告知系统管理员。",
)


@dataclass(frozen=True)
class Letter:
    """To whom, and how he gets in for the first time."""

    name: str
    unit: str
    username: str
    password: str
    address: str  # of the site
    day: str  # 2026年3月5日

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What he has to type, with its labels."""
        return (("登录地址", self.address), ("用户名", self.username), ("初始密码", self.password))


def letters_for(found: Iterable[tuple[Person, str]], *, address: str, today: date) -> list[Letter]:
    """The letters of these people with their first passwords, in the order given; for one, or for many after an import."""
    day = f"{today.year}年{today.month}月{today.day}日"
    return [
        Letter(person.name, queries.unit_name_of(person.id, today) or "", person.username, password, address, day)
        for person, password in found
    ]
