"""Reading the register of enterprises for an import: by code and by name, locked where the database locks rows."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import selectinload

from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, FormerName, Tag
from helpdesk.ledgers.reference_queries import some


def with_codes_or_names(codes: Collection[str], names: Collection[str], *, for_change: bool) -> list[Enterprise]:
    """Every enterprise that has one of these codes or one of these names, with contacts, tags and former names."""
    of_code = [Enterprise.uscc.in_(part) for part in some(codes)]
    of_name = [Enterprise.name.in_(part) for part in some(names)]
    rows = (each for condition in (*of_code, *of_name) for each in _where(condition, for_change=for_change))
    return list({each.id: each for each in rows}.values())


def with_keys(keys: Collection[int]) -> list[Enterprise]:
    """These enterprises, to be changed."""
    return [each for part in some(keys) for each in _where(Enterprise.id.in_(part), for_change=True)]


def _where(condition: ColumnElement[bool], *, for_change: bool) -> list[Enterprise]:
    rows = (
        select(Enterprise)
        .where(condition)
        .options(
            selectinload(Enterprise.contacts), selectinload(Enterprise.tags), selectinload(Enterprise.former_names)
        )
        .order_by(Enterprise.id)
    )
    return list(db.session.scalars(rows.with_for_update(of=Enterprise) if for_change else rows))


def formerly(names: Collection[str]) -> dict[str, str]:
    """Former name → the name of today, for those of these names that are nobody's any more."""
    found: dict[str, str] = {}
    for part in some(names):
        rows = (
            select(FormerName.name, Enterprise.name)
            .join(Enterprise, Enterprise.id == FormerName.enterprise_id)
            .where(FormerName.name.in_(part))
        )
        found |= dict(db.session.execute(rows).tuples())
    return found


def delete(keys: Collection[int]) -> None:
    """Delete enterprises that an import made, with what it made of them; within the running transaction."""
    for model, key in (
        (Contact, Contact.enterprise_id),
        (FormerName, FormerName.enterprise_id),
        (Tag, Tag.enterprise_id),
        (Enterprise, Enterprise.id),
    ):
        db.session.execute(sql_delete(model).where(key.in_(keys)), execution_options={"synchronize_session": False})
