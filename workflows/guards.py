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


INDEPENDENT = Guard(
    "independent",
    lambda moment: moment.actor is None or moment.actor not in moment.case.workers,
    "您参与过这个问题的办理，按回避要求，请由没有参与办理的同事来做",
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
