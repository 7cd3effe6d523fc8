"""The rules in force: the process tables with the limits and reminders of the policy version that holds on a day.

The features that keep versions and declared days lie above; they plug in here what they know (``supply``). Without them
the rules are those the program is shipped with.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from flask import Flask, current_app, has_app_context
from flask.sansio.app import App
from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from helpdesk import clock
from helpdesk.db import db
from workflows.book import PROCESSES
from workflows.calendar import Calendar
from workflows.policy import SHIPPED, Policy, applied
from workflows.policy_words import limit_words
from workflows.terms import Clock, Process


class RuleState(db.Model):  # type: ignore[name-defined]
    """One row that tells every process when its knowledge of calendar and policies is out of date."""

    __tablename__ = "rule_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    calendar_revision: Mapped[int] = mapped_column(default=0)
    policy_revision: Mapped[int] = mapped_column(default=0)
    strikes_follow: Mapped[int | None]  # the policy version by which the clocks' next strikes were reckoned


@dataclass(frozen=True)
class Rules:
    """The processes as a policy version shapes them."""

    policy: Policy
    version_id: int | None = None  # None: as shipped
    since: date | None = None  # the local day from which on they are in force; None: always

    def process(self, name: str) -> Process:
        """The table of that name with this version's limits and reminders; KeyError for an unknown one."""
        return self._processes[name]

    def clock(self, name: str) -> Clock:
        """The clock of that name, of whichever process; KeyError for an unknown one."""
        return self._clocks[name]

    def said(self, words: str) -> str:
        """Words of the tables with limits named in braces: “调度室{accept}内受理” becomes “调度室 1 个工作日内受理”."""
        return NAMED.sub(lambda found: f" {limit_words(self.clock(found[1]))}", words)

    def process_of(self, clock: str) -> Process:
        """The process whose clock that is."""
        return next(each for each in self._processes.values() if any(one.name == clock for one in each.clocks))

    @cached_property
    def _processes(self) -> dict[str, Process]:
        return {name: applied(self.policy, process) for name, process in PROCESSES.items()}

    @cached_property
    def _clocks(self) -> dict[str, Clock]:
        return {clock.name: clock for process in self._processes.values() for clock in process.clocks}


NAMED = re.compile(r"\{([a-z_]+)\}")
"""A clock's name in the words of a table, where its limit is to be said."""
AS_SHIPPED = Rules(SHIPPED)
Versions = list[tuple[date, Rules]]
"""Published versions with their dates of effect, the earliest first."""


@dataclass
class Known:
    """What this application has learnt, and of which revision it is."""

    load_calendar: Callable[[], Calendar] | None = None
    load_versions: Callable[[], Versions] | None = None
    calendar: tuple[int, Calendar] | None = None
    versions: tuple[int, Versions] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def init_app(app: Flask) -> None:
    """Nothing is known yet; templates may say the limits in force: ``{{ action.hint|in_force }}``."""
    app.extensions["rules"] = Known()
    app.add_template_filter(lambda words: rules_on(clock.today()).said(words), "in_force")


def supply(
    app: App,
    *,
    calendar: Callable[[], Calendar] | None = None,
    versions: Callable[[], Versions] | None = None,
) -> None:
    """Plug in what reads the declared calendar, or the published versions."""
    known: Known = app.extensions["rules"]
    known.load_calendar = calendar or known.load_calendar
    known.load_versions = versions or known.load_versions


def rules_on(day: date) -> Rules:
    """The rules in force on a local day."""
    return next((rules for since, rules in reversed(versions()) if since <= day), AS_SHIPPED)


def versions() -> Versions:
    """All published versions, the earliest first; empty where no feature keeps any."""
    known = _known()
    if known is None or known.load_versions is None:
        return []
    if (mine := db.session.info.get(UNCOMMITTED)) is not None:
        found: Versions = mine["versions"] if "versions" in mine else mine.setdefault("versions", known.load_versions())
        return found
    _, revision = revisions()
    if known.versions is None or known.versions[0] != revision:
        known.versions = (revision, known.load_versions())
    return known.versions[1]


def declared_calendar() -> Calendar | None:
    """The calendar of the database; None where no feature keeps one."""
    known = _known()
    if known is None or known.load_calendar is None:
        return None
    if (mine := db.session.info.get(UNCOMMITTED)) is not None:
        found: Calendar = mine["calendar"] if "calendar" in mine else mine.setdefault("calendar", known.load_calendar())
        return found
    revision, _ = revisions()
    if known.calendar is None or known.calendar[0] != revision:
        known.calendar = (revision, known.load_calendar())
    return known.calendar[1]


def _known() -> Known | None:
    return current_app.extensions.get("rules") if has_app_context() else None


# -- Revisions, read once a transaction --------------------------------------------------------------------------------

REVISIONS = "rule revisions"
UNCOMMITTED = "rules changed in this transaction"
"""What a transaction that changes them sees is its own until it is committed: it may be rolled back."""


def revisions() -> tuple[int, int]:
    """The revisions of calendar and policies, as this transaction sees them."""
    info: Mapping[str, Any] = db.session.info
    if REVISIONS not in info:
        row = db.session.execute(select(RuleState.calendar_revision, RuleState.policy_revision)).first()
        db.session.info[REVISIONS] = (row[0], row[1]) if row else (0, 0)
    found: tuple[int, int] = db.session.info[REVISIONS]
    return found


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # not after every flush and savepoint
        session.info.pop(REVISIONS, None)
        session.info.pop(UNCOMMITTED, None)


def calendar_changed() -> None:
    """Every process reads the calendar anew; within the running transaction of a command."""
    _next("calendar_revision")


def policies_changed() -> None:
    """Every process reads the published versions anew; within the running transaction of a command."""
    _next("policy_revision")


def strikes_follow() -> int | None:
    """The version by which the running clocks' next strikes were last reckoned; None: as shipped."""
    found: int | None = db.session.scalar(select(RuleState.strikes_follow))
    return found


def strikes_now_follow(version_id: int | None) -> None:
    """They have been reckoned by that version; within the running transaction."""
    _state().strikes_follow = version_id


def _state() -> RuleState:
    row = db.session.get(RuleState, 1, with_for_update=True)
    if row is None:
        row = RuleState(id=1, calendar_revision=0, policy_revision=0)
        db.session.add(row)
    return row


def _next(column: str) -> None:
    row = _state()
    setattr(row, column, getattr(row, column) + 1)
    db.session.flush()
    db.session.info.pop(REVISIONS, None)
    db.session.info[UNCOMMITTED] = {}
