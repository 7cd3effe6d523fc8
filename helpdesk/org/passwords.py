"""What a good password is, said in Chinese, and first passwords for people who have none yet."""

import secrets
from typing import Any

from flask import current_app
from flask_security import PasswordUtil

from helpdesk.org.models import Person
from helpdesk.pinyin import first_letters, sounds

LONGEST = 128
LOOKED_AT = 72  # characters that zxcvbn takes; it raises on more
GOOD = 3  # of 4: "safely unguessable" in the words of zxcvbn
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper

WARNINGS = {
    "Straight rows of keys are easy to guess.": "键盘上连成一排的键很容易猜到",
    "Short keyboard patterns are easy to guess.": "短的键盘图形很容易猜到",
    'Repeats like "aaa" are easy to guess.': "像 aaa 这样的重复很容易猜到",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': "像 abcabcabc 这样的重复和 abc 一样容易猜到",
    'Sequences like "abc" or "6543" are easy to guess.': "像 abc、6543 这样的顺序很容易猜到",
    "Recent years are easy to guess.": "年份很容易猜到",
    "Dates are often easy to guess.": "日期很容易猜到",
    "This is a top-10 common password.": "这是最常见的十个密码之一",
    "This is a top-100 common password.": "这是最常见的一百个密码之一",
    "This is a very common password.": "这是很常见的密码",
    "This is similar to a commonly used password.": "这和常见的密码很像",
    "A word by itself is easy to guess.": "单独一个词很容易猜到",
    "Names and surnames by themselves are easy to guess.": "单独的姓名很容易猜到",
    "Common names and surnames are easy to guess.": "常见的姓名很容易猜到",
}
"""The warnings of zxcvbn, all of them."""

ADVICE = "请再加几个不相干的词、数字或符号，例如连用几个没有关系的词"


class ChinesePasswordUtil(PasswordUtil):
    """The rules for new passwords; complaints are sentences for the person who chooses one."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:  # noqa: FBT001
        """What is wrong with it, or None, and the normalised password."""
        plain = self.normalize(password)
        complaint = complaint_about(plain, shortest=current_app.config["SECURITY_PASSWORD_LENGTH_MIN"], **about)
        return ([complaint] if complaint else None), plain


def complaint_about(password: str, *, shortest: int, user: Person | None = None) -> str | None:
    """Why this is no good password for that person, or None when it is one."""
    if len(password) < shortest:
        return f"密码至少 {shortest} 位，现在只有 {len(password)} 位"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 位"
    from zxcvbn import zxcvbn  # its word lists take 11 MB: not for every process

    found = zxcvbn(password[:LOOKED_AT], user_inputs=_known_of(user))
    if found["score"] >= GOOD:
        return None
    why = WARNINGS.get(found["feedback"]["warning"], "")
    return f"这个密码太容易被猜到{'：' + why if why else ''}。{ADVICE}"


def _known_of(person: Person | None) -> list[str]:
    """What a stranger would try first."""
    known = ["bangqi", "zhuqi", "wanrenzhuwanqi", "jilin", "changchun", "erdaoqu"]
    if person is None:
        return known
    said = sounds(person.name)
    initials = first_letters(person.name)
    own = [person.username, person.name, "".join(said), *said, initials, person.phone, person.email]
    return known + [each for each in own if each]


def new_first_password() -> str:
    """A random password that can be read aloud and typed, e.g. kf7m-2wqp-x9hd."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
