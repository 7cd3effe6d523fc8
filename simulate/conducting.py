"""One run through the timetable: gives the orders, buries the dead and lets the living do their work again."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from helpdesk import clock, create_app, scheduler
from simulate import choosing, decrees, deeds, district, ledger
from simulate.deeds import Deed
from simulate.faults import Faults
from simulate.fuse import last_words
from simulate.postbox import Postbox
from simulate.scenario import Doing, Scenario, Step
from simulate.workers import DiedError, Worker

MAIL_TIMEOUT = 2  # seconds
LATE_MINUTES = 24 * 60  # here the sweep runs but three times a day
CHILDHOOD = 2  # working days that are lived in one process, in which nobody dies yet
MOST_DEATHS = 5  # of one order; then it is let live


def application(url: str, mail_port: int, folder: Path) -> Flask:
    """The whole application on that database, mailing to our server."""
    return create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": url,
            "SECRET_KEY": "a secret of no worth, long enough for the rules",
            "SITE_URL": "http://localhost",
            "INSTANCE_DIR": str(folder),
            "UPLOAD_DIR": str(folder / "uploads"),
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": mail_port,
            "MAIL_TIMEOUT": MAIL_TIMEOUT,
            "MAIL_DEFAULT_SENDER": "helpdesk@example.org",
            "SWEEP_LATE_MINUTES": LATE_MINUTES,
        }
    )


def orders(scenario: Scenario, app: Flask) -> dict[str, Callable[..., Any]]:
    """What our processes can do; whatever the product reads from the clock is the simulated moment."""
    jobs = {job.name: job for job in scheduler.JOBS}

    def tidy(at: datetime) -> None:
        _at(at)
        scheduler.tick(app, jobs["housekeeping"])

    return {
        "found": lambda: district.found(scenario),
        "plan": lambda at, slot: choosing.plan(scenario, at, slot),
        "do": deeds.carry_out,
        "sweep": lambda at: scheduler.run(jobs["sweep"], _at(at)),
        "post": lambda at: scheduler.run(jobs["post"], _at(at)),
        "tidy": tidy,
        "look at the calendar": lambda at: decrees.look_at_the_calendar(scenario, at),
        "declare": lambda at, revision: decrees.declare(scenario, at, revision),
        "draft rules": decrees.draft_rules,
        "publish rules": decrees.publish_rules,
        "retime": decrees.retime,
        "ledger": ledger.read,
    }


def _at(moment: datetime) -> datetime:
    """It is that moment now, in this process."""
    clock.now = lambda: moment
    return moment


class Run:
    """A year lived once. ``faulty``: with kills, mail server outages, double clicks and a standstill."""

    def __init__(self, scenario: Scenario, url: str, *, faulty: bool) -> None:
        self.scenario, self.faulty = scenario, faulty
        self.faults = Faults(scenario, harm=faulty)
        self.counts: Counter[str] = Counter()
        self._today: date | None = None
        self._grown_up_on = scenario.acting_days()[CHILDHOOD]
        self.postbox = Postbox()
        self._folder = tempfile.TemporaryDirectory(prefix="helpdesk-simulate-")
        self._diary = Path(self._folder.name) / "diary"
        diary = os.open(self._diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        app = application(url, self.postbox.port, Path(self._folder.name))
        known = orders(scenario, app)
        self.offices = [Worker(name, app, known, diary) for name in ("office", "office2")[: 1 + faulty]]
        self.schedulers = [Worker(name, app, known, diary) for name in ("sched1", "sched2")[: 1 + faulty]]

    def live(self, said: Callable[[str], None]) -> dict[str, Any]:
        """From the founding to the last day; the ledger, and what happened on the way."""
        try:
            self.offices[0].do("found")
            for step in self.scenario.timetable():
                self._take(step, said)
            ledger = self.offices[0].do("ledger")
            places, unnoted = last_words(self._diary.read_text())
            return {
                "ledger": ledger,
                "counts": self.counts,
                "kills": self.faults.kills,
                "places": places,
                "unnoted": unnoted,
                "mails": self.postbox.taken(),
            }
        finally:
            for worker in (*self.offices, *self.schedulers):
                worker.close()
            self.postbox.close()
            self._folder.cleanup()

    def _take(self, step: Step, said: Callable[[str], None]) -> None:
        day = step.day
        if day != self._today:
            self._today = day
            said(f"{day}: {self.counts['do']} acts, {self.faults.kills.total()} kills")
            if day == self._grown_up_on:
                for worker in (*self.offices, *self.schedulers):
                    worker.hatch()
        if self.faulty:
            if day >= self._grown_up_on:
                self.faults.new_day(day)
            if self.scenario.is_standing_still(day):
                return
            self.postbox.become(self.scenario.mood_on(day))
        STEPS[step.doing](self, step)

    # -- Steps ---------------------------------------------------------------------------------------------------------

    def _sweep(self, step: Step) -> None:
        """By all schedulers at once, until every one of them has come through."""
        self.counts["sweeps"] += 1
        for did in self._together(self.schedulers, "sweep", step.at):
            for name in ("struck", "lapsed_reminders", "ran_out", "failed"):
                self.counts[name] += getattr(did, name)

    def _post(self, step: Step) -> None:
        self._count_posts(self._together(self.schedulers, "post", step.at))

    def _count_posts(self, posted: Sequence[Any]) -> None:
        self.counts["posts"] += 1
        for did in posted:
            for name in ("sent", "failed", "dropped", "retried"):
                self.counts[f"mail {name}"] += getattr(did, name)
            self.counts["mail server trouble"] += bool(did.trouble)

    def _act(self, step: Step) -> None:
        """People act while the schedulers post."""
        planned = self._together(self.offices[:1], "plan", step.at, step.slot)[0]
        self._begin(self.schedulers, "post", step.at)
        for deed in planned:
            self._do(deed)
        self._count_posts(self._finish(self.schedulers, "post", step.at))

    def _tidy(self, step: Step) -> None:
        self._together(self.schedulers, "tidy", step.at)

    def _declare(self, step: Step) -> None:
        """The administrator looks, and confirms what he has seen; when the server dies, he confirms again."""
        revision = self.offices[0].do("look at the calendar", step.at)
        self.counts["moved clocks"] += self._decide("declare", step.at, revision)

    def _amend(self, step: Step) -> None:
        draft = self.offices[0].do("draft rules", step.at)
        self._decide("publish rules", step.at, draft, self.scenario.amended_from)

    def _retime(self, step: Step) -> None:
        self.counts["re-timed clocks"] += self._decide("retime", step.at)

    def _decide(self, order: str, *given: Any) -> Any:
        return self._together(self.offices[:1], order, *given)[0]

    def _do(self, deed: Deed) -> None:
        clicking = self.offices if self.faults.clicks_twice() and deed.process == "problem" else self.offices[:1]
        said = self._together(clicking, "do", deed)
        self.counts["do"] += 1
        self.counts["clicked twice"] += len(clicking) > 1
        for answer in said:
            self.counts[answer.partition(":")[0]] += 1
            if answer.startswith(deeds.REFUSED):
                self.counts[f"refused {deed.name}"] += 1

    # -- Orders --------------------------------------------------------------------------------------------------------

    def _together(self, workers: Sequence[Worker], order: str, *given: Any) -> list[Any]:
        self._begin(workers, order, *given)
        return self._finish(workers, order, *given)

    def _begin(self, workers: Sequence[Worker], order: str, *given: Any) -> None:
        for worker in workers:
            worker.send(order, *given, dies_after=self.faults.doom(order))

    def _finish(self, workers: Sequence[Worker], order: str, *given: Any) -> list[Any]:
        """Their answers; whoever died on the way does it all again in a process of its own."""
        return [self._answer(worker, order, *given) for worker in workers]

    def _answer(self, worker: Worker, order: str, *given: Any) -> Any:
        for death in range(MOST_DEATHS):
            try:
                return worker.answer()
            except DiedError:
                self.faults.died(order)
                fate = self.faults.doom(order) if death + 2 < MOST_DEATHS else None
                worker.send(order, *given, dies_after=fate)
        return worker.answer()


STEPS: dict[Doing, Callable[[Run, Step], None]] = {
    Doing.SWEEP: Run._sweep,
    Doing.POST: Run._post,
    Doing.ACT: Run._act,
    Doing.DECLARE: Run._declare,
    Doing.AMEND: Run._amend,
    Doing.RETIME: Run._retime,
    Doing.TIDY: Run._tidy,
}


def run(scenario: Scenario, url: str, *, faulty: bool, said: Callable[[str], None]) -> dict[str, Any]:
    """Live a scenario on an empty, migrated database."""
    return Run(scenario, url, faulty=faulty).live(said)
