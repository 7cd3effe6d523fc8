"""What happens inside the transaction of one act: ask the engine, write what it says, and let follow what follows."""

from dataclasses import replace
from datetime import datetime

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org.queries import seating
from helpdesk.problems import queries, telling, words, writing
from helpdesk.problems.actors import SYSTEM, Acted, Actor, Scene, Wish
from helpdesk.problems.cases import case_of, matter_case, named_with_matter, outlived, roles_towards
from helpdesk.problems.links import VALID, standing_of
from helpdesk.problems.marking import write_marks
from helpdesk.problems.models import Entry, Link, Matter, Problem
from helpdesk.problems.recording import part_played, write_entry
from helpdesk.problems.references import check_references
from workflows.book import PROCESSES
from workflows.engine import Decision, Missing, NotNow, decide
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, SELF, Action, Phase, Process

# -- Problems ----------------------------------------------------------------------------------------------------------


def do(problem_id: int | None, wish: Wish) -> Acted:
    """Do an action to a problem, or to a new one; everything but the commit."""
    scene = _scene(problem_id, wish.by, wish.now)
    if wish.version is not None and wish.version != scene.problem.version:
        _refuse_if_stale(scene.problem, wish.name, wish.version)
    link = _own_link(PROBLEM.action(wish.name), wish.by, wish.now)
    decision = _decide(scene.rules.process(PROBLEM.name), scene, wish)
    scene.named_rows = check_references(decision.action, wish.given, scene.problem, scene.today)
    if link:
        link.used_at = wish.now
    entry = _apply(decision, scene, wish)
    _go_on(decision, scene, wish)
    return Acted(scene.problem.id, entry.id, decision.action)


def _decide(process: Process, scene: Scene, wish: Wish) -> Decision:
    decision = decide(
        process,
        scene.case,
        wish.name,
        roles=scene.roles,
        actor=wish.by.person_id,
        given=wish.given,
        now=scene.now,
        today=scene.today,
        via=wish.via,
        standing_for=scene.seating.standing_for(wish.by.person_id),
    )
    scene.part = part_played(decision, scene, wish.by)
    return decision


def _scene(problem_id: int | None, by: Actor, now: datetime) -> Scene:
    today = calendar().day_of(now)
    seats = seating(today)
    problem = queries.get_for_change(problem_id) if problem_id else _new_problem(by, now)
    matters = queries.matters_of(problem.id) if problem_id else []
    named = queries.named_with(problem, today, matters)
    roles = by.roles or roles_towards(by.person_id or 0, problem, seats, named)
    if not roles:
        raise NotFoundError(queries.NOT_THERE)
    rows = queries.clocks_of(problem.id) if problem_id else []
    workers = queries.workers_on(problem.id) if problem_id else set()
    case = case_of(problem, rows, workers, matters=matters, today=today)
    return Scene(problem, rows, matters, seats, named, roles, case, now)


def _new_problem(by: Actor, now: datetime) -> Problem:
    return Problem(
        state=NEW,
        phase=Phase.START,
        round=1,
        reporter_id=by.person_id or by.reporter_id,
        objected=False,
        appealed=False,
        unreached_calls=0,
        closed_late=False,
        created_at=now,
        changed_at=now,
        state_since_at=now,
    )


def _refuse_if_stale(problem: Problem, name: str, version: int) -> None:
    """Only what changes the ground under this act makes it stale: the problem moved on, or the same was done."""
    action = PROBLEM.action(name)
    if all(move.dest == SELF for move in action.moves) and not action.stops:
        return
    since = queries.entries_since(problem.id, version)
    if any(entry.source != entry.dest or entry.action == name for entry in since):
        today = calendar().day_of(since[-1].at)
        happened = tuple(f"{words.moment_words(entry.at, today)} {entry.by_name}{entry.label}" for entry in since)
        raise StaleError("您填写的时候，这个问题已经有了新情况", happened)


def _own_link(action: Action, by: Actor, now: datetime) -> Link | None:
    """The link that this act uses up, if it does; NotNow when another or a used one was taken."""
    if by.link_id is None or action.uses_link is None:
        return None
    link = queries.find_link(by.link_id)
    if link is None or link.purpose != action.uses_link or standing_of(link, now) != VALID:
        raise NotNow("这个链接已经用过或者过期，不能再次提交")
    return link


def _apply(decision: Decision, scene: Scene, wish: Wish) -> Entry:
    problem = scene.problem
    former = {name: getattr(problem, f"{name}_id") for name in ("enterprise", "group", "handler")}
    with db.session.no_autoflush:  # the row and its summary are written once, together
        writing.write_problem(decision, problem, scene.now)
        db.session.add(problem)
        steps = writing.write_clocks(decision, scene, wish.given)
    entry = scene.entry = write_entry(decision, scene, wish)
    writing.put_on_record(steps, entry)
    write_marks(decision, scene, wish, steps, former)
    changed = [name for name, key in former.items() if getattr(problem, f"{name}_id") != key]
    if changed:
        db.session.expire(problem, changed)
    if "enterprise" in changed:
        scene.named = queries.named_with(problem, scene.today, scene.matters)
    else:
        scene.named = writing.renamed(scene.named, problem)
    telling.tell(decision, scene, wish, former_group_id=former["group"])
    return entry


def _go_on(decision: Decision, scene: Scene, wish: Wish) -> None:
    """What follows from an act: matters are opened or lose their object, merged problems go on alone."""
    for question, (process, name) in decision.action.opens.items():
        for unit_id in wish.given.get(question) or ():
            wanted = wish.given.get("instruction") or "请按本组职责协助办理，给出协办意见"
            opening = replace(
                wish, name=name, given={"unit": unit_id, "wanted": wanted}, version=None, request_key=None
            )
            do_beside(scene.problem.id, process, None, opening)
    for matter in scene.matters:
        if matter.phase == Phase.OPEN and outlived(matter, scene.problem):
            _drop(matter, wish)
    if decision.moved and (frees := PROBLEM.state(decision.dest).frees):
        for follower in queries.merged_into(scene.problem.id):
            do(follower.id, Wish(frees, SYSTEM, {}, wish.now, noted_at=wish.noted_at))


# -- Matters beside a problem ------------------------------------------------------------------------------------------


def do_beside(problem_id: int, process_name: str, matter_id: int | None, wish: Wish) -> Acted:
    """Do an action to a request or an assisting task, or open one; everything but the commit."""
    scene = _scene(problem_id, wish.by, wish.now)
    matter = _matter(scene, process_name, matter_id)
    process = scene.rules.process(process_name)
    scene.matter, problem_case, scene.case = matter, scene.case, matter_case(matter, scene.case)
    if matter:
        scene.named = named_with_matter(matter, scene.named, scene.seating)
        scene.roles = wish.by.roles or roles_towards(wish.by.person_id or 0, scene.problem, scene.seating, scene.named)
    scene.rows = [row for row in scene.rows if matter and row.matter_id == matter.id]
    decision = _decide(process, scene, wish)
    scene.named_rows = check_references(decision.action, wish.given, scene.problem, scene.today, scene.matters)
    if matter is None:
        _rehearse(process, decision, replace(scene, case=problem_case), wish)
    entry = _apply_beside(process, decision, scene, wish)
    if follows := decision.action.does.get(scene.matter.kind if scene.matter else ""):
        _follow(follows, process, scene, wish)
    return Acted(problem_id, entry.id, decision.action)


def _matter(scene: Scene, process: str, matter_id: int | None) -> Matter | None:
    if matter_id is None:
        return None
    found = next((each for each in scene.matters if each.id == matter_id and each.process == process), None)
    if found is None:
        raise NotFoundError("没有找到这项申请或者协办任务")
    return found


def _rehearse(process: Process, decision: Decision, scene: Scene, wish: Wish) -> None:
    """What is asked for must be possible now: else it is refused at once instead of when it is granted."""
    kind = str(decision.keeps.get("kind"))
    for action in process.actions:
        if follows := action.does.get(kind):
            trial = replace(wish, name=follows, via=process.name)
            scene.roles = frozenset(PROBLEM.action(follows).roles)
            _decide(scene.rules.process(PROBLEM.name), scene, trial)


def _apply_beside(process: Process, decision: Decision, scene: Scene, wish: Wish) -> Entry:
    with db.session.no_autoflush:
        matter = scene.matter = writing.write_matter(process, decision, scene, wish)
        steps = writing.write_matter_clocks(process, decision, scene, wish.given)
    entry = scene.entry = write_entry(decision, scene, wish)
    writing.put_on_record(steps, entry)
    scene.named = named_with_matter(matter, scene.named, scene.seating)
    telling.tell(decision, scene, wish, process=process)
    return entry


def _follow(name: str, process: Process, scene: Scene, wish: Wish) -> None:
    """The decision takes effect on the problem, with the answers that were given when it was asked for."""
    assert scene.matter is not None
    given = words.typed(PROBLEM.action(name), scene.matter.asked)
    try:
        do(scene.problem.id, Wish(name, wish.by, given, wish.now, via=process.name))
    except Missing as missing:
        raise NotNow(f"申请里的内容已经不合时宜：{missing.message}。请不批准，由申请人重新提出") from missing


def _drop(matter: Matter, cause: Wish) -> None:
    """The problem has gone on without it."""
    ends = next(each.name for each in PROCESSES[matter.process].actions if each.roles == (Role.SYSTEM,))
    do_beside(matter.problem_id, matter.process, matter.id, Wish(ends, SYSTEM, {}, cause.now, noted_at=cause.noted_at))
