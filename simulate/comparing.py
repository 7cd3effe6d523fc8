"""Whether two ledgers say the same, and what may differ: reminders lapse in a standstill, mails leave later."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from helpdesk.notices.models import DROPPED, FAILED, NO_ADDRESS, SENT
from simulate.ledger import Ledger, Line
from simulate.scenario import Scenario

MORNING = re.compile(r"d(\d{4})(\d\d)(\d\d)")
ALARMS = frozenset({"sweep_late", "mail_failures"})
"""Notices that tell of the faults themselves."""


@dataclass
class Comparison:
    """What differs though it should not, the first differences first; and figures of what may differ."""

    wrong: list[str] = field(default_factory=list)
    lapsed_reminders: int = 0
    repeated_mails: int = 0
    reworded_mails: int = 0
    dropped_later: int = 0
    notices: int = 0


def compare(scenario: Scenario, reference: dict[str, Any], faulty: dict[str, Any]) -> Comparison:
    """Compare the run with faults to the one without."""
    found = Comparison()
    good, bad = reference["ledger"], faulty["ledger"]
    for name in good.sections:
        found.wrong += _differing(name, good.sections[name], bad.sections[name])
    _lapses(scenario, good, bad, found)
    _notices(scenario, good, bad, found)
    for which, run in (("without", reference), ("with", faulty)):
        wrong = [*_mails(run), *_too_many_repeats(run), *_unsettled(run["ledger"]), *_off_the_record(run["ledger"])]
        found.wrong += [f"run {which} faults: {words}" for words in wrong]
    found.repeated_mails, found.reworded_mails = _repeats(faulty)
    found.wrong += _alarms(good, bad)
    return found


def _differing(name: str, good: Counter[Line], bad: Counter[Line]) -> list[str]:
    lost, added = good - bad, bad - good
    lines = [(line, "lost") for line in lost.elements()] + [
        (line, "not in the run without faults") for line in added.elements()
    ]
    return [f"{name}, {which}: {line}" for line, which in sorted(lines, key=lambda each: (str(each[0][0]), repr(each)))]


def _lapses(scenario: Scenario, good: Ledger, bad: Ledger, found: Comparison) -> None:
    """Only reminders, and only of days on which nobody swept; unless they lapse without a fault, too.

    (A clock that runs again after it has waited may have passed a reminder's day meanwhile.)
    """
    for line in bad.lapsed.keys() & good.lapsed.keys():
        if bad.lapsed[line] == good.lapsed[line]:
            continue
        found.lapsed_reminders += 1
        if good.lapsed[line] or not scenario.is_standing_still(date.fromisoformat(line[-1])):
            found.wrong.append(f"lapsed outside the standstill: {line}")


def _notices(scenario: Scenario, good: Ledger, bad: Ledger, found: Comparison) -> None:
    """Everybody was told the same, but for reminders that lapsed; and everything has come to its end."""
    found.notices = len(bad.notices)
    lapsed = {("strike", *line[:5], f".{line[5]}") for line, was in bad.lapsed.items() if was}
    for line in sorted(good.notices.keys() - bad.notices.keys(), key=repr):
        if line[1] not in ALARMS and _struck(line) not in lapsed and not _morning_of(scenario, line):
            found.wrong.append(f"notices, lost: {line}")
    for line in sorted(bad.notices.keys() - good.notices.keys(), key=repr):
        if line[1] not in ALARMS:
            found.wrong.append(f"notices, not in the run without faults: {line}")
    both = good.notices.keys() & bad.notices.keys()
    found.wrong += [
        f"not delivered: {line}: {bad.notices[line]}"
        for line in both
        if bad.notices[line][0] in (FAILED, NO_ADDRESS) and good.notices[line][0] == SENT
    ]
    found.dropped_later = sum(bad.notices[line][0] == DROPPED and good.notices[line][0] == SENT for line in both)


def _morning_of(scenario: Scenario, line: Line) -> bool:
    """Whether it is the digest of a day on which everything stood still."""
    found = MORNING.fullmatch(str(line[-1])) if line[1] == "morning" else None
    return found is not None and scenario.is_standing_still(date(*map(int, found.groups())))


def _struck(line: Line) -> Line | None:
    """The strike a notice tells of, without its due day."""
    cause = line[-1]
    if not isinstance(cause, tuple) or cause[0] != "strike":
        return None
    return (*cause[:-1], "." + cause[-1].split(".")[1])


def _off_the_record(ledger: Ledger) -> list[str]:
    """What has struck and not lapsed stands in the timeline, once, at its true day."""
    return _differing("milestones in the timeline", ledger.told, ledger.recorded)


def _unsettled(ledger: Ledger) -> list[str]:
    """At the end nothing waits and nobody holds a claim."""
    ends = (SENT, DROPPED, FAILED, NO_ADDRESS)
    waiting = [f"still {status}: {line}" for line, (status, _) in ledger.notices.items() if status not in ends]
    return [*waiting, *([f"{ledger.claimed} notices are still claimed"] if ledger.claimed else [])]


# -- Mails -------------------------------------------------------------------------------------------------------------


def _sent(run: dict[str, Any]) -> set[str]:
    return {mail for status, mail in run["ledger"].notices.values() if status == SENT}


def _mails(run: dict[str, Any]) -> list[str]:
    """Whatever is written down as sent has reached the mail server."""
    return [f"never reached the mail server: {mail}" for mail in sorted(_sent(run) - run["mails"].keys())]


def _repeats(run: dict[str, Any]) -> tuple[int, int]:
    """Mails more than there should be: the same ones again, and such as were made up anew for the second try."""
    taken, sent = run["mails"], _sent(run)
    return sum(taken[mail] - 1 for mail in sent & taken.keys()), sum(taken[mail] for mail in taken.keys() - sent)


def _too_many_repeats(run: dict[str, Any]) -> list[str]:
    """A mail is repeated only where a process died between the server's OK and our note."""
    repeated, unnoted = sum(_repeats(run)), run["unnoted"]
    return [f"{repeated} mails were repeated, {unnoted} had not been noted"] if repeated > unnoted else []


def _alarms(good: Ledger, bad: Ledger) -> list[str]:
    """The standstill is noticed once, where there was one."""
    heard = [sum(line[1] == "sweep_late" for line in ledger.notices) for ledger in (good, bad)]
    return [] if heard == [0, 1] else [f"alarms of a late sweep without and with a standstill: {heard}"]
