"""What was learned from problems: in how many of them a pair of characters stands, and to which groups those went."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import db


class PairCount(db.Model):  # type: ignore[name-defined]
    """In how many of the learned problems this pair stands; the empty pair: how many were learned."""

    __tablename__ = "pair_counts"
    pair: Mapped[str] = mapped_column(String(2), primary_key=True)
    problems: Mapped[int]


class GroupCount(db.Model):  # type: ignore[name-defined]
    """The same of those that a group has or had last; the empty pair: how many it has of the learned ones."""

    __tablename__ = "group_counts"
    pair: Mapped[str] = mapped_column(String(2), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    problems: Mapped[int]
