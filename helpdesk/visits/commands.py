"""Changes to visits: planned, recorded, corrected with a reason, moved, dropped, handed over; each leaves a line of who and when."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.enterprises.queries import get_enterprise, paired
from helpdesk.errors import NotFoundError
from helpdesk.files import Kept
from helpdesk.org.queries import find_person, unit_name_of
from helpdesk.problems.actors import Actor
from helpdesk.problems.cases import Standing
from helpdesk.visits import plausible, queries
from helpdesk.visits.indexed import index
from helpdesk.visits.models import Outcome, State, Visit, VisitChange, VisitFile, VisitProblem
from helpdesk.visits.rights import MAY_PLAN, may_change, may_visit
from workflows.engine import Missing, NotNow, NotYours

KEPT = ("done_on", "way", "people_met", "situation", "needs", "follow_up", "outcome")
"""What a record says, by column; a correction keeps the former of each."""


@dataclass(frozen=True)
class Facts:
    """What somebody found on a visit. ``follows_id``: the visit this call comes back to."""

    done_on: date
    way: str
    people_met: str
    situation: str
    outcome: str
    needs: str | None = None
    follow_up: str | None = None
    files: Sequence[Kept] = ()
    follows_id: int | None = None


@dataclass(frozen=True)
class Written:
    """What was done to a visit. ``repeated``: this very form had been received before, nothing was done again."""

    visit_id: int
    repeated: bool = False


def _once(request_key: str | None, do: Callable[[], Visit]) -> Written:
    """Do it in one transaction, or answer what the same form did before."""
    begin_writing()
    if before := _repeated(request_key):
        db.session.rollback()
        return before
    try:
        visit_id = do().id
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if before := _repeated(request_key):
            return before
        raise
    except Exception:
        db.session.rollback()
        raise
    return Written(visit_id)


def _repeated(request_key: str | None) -> Written | None:
    change = queries.change_by_request(request_key) if request_key else None
    return Written(change.visit_id, repeated=True) if change else None


# -- Planning ----------------------------------------------------------------------------------------------------------


def plan(
    enterprise_id: int,
    planned_on: date,
    purpose: str,
    *,
    person_id: int,
    me: Standing,
    by: Actor,
    request_key: str | None = None,
) -> Written:
    """That person is going to visit the enterprise; NotYours when he may not, Missing for a day that is over."""

    def do() -> Visit:
        enterprise = get_enterprise(enterprise_id)
        if not may_visit(me, enterprise.id):
            raise NotYours(MAY_PLAN, ())
        if person_id not in me.himself and person_id not in paired([enterprise_id], me.today).get(enterprise_id, ()):
            raise Missing({"person": "这位同志不是这家企业的包保干部"})
        plausible.planned_day(planned_on, me)
        plausible.planned_once(enterprise_id, planned_on, person_id)
        visit = Visit(
            enterprise_id=enterprise.id,
            person_id=person_id,
            state=State.PLANNED,
            planned_on=planned_on,
            purpose=purpose,
            entered_at=me.now,
        )
        db.session.add(visit)
        _note(visit, "planned", by=by, now=me.now, today=me.today, request_key=request_key)
        index(visit)
        return visit

    return _once(request_key, do)


def move(visit_id: int, planned_on: date, reason: str, *, me: Standing, by: Actor) -> Written:
    """Another day for a planned visit; the former day stays on record."""

    def do() -> Visit:
        visit = _planned(visit_id, me)
        plausible.planned_day(planned_on, me)
        if planned_on != visit.planned_on:
            plausible.planned_once(visit.enterprise_id, planned_on, visit.person_id)
        former = {"planned_on": str(visit.planned_on)}
        visit.planned_on = planned_on
        _note(visit, "moved", by=by, now=me.now, today=me.today, reason=reason, former=former)
        return visit

    return _once(None, do)


def drop(visit_id: int, reason: str, *, me: Standing, by: Actor) -> Written:
    """A planned visit that will not take place, with the reason."""

    def do() -> Visit:
        visit = _planned(visit_id, me)
        visit.state = State.DROPPED
        _note(visit, "dropped", by=by, now=me.now, today=me.today, reason=reason)
        return visit

    return _once(None, do)


def hand_over(
    person_id: int, to_id: int, *, enterprise_ids: Collection[int] | None = None, by: Actor, now: datetime
) -> list[Visit]:
    """That person's planned visits are another's from now on, with these enterprises or with all; what is done stays his.

    Runs inside the caller's transaction, which was begun for writing: nothing is committed here.
    """
    moved, today = queries.planned_visits_of(person_id, enterprise_ids), calendar().day_of(now)
    giver, taker = find_person(person_id), find_person(to_id)
    reason = f"由{giver.name if giver else person_id}交接给{taker.name if taker else to_id}"
    for visit in moved:
        _note(visit, "handed_over", by=by, now=now, today=today, reason=reason, former={"person_id": person_id})
        visit.person_id = to_id
    return moved


def _planned(visit_id: int, me: Standing) -> Visit:
    visit = _mine(visit_id, me)
    if visit.state != State.PLANNED:
        raise NotNow("这次走访已经记录或者取消，不能再改计划")
    return visit


def _mine(visit_id: int, me: Standing) -> Visit:
    queries.get_visit_for(me, visit_id)
    visit = queries.get_for_change(visit_id)
    if not may_change(me, visit):
        raise NotYours("走访记录由走访人本人或者调度室来改", ())
    return visit


# -- Recording ---------------------------------------------------------------------------------------------------------


def record(
    facts: Facts,
    *,
    me: Standing,
    by: Actor,
    visit_id: int | None = None,
    enterprise_id: int | None = None,
    request_key: str | None = None,
) -> Written:
    """Put on record what was found: of the planned visit ``visit_id``, or of one that nobody planned.

    The same ``request_key`` sent again answers with the first visit. NotYours for whoever was not paired with the
    enterprise, neither today nor on the day of the visit.
    """

    def do() -> Visit:
        plausible.done_day(facts.done_on, me)
        plausible.answers(facts.outcome, facts.needs)
        visit = _to_record(visit_id, me) if visit_id else _unplanned(enterprise_id, facts.done_on, me)
        visit.state, visit.recorded_at, visit.recorded_by_id = State.DONE, me.now, by.person_id
        _fill(visit, facts)
        visit.follows_id = _followed(facts.follows_id, visit.enterprise_id, me)
        _note(visit, "recorded", by=by, now=me.now, today=me.today, request_key=request_key)
        index(visit)
        _keep_files(visit, facts.files)
        return visit

    return _once(request_key, do)


def correct(
    visit_id: int, facts: Facts, reason: str, *, me: Standing, by: Actor, request_key: str | None = None
) -> Written:
    """Better words for a record, with the reason; what stood there stays visible. NotNow when nothing is recorded yet."""

    def do() -> Visit:
        visit = _mine(visit_id, me)
        if visit.state != State.DONE:
            raise NotNow("这次走访还没有记录，不能更正")
        plausible.done_day(facts.done_on, me, former=visit.done_on)
        plausible.correction(visit, facts.outcome, facts.needs)
        former = {name: _plain(getattr(visit, name)) for name in KEPT}
        _fill(visit, facts)
        changed = {name: value for name, value in former.items() if value != _plain(getattr(visit, name))}
        if not changed and not facts.files:
            raise Missing({"reason": "没有改动任何内容"})
        index(visit)
        _note(
            visit,
            "corrected",
            by=by,
            now=me.now,
            today=me.today,
            reason=reason,
            former=changed,
            request_key=request_key,
        )
        _keep_files(visit, facts.files)
        return visit

    return _once(request_key, do)


def link_problem(visit_id: int, problem_id: int, *, me: Standing) -> None:
    """That problem was raised from that visit; runs inside the transaction that enters the problem."""
    queries.get_visit_for(me, visit_id)
    if db.session.get(VisitProblem, problem_id) is None:
        db.session.add(VisitProblem(problem_id=problem_id, visit_id=visit_id))


def _to_record(visit_id: int, me: Standing) -> Visit:
    visit = _mine(visit_id, me)
    if visit.state != State.PLANNED:
        raise NotNow("这次走访已经记录或者取消了；要改记录，请用“更正”")
    return visit


def _unplanned(enterprise_id: int | None, day: date, me: Standing) -> Visit:
    if enterprise_id is None:
        raise Missing({"enterprise": "请选择企业"})
    enterprise = get_enterprise(enterprise_id)
    if not may_visit(me, enterprise.id, on=day):
        raise NotYours(MAY_PLAN, ())
    visit = Visit(enterprise_id=enterprise.id, person_id=me.person_id, entered_at=me.now)
    db.session.add(visit)
    return visit


def _followed(visit_id: int | None, enterprise_id: int, me: Standing) -> int | None:
    """The visit a call comes back to, if it is one of the same enterprise; else the call stands by itself."""
    if visit_id is None:
        return None
    try:
        former = queries.get_visit_for(me, visit_id)
    except NotFoundError:
        return None
    return former.id if former.enterprise_id == enterprise_id else None


def _fill(visit: Visit, facts: Facts) -> None:
    for name in KEPT:
        setattr(visit, name, getattr(facts, name))
    visit.outcome = Outcome(facts.outcome)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value


def _keep_files(visit: Visit, files: Sequence[Kept]) -> None:
    for kept in files:
        db.session.add(
            VisitFile(
                visit_id=visit.id,
                name=kept.name,
                media_type=kept.media_type,
                size=kept.size,
                sha256=kept.sha256,
                stored_as=kept.stored_as,
            )
        )


def _note(
    visit: Visit,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    today: date,
    reason: str = "",
    former: dict[str, Any] | None = None,
    request_key: str | None = None,
) -> None:
    db.session.flush()
    change = VisitChange(
        visit_id=visit.id,
        at=now,
        kind=kind,
        by_id=by.person_id,
        by_name=_called(visit, by, today),
        reason=reason,
        former=former or {},
        request_key=request_key,
    )
    db.session.add(change)


def _called(visit: Visit, by: Actor, today: date) -> str:
    """李四（区工信局）; 李四（为王五，调度室） where he writes for whoever the visit belongs to."""
    unit = unit_name_of(by.person_id, today) if by.person_id else None
    owner = find_person(visit.person_id) if by.person_id and visit.person_id != by.person_id else None
    about = "，".join([*([f"为{owner.name}"] if owner else []), *([unit] if unit else [])])
    return (f"{by.name}（{about}）" if about else by.name)[:60]
