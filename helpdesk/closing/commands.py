"""What closing does: several 销号 at once, a number shown and put on record, samples drawn and called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.clock import calendar
from helpdesk.closing import list_queries, many, sample_marks, sample_queries
from helpdesk.closing.judging import CLOSE
from helpdesk.closing.models import Sample, SampleItem
from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.listings import queries as listed
from helpdesk.org.auditing import audited
from helpdesk.org.models import Person
from helpdesk.org.queries import find_person, seating, unit_name_of
from helpdesk.problems import queries, words
from helpdesk.problems.cases import Standing, roles_towards
from helpdesk.problems.commands import Actor, act
from helpdesk.problems.indexed import index
from helpdesk.problems.models import Entry, Problem
from workflows import sampling
from workflows.engine import Decision, Missing, NotNow, NotYours, Refused, decide
from workflows.roles import Role
from workflows.sampling import KINDS, SAMPLING, Wanted
from workflows.terms import Case

# -- Several at once ---------------------------------------------------------------------------------------------------


@dataclass
class Closed:
    """How it went: the problems that were closed, and the reason for each that was not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def candidates(me: Standing, problem_ids: Collection[int]) -> dict[int, Any]:
    """The lines of those of these problems that wait for their 销号 and that this person may see."""
    keys = list_queries.waiting_to_close(me).where(Problem.id.in_(problem_ids))
    return {line.id: line for line in listed.fetched(list_queries.closing_lines(keys, longest=1))}


def numbers_of(me: Standing, problem_ids: Collection[int]) -> dict[int, str]:
    """The official numbers of those of these problems that this person may see."""
    return listed.numbers_of(me, problem_ids)


def close_many(
    me: Standing, problem_ids: Collection[int], *, given: Mapping[str, Any], by: Actor, request_key: str | None = None
) -> Closed:
    """Close each of these problems in its own transaction, with its own number; one refusal does not stop the others.

    Looked at once more now: whatever is no longer content through its own link is left. ``request_key``: random per
    page shown; sent a second time it closes nothing twice and answers the same.
    """
    closed, lines, worked = Closed(), candidates(me, problem_ids), list_queries.worked_on(me)
    plan = [
        (key, lines.get(key), f"{request_key}-{key}" if request_key else None) for key in dict.fromkeys(problem_ids)
    ]
    standing = [(key, many.obstacle(line, worked) if line else many.GONE, line, own) for key, line, own in plan]
    versions = {key: line.version if line else None for key, line, _ in plan}
    for key, obstacle, _, own in standing:
        if obstacle and not (own and queries.entry_by_request(own)):
            closed.refused[key] = obstacle
            continue
        try:
            act(key, CLOSE.name, by=by, given=given, now=me.now, version=versions[key], request_key=own)
            closed.done.append(key)
        except Missing:
            raise
        except Refused as refused:
            closed.refused[key] = refused.message
    return closed


# -- Numbers -----------------------------------------------------------------------------------------------------------


def reveal(*, by: Person, about: str, number: str | None, now: datetime) -> None:
    """Put on record that somebody is about to see a whole telephone number; the number itself is not written down."""
    begin_writing()
    audited("number_revealed", by=by, about=about, number=number, now=now)
    db.session.commit()


# -- Samples -----------------------------------------------------------------------------------------------------------


def draw(
    kind: str,
    first_on: date,
    until_on: date,
    wanted: Wanted,
    *,
    seed: int,
    by: Actor,
    now: datetime,
    request_key: str | None = None,
) -> Sample:
    """Draw a sample of what ended so in that period; frame and seed go on record. One form draws once.

    Raises Missing where the period lies in the future, the frame is empty or nothing would be drawn, NotYours.
    """
    today = calendar().day_of(now)
    begin_writing()
    try:
        if request_key and (sample := sample_queries.find_by_key(request_key)):
            return sample
        _only_supervisors(by, today)
        frame = sample_queries.frame_of(kind, first_on, until_on)
        if errors := complaints(first_on, until_on, wanted, frame_size=len(frame), today=today):
            raise Missing(errors)
        sample = _drawn(kind, first_on, until_on, wanted, seed, frame, by, now, request_key)
        _on_record(sample, by, now)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if request_key and (found := sample_queries.find_by_key(request_key)):
            return found
        raise
    except Exception:
        db.session.rollback()
        raise
    return sample


def _only_supervisors(by: Actor, today: date) -> None:
    if not any(each.person_id == by.person_id for each in seating(today).holders(Role.SUPERVISOR, None)):
        raise NotYours("抽查由督查考核办公室抽取和回访", (Role.SUPERVISOR,))


def complaints(first_on: date, until_on: date, wanted: Wanted, *, frame_size: int, today: date) -> dict[str, str]:
    """What is wrong with a wish to draw, by question; empty when it can be drawn."""
    if first_on > until_on:
        return {"until_on": "结束日期早于开始日期"}
    if until_on > today:
        return {"until_on": "这段时间还没有过完：结束日期最晚是今天"}
    if (wanted.share is None) == (wanted.number is None):
        return {"share": "比例和件数请填一个，只填一个"}
    if not 1 <= (wanted.share or wanted.number or 0) <= (100 if wanted.number is None else 10_000):
        return {"share" if wanted.number is None else "size": "请填 1 到 100 的比例，或者至少 1 件"}
    if not frame_size:
        return {"first_on": "这段时间没有可以抽查的问题，请换一段时间或者换一类"}
    return {}


def _drawn(  # noqa: PLR0913
    kind: str,
    first_on: date,
    until_on: date,
    wanted: Wanted,
    seed: int,
    frame: sampling.Frame,
    by: Actor,
    now: datetime,
    request_key: str | None,
) -> Sample:
    sample = Sample(
        kind=kind,
        first_on=first_on,
        until_on=until_on,
        share=wanted.share,
        size=wanted.number,
        each_group=wanted.each_group,
        seed=seed,
        frame=[list(each) for each in frame],
        drawn_at=now,
        drawn_by_id=by.person_id,
        request_key=request_key,
    )
    db.session.add(sample)
    groups, rows = dict(frame), sample_queries.records_of([key for key, _ in frame])
    for key in sampling.draw(frame, wanted, seed):
        db.session.add(
            SampleItem(
                sample=sample,
                problem_id=key,
                group_id=groups[key],
                state=sampling.FIRST,
                unreached_calls=0,
                on_record={name: getattr(rows[key], name) for name in ANSWERS},
                said={},
                differs=[],
            )
        )
    return sample


def _on_record(sample: Sample, by: Actor, now: datetime) -> None:
    """Into the audit, whose chain tells later whether period, share or seed were changed."""
    db.session.flush()
    details = {
        "办结日期": f"{sample.first_on} 至 {sample.until_on}",
        "抽取": f"{sample.share}%" if sample.share else f"{sample.size} 件",
        "每个责任组至少一件": "是" if sample.each_group else "否",
        "可抽查的": f"{len(sample.frame)} 件",
        "抽样种子": str(sample.seed),
    }
    about = f"第 {sample.id} 次抽查（{KINDS[sample.kind][0]}）"
    audited("sample_drawn", by=find_person(by.person_id or 0), about=about, now=now, details=details)


ANSWERS = ("solved", "answered", "contacted", "satisfaction")


def redrawn(sample: Sample) -> tuple[int, ...]:
    """Draw once more from what is on record: the same problems, or the record was changed."""
    frame: list[tuple[int, int | None]] = [(key or 0, group) for key, group in sample.frame]
    return sampling.draw(frame, Wanted(sample.share, sample.size, sample.each_group), sample.seed)


def call(
    item_id: int, *, by: Actor, given: Mapping[str, Any], now: datetime, request_key: str | None = None
) -> SampleItem:
    """Put a sampled call on record, with the problem's timeline. Raises NotFoundError, NotYours, NotNow, Missing, StaleError."""
    begin_writing()
    try:
        if request_key and queries.entry_by_request(request_key):
            return sample_queries.get_item(item_id)
        item = sample_queries.get_item(item_id, lock=True)
        problem = queries.get_for_change(item.problem_id)
        decision = decided(item, problem, by, given, now)
        _write(item, problem, decision, by, given, now, request_key)
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise StaleError("别人刚刚登记了这一件的抽查结果，请看最新情况") from error
    except Exception:
        db.session.rollback()
        raise
    return item


def case_of(item: SampleItem) -> Case:
    """What the rules may know of one that was drawn."""
    return Case(
        state=item.state,
        kind=item.sample.kind,
        unreached_calls=item.unreached_calls,
        workers=sample_queries.involved_in(item.problem_id),
    )


def decided(item: SampleItem, problem: Problem, by: Actor, given: Mapping[str, Any], now: datetime) -> Decision:
    """What the table says of this call; raises its refusals."""
    today = calendar().day_of(now)
    seats = seating(today)
    if item.state not in KINDS[item.sample.kind][1].sources:
        raise NotNow("这一件已经登记过抽查结果")
    return decide(
        SAMPLING,
        case_of(item),
        KINDS[item.sample.kind][1].name,
        roles=roles_towards(by.person_id or 0, problem, seats, queries.named_with(problem, today)),
        actor=by.person_id,
        given=given,
        now=now,
        today=today,
        standing_for=seats.standing_for(by.person_id),
    )


def _write(
    item: SampleItem,
    problem: Problem,
    decision: Decision,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    request_key: str | None,
) -> None:
    today = calendar().day_of(now)
    item.unreached_calls += len(decision.adds)
    item.state, item.called_at, item.called_by_id, item.note = decision.dest, now, by.person_id, given.get("note")
    if not decision.adds:
        item.said = {name: value for name, value in decision.keeps.items() if value}
        item.differs = list(sampling.deviations(item.on_record, item.said))
        item.deviates = bool(item.differs)
    unit = unit_name_of(by.person_id or 0, today)
    answered = [each | {"public": False} for each in words.answers(decision.action.asks, given, today)]
    entry = Entry(
        problem_id=problem.id,
        at=now,
        action=sampling.IN_TIMELINE,
        label=decision.action.label,
        by_id=by.person_id,
        by_name=f"{by.name}（{unit}）" if unit else by.name,
        by_role=decision.roles[0] if decision.roles else None,
        source=problem.state,
        dest=problem.state,
        round=problem.round,
        version=problem.version,
        answers=answered + sample_marks.told(item),
        internal=True,
        works=False,
        request_key=request_key,
    )
    db.session.add(entry)
    db.session.flush()
    index(entry, problem)
    db.session.add_all(sample_marks.marks_of(item, problem, entry, today))
