"""Named conditions over one moment of a case: what must hold before an action or a branch is taken."""

from datetime import timedelta

from workflows.terms import Guard, Moment

UNREACHED_TRIES = 3
"""After so many calls that reached nobody the problem goes on as 未评价； silence never counts as satisfied."""

REOPEN_DAYS = 30
"""Natural days within which the enterprise itself may have a closed problem reopened."""

ROUNDS_BEFORE_ELEVATION = 2
"""After so many dissatisfied rounds the problem is elevated."""


def _dissatisfied(moment: Moment) -> bool:
    return moment.given.get("solved") == "no" or moment.given.get("satisfaction") == "dissatisfied"


def _unreached(moment: Moment) -> bool:
    return moment.given.get("reached") == "no"


def _before_sign_due(moment: Moment) -> bool:
    due = moment.case.due_at.get("sign")
    return due is not None and moment.now < due


def _within_reopen_days(moment: Moment) -> bool:
    closed = moment.case.closed_on
    return closed is not None and moment.today <= closed + timedelta(days=REOPEN_DAYS)


def _independent(moment: Moment) -> bool:
    """Neither the actor nor anybody he stands in for has worked on it."""
    return not moment.case.workers & {moment.actor, *moment.standing_for}


def beside(*states: str) -> Guard:
    """The problem that a matter belongs to must be in one of these states."""
    return Guard(
        f"beside_{'_'.join(states)}", lambda moment: moment.case.beside in states, "问题现在的环节不能办理这一项"
    )


def is_in(state: str) -> Guard:
    """The matter is in this state: for roles that decide only there."""
    return Guard(f"is_in_{state}", lambda moment: moment.case.state == state, "这一项不由您审批")


INDEPENDENT = Guard(
    "independent",
    _independent,
    "您（或者您代理的同事）参与过这个问题的办理，按回避要求，请由没有参与办理的同事来做",
)
NOT_OBJECTED_BEFORE = Guard(
    "not_objected_before", lambda moment: not moment.case.objected, "这个问题已经退过一次单，裁定后不能再退"
)
BEFORE_SIGN_DUE = Guard(
    "before_sign_due", _before_sign_due, "签收时限已过，不能再退单；如确不属本组职责，请与调度室联系改派"
)
NOT_APPEALED_BEFORE = Guard(
    "not_appealed_before", lambda moment: not moment.case.appealed, "这个问题已经申诉过一次，不能再次申诉"
)
FIRST_RESPONSE_GIVEN = Guard(
    "first_response_given",
    lambda moment: "respond" in moment.case.finished,
    "还没有首次反馈：请先与企业联系并登记首次反馈，再提交办理结果",
)
NOT_RESPONDED_YET = Guard(
    "not_responded_yet",
    lambda moment: "respond" not in moment.case.finished,
    "首次反馈已经登记过；后续情况请用“登记进展”",
)
WITHIN_REOPEN_DAYS = Guard(
    "within_reopen_days",
    _within_reopen_days,
    f"销号已超过 {REOPEN_DAYS} 天，不能自行重启；请联系包保干部或调度室",
)
REFERRED = Guard(
    "referred",
    lambda moment: moment.case.state == "referred",
    "调度室只登记“已报上级”问题的询问情况；其他进展由承办人或者组长登记",
)

UNTOUCHED = Guard(
    "untouched",
    lambda moment: moment.case.untouched,
    "迁入以后已经有人办理过，不能再撤销迁入",
)

UNREACHED = Guard("unreached", _unreached, "没有联系上")
LAST_TRY_UNREACHED = Guard(
    "last_try_unreached",
    lambda moment: _unreached(moment) and moment.case.unreached_calls >= UNREACHED_TRIES - 1,
    f"{UNREACHED_TRIES} 次没有联系上",
)
CONTENT = Guard("content", lambda moment: not _dissatisfied(moment), "已解决且不是不满意")
DISSATISFIED = Guard("dissatisfied", _dissatisfied, "不满意")
NO_GROUP_YET = Guard("no_group_yet", lambda moment: not moment.case.has_group, "还没有责任组")
ROUNDS_SPENT = Guard(
    "rounds_spent",
    lambda moment: moment.case.round >= ROUNDS_BEFORE_ELEVATION,
    f"{ROUNDS_BEFORE_ELEVATION} 轮不满意",
)

# -- Requests and assisting tasks --------------------------------------------------------------------------------------

EXTENSIONS = 2
"""The first longer limit is granted by 调度室, the second by 督查考核办公室, never a third."""
ASKED_BEFORE = 1
"""A longer limit is asked for at least so many working days before the due day."""

NO_OPEN_REQUEST = Guard(
    "no_open_request", lambda moment: not moment.case.open_request, "已有一项申请等待审批，审批完才能再申请"
)
NOT_EXTENDED_TWICE = Guard(
    "not_extended_twice",
    lambda moment: moment.case.extended < EXTENSIONS,
    f"办理时限已经延过 {EXTENSIONS} 次，不能再延；确有困难的请申请挂账或者提级协调",
)
CLOCK_RUNS = Guard("clock_runs", lambda moment: moment.case.days_left is not None, "办理时限现在没有在计时，不需要延期")
EARLY_ENOUGH = Guard(
    "early_enough",
    lambda moment: moment.case.days_left is not None and moment.case.days_left >= ASKED_BEFORE,
    f"延期要在到期前至少 {ASKED_BEFORE} 个工作日申请，现在已经来不及；到期和逾期后不能延期",
)
NOT_EXPIRED = Guard(
    "not_expired",
    lambda moment: (
        moment.case.kind != "extension" or (moment.case.days_left is not None and moment.case.days_left >= 0)
    ),
    "办理时限已经过了，不能再批准延期，只能不批准",
)
NOT_OWN_REQUEST = Guard(
    "not_own_request",
    lambda moment: moment.case.asked_by not in {moment.actor, *moment.standing_for},
    "不能审批自己（或者自己代理的同事）提出的申请，请由其他有权审批的同事来办",
)
NOT_WRITER = Guard(
    "not_writer",
    _independent,
    "您（或者您代理的同事）参与过这份通报的拟稿，请由没有参与拟稿的督查员或者领导小组审核",
)
FIRST_EXTENSION = Guard("first_extension", lambda moment: moment.case.extended == 0, "第一次延期")
EVALUATED = Guard(
    "evaluated",
    lambda moment: moment.case.satisfaction is not None and moment.case.answered is None,
    "企业本轮没有通过链接评价过，不能以“企业本人评价”销号",
)
ANSWERED_A_CALL = Guard(
    "answered_a_call",
    lambda moment: moment.case.answered is not None,
    "本轮没有电话回访联系上企业，不能以“电话回访”销号",
)
NOT_EVALUATED = Guard(
    "not_evaluated",
    lambda moment: moment.case.satisfaction is None,
    "企业本轮已经评价过，不能按“未评价”销号",
)
TASKS_DONE = Guard(
    "tasks_done",
    lambda moment: moment.case.open_tasks == 0,
    "还有协办任务没有办完：请等协办意见，或者由组长说明理由后“不再等待协办”",
)
