"""One run through the timetable: gives the orders, buries the dead and lets the living do their work again."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask

from helpdesk import create_app
from helpdesk.scheduler import JOBS
from simulate import choosing, deeds, district, ledger
from simulate.deeds import Deed
from simulate.faults import Faults
from simulate.postbox import Postbox
from simulate.scenario import Doing, Scenario, Step
from simulate.workers import DiedError, Worker

DOOMED = {"sweep": 0.4, "post": 0.4, "do": 0.03, "plan": 0.02, "declare": 0.8}
"""How likely a process that gets such an order is doomed while deaths are due."""
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
            "MAIL_TIMEOUT": 0.5,
            "MAIL_DEFAULT_SENDER": "helpdesk@example.org",
        }
    )


def orders(scenario: Scenario) -> dict[str, Callable[..., Any]]:
    """What our processes can do."""
    jobs = {job.name: job.run for job in JOBS}
    return {
        "found": lambda: district.found(scenario),
        "plan": lambda at, slot: choosing.plan(scenario, at, slot),
        "do": deeds.carry_out,
        "sweep": jobs["sweep"],
        "post": jobs["post"],
        "ledger": ledger.read,
    }


class Run:
    """A year lived once. ``faulty``: with kills, mail server outages, double clicks and a standstill."""

    def __init__(self, scenario: Scenario, url: str, *, faulty: bool) -> None:
        self.scenario, self.faulty = scenario, faulty
        self.faults = Faults(scenario.seed, scenario.kills_a_day if faulty else 0)
        self.counts: Counter[str] = Counter()
        self._today: date | None = None
        self.postbox = Postbox()
        self._folder = tempfile.TemporaryDirectory(prefix="helpdesk-simulate-")
        self._diary = Path(self._folder.name) / "diary"
        diary = os.open(self._diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        app, known = application(url, self.postbox.port, Path(self._folder.name)), orders(scenario)
        self.offices = [Worker(name, app, known, diary) for name in ("office", "office2")[: 1 + faulty]]
        self.schedulers = [Worker(name, app, known, diary) for name in ("sched1", "sched2")[: 1 + faulty]]

    def live(self, said: Callable[[str], None]) -> dict[str, Any]:
        """From the founding to the last day; the ledger, and what happened on the way."""
        try:
            self.offices[0].do("found")
            for step in self.scenario.timetable():
                self._take(step, said)
            return {
                "ledger": self.offices[0].do("ledger"),
                "counts": self.counts,
                "kills": self.faults.kills,
                "places": Counter(self._diary.read_text().splitlines()),
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
        if self.faulty:
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
        planned = self._until_it_lives(self.offices[0], "plan", step.at, step.slot)
        self._begin(self.schedulers, "post", step.at)
        for deed in planned:
            self._do(deed)
        self._count_posts(self._finish(self.schedulers, "post", step.at))

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
            worker.send(order, *given, dies_after=self.faults.doom(DOOMED[order]))

    def _finish(self, workers: Sequence[Worker], order: str, *given: Any) -> list[Any]:
        """Their answers; whoever died on the way does it all again in a process of its own."""
        return [self._answer(worker, order, *given) for worker in workers]

    def _answer(self, worker: Worker, order: str, *given: Any) -> Any:
        for death in range(MOST_DEATHS):
            try:
                return worker.answer()
            except DiedError:
                self.faults.died(order)
                fate = self.faults.doom(DOOMED[order]) if death + 2 < MOST_DEATHS else None
                worker.send(order, *given, dies_after=fate)
        return worker.answer()

    def _until_it_lives(self, worker: Worker, order: str, *given: Any) -> Any:
        return self._together([worker], order, *given)[0]


STEPS: dict[Doing, Callable[[Run, Step], None]] = {
    Doing.SWEEP: Run._sweep,
    Doing.POST: Run._post,
    Doing.ACT: Run._act,
    Doing.DECLARE: lambda run, step: None,
}


def run(scenario: Scenario, url: str, *, faulty: bool, said: Callable[[str], None]) -> dict[str, Any]:
    """Live a scenario on an empty, migrated database."""
    return Run(scenario, url, faulty=faulty).live(said)
