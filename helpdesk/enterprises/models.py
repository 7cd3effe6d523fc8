"""Tables of enterprises, their contacts, and pairing (包联)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, String
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
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    contacts: Mapped[list["Contact"]] = relationship(back_populates="enterprise", order_by="Contact.id")
    street: Mapped[Unit | None] = relationship()


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


class Pairing(db.Model):  # type: ignore[name-defined]
    """A cadre paired with an enterprise from a date to a date."""

    __tablename__ = "pairings"
    __table_args__ = (Index("ix_pairings_enterprise", "enterprise_id"), Index("ix_pairings_person", "person_id"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day, None while it lasts
    enterprise: Mapped[Enterprise] = relationship()
    person: Mapped[Person] = relationship()
