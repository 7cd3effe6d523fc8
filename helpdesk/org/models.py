"""Tables of units, people, posts and administrators' duties."""

from datetime import date, datetime
from enum import StrEnum

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, Identity, Index, Integer, String, Table, event
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import Base, UtcMoment, db
from workflows.engine import NotNow


class UnitKind(StrEnum):
    """What a unit is in the organisation of 万人助万企."""

    CITY = "city"
    DISTRICT = "district"
    LEADING_GROUP = "leading_group"  # 领导小组
    DISPATCH = "dispatch"  # 调度室
    SUPERVISION = "supervision"  # 督查考核办公室
    COORDINATION = "coordination"  # 综合协调办公室
    GROUP = "group"  # 功能组
    DEPARTMENT = "department"  # 部门、承办单位
    STREET = "street"  # 街道、乡镇
    TASK_FORCE = "task_force"  # 项目专班


class Duty(StrEnum):
    """What a person does in a unit."""

    LEAD = "lead"  # 负责人
    LIAISON = "liaison"  # 联络员
    HANDLER = "handler"  # 经办人
    MEMBER = "member"  # 成员
    IN_CHARGE = "in_charge"  # 分管领导 of the unit


DIGEST, SINGLE = "digest", "single"
"""How a person wants to be reminded: with the morning digest, or by a mail each. Not at all is no choice."""

DUTY_LABELS = {
    Duty.LEAD: "负责人",
    Duty.LIAISON: "联络员",
    Duty.HANDLER: "经办人",
    Duty.MEMBER: "成员",
    Duty.IN_CHARGE: "分管领导",
}


class Unit(db.Model):  # type: ignore[name-defined]
    """A unit (机构) in the tree; one that was dissolved or merged stays, because papers and closed problems name it."""

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    phone: Mapped[str | None] = mapped_column(String(30))  # the office's own, shown to enterprises
    ended_on: Mapped[date | None]  # the first day on which it is no more
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    merged_into: Mapped["Unit | None"] = relationship(remote_side="Unit.id", foreign_keys=[merged_into_id])


class UnitEvent(db.Model):  # type: ignore[name-defined]
    """What became of a unit on a day: founded, renamed, moved under another, merged, dissolved (机构沿革)."""

    __tablename__ = "unit_events"
    __table_args__ = (Index("ix_unit_events_unit", "unit_id", "from_on"), Index("ix_unit_events_other", "other_id"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(10))  # founded | renamed | moved | merged | dissolved
    from_on: Mapped[date]  # the first day on which it is so
    former_name: Mapped[str | None] = mapped_column(String(100))  # 曾用名, of a renaming
    name: Mapped[str] = mapped_column(String(100))  # what it is called from that day on
    other_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # its new parent; into which it was merged
    document: Mapped[str] = mapped_column(String(100))  # 依据: by which paper
    at: Mapped[datetime] = mapped_column(UtcMoment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(100))
    other: Mapped[Unit | None] = relationship(foreign_keys=[other_id])


people_admin_roles = Table(
    "people_admin_roles",
    Base.metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("admin_role_id", ForeignKey("admin_roles.id", ondelete="CASCADE"), primary_key=True),
)


class AdminRole(db.Model, RoleMixin):  # type: ignore[name-defined]
    """A duty towards the installation (三员), apart from all handling of problems."""

    __tablename__ = "admin_roles"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)  # system | security | audit
    description: Mapped[str | None] = mapped_column(String(100))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))


class Person(db.Model, UserMixin):  # type: ignore[name-defined]
    """Somebody who can sign in."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(100), unique=True)  # type: ignore[assignment]
    phone: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(String(50))  # 职务, as on papers
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    reminders: Mapped[str] = mapped_column(String(10), default=DIGEST)  # digest | single; 催办 and 督办 come anyway
    address_failed_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # the mail server refused it for good
    address_answer: Mapped[str | None] = mapped_column(String(300))  # in the server's words
    chat_address: Mapped[str | None] = mapped_column(String(300))  # another way to reach him, where that is switched on
    current_login_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # type: ignore[assignment]
    last_login_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # type: ignore[assignment]
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int | None] = mapped_column(default=0)  # type: ignore[assignment]
    roles: Mapped[list[AdminRole]] = relationship(secondary=people_admin_roles)  # type: ignore[assignment]


@event.listens_for(Person.email, "set", active_history=True)
def _forget_what_was_wrong(person: Person, email: str | None, before: object, _initiator: object) -> None:
    """What the mail server said of the old address says nothing of the new one."""
    if email != before:
        person.address_failed_at = person.address_answer = None


@event.listens_for(Person.roles, "append")
def _stay_apart(person: Person, duty: AdminRole, _initiator: object) -> None:
    """三员分立: who keeps the system, who its security and who watches both are three people."""
    if others := [each for each in person.roles if each is not duty and each.name != duty.name]:
        raise NotNow(
            f"系统、安全、审计管理员不能由一个人兼任：{person.name}已经是{others[0].description or others[0].name}"
        )


class Post(db.Model):  # type: ignore[name-defined]
    """A post (岗位): a person's duty in a unit from a date to a date."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_person", "person_id"), Index("ix_posts_unit", "unit_id"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    duty: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day, None while it lasts
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class SignedIn(db.Model):  # type: ignore[name-defined]
    """One session (登录) of a person on one device; it ends when he, or an administrator, ends it."""

    __tablename__ = "signed_in"
    __table_args__ = (Index("ix_signed_in_person", "person_id", "ended_at"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # a digest: reading the table lets nobody in
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    device: Mapped[str] = mapped_column(String(60))  # in words: Windows 电脑，Chrome
    address: Mapped[str | None] = mapped_column(String(64))
    since_at: Mapped[datetime] = mapped_column(UtcMoment)
    seen_at: Mapped[datetime] = mapped_column(UtcMoment)  # to a few minutes
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class Substitute(db.Model):  # type: ignore[name-defined]
    """Somebody who stands in for another (代理) from a day to a day, both included."""

    __tablename__ = "substitutes"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_beginning"),
        CheckConstraint("person_id <> substitute_id", name="not_oneself"),
        Index("ix_substitutes_person", "person_id", "until_on"),
        Index("ix_substitutes_substitute", "substitute_id", "until_on"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # who is away
    substitute_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(100))
    named_at: Mapped[datetime] = mapped_column(UtcMoment)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # taken back before its time
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id])
