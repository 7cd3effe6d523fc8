"""企业名录: the facts of enterprises and whom to call there first; known by code, else by name."""

from collections.abc import Hashable

from helpdesk.enterprises.models import INDUSTRIES, STATUSES
from helpdesk.enterprises.size import SIZES
from helpdesk.ledgers.kinds import enterprise_comparing as comparing
from helpdesk.ledgers.kinds import enterprise_writing as writing
from helpdesk.ledgers.terms import DISPATCH, Column, Kind, Ledger, Row
from helpdesk.org.queries import streets

COLUMNS = (
    Column(
        *("name", "企业名称", Kind.NAME),
        aliases=("名称", "单位名称", "公司名称", "企业全称", "单位详细名称", "企业（单位）名称", "市场主体名称"),
        required=True,
        help="与营业执照一致的全称",
        example="长春示例机械有限公司",
        width=34,
    ),
    Column(
        *("uscc", "统一社会信用代码", Kind.CODE),
        aliases=("信用代码", "社会信用代码", "代码", "统一代码", "组织机构代码", "统一信用代码", "税号"),
        help="18 位；确实没有的，填后一列",
        example="91220105MA0000000T",
        width=24,
    ),
    Column(
        *("no_uscc_reason", "暂无代码的原因"),
        aliases=("无代码原因", "没有代码的原因"),
        help="没有代码时必填",
        width=22,
    ),
    Column(
        *("industry", "行业门类", Kind.CHOICE),
        aliases=("行业", "所属行业", "行业类别", "行业分类", "所属行业门类"),
        help="国民经济行业分类（GB/T 4754-2017）的门类",
        choices={
            letter: (f"{letter} {words}".replace(" ", ""), f"{letter} {words}", words, letter, letter.lower())
            for letter, words in INDUSTRIES.items()
        },
        example="C制造业",
        width=26,
    ),
    Column(
        *("street", "街道、乡镇"),
        aliases=("街道", "乡镇", "所属街道", "街道（乡镇）", "所在街道", "属地", "所属乡镇街道", "镇街", "街道乡镇"),
        help="与机构名称一致",
    ),
    Column(
        *("address", "地址"),
        aliases=("企业地址", "详细地址", "经营地址", "注册地址", "住所", "通讯地址"),
        longest=200,
        width=34,
    ),
    Column(
        *("people", "从业人员", Kind.COUNT),
        aliases=("从业人数", "职工人数", "员工人数", "用工人数", "职工数", "从业人员数", "员工数"),
        help="人",
        example="86",
    ),
    Column(
        *("revenue", "营业收入", Kind.MONEY),
        aliases=("年营业收入", "上年营业收入", "主营业务收入", "年产值", "营收"),
        help="全年，万元",
        example="2600",
    ),
    Column(
        *("assets", "资产总额", Kind.MONEY),
        aliases=("总资产", "资产总计"),
        help="万元",
        example="1800",
    ),
    Column(
        *("size", "企业规模", Kind.CHOICE),
        aliases=("规模", "规模类型", "企业类型（大中小微）", "划型"),
        help="不填的，系统按人员、收入、资产和行业划型",
        choices={key: (words[0], words, f"{words}企业", f"{words[0]}企业") for key, words in SIZES.items()},
        example="",
    ),
    Column(
        *("above_scale", "规上企业", Kind.YES_NO),
        aliases=("是否规上", "规上", "是否规上企业", "规模以上"),
        help="是否列入规模以上统计",
        example="是",
    ),
    Column(
        *("status", "经营状态", Kind.CHOICE),
        aliases=("状态", "企业状态", "生产经营状态", "经营情况"),
        help="新登记的不填按正常",
        choices={
            key: {
                "normal": ("正常", "正常经营", "正常生产", "在业", "存续", "开业"),
                "stopped": ("停产", "停业", "停产停业", "歇业"),
                "lost": ("失联", "联系不上"),
                "cancelled": ("注销", "已注销", "吊销"),
            }.get(key, (words,))
            for key, words in STATUSES.items()
        },
        example="正常",
    ),
    Column(
        *("is_key", "重点企业", Kind.YES_NO),
        aliases=("是否重点", "是否重点企业"),
        example="否",
    ),
    Column(
        *("former_names", "曾用名", Kind.WORDS),
        aliases=("原名称", "原名", "变更前名称"),
        help="只增加，不删除已有的",
        width=26,
    ),
    Column(
        *("tags", "标签", Kind.WORDS),
        aliases=("企业标签", "荣誉资质", "资质"),
        help="例如：专精特新、高新技术企业；只增加，不删除已有的",
        longest=20,
        example="专精特新",
        width=22,
    ),
    Column(
        *("contact_name", "联系人"),
        aliases=("企业联系人", "联系人姓名", "负责人", "企业负责人", "法人", "法定代表人", "法人代表"),
        help="填了联系人就要填联系电话",
        longest=30,
        example="王示例",
    ),
    Column(*("contact_title", "联系人职务"), aliases=("职务", "联系人职位"), longest=50, example="总经理"),
    Column(
        *("contact_phone", "联系电话", Kind.PHONE),
        aliases=("电话", "联系方式", "手机", "手机号", "手机号码", "联系人电话", "电话号码"),
        example="13900000625",
        width=18,
    ),
    Column(*("contact_email", "联系邮箱", Kind.EMAIL), aliases=("邮箱", "电子邮箱", "联系人邮箱"), width=22),
)


def keys(row: Row) -> list[tuple[str, Hashable]]:
    """Neither a code nor a name comes twice."""
    return [(name, row.get(name)) for name in ("uscc", "name") if row.get(name)]


def options(column: str) -> list[str]:
    """The streets that are known."""
    return [unit.name for unit in streets()] if column == "street" else []


LEDGER = Ledger(
    name="enterprises",
    title="企业名录",
    says="企业的基本情况和第一联系人；按统一社会信用代码认企业，没有代码的按名称",
    who=DISPATCH,
    columns=COLUMNS,
    keys=keys,
    read=comparing.read,
    compare=comparing.compare,
    apply=writing.apply,
    obstacles=writing.obstacles,
    undo=writing.undo,
    options=options,
    warm_up=writing.warm_up,
)
