"""Cells read as values: what is right in another spelling is put right and told, what would be a guess is refused."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from helpdesk.enterprises.naming import WrongCodeError, plain_code, plain_name
from helpdesk.form_fields import CHINA, visible
from helpdesk.forms import FORMATS
from helpdesk.ledgers.terms import Column, Kind
from workflows.terms import Kind as Asked

EXACT = 10**15
"""Excel keeps 15 digits of a number: of longer ones the rest is gone."""
MOST_LISTED = 10  # options named in a complaint
LONGEST_SHOWN = 60  # characters of an offending value
EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers, after 1900-02-29 that never was
SERIALS = range(18264, 73415)  # 1950 to 2100: a number that may well be a date
LARGEST_COUNT = 2_000_000_000
LARGEST_MONEY = Decimal(10) ** 12


class WrongCellError(ValueError):
    """A cell that cannot be taken; the message says why, and what to do."""


@dataclass
class Told:
    """What was put right while a cell was read."""

    words: list[str] = field(default_factory=list)

    def __call__(self, words: str) -> None:
        if words not in self.words:
            self.words.append(words)


def shown(raw: Any) -> str:
    """A cell as Excel would show it, shortened: for saying which one is meant."""
    if isinstance(raw, float):
        return f"{raw:.15G}"
    if isinstance(raw, datetime):
        return f"{raw:%Y-%m-%d %H:%M}"
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    words = "".join(each if each.isprintable() else f"0x{ord(each):02X}" for each in str(raw))
    return words[:LONGEST_SHOWN] + ("…" if len(words) > LONGEST_SHOWN else "")


def is_blank(raw: Any) -> bool:
    """Whether nothing stands in the cell."""
    return raw is None or (isinstance(raw, str) and not visible(raw).strip())


def read(column: Column, raw: Any, told: Told) -> Any:
    """The value of a cell that is not blank; WrongCellError when it cannot be taken, ``told`` what was put right."""
    return READERS[column.kind](column, raw, told)


# -- Words -------------------------------------------------------------------------------------------------------------

FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def words_of(raw: Any, told: Told) -> str:
    """A cell as words on one line, without what nobody sees."""
    if isinstance(raw, str):
        return _clean(raw, told)
    if isinstance(raw, bool):
        raise WrongCellError("这里要文字，单元格里是 TRUE/FALSE")
    if isinstance(raw, int | float):
        return _digits(raw)
    if isinstance(raw, datetime | date | time | timedelta):
        raise WrongCellError("这里要文字，Excel 把它存成了日期或者时间；请把单元格设为文本格式，重新填写")
    return str(raw)


def _clean(raw: str, told: Told) -> str:
    control = next((each for each in raw if unicodedata.category(each) == "Cc" and each not in "\t\n\r"), None)
    if control is not None:
        raise WrongCellError(f"含有看不见的控制字符 0x{ord(control):02X}，请删掉这一格重新填写")
    narrow = raw.translate(FULL_WIDTH)
    if narrow != raw:
        told("全角数字或字母已改为半角")
    seen = visible(narrow).strip()
    if seen != narrow:
        told("首尾空格或者看不见的字符已去掉")
    return " ".join(seen.split())


def _digits(raw: float) -> str:
    if abs(raw) >= EXACT:
        raise WrongCellError(
            "Excel 把它当成了数字，只留下 15 位，后面的位数已经丢了；请把这一列设为文本格式，对照原件重新填写"
        )
    return str(int(raw)) if raw == int(raw) else f"{raw:.15g}"


SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)


def _exact_words(raw: Any, told: Told) -> str:
    """Words of a code or number to call; those that went through a number format are refused."""
    words = words_of(raw, told)
    if SCIENTIFIC.fullmatch(words):
        raise WrongCellError("被 Excel 改成了科学计数，位数已经丢了；请把这一列设为文本格式，对照原件重新填写")
    return words


def _text(column: Column, raw: Any, told: Told) -> str:
    words = words_of(raw, told)
    if len(words) > column.longest:
        raise WrongCellError(f"最多 {column.longest} 个字，现在有 {len(words)} 个")
    return words


def _name(column: Column, raw: Any, told: Told) -> str:
    words = words_of(raw, told)
    name = plain_name(words)
    if name != words:
        told("名称里的空格和括号已按营业执照的写法整理")
    if not 2 <= len(name) <= column.longest:
        raise WrongCellError(f"企业名称应为 2 到 {column.longest} 个字，现在有 {len(name)} 个")
    return name


def _code(_column: Column, raw: Any, told: Told) -> str:
    words = _exact_words(raw, told)
    try:
        code = plain_code(words)
    except WrongCodeError as error:
        lost = "；代码若以 0 开头，可能被 Excel 去掉了" if isinstance(raw, float) and len(words) < 18 else ""
        raise WrongCellError(f"{error}{lost}") from error
    if code != words:
        told("代码里的空格、横线和小写字母已整理")
    return code


def _phone(_column: Column, raw: Any, told: Told) -> str:
    words = _exact_words(raw, told)
    digits = re.sub(r"[\s()（）]+", "", unicodedata.normalize("NFKC", words)).replace("—", "-")
    digits = CHINA.sub("", digits)
    pattern, complaint = FORMATS[Asked.PHONE]
    if pattern.fullmatch(digits):
        if digits != words:
            told("电话里的空格和括号已去掉")
        return digits
    if pattern.fullmatch(f"0{digits}"):
        raise WrongCellError("座机区号开头的 0 丢了；请把这一列设为文本格式，写成 0431-84610000 这样")
    if len(re.findall(r"1[3-9]\d{9}", digits)) > 1:
        raise WrongCellError("一格里有几个号码，请只留一个")
    raise WrongCellError(complaint)


def _email(_column: Column, raw: Any, told: Told) -> str:
    words = unicodedata.normalize("NFKC", words_of(raw, told))
    pattern, complaint = FORMATS[Asked.EMAIL]
    if not pattern.fullmatch(words) or len(words) > 100:
        raise WrongCellError(complaint)
    return words


LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")


def _login(_column: Column, raw: Any, told: Told) -> str:
    words = _exact_words(raw, told)
    if words != words.lower():
        told("用户名的大写字母已改为小写")
    if not LOGIN.fullmatch(words.lower()):
        raise WrongCellError("用户名只用小写字母、数字、点和横线，2 到 50 位，例如 zhang.san")
    return words.lower()


# -- Days --------------------------------------------------------------------------------------------------------------

DAY = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")
PACKED = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
WITHOUT_YEAR = re.compile(r"\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?")
SHORT_YEAR = re.compile(r"\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?")
WRITE_DAYS = "请写成 2026-03-05 这样的日期"


def _day(_column: Column, raw: Any, told: Told) -> date:
    if isinstance(raw, datetime):
        return _within(raw.date())
    if isinstance(raw, date):
        return _within(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise WrongCellError(_serial(raw))
    words = _clean(str(raw), told)
    found = DAY.fullmatch(words)
    if found:
        return _within(_made(int(found[1]), int(found[3]), int(found[4]), words, told))
    if packed := PACKED.fullmatch(words):
        return _within(_made(int(packed[1]), int(packed[2]), int(packed[3]), words, told))
    raise WrongCellError(_why_no_day(words))


def _made(year: int, month: int, day: int, words: str, told: Told) -> date:
    try:
        made = date(year, month, day)
    except ValueError:
        raise WrongCellError(f"没有这一天；{WRITE_DAYS}") from None
    if words != made.isoformat():
        told("写成文字的日期已按年月日读取")
    return made


def _within(day: date) -> date:
    if not 1949 <= day.year <= 2100:
        raise WrongCellError(f"{day.year} 年不在 1949 年到 2100 年之间，请核对")
    return day


def _serial(number: float) -> str:
    if int(number) in SERIALS:
        day = EPOCH + timedelta(days=int(number))
        return f"这是数字，不是日期；如果是 Excel 的日期序号，它表示 {day}，请改成日期格式后核对"
    return f"这是数字，不是日期；{WRITE_DAYS}"


def _why_no_day(words: str) -> str:
    if words.isdecimal() and int(words) in SERIALS:
        return _serial(int(words))
    if WITHOUT_YEAR.fullmatch(words):
        return f"没有写年份，系统不替您猜；{WRITE_DAYS}"
    if SHORT_YEAR.fullmatch(words):
        return f"年份要写四位；{WRITE_DAYS}"
    return f"读不出日期；{WRITE_DAYS}"


# -- Numbers -----------------------------------------------------------------------------------------------------------


def _number(raw: Any, told: Told) -> Decimal:
    if isinstance(raw, bool | datetime | date | time | timedelta):
        raise WrongCellError("这里要数字")
    if isinstance(raw, int | float):
        return Decimal(f"{raw:.15g}")
    words = unicodedata.normalize("NFKC", _clean(str(raw), told))
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", words):
        told("数字里的千位逗号已去掉")
        words = words.replace(",", "")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", words):
        hint = "，单位不要写在格子里" if re.match(r"[+-]?[\d.]", words) else ""
        raise WrongCellError(f"这里要数字{hint}")
    try:
        return Decimal(words)
    except InvalidOperation:  # thousands of digits
        raise WrongCellError("这里要数字") from None


def _count(_column: Column, raw: Any, told: Told) -> int:
    number = _number(raw, told)
    if number != int(number) or not 0 <= number <= LARGEST_COUNT:
        raise WrongCellError("这里要整数，不能是负数或者小数")
    return int(number)


def _money(_column: Column, raw: Any, told: Told) -> Decimal:
    number = _number(raw, told)
    if not 0 <= number < LARGEST_MONEY:
        raise WrongCellError("金额不能是负数，也不会这么大；单位是万元，请核对")
    kept = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if kept != number:
        told("金额已四舍五入到两位小数")
    return kept


# -- One of a few ------------------------------------------------------------------------------------------------------

YES = frozenset({"是", "√", "✓", "✔", "对", "有", "y", "yes", "true"})
NO = frozenset({"否", "×", "✗", "✘", "无", "没有", "不是", "n", "no", "false"})


def _yes_no(_column: Column, raw: Any, told: Told) -> bool:
    if isinstance(raw, bool):
        return raw
    words = words_of(raw, told).lower()
    if words in YES | NO:
        return words in YES
    raise WrongCellError("请填“是”或者“否”")


def _choice(column: Column, raw: Any, told: Told) -> str:
    words = words_of(raw, told)
    squeezed = re.sub(r"\s+", "", words)
    for value, spelled in column.choices.items():
        if squeezed in spelled or words in spelled:
            if not spelled[0].endswith(squeezed):
                told(f"“{words}”按“{spelled[0]}”读取")
            return value
    raise WrongCellError(f"没有这个选项，{_instead(squeezed, list(column.choices.values()))}")


def _instead(words: str, choices: list[tuple[str, ...]]) -> str:
    """Which options there are; of many only the nearest one."""
    if len(choices) <= MOST_LISTED:
        return f"可以填：{'、'.join(spelled[0] for spelled in choices)}"
    official = {one: spelled[0] for spelled in choices for one in spelled}
    near = get_close_matches(words, official, 1)
    return f"可以填的见空白模板的下拉列表{f'；最接近的是：{official[near[0]]}' if near else ''}"


def _words(column: Column, raw: Any, told: Told) -> tuple[str, ...]:
    if isinstance(raw, str):
        raw = re.sub(r"[\r\n\t]+", "、", raw)
    parts = [part.strip() for part in re.split(r"[、，,;；/]", words_of(raw, told))]
    found = tuple(dict.fromkeys(part for part in parts if part))
    if too_long := next((part for part in found if len(part) > column.longest), None):
        raise WrongCellError(f"每项最多 {column.longest} 个字：{too_long[:20]}…；几项之间请用顿号隔开")
    return found


Reader = Callable[[Column, Any, Told], Any]
READERS: dict[Kind, Reader] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.CODE: _code,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.LOGIN: _login,
    Kind.DAY: _day,
    Kind.COUNT: _count,
    Kind.MONEY: _money,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.WORDS: _words,
}
