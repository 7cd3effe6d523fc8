"""TABLE: the units of the demo district and the people on their posts; all names are invented."""

from dataclasses import dataclass

from helpdesk.org.models import Duty, UnitKind

K, D = UnitKind, Duty


@dataclass(frozen=True)
class Unit:
    """A unit of the district; ``phone`` is its own and does not exist."""

    name: str
    kind: UnitKind
    phone: str | None = None


@dataclass(frozen=True)
class Seat:
    """Somebody on a post: name, user name, unit, duty, title (职务)."""

    name: str
    username: str
    unit: str
    duty: Duty
    title: str


@dataclass(frozen=True)
class Login:
    """A line of `flask demo logins`."""

    role: str
    username: str
    does: str


FINANCE, APPROVAL, LEGAL = "企业融资和资本运营组", "项目审批和运行组", "法律事务和专家服务组"
UTILITIES, CLIMATE, LIVING, PARTY = "基础设施保障组", "营商环境组", "民生保障组", "党建人才服务组"

UNITS = (
    Unit("领导小组", K.LEADING_GROUP),
    Unit("调度室", K.DISPATCH, "0431-80000100"),
    Unit("综合协调办公室", K.COORDINATION, "0431-80000101"),
    Unit("督查考核办公室", K.SUPERVISION, "0431-80000102"),
    Unit(FINANCE, K.GROUP, "0431-80000201"),
    Unit(APPROVAL, K.GROUP, "0431-80000202"),
    Unit(LEGAL, K.GROUP, "0431-80000203"),
    Unit(UTILITIES, K.GROUP, "0431-80000204"),
    Unit(CLIMATE, K.GROUP, "0431-80000205"),
    Unit(LIVING, K.GROUP, "0431-80000206"),
    Unit(PARTY, K.GROUP, "0431-80000207"),
    Unit("区工业和信息化局", K.DEPARTMENT, "0431-80000301"),
    Unit("区发展和改革局", K.DEPARTMENT, "0431-80000302"),
    Unit("区商务局", K.DEPARTMENT, "0431-80000303"),
    Unit("区市场监督管理局", K.DEPARTMENT, "0431-80000304"),
    Unit("区住房和城乡建设局", K.DEPARTMENT, "0431-80000305"),
    Unit("区人力资源和社会保障局", K.DEPARTMENT, "0431-80000306"),
    Unit("晨光街道", K.STREET, "0431-80000401"),
    Unit("银杏街道", K.STREET, "0431-80000402"),
    Unit("春晖街道", K.STREET, "0431-80000403"),
    Unit("河湾镇", K.STREET, "0431-80000404"),
)


def _group(unit: str, lead: str, liaison: str, *handlers: str) -> tuple[Seat, ...]:
    """The people of a functional group, each given as "姓名 username"."""
    duties = [(lead, D.LEAD, "组长"), (liaison, D.LIAISON, "联络员")]
    duties += [(each, D.HANDLER, "经办人") for each in handlers]
    return tuple(_seat(unit, duty, f"{person} {title}") for person, duty, title in duties)


def _cadres(unit: str, *people: str) -> tuple[Seat, ...]:
    """Cadres who are sent to enterprises, each given as "姓名 username 职务"."""
    return tuple(_seat(unit, D.MEMBER, person) for person in people)


def _seat(unit: str, duty: Duty, person: str) -> Seat:
    name, username, title = person.split()
    return Seat(name, username, unit, duty, title)


SEATS = (
    Seat("韩立群", "hanliqun", "领导小组", D.LEAD, "常务副区长"),
    Seat("乔正阳", "qiaozhengyang", "领导小组", D.MEMBER, "副区长"),
    Seat("周敏", "zhoumin", "调度室", D.LEAD, "调度室主任"),
    Seat("赵明", "zhaoming", "调度室", D.MEMBER, "调度员"),
    Seat("孙丽华", "sunlihua", "调度室", D.MEMBER, "调度员"),
    Seat("钱进", "qianjin", "调度室", D.MEMBER, "调度员"),
    Seat("沈若兰", "shenruolan", "综合协调办公室", D.LEAD, "办公室主任"),
    Seat("汤文博", "tangwenbo", "综合协调办公室", D.MEMBER, "科员"),
    Seat("郑国强", "zhengguoqiang", "督查考核办公室", D.LEAD, "督查办主任"),
    Seat("冯雪", "fengxue", "督查考核办公室", D.MEMBER, "督查员"),
    Seat("陈思远", "chensiyuan", "督查考核办公室", D.MEMBER, "督查员"),
    Seat("褚晓光", "chuxiaoguang", "督查考核办公室", D.MEMBER, "督查员"),
    *_group(FINANCE, "蒋海涛 jianghaitao", "韦佳宁 weijianing", "朱雨桐 zhuyutong", "何俊杰 hejunjie"),
    *_group(APPROVAL, "吕建平 lvjianping", "施慧 shihui", "张弛 zhangchi", "孔繁星 kongfanxing", "曹阳 caoyang"),
    *_group(LEGAL, "严正华 yanzhenghua", "华清 huaqing", "金晓东 jinxiaodong", "魏然 weiran"),
    *_group(UTILITIES, "李卫东 liweidong", "姜楠 jiangnan", "王海波 wanghaibo", "谢志刚 xiezhigang", "邹宇 zouyu"),
    *_group(CLIMATE, "喻春梅 yuchunmei", "柏林森 bailinsen", "窦明亮 doumingliang", "章子涵 zhangzihan"),
    *_group(LIVING, "苏婉清 suwanqing", "潘晓 panxiao", "葛天佑 getianyou", "范美玲 fanmeiling"),
    *_group(PARTY, "彭振国 pengzhenguo", "郎晓月 langxiaoyue", "鲁一鸣 luyiming", "昌盛 changsheng"),
    *_cadres(
        "区工业和信息化局", "马晓东 maxiaodong 企业服务科科长", "苗春雨 miaochunyu 科员", "方建国 fangjianguo 科员"
    ),
    *_cadres("区发展和改革局", "俞静 yujing 项目科科长", "任鹏飞 renpengfei 科员"),
    *_cadres("区商务局", "袁梦 yuanmeng 商贸科科长", "柳青山 liuqingshan 科员"),
    *_cadres("区市场监督管理局", "鲍文彬 baowenbin 注册科科长", "史丹 shidan 科员"),
    *_cadres("区住房和城乡建设局", "唐志远 tangzhiyuan 工程科科长", "费小满 feixiaoman 科员"),
    *_cadres("区人力资源和社会保障局", "廉洁 lianjie 就业科科长", "岑思琪 censiqi 科员"),
    *_cadres("晨光街道", "薛冬梅 xuedongmei 副主任", "雷鸣 leiming 包保干部", "贺新春 hexinchun 包保干部"),
    *_cadres("银杏街道", "倪红 nihong 副主任", "滕飞 tengfei 包保干部", "殷实 yinshi 包保干部"),
    *_cadres("春晖街道", "罗佳 luojia 副主任", "毕海燕 bihaiyan 包保干部"),
    *_cadres("河湾镇", "郝建军 haojianjun 副镇长", "安小宁 anxiaoning 包保干部", "常乐 changle 包保干部"),
)

IN_CHARGE = {
    "hanliqun": (FINANCE, APPROVAL, LEGAL, CLIMATE),
    "qiaozhengyang": (UTILITIES, LIVING, PARTY),
}
"""Which groups each district leader is in charge of."""

ABSENT = (("xiezhigang", "wanghaibo", 2, 7, "参加业务培训"),)
"""Who is away: user names of the absent one and of his substitute, since and for how many days yet, and why."""

ADMINISTRATORS = (
    ("付安", "fuan", "system", "系统管理员"),
    ("皮力", "pili", "security", "安全管理员"),
    ("卞卓", "bianzhuo", "audit", "审计管理员"),
)

LOGINS = (
    Login("包保干部", "leiming", "走访企业、上报问题、看自己上报的办到哪一步"),
    Login("调度员", "zhaoming", "受理、交办、改派、裁定退单、回访"),
    Login("调度室主任", "zhoumin", "不予受理、挂账，以及调度员的全部工作"),
    Login("组长", "liweidong", "签收、指定承办人、审核办理结果（基础设施保障组）"),
    Login("承办人", "wanghaibo", "首次反馈、登记进展、提交办理结果（基础设施保障组）"),
    Login("组长", "yuchunmei", "同上（营商环境组）"),
    Login("督查员", "fengxue", "看逾期清单、催办、回访、销号"),
    Login("分管领导", "qiaozhengyang", "批示、报上级、终止（基础设施、民生、党建人才）"),
    Login("领导小组", "hanliqun", "看全区、批示（分管融资、审批、法律、营商环境）"),
    Login("系统管理员", "fuan", "管人员账号、看系统运行；不参与办理"),
    Login("审计管理员", "bianzhuo", "查审计日志、验证记录没有被改过；不参与办理"),
)
