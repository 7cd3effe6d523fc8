"""Reading the templates that an office put in place of those that come with the program."""

from sqlalchemy import select

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.papers.models import PaperTemplate

MOST_SHOWN = 50  # versions on one page


def versions(paper: str) -> list[PaperTemplate]:
    """The versions of one paper's template, newest first."""
    rows = select(PaperTemplate).where(PaperTemplate.paper == paper).order_by(PaperTemplate.number.desc())
    return list(db.session.scalars(rows.limit(MOST_SHOWN)))


def newest(paper: str) -> PaperTemplate | None:
    """The newest version, or None where there has never been one."""
    rows = select(PaperTemplate).where(PaperTemplate.paper == paper).order_by(PaperTemplate.number.desc())
    return db.session.scalars(rows.limit(1)).first()


def newest_by_paper() -> dict[str, PaperTemplate]:
    """The newest version of every paper that has one."""
    return {each.paper: each for each in db.session.scalars(select(PaperTemplate).order_by(PaperTemplate.number))}


def get_version(paper: str, number: int) -> PaperTemplate:
    """That version; NotFoundError where there is none."""
    wanted = (PaperTemplate.paper == paper, PaperTemplate.number == number)
    if found := db.session.scalars(select(PaperTemplate).where(*wanted)).one_or_none():
        return found
    raise NotFoundError("没有这一版模板")
