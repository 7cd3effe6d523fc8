"""What lists do: urge many problems at once, and keep the log of what was taken out."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.db import begin_writing, db
from helpdesk.form_fields import visible
from helpdesk.listings.models import Export
from helpdesk.org.auditing import audited
from helpdesk.org.queries import find_person
from helpdesk.problems.commands import Actor, act
from workflows.engine import Refused

URGE = "urge"


@dataclass
class Urged:
    """How it went: the problems that were urged, and the reason for each that was not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def urge_many(
    problem_ids: Collection[int], *, words: str, by: Actor, now: datetime, request_key: str | None = None
) -> Urged:
    """Urge each of these problems in its own transaction, so that one refusal does not stop the others.

    ``request_key``: random per page shown; sent a second time it urges nobody twice.
    """
    urged = Urged()
    for problem_id in dict.fromkeys(problem_ids):
        key = f"{request_key}-{problem_id}" if request_key else None
        try:
            act(problem_id, URGE, by=by, given={"words": visible(words).strip()}, now=now, request_key=key)
            urged.done.append(problem_id)
        except Refused as refused:
            urged.refused[problem_id] = refused.message
    return urged


def log_export(
    *,
    person_id: int | None,
    listing: str,
    form: str,
    filters: Collection[tuple[str, str]],
    rows: int,
    now: datetime,
    label: str | None = None,
) -> None:
    """Write down that a file is about to be handed out, in the export log and in the audit, before the file leaves.

    ``label``: what the list or paper is called on pages; ``person_id`` None: whoever sits at the server.
    """
    begin_writing()
    db.session.add(
        Export(
            at=now,
            person_id=person_id,
            listing=listing,
            form=form,
            filters=[list(pair) for pair in filters],
            rows=rows,
        )
    )
    about = f"{label or listing}（{form}，{rows} 行）"
    audited("export", by=find_person(person_id) if person_id else None, about=about, now=now, details=dict(filters))
    db.session.commit()
