"""Enrolling people and giving them posts, inside a transaction that somebody else commits (pages, imports)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask_security import hash_password

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.org import queries, staff_queries
from helpdesk.org.auditing import audited, called
from helpdesk.org.models import DUTY_LABELS, Duty, Person, Post, Unit, UnitKind
from helpdesk.org.passwords import new_first_password
from helpdesk.pages import masked
from workflows.engine import Missing, NotNow

LOGIN = re.compile(r"[\w.\-]{2,50}")
DUTIES_IN: dict[UnitKind, tuple[Duty, ...]] = {
    UnitKind.GROUP: (Duty.LEAD, Duty.LIAISON, Duty.HANDLER, Duty.MEMBER, Duty.IN_CHARGE)
}
"""Only a functional group has somebody in charge above it (分管领导)."""
OTHERWISE = (Duty.LEAD, Duty.LIAISON, Duty.HANDLER, Duty.MEMBER)
ADMINISTRATORS_HANDLE_NOTHING = (
    "系统、安全、审计管理员不参与问题办理：不能在调度室、督查考核办公室、领导小组、功能组任职，"
    "也不能任各单位的负责人、联络员"
)


@dataclass(frozen=True)
class Facts:
    """What is known of a person: ``username`` is what he signs in under."""

    name: str
    username: str
    phone: str | None = None
    email: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Term:
    """A duty in a unit from a day to a day, both included; no last day while it lasts."""

    unit_id: int
    duty: Duty
    from_on: date
    until_on: date | None = None


# -- People ------------------------------------------------------------------------------------------------------------


def enrol(facts: Facts, *, by: Person | None, now: datetime) -> tuple[Person, str]:
    """A new person who may sign in with the first password that is answered, and has to change it then.

    Missing says by question what is wrong: a login or an address that somebody else has.
    """
    _refuse(_taken(facts))
    password = new_first_password()
    person = Person(
        active=True, password=hash_password(password), must_change_password=True, fs_uniquifier=uuid4().hex, roles=[]
    )
    _fill(person, facts)
    db.session.add(person)
    db.session.flush()
    audited("person_enrolled", by=by, about=f"账号 {called(person)}", now=now, details={"职务": facts.title or ""})
    return person, password


def correct(person: Person, facts: Facts, *, by: Person | None, now: datetime) -> Person:
    """Other facts for somebody who is enrolled; what was before stays in the audit. Missing as for ``enrol``."""
    _refuse(_taken(facts, but=person.id))
    before = _told(person)
    _fill(person, facts)
    after = _told(person)
    if changed := {label: (was, after[label]) for label, was in before.items() if was != after[label]}:
        audited("person_corrected", by=by, about=f"账号 {called(person)}", now=now, details=changed)
    return person


def _fill(person: Person, facts: Facts) -> None:
    person.name, person.username, person.title = facts.name, facts.username, facts.title or None
    person.phone, person.email = facts.phone or None, facts.email or None


def _told(person: Person) -> dict[str, str]:
    return {
        "姓名": person.name,
        "用户名": person.username,
        "职务": person.title or "",
        "手机": masked(person.phone),
        "邮箱": person.email or "",
    }


def _taken(facts: Facts, *, but: int | None = None) -> dict[str, str]:
    found = {}
    if not LOGIN.fullmatch(facts.username):
        found["username"] = "用户名用 2 到 50 个字母、数字、汉字、点或横线，中间不留空格"
    elif (other := queries.find_by_username(facts.username)) and other.id != but:
        found["username"] = f"用户名“{facts.username}”已经由{other.name}使用，请换一个，例如加上单位或者数字"
    if facts.email and (other := staff_queries.find_by_email(facts.email)) and other.id != but:
        found["email"] = f"这个邮箱已经登记给{other.name}"
    return found


def _refuse(errors: dict[str, str]) -> None:
    if errors:
        raise Missing(errors)


# -- Posts -------------------------------------------------------------------------------------------------------------


def give_post(person: Person, term: Term, *, by: Person | None, now: datetime) -> Post:
    """That person holds that post; Missing where he holds it already, or the unit is none for it."""
    _refuse(_against(person, term))
    post = Post(person_id=person.id, unit_id=term.unit_id, duty=term.duty, from_on=term.from_on, until_on=term.until_on)
    db.session.add(post)
    db.session.flush()
    audited("post_given", by=by, about=f"{called(person)}：{words_of(post)}", now=now)
    return post


def _against(person: Person, term: Term) -> dict[str, str]:
    unit = db.session.get(Unit, term.unit_id)
    if unit is None or (unit.ended_on and unit.ended_on <= term.from_on):
        return {"unit": "请选择现有的单位"}
    if not person.active:
        return {"unit": f"{person.name}的账号已停用，请先启用"}
    if term.duty not in duties_in(unit.kind):
        return {"duty": f"{unit.name}没有“{DUTY_LABELS[term.duty]}”这个岗位，只有功能组有分管领导"}
    if person.roles and handles(unit, term.duty):
        return {"unit": ADMINISTRATORS_HANDLE_NOTHING}
    if term.until_on and term.until_on < term.from_on:
        return {"until_on": "不能早于开始日期"}
    if staff_queries.same_post(person.id, term.unit_id, term.duty, term.from_on, term.until_on):
        return {"duty": f"{person.name}在这些天里已经是{unit.name}的{DUTY_LABELS[term.duty]}"}
    return {}


def duties_in(kind: str) -> Sequence[Duty]:
    """The duties that there are in a unit of that kind."""
    return DUTIES_IN.get(UnitKind(kind), OTHERWISE)


def handles(unit: Unit, duty: str) -> bool:
    """Whether such a post takes part in handling problems, so that none of the 三员 may hold it."""
    return unit.kind in queries.SEAT_KINDS or Duty(duty) in queries.SIGNING


def end_post(post: Post, *, last_on: date, by: Person | None, now: datetime) -> None:
    """The post ends with that day; one that would end before it began has never been. NotNow when it is over already."""
    if post.until_on is not None and post.until_on < last_on:
        raise NotNow(f"这项任职已经在 {post.until_on:%Y-%m-%d} 结束")
    about = f"{called(post.person)}：{words_of(post)}"
    if last_on < post.from_on:
        db.session.delete(post)
        about += "，没有到任"
    else:
        post.until_on = last_on
        about += f"，到 {last_on:%Y-%m-%d} 为止"
    db.session.flush()
    audited("post_ended", by=by, about=about, now=now)


def move_post(post: Post, term: Term, *, by: Person | None, now: datetime) -> Post:
    """From the first day of ``term`` on he has that post instead of this one."""
    person = post.person
    if (post.unit_id, post.duty) == (term.unit_id, term.duty):
        raise Missing({"unit": "新的单位和岗位与现在的一样"})
    end_post(post, last_on=term.from_on - timedelta(days=1), by=by, now=now)
    return give_post(person, term, by=by, now=now)


def words_of(post: Post) -> str:
    """基础设施保障组经办人，2026-03-01 起."""
    unit = db.session.get(Unit, post.unit_id)
    until = f"至 {post.until_on:%Y-%m-%d}" if post.until_on else "起"
    return f"{unit.name if unit else ''}{DUTY_LABELS[Duty(post.duty)]}，{post.from_on:%Y-%m-%d} {until}"


def get_post_for_change(post_id: int, *, person_id: int) -> Post:
    """That post of that person, locked where the database locks rows; NotFoundError when there is none."""
    post = staff_queries.post_for_change(post_id)
    if post is None or post.person_id != person_id:
        raise NotFoundError("没有找到这项任职")
    return post
