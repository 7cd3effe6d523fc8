"""The enterprises of the demo district: plainly invented names, codes of a division that does not exist."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.cn import uscc

NO_SUCH_DIVISION = "990001"
"""There is no administrative division 99, so that no code can be a real enterprise's."""

PREFIXES = ("示例", "演示")
NAMES = (
    *("天狼", "织女", "牵牛", "北斗", "南极", "角宿", "心宿", "毕宿", "参宿", "轩辕", "天枢", "天璇", "天玑", "天权"),
    *("玉衡", "开阳", "摇光", "紫微", "太微", "天市", "文昌", "三台", "银河", "彗星", "流星", "朝霞", "晚霞", "青色"),
    *("赤色", "橙色", "黄色", "绿色", "蓝色", "紫色", "白色", "黑色", "金色", "银色", "褐色", "灰色"),
)
BUSINESSES = {
    "A": ("种植专业合作社", "畜牧有限公司"),
    "B": ("矿业有限公司",),
    "C": ("机械制造有限公司", "汽车零部件有限公司", "食品有限公司", "新材料有限公司", "电气有限公司", "纺织有限公司"),
    "D": ("新能源有限公司",),
    "E": ("建设工程有限公司", "钢结构有限公司"),
    "F": ("商贸有限公司", "建材销售有限公司"),
    "G": ("物流有限公司", "仓储有限公司"),
    "H": ("酒店管理有限公司", "餐饮服务有限公司"),
    "I": ("信息技术有限公司", "软件有限公司"),
    "K": ("置业有限公司",),
    "L": ("商务服务有限公司",),
    "M": ("生物科技有限公司", "检测技术有限公司"),
    "R": ("文化旅游有限公司", "艺术培训有限公司"),
}
SHARES = {"C": 34, "I": 8, "F": 7, "G": 6, "E": 6, "H": 5, "A": 4, "M": 3, "R": 3, "D": 1, "B": 1, "K": 1, "L": 1}
"""How many of each branch; the sum is the number of enterprises."""

SURNAMES = "林高梁宋郭程董萧叶阎余蔡田杜丁夏钟汪崔邱秦侯孟龙万段钱顾武戴"
GIVEN = ("立新", "海燕", "志明", "晓梅", "国庆", "丽娟", "永强", "秀兰", "东升", "佳怡", "宏伟", "雪松", "长江", "玉洁")
TITLES = ("总经理", "副总经理", "办公室主任", "行政经理", "项目经理")
WITHOUT_MAIL = 12  # one in so many contacts has no e-mail address


@dataclass(frozen=True)
class Contact:
    """Somebody at an enterprise."""

    name: str
    title: str
    phone: str
    email: str | None


@dataclass(frozen=True)
class Enterprise:
    """An invented enterprise."""

    name: str
    code: str
    industry: str
    street: str
    address: str
    contacts: tuple[Contact, ...]
    people: int
    revenue: int  # 万元


def enterprises(streets: tuple[str, ...]) -> tuple[Enterprise, ...]:
    """All of them, always the same."""
    letters = [letter for letter, share in SHARES.items() for _ in range(share)]
    names = [prefix + name for name in NAMES for prefix in PREFIXES]
    draw = random.Random("enterprises")
    draw.shuffle(names)
    draw.shuffle(letters)
    return tuple(_enterprise(n, *pair, streets, draw) for n, pair in enumerate(zip(names, letters, strict=True), 1))


def _enterprise(number: int, name: str, letter: str, streets: tuple[str, ...], draw: random.Random) -> Enterprise:
    size = random.Random(f"size of enterprise {number}")
    people = round(8 * 10 ** (2.2 * size.random() ** 2))
    body = f"91{NO_SUCH_DIVISION}XX{number:06d}X"
    return Enterprise(
        name=name + draw.choice(BUSINESSES[letter]),
        code=body + uscc.calc_check_digit(body),
        industry=letter,
        street=(street := draw.choice(streets)),
        address=f"{street}示例路{draw.randint(1, 199)}号",
        contacts=tuple(_contacts(number, draw)),
        people=people,
        revenue=people * size.randint(15, 90),
    )


def _contacts(number: int, draw: random.Random) -> Iterator[Contact]:
    for n in range(draw.choice((1, 1, 2))):
        has_mail = draw.randrange(WITHOUT_MAIL) > 0
        yield Contact(
            name=draw.choice(SURNAMES) + draw.choice(GIVEN),
            title=draw.choice(TITLES),
            phone=f"1990000{number * 10 + n:04d}",
            email=f"contact{number:02d}{'ab'[n]}@example.org" if has_mail else None,
        )
