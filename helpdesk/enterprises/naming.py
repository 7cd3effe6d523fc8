"""Names and codes of enterprises as they are kept, whatever way they were typed."""

import re
import unicodedata

from stdnum.cn import uscc as standard
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from helpdesk.pinyin import first_letters

LONGEST_INITIALS = 100
LETTERED_AUTHORITIES = "ANY"
"""Registering authorities of GB 32100 that are letters; the library knows the digits only."""

COMPLAINTS: dict[type[ValidationError], str] = {
    InvalidLength: "统一社会信用代码应为 18 位，现在是 {length} 位",
    InvalidFormat: "统一社会信用代码里有不允许的字符：只用数字和大写字母，没有 I、O、S、V、Z，前 8 位一般是数字",
    InvalidChecksum: "统一社会信用代码的校验位不对，请对照营业执照检查有没有输错",
}


class WrongCodeError(ValueError):
    """Not a unified social credit code; the message says why in Chinese."""


def plain_name(typed: str) -> str:
    """One spelling for one name: no stray blanks, full-width brackets as on business licences."""
    words = " ".join(unicodedata.normalize("NFKC", typed).split())
    words = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", words)
    return re.sub(r"\s*\)", "）", re.sub(r"\(\s*", "（", words))


def initials_of(name: str) -> str:
    """The first letters of the name's sounds, lower case, for finding it quickly: 长春宏达 is cchd."""
    letters = first_letters(name).lower()
    return "".join(each for each in letters if each.isascii() and each.isalnum())[:LONGEST_INITIALS]


def plain_code(typed: str) -> str:
    """A valid unified social credit code (GB 32100) in its usual form; WrongCodeError says what is wrong with it."""
    code = standard.compact(unicodedata.normalize("NFKC", typed))
    try:
        if code[:1] in LETTERED_AUTHORITIES and len(code) == 18:
            return _lettered(code)
        return standard.validate(code)
    except ValidationError as error:
        raise WrongCodeError(COMPLAINTS[type(error)].format(length=len(code))) from error


def _lettered(code: str) -> str:
    """A code such as N2… (rural collectives), whose first character is no digit but otherwise follows the standard."""
    standard.validate(code.replace(code[0], "9", 1)[:17] + standard.calc_check_digit("9" + code[1:17]))
    if standard.calc_check_digit(code[:17]) != code[17]:
        raise InvalidChecksum
    return code
