"""What a row of 人员名册 would do: whose it is, what changes about him, which post he gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from helpdesk.ledgers.kinds import people_queries as queries
from helpdesk.ledgers.kinds.roster_words import DUTIES, UNIT_KINDS
from helpdesk.ledgers.terms import CHANGED, NEW, UNCHANGED, Difference, Row, RowRefusedError
from helpdesk.org.models import Duty, Person, Post, Unit
from helpdesk.org.queries import administrators
from helpdesk.org.staffing import duties_in
from helpdesk.pinyin import sounds

FACTS = {"name": "姓名", "title": "职务", "phone": "手机", "email": "邮箱"}
SURNAMES_OF_TWO = ("欧阳", "上官", "司马", "诸葛", "司徒", "夏侯", "皇甫", "东方", "尉迟", "公孙", "慕容", "令狐")


@dataclass
class Newcomer:
    """Somebody who is new by this file."""

    row: int
    login: str
    given: dict[str, Any]
    posts: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Known:
    """Everybody and every unit, and what the rows before said."""

    today: date
    people: Sequence[Person]
    by_login: Mapping[str, Person]
    emails: dict[str, str]  # address → whose login
    units: Mapping[str, Unit]
    posts: Mapping[int, Sequence[Post]]
    administrators: frozenset[int]
    newcomers: list[Newcomer] = field(default_factory=list)
    logins: set[str] = field(default_factory=set)
    said: dict[tuple[int, str], tuple[int, Any]] = field(default_factory=dict)  # person, fact → row, value
    new_units: dict[str, str] = field(default_factory=dict)  # name → kind


def read(_rows: Sequence[Row], today: date, *, for_change: bool) -> Known:
    """All people, units and posts of today: a district has hundreds."""
    people = queries.everybody()
    if for_change:
        queries.people_with([each.id for each in people])
    posts: dict[int, list[Post]] = {}
    for post in queries.posts_on(today):
        posts.setdefault(post.person_id, []).append(post)
    by_login = {each.username: each for each in people}
    emails = {each.email: each.username for each in people if each.email}
    units = {each.name: each for each in queries.units()}
    logins = set(by_login)
    return Known(today, people, by_login, emails, units, posts, frozenset(administrators()), logins=logins)


def compare(row: Row, known: Known) -> Difference:
    """A newcomer with his post; or what changes about somebody, and a post that he does not hold yet."""
    unit_words = _unit(row, known)
    person = _person(row, known)
    if isinstance(person, Person):
        return _of_person(row, person, known, unit_words)
    return _of_newcomer(row, person, known, unit_words)


def _unit(row: Row, known: Known) -> list[tuple[str, str, str]]:
    """The unit must be there, or come with its kind; words for the preview where it is new."""
    name, kind = row.get("unit"), row.get("unit_kind")
    if name in known.units:
        if (ended := known.units[name].ended_on) and ended <= known.today:
            raise RowRefusedError({"unit": f"“{name}”已经在 {ended:%Y-%m-%d} 撤销或者合并，请改填现有的单位"})
        if kind and known.units[name].kind != kind:
            there = UNIT_KINDS.get(known.units[name].kind, ("其他",))[0]
            raise RowRefusedError({"unit_kind": f"“{name}”登记的类型是{there}，与文件不一致"})
        return []
    if kind is None and name not in known.new_units:
        raise RowRefusedError({"unit": "没有这个单位；名称写错的请改正，确实是新单位的请填“单位类型”"})
    if known.new_units.setdefault(name, kind) not in (kind, None) and kind is not None:
        raise RowRefusedError({"unit_kind": f"前面的行里“{name}”是另一种类型"})
    return [("新单位", "", f"{name}（{UNIT_KINDS[known.new_units[name]][0]}）")]


# -- Who it is ---------------------------------------------------------------------------------------------------------


def _person(row: Row, known: Known) -> Person | Newcomer | None:
    """Somebody who has an account, somebody of a row before, or None: somebody new."""
    login, name = row.get("login"), row.get("name")
    if login:
        if login in known.by_login:
            return _open(known.by_login[login], known)
        return next((each for each in known.newcomers if each.login == login), None)
    alike = [each for each in known.people if each.name == name]
    sure = [each for each in alike if _same(row, each, known)]
    if len(sure) == 1:
        return _open(sure[0], known)
    if alike:
        listed = "、".join(f"{each.name}（{_unit_of(each, known)}，用户名 {each.username}）" for each in alike)
        raise RowRefusedError({"login": f"已经有{listed}；是同一位请填他的用户名，不是同一位请填一个新的用户名"})
    before = [each for each in known.newcomers if each.given["name"] == name]
    if not before:
        return None
    phone = row.get("phone")
    same = [each for each in before if phone and phone == each.given.get("phone")]
    if len(same) == 1:
        return same[0]
    if phone and all(each.given.get("phone") for each in before):
        return None
    raise RowRefusedError({"login": f"和第 {before[0].row} 行同名，看不出是不是同一位；请填手机或者用户名区分"})


def _same(row: Row, person: Person, known: Known) -> bool:
    """The same name, and a telephone, a mail address or a unit that is his: one who has moved needs his login."""
    if row.get("phone") and person.phone:
        return bool(row.get("phone") == person.phone)
    if row.get("email") and row.get("email") == person.email:
        return True
    return any(post.unit.name == row.get("unit") for post in known.posts.get(person.id, ()))


def _unit_of(person: Person, known: Known) -> str:
    posts = known.posts.get(person.id)
    return posts[0].unit.name if posts else "没有任职"


def _open(person: Person, known: Known) -> Person:
    if person.id in known.administrators:
        raise RowRefusedError({"login": f"{person.name}是系统、安全或者审计管理员，不参加问题办理，不能任职"})
    if not person.active:
        raise RowRefusedError({"login": f"{person.name}的账号已经停用，要用的请先启用"})
    return person


# -- What changes ------------------------------------------------------------------------------------------------------


def _of_person(row: Row, person: Person, known: Known, words: list[tuple[str, str, str]]) -> Difference:
    given = {name: row.get(name) for name in FACTS if row.get(name) not in (None, getattr(person, name))}
    for name in FACTS:
        value = row.get(name)
        before = known.said.setdefault((person.id, name), (row.number, value)) if value is not None else None
        if before and before[1] != value:
            raise RowRefusedError({name: f"和第 {before[0]} 行写的不一样（{before[1]}）"})
    _own_address(row, person.username, known)
    changes = [(FACTS[name], getattr(person, name) or "", str(value)) for name, value in given.items()]
    held = any(p.unit.name == row.get("unit") and p.duty == row.get("duty") for p in known.posts.get(person.id, ()))
    post = None if held else _post(row, known)
    if post:
        had = "、".join(_post_words(p.unit.name, p.duty) for p in known.posts.get(person.id, ()))
        changes.append(("岗位", f"{had}（保留）" if had else "", f"{_post_words(post[0], post[1])}，{post[2]} 起"))
    label = f"{person.name}（{person.username}）"
    if not changes:
        return Difference(row.number, UNCHANGED, label, person.id)
    return Difference(row.number, CHANGED, label, person.id, [*words, *changes], _data(row, known, given, post))


def _of_newcomer(row: Row, newcomer: Newcomer | None, known: Known, words: list[tuple[str, str, str]]) -> Difference:
    post = _post(row, known)
    if newcomer is None:
        newcomer = Newcomer(row.number, _login(row, known), {name: row.get(name) for name in FACTS})
        _own_address(row, newcomer.login, known)
        known.newcomers.append(newcomer)
        known.logins.add(newcomer.login)
        facts = [(FACTS[name], "", str(value)) for name, value in newcomer.given.items() if value]
        words = [*words, ("用户名", "", newcomer.login), *facts]
    else:
        _agrees(row, newcomer)
    changes = [*words, ("岗位", "", f"{_post_words(post[0], post[1])}，{post[2]} 起")]
    data = _data(row, known, newcomer.given, post) | {"login": newcomer.login}
    return Difference(row.number, NEW, f"{newcomer.given['name']}（{newcomer.login}）", None, changes, data)


def _agrees(row: Row, newcomer: Newcomer) -> None:
    for name in FACTS:
        if row.get(name) not in (None, newcomer.given[name]):
            raise RowRefusedError({name: f"和第 {newcomer.row} 行写的不一样（{newcomer.given[name] or '空白'}）"})


def _own_address(row: Row, login: str, known: Known) -> None:
    if row.get("email") and known.emails.setdefault(row.get("email"), login) != login:
        raise RowRefusedError({"email": "这个邮箱已经是别人的，每人要有自己的邮箱"})


def _post(row: Row, known: Known) -> tuple[str, str, date]:
    unit, duty = row.get("unit"), row.get("duty")
    kind = known.units[unit].kind if unit in known.units else known.new_units[unit]
    if Duty(duty) not in duties_in(kind):
        raise RowRefusedError({"duty": f"“{unit}”没有“{DUTIES[duty][0]}”这个岗位，只有功能组有分管领导"})
    return unit, duty, row.get("from_on") or known.today


def _post_words(unit: str, duty: str) -> str:
    return f"{unit}{DUTIES[duty][0]}"


def _data(row: Row, known: Known, given: Mapping[str, Any], post: tuple[str, str, date] | None) -> dict[str, Any]:
    new_unit = row.get("unit") not in known.units
    return {"given": dict(given), "post": post, "unit_kind": known.new_units[row.get("unit")] if new_unit else None}


def _login(row: Row, known: Known) -> str:
    """What he signs in with: as it was given, else by the sound of the name, with a number where that is taken."""
    if row.get("login"):
        return str(row.get("login"))
    name = row.get("name")
    cut = 2 if name.startswith(SURNAMES_OF_TWO) and len(name) > 2 else 1
    parts = [
        "".join(each for each in "".join(sounds(some)).lower() if each.isascii() and each.isalnum())
        for some in (name[:cut], name[cut:])
    ]
    plain = ".".join(part for part in parts if part)[:40] or "user"
    return next(each for each in (plain, *(f"{plain}{n}" for n in range(2, 10_000))) if each not in known.logins)
