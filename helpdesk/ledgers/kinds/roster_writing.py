"""Writing an import of 人员名册, and taking it back. People come without a password: they get their first one by hand."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from helpdesk.db import db
from helpdesk.ledgers.kinds import people_queries as queries
from helpdesk.ledgers.kinds.roster_comparing import FACTS
from helpdesk.ledgers.reference_queries import references
from helpdesk.ledgers.terms import NEW, Difference, Doing, Done
from helpdesk.org.models import Duty, Person, Unit, UnitKind
from helpdesk.org.queries import find_person, find_unit_of_kind
from helpdesk.org.staffing import Term, give_post


def apply(differences: Sequence[Difference], doing: Doing) -> None:
    """Write units, people and posts; the caller commits."""
    units = {each.name: each.id for each in queries.units()}
    people = queries.people_with([each.subject_id for each in differences if each.subject_id])
    newcomers: dict[str, Person] = {}
    for done, each in enumerate(differences, 1):
        each.undo = _units(each, units)
        if each.outcome == NEW:
            person = newcomers.get(each.data["login"]) or _newcomer(each)
            newcomers[each.data["login"]] = person
        else:
            person = people[each.subject_id or 0]
            each.undo["before"] = {name: getattr(person, name) for name in each.data["given"]}
            for name, value in each.data["given"].items():
                setattr(person, name, value)
        db.session.add(person)
        db.session.flush()
        each.undo["after"] = each.data["given"]
        each.undo["post"] = _post(person, each.data["post"], units, doing)
        each.subject_id = person.id
        doing.tell(done)


def _units(difference: Difference, units: dict[str, int]) -> dict[str, Any]:
    """A unit that is not there yet comes with the first row that names it, below the district."""
    kind, post = difference.data["unit_kind"], difference.data["post"]
    if not (kind and post) or post[0] in units:
        return {}
    district = find_unit_of_kind(UnitKind.DISTRICT)
    unit = Unit(name=post[0], kind=kind, parent_id=district.id if district else None)
    db.session.add(unit)
    db.session.flush()
    units[unit.name] = unit.id
    return {"unit": unit.id}


def _newcomer(difference: Difference) -> Person:
    given = {name: difference.data["given"].get(name) for name in FACTS}
    return Person(
        username=difference.data["login"], active=True, must_change_password=True, fs_uniquifier=uuid4().hex, **given
    )


def _post(person: Person, wanted: Any, units: dict[str, int], doing: Doing) -> int | None:
    """The post by the same rules as on the pages, and as much on record."""
    if wanted is None:
        return None
    unit, duty, first = wanted
    by = find_person(doing.by_id) if doing.by_id else None
    return int(give_post(person, Term(units[unit], Duty(duty), first), by=by, now=doing.now).id)


# -- Undoing -----------------------------------------------------------------------------------------------------------


def obstacles(done: Sequence[Done]) -> list[str]:
    """Whoever has signed in, was given a password, holds another post, or is named anywhere since."""
    people = queries.people_with([line.subject_id for line in done if line.subject_id])
    new = {line.subject_id for line in done if line.outcome == NEW and line.subject_id}
    posts = [line.undo["post"] for line in done if line.undo.get("post")]
    found = [f"{line.label}导入以后又修改过" for line in done if _changed_since(line, people.get(line.subject_id or 0))]
    found += [f"{people[key].name}已经发过初始密码" for key in new if key in people and people[key].password]
    found += [f"导入的人员已经有{words} {n} 条" for words, n in references("people", list(new), but=("posts",)).items()]
    now = queries.posts_with(posts)
    if gone := [key for key in posts if key not in now or now[key].until_on]:
        found.append(f"导入的任职有 {len(gone)} 条已经结束或者变动")
    found += [f"导入的任职已经有{words} {n} 条" for words, n in references("posts", posts).items()]
    extra = [post for key in new for post in queries.posts_of(key) if post not in posts]
    if extra:
        found.append(f"导入的人员又有了 {len(extra)} 个岗位")
    units = [line.undo["unit"] for line in done if line.undo.get("unit")]
    others = [post for unit in units for post in queries.posts_in(unit) if post not in posts]
    if others:
        found.append(f"导入的单位又有了 {len(others)} 个岗位")
    used = references("units", units, but=("posts",))
    return found + [f"导入的单位已经有{words} {n} 条" for words, n in used.items()]


def _changed_since(line: Done, person: Person | None) -> bool:
    return person is None or any(getattr(person, name) != value for name, value in line.undo["after"].items())


def undo(done: Sequence[Done], doing: Doing) -> None:
    """Take posts, people and units back; the caller has made sure that nothing builds on them, and commits."""
    people = queries.people_with([line.subject_id for line in done if line.subject_id])
    queries.delete_posts([line.undo["post"] for line in done if line.undo.get("post")])
    for line in reversed(done):
        for name, value in line.undo.get("before", {}).items():
            setattr(people[line.subject_id or 0], name, value)
    db.session.flush()
    queries.delete_people({line.subject_id for line in done if line.outcome == NEW and line.subject_id})
    queries.delete_units([line.undo["unit"] for line in done if line.undo.get("unit")])
    doing.tell(len(done))
