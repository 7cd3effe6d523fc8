"""人员名册: people with their units, posts, telephones and logins; one row a post."""

from collections.abc import Hashable

from helpdesk.ledgers.kinds import people_queries as queries
from helpdesk.ledgers.kinds import roster_comparing as comparing
from helpdesk.ledgers.kinds import roster_writing as writing
from helpdesk.ledgers.kinds.roster_words import DUTIES, UNIT_KINDS
from helpdesk.ledgers.terms import SYSTEM, Column, Kind, Ledger, Row

COLUMNS = (
    Column(*("name", "姓名"), aliases=("人员姓名", "干部姓名"), required=True, longest=30, example="李示例"),
    Column(
        *("login", "用户名", Kind.LOGIN),
        aliases=("登录名", "账号", "帐号", "登录账号"),
        help="新增人员不填的，系统按拼音生成，导入前能看到；已有人员用它认人",
        example="li.shili",
    ),
    Column(
        *("unit", "单位"),
        aliases=("工作单位", "所在单位", "机构", "单位名称", "部门", "所属单位"),
        required=True,
        help="与机构名称一致；新单位同时填“单位类型”",
        example="区工信局",
        width=26,
    ),
    Column(
        *("unit_kind", "单位类型", Kind.CHOICE),
        aliases=("机构类型",),
        help="只在单位还没有登记时填写，填了就一并登记",
        choices={key: (words, *more) for key, (words, *more) in UNIT_KINDS.items()},
        width=18,
    ),
    Column(
        *("duty", "岗位", Kind.CHOICE),
        aliases=("岗位职责", "角色", "分工"),
        required=True,
        help="在这个单位里做什么；一人有几个岗位的写几行",
        choices=DUTIES,
        example="成员",
    ),
    Column(*("title", "职务"), aliases=("职务职级", "行政职务"), longest=50, example="科员", width=20),
    Column(
        *("phone", "手机", Kind.PHONE),
        aliases=("电话", "联系电话", "手机号", "手机号码", "联系方式", "电话号码"),
        example="13900000625",
        width=18,
    ),
    Column(
        *("email", "邮箱", Kind.EMAIL),
        aliases=("电子邮箱", "邮件", "电子邮件"),
        help="用来接收通知；每人一个",
        example="li.shili@example.gov.cn",
        width=26,
    ),
    Column(
        *("from_on", "任职日期", Kind.DAY),
        aliases=("到岗日期", "任职时间", "开始日期"),
        help="不填的从导入当天起",
        example="2026-03-05",
    ),
)


def keys(row: Row) -> list[tuple[str, Hashable]]:
    """The same post of the same person; whom a mail address belongs to, ``compare`` sees."""
    return [("duty", (row.get("name"), row.get("login"), row.get("phone"), row.get("unit"), row.get("duty")))]


def options(column: str) -> list[str]:
    """The units that are known."""
    return [unit.name for unit in queries.units()] if column == "unit" else []


LEDGER = Ledger(
    name="roster",
    title="人员名册",
    says="人员、单位、岗位、电话和登录用户名；按用户名认人，没有用户名的按姓名和手机、邮箱或者单位",
    who=SYSTEM,
    columns=COLUMNS,
    keys=keys,
    read=comparing.read,
    compare=comparing.compare,
    apply=writing.apply,
    obstacles=writing.obstacles,
    undo=writing.undo,
    options=options,
    afterwards="新增的人员还没有初始密码，不能登录：在“人员名录”里打开各人的页面，点“重设初始密码”，打印通知单发给本人。",
)
