"""Tables of enterprises, their contacts, and pairing (包联)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Person, Unit

INDUSTRIES = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}
"""The letters of GB/T 4754-2017."""

NORMAL, STOPPED, LOST, CANCELLED = "normal", "stopped", "lost", "cancelled"
STATUSES = {NORMAL: "正常", STOPPED: "停产", LOST: "失联", CANCELLED: "注销"}
"""How an enterprise fares; whoever visits finds it out (domain: 走访发现失联、僵尸企业)."""

PROJECT_STAGES = {
    "planned": "谋划",
    "followed": "跟踪",
    "negotiated": "在谈",
    "landed": "落地",
    "started": "开工",
    "finished": "竣工投产",
}
"""The five stages of a project (五个环节), and its end."""

LEADER, CADRE, OFFICER = "leader", "cadre", "officer"
PAIRED_AS = {LEADER: "包联领导", CADRE: "包保干部", OFFICER: "首席服务官"}


class Enterprise(db.Model):  # type: ignore[name-defined]
    """An enterprise that cadres are sent to."""

    __tablename__ = "enterprises"
    __table_args__ = (
        CheckConstraint("uscc IS NOT NULL OR no_uscc_reason IS NOT NULL", name="uscc_or_reason"),
        Index("ix_enterprises_street", "street_id"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    initials: Mapped[str] = mapped_column(String(100), index=True)  # pinyin initials of the name, lower case
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)  # 统一社会信用代码, GB 32100
    no_uscc_reason: Mapped[str | None] = mapped_column(String(100))
    industry: Mapped[str | None] = mapped_column(String(1))
    address: Mapped[str | None] = mapped_column(String(200))
    street_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # 街道、乡镇
    people: Mapped[int | None]  # 从业人员
    revenue: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))  # 营业收入 of a year, 万元
    assets: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))  # 资产总额, 万元
    branch: Mapped[str | None] = mapped_column(String(12))  # the line of the rule of size classes
    size: Mapped[str | None] = mapped_column(String(8))  # large | medium | small | micro
    size_entered: Mapped[bool] = mapped_column(default=False, server_default=false())  # by hand, not by the rule
    above_scale: Mapped[bool | None]  # 规上, as the statistics office lists it
    is_key: Mapped[bool] = mapped_column(default=False, server_default=false())  # 重点企业
    status: Mapped[str] = mapped_column(String(12), default=NORMAL, server_default=NORMAL)
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))  # degrees, CGCS2000
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    merged_into_id: Mapped[int | None] = mapped_column(index=True)  # the one it is a double of; see merging.py
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    contacts: Mapped[list["Contact"]] = relationship(back_populates="enterprise", order_by="Contact.id")
    former_names: Mapped[list["FormerName"]] = relationship(order_by="FormerName.id", cascade="all, delete-orphan")
    tags: Mapped[list["Tag"]] = relationship(order_by="Tag.id", cascade="all, delete-orphan")
    projects: Mapped[list["Project"]] = relationship(order_by="Project.id")
    talents: Mapped[list["Talent"]] = relationship(order_by="Talent.id")
    street: Mapped[Unit | None] = relationship()
    merged_into: Mapped["Enterprise | None"] = relationship(
        primaryjoin="foreign(Enterprise.merged_into_id) == remote(Enterprise.id)", viewonly=True
    )


class FormerName(db.Model):  # type: ignore[name-defined]
    """A name the enterprise had before (曾用名)."""

    __tablename__ = "former_names"
    __table_args__ = (Index("ix_former_names_enterprise", "enterprise_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    name: Mapped[str] = mapped_column(String(100), index=True)
    initials: Mapped[str] = mapped_column(String(100))
    until_on: Mapped[date | None]  # the day of the change, where it is known


class Tag(db.Model):  # type: ignore[name-defined]
    """A word that an enterprise is marked with, such as 专精特新."""

    __tablename__ = "enterprise_tags"
    __table_args__ = (UniqueConstraint("enterprise_id", "word"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    word: Mapped[str] = mapped_column(String(20), index=True)


class Project(db.Model):  # type: ignore[name-defined]
    """A project of the enterprise that the district helps along (助力项目)."""

    __tablename__ = "enterprise_projects"
    __table_args__ = (Index("ix_enterprise_projects_enterprise", "enterprise_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    name: Mapped[str] = mapped_column(String(100))
    investment: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))  # 总投资, 万元
    stage: Mapped[str] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(String(500))


class Talent(db.Model):  # type: ignore[name-defined]
    """Somebody at the enterprise whom the district keeps in touch with (联系人才), and who does."""

    __tablename__ = "talents"
    __table_args__ = (Index("ix_talents_enterprise", "enterprise_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    name: Mapped[str] = mapped_column(String(30))
    field: Mapped[str | None] = mapped_column(String(100))  # 专业领域
    title: Mapped[str | None] = mapped_column(String(50))  # 职称、称号
    phone: Mapped[str | None] = mapped_column(String(20))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)  # 联系干部
    keeper: Mapped[Person | None] = relationship()


class RegisterChange(db.Model):  # type: ignore[name-defined]
    """What was changed in the register, by whom: append-only; undoing writes another one."""

    __tablename__ = "register_changes"
    __table_args__ = (Index("ix_register_changes_enterprise", "enterprise_id", "id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # field → [before, after], or what undoing needs


class Contact(db.Model):  # type: ignore[name-defined]
    """Somebody at the enterprise whom one can call."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_enterprise", "enterprise_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    name: Mapped[str] = mapped_column(String(30))
    title: Mapped[str | None] = mapped_column(String(50))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(100))
    enterprise: Mapped[Enterprise] = relationship(back_populates="contacts")


class ContactLink(db.Model):  # type: ignore[name-defined]
    """A contact's own link: behind it he reports problems and follows them, without an account.

    One at a time: a new one ends the former.
    """

    __tablename__ = "contact_links"
    __table_args__ = (Index("ix_contact_links_contact", "contact_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    contact: Mapped[Contact] = relationship()
    made_by: Mapped[Person] = relationship()


class Pairing(db.Model):  # type: ignore[name-defined]
    """A cadre paired with an enterprise from a date to a date."""

    __tablename__ = "pairings"
    __table_args__ = (Index("ix_pairings_enterprise", "enterprise_id"), Index("ix_pairings_person", "person_id"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day, None while it lasts
    paired_as: Mapped[str] = mapped_column(String(10), default=CADRE, server_default=CADRE)  # leader | cadre | officer
    enterprise: Mapped[Enterprise] = relationship()
    person: Mapped[Person] = relationship()
