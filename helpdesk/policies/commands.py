"""Changes to policy versions: a draft is begun, edited, thrown away, published; running clocks are re-timed if wanted."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm.exc import StaleDataError

from helpdesk import rules
from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.notices.messages import write_messages
from helpdesk.notices.outbox import Reader
from helpdesk.org.auditing import audited
from helpdesk.org.models import Person
from helpdesk.org.queries import groups, seating
from helpdesk.org.roles import Seating
from helpdesk.pages import day_words
from helpdesk.policies import queries
from helpdesk.policies.fitness import findings
from helpdesk.policies.models import PolicyVersion
from helpdesk.problems.moving import Move, carry_out, retime_moves
from workflows.engine import Missing, NotNow, NotYours
from workflows.lint import errors
from workflows.policy import Policy
from workflows.policy_document import from_kept, to_document
from workflows.policy_words import diff
from workflows.roles import Role
from workflows.steps import StepKind

log = logging.getLogger(__name__)

SHIPPED_KEY = "shipped"  # in addresses, instead of a key
EDITED = "已经发布的版本不能再改；请照它另起一份草案"
HEAR = (Role.CHIEF, Role.SUPERVISOR, Role.DISPATCHER, Role.GROUP_LEAD)
"""Who is told of a new version, on whichever of these seats."""
MOST_TOLD = 20  # differences that the message names


@dataclass(frozen=True)
class Approval:
    """From when a version holds, and who approved it on what paper."""

    effective_on: date
    by: str
    how: str


def may_edit(person: Person, today: date) -> bool:
    """Whether that person sits on the seat that keeps the rules: the head of 调度室."""
    return bool(seating(today).units_where(person.id, Role.DISPATCH_LEAD))


def refuse_unless_editor(person: Person | None, today: date) -> None:
    """NotYours for all but the head of 调度室; None is whoever sits at the server."""
    if person is not None and not may_edit(person, today):
        names = "、".join(each.name for each in seating(today).holders(Role.DISPATCH_LEAD, None))
        raise NotYours(f"时限规则由调度室主任{f'（{names}）' if names else ''}修改和发布", (Role.DISPATCH_LEAD,))


# -- Drafts ------------------------------------------------------------------------------------------------------------


def begin_draft(policy: Policy, *, by: Person | None, now: datetime) -> int:
    """A draft that says what this policy says; its key."""
    begin_writing()
    refuse_unless_editor(by, calendar().day_of(now))
    draft = _draft(policy, by, now)
    db.session.commit()
    return draft.id


def _draft(policy: Policy, by: Person | None, now: datetime) -> PolicyVersion:
    made_by = by.id if by else None
    draft = PolicyVersion(
        name=policy.name, document=to_document(policy), made_at=now, made_by_id=made_by, changed_at=now
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def save_draft(draft_id: int, policy: Policy, *, version: int, by: Person, now: datetime) -> None:
    """The draft says this now; StaleError when somebody else changed it since ``version``, NotNow once published."""
    draft = _draft_for_change(draft_id, version=version, by=by, now=now)
    draft.name, draft.document, draft.changed_at = policy.name, to_document(policy), now
    _commit()


def discard_draft(draft_id: int, *, version: int, by: Person, now: datetime) -> None:
    """Throw a draft away; NotNow for a published version."""
    db.session.delete(_draft_for_change(draft_id, version=version, by=by, now=now))
    _commit()


def _draft_for_change(draft_id: int, *, version: int, by: Person | None, now: datetime) -> PolicyVersion:
    begin_writing()
    refuse_unless_editor(by, calendar().day_of(now))
    draft = queries.get_version_for_change(draft_id)
    if draft.published_at is not None:
        raise NotNow(EDITED)
    if draft.version != version:
        raise StaleError("您打开以后，这份草案已经被别人改过")
    return draft


def _commit() -> None:
    try:
        db.session.commit()
    except StaleDataError as stale:
        db.session.rollback()
        raise StaleError("这份草案刚刚被别人改过") from stale


# -- Publishing --------------------------------------------------------------------------------------------------------


def publish(draft_id: int, approval: Approval, *, version: int, by: Person | None, now: datetime) -> int:
    """The draft becomes a version that holds from a day on; its number. Running clocks keep the limit they started with.

    Missing for an incomplete approval, NotNow while lint finds errors, StaleError when somebody was faster.
    """
    return _publish(_draft_for_change(draft_id, version=version, by=by, now=now), approval, by, now)


def publish_at_once(policy: Policy, approval: Approval, *, by: Person | None, now: datetime) -> int:
    """The same for a policy that was never a draft here, such as one from a file."""
    begin_writing()
    refuse_unless_editor(by, calendar().day_of(now))
    return _publish(_draft(policy, by, now), approval, by, now)


def _publish(draft: PolicyVersion, approval: Approval, by: Person | None, now: datetime) -> int:
    today = calendar().day_of(now)
    _refuse_incomplete(approval, today)
    policy = from_kept(draft.document)
    if wrong := errors(findings(policy, today)):
        raise NotNow(f"这份草案有 {len(wrong)} 处错误，改正以后才能发布：{wrong[0].place}，{wrong[0].words}")
    rules.policies_changed()  # first: whoever publishes at the same moment waits here for his number
    before = rules.rules_on(approval.effective_on).policy
    draft.number, draft.effective_on = queries.next_number(), approval.effective_on
    draft.approved_by, draft.approved_how = approval.by, approval.how
    draft.published_at, draft.published_by_id, draft.changed_at = now, by.id if by else None, now
    _tell(draft, before, policy, now)
    number = draft.number
    _audit(draft, before, policy, by, now)
    _commit()
    log.info("policy version %s was published, effective on %s", number, approval.effective_on)
    return number


LONGEST_BY, LONGEST_HOW = 60, 100


def _refuse_incomplete(approval: Approval, today: date) -> None:
    wrong = {}
    if approval.effective_on < today:
        wrong["effective_on"] = "生效日期最早是今天"
    for name, words, longest in (("approved_by", approval.by, LONGEST_BY), ("approved_how", approval.how, LONGEST_HOW)):
        if not words.strip():
            wrong[name] = "请写明谁批准的" if name == "approved_by" else "请写明依据的会议纪要或者文号"
        elif len(words) > longest:
            wrong[name] = f"最多 {longest} 个字"
    if wrong:
        raise Missing(wrong)


def _audit(version: PolicyVersion, before: Policy, after: Policy, by: Person | None, now: datetime) -> None:
    about = f"第 {version.number} 版“{version.name}”，{version.effective_on:%Y-%m-%d} 起施行，{version.approved_by}批准"
    changes = {f"{each.section}·{each.label}": (each.before, each.after) for each in diff(before, after)}
    audited("policy_published", by=by, about=about, now=now, details={"批准依据": version.approved_how, **changes})


def _tell(version: PolicyVersion, before: Policy, after: Policy, now: datetime) -> None:
    today = calendar().day_of(now)
    changes = diff(before, after)
    facts = {
        "number": version.number,
        "name": version.name,
        "effective_on": day_words(version.effective_on or today, today),
        "approved_by": version.approved_by,
        "approved_how": version.approved_how,
        "changes": [(f"{each.section}·{each.label}", each.before or "没有", each.after or "取消") for each in changes],
        "most": MOST_TOLD,
    }
    readers = _readers(seating(today))
    write_messages(
        "policy_published", readers, facts, cause=f"policy{version.id}", path=f"/policies/{version.id}", now=now
    )


def _readers(seats: Seating) -> list[Reader]:
    places = [None, *(group.id for group in groups())]
    sitters = [each for role in HEAR for place in places for each in seats.holders(role, place)]
    return list({each.person_id: Reader(each.person_id, each.name, each.email) for each in sitters}.values())


# -- Re-timing ---------------------------------------------------------------------------------------------------------


def retime(
    *, by: Person | None, now: datetime, names: Collection[str] | None = None, dry_run: bool = False
) -> list[Move]:
    """Running clocks get the limits in force today, counted from their own start; the moves that were made.

    ``names``: only these clocks; ``dry_run``: nothing is changed. NotYours for all but the head of 调度室.
    """
    begin_writing()
    today = calendar().day_of(now)
    refuse_unless_editor(by, today)
    in_force = rules.rules_on(today)
    moves = retime_moves(in_force, now=now, names=names)
    if dry_run or not moves:
        db.session.rollback()
        return moves
    moved = carry_out(
        moves,
        kind=StepKind.RETIMED,
        reason=f"按时限规则“{in_force.policy.name}”重新计时",
        by_name=by.name if by else "系统",
        now=now,
        cause=f"retime{now:%Y%m%d%H%M%S}",
        path=f"/policies/{in_force.version_id or SHIPPED_KEY}",
    )
    db.session.commit()
    log.info("%s clocks were re-timed by %s", len(moved), f"person {by.id}" if by else "the command line")
    return moved
