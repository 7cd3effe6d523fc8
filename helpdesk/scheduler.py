"""The recurring jobs as a table, and the process that runs them; any number of such processes may run."""

import logging
import signal
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from helpdesk import clock
from helpdesk.audit.commands import seal
from helpdesk.audit.sealing import Sealed
from helpdesk.bulletins import attaching
from helpdesk.db import db
from helpdesk.ledgers.importing import Worked, work
from helpdesk.notices.delivery import Posted
from helpdesk.notices.letters import Line
from helpdesk.notices.post import post
from helpdesk.notices.rechecking import Knowledge
from helpdesk.operations import commands, queries
from helpdesk.operations.housekeeping import Tidied, tidy
from helpdesk.operations.leaps import ClockWatch
from helpdesk.operations.mornings import begin_mail_day
from helpdesk.operations.proving import Exported, Proved, export_head, prove
from helpdesk.problems import digesting
from helpdesk.problems.sending_queries import is_behind
from helpdesk.problems.sweep import Swept, sweep
from helpdesk.proceedings import digesting as proceedings_digesting
from helpdesk.proceedings import sweep as proceedings_sweep
from helpdesk.similar.commands import Learnt, learn
from helpdesk.supervision import commands as supervision

log = logging.getLogger(__name__)

GRACE = 3600  # seconds a run may come late, e.g. after the machine slept
LOOKS_EVERY = 5  # seconds between two looks at whether the machine's clock was moved
stopping = threading.Event()
"""Set when this process has been asked to end: long jobs give back what they have not begun."""


@dataclass(frozen=True)
class Job:
    """Something done again and again. ``run`` takes the moment and answers what it did, which ``says`` puts in words."""

    name: str
    label: str
    run: Callable[[datetime], Any]
    says: Callable[[Any], str]
    every: timedelta
    late_after: timedelta  # without a good run for so long it is reported as late
    daily_at: time | None = None  # local; then it is done once a day by one process, and ``every`` is how often we look


def _waits(people: Collection[int], now: datetime) -> dict[int, list[Line]]:
    """What waits for each of these people: what is addressed to a unit first, then problems."""
    found = dict(proceedings_digesting.waits(people, now))
    for person_id, lines in digesting.waits(people, now).items():
        found[person_id] = [*found.get(person_id, ()), *lines]
    return found


def _moot(rows: Collection[Any], now: datetime) -> dict[int, str]:
    return {**digesting.moot(rows, now), **proceedings_digesting.moot(rows, now)}


KNOWS = Knowledge(_moot, _waits, queries.newest_standstill, is_behind, attaching.attached)


def _post(now: datetime) -> Posted:
    begin_mail_day(now, _waits)
    return post(now, knows=KNOWS, go_on=lambda: not stopping.is_set())


def _swept(did: Swept) -> str:
    done = f"到点 {did.struck} 个，作废过期提醒 {did.lapsed_reminders} 条，到期自动流转 {did.ran_out} 件"
    return f"{done}，出错 {did.failed} 个" if did.failed else done


def _posted(did: Posted) -> str:
    done = f"发出 {did.sent} 条，失败 {did.failed} 条，稍后重试 {did.retried} 条，不必再发 {did.dropped} 条"
    return f"{done}；中断：{did.trouble}" if did.trouble else done


def _tidied(did: Tidied) -> str:
    done = f"放回滞留的待发通知 {did.claims} 条，删除没有用到的附件 {did.uploads} 个"
    return f"{done}；{did.gap}" if did.gap else done


def _sweep_beside(now: datetime) -> proceedings_sweep.Swept:
    """Milestones of orders and bulletins, then the orders that milestones of problems call for."""
    did = proceedings_sweep.sweep(now)
    did.drafted = supervision.draft_due(now)
    return did


def _swept_beside(did: proceedings_sweep.Swept) -> str:
    done = f"到点 {did.struck} 个，起草督办单 {did.drafted} 份"
    return f"{done}，出错 {did.failed} 个" if did.failed else done


def _proved(did: Proved) -> str:
    return did.trouble or f"全部完好：记录 {did.rows} 条，封存 {did.seals} 个"


def _exported(did: Exported) -> str:
    if did.trouble:
        return did.trouble
    return f"第 {did.number} 号封存头，存放 {did.places} 处" if did.places else "没有设置存放地点"


def _learnt(did: Learnt) -> str:
    return f"读问题 {did.problems} 件，记字对 {did.pairs} 个"


def _sealed(did: Sealed) -> str:
    return f"第 {did.number} 号，封存新记录 {did.rows} 条" if did.number else "没有新的记录需要封存"


def _import(now: datetime) -> Worked:
    return work(now, by=commands.this_process())


def _imported(did: Worked) -> str:
    return did.trouble or f"检查 {did.checked} 份，导入 {did.applied} 份，清理放弃的 {did.dropped} 份"


SWEEP = "sweep"
JOBS = (
    Job(SWEEP, "检查时限", sweep, _swept, timedelta(seconds=60), late_after=timedelta(minutes=10)),
    Job(
        "papers",
        "检查督办和通报时限",
        _sweep_beside,
        _swept_beside,
        timedelta(seconds=60),
        late_after=timedelta(minutes=30),
    ),
    Job("post", "发送邮件", _post, _posted, timedelta(seconds=15), late_after=timedelta(minutes=5)),
    Job("imports", "迁入台账", _import, _imported, timedelta(seconds=5), late_after=timedelta(minutes=5)),
    Job("seal", "封存记录", seal, _sealed, timedelta(minutes=5), late_after=timedelta(hours=1)),
    Job(
        "housekeeping",
        "日常清理",
        tidy,
        _tidied,
        timedelta(minutes=10),
        late_after=timedelta(hours=50),
        daily_at=time(2),
    ),
    Job(
        "learn", "学习用词", learn, _learnt, timedelta(minutes=10), late_after=timedelta(hours=50), daily_at=time(1, 30)
    ),
    Job("verify", "核验存证", prove, _proved, timedelta(minutes=10), late_after=timedelta(hours=50), daily_at=time(3)),
    Job(
        "heads",
        "导出封存头",
        export_head,
        _exported,
        timedelta(minutes=10),
        late_after=timedelta(hours=50),
        daily_at=time(6),
    ),
)


def init_app(app: Flask) -> None:
    """Let pages know which jobs there are, and since when this process could have seen them run."""
    app.extensions["jobs"] = {job.name: job for job in JOBS}
    app.extensions["started_at"] = clock.now()


def late_after(job: Job) -> timedelta:
    """Without a good run for so long a job is late; for the sweep that is a setting."""
    return timedelta(minutes=current_app.config["SWEEP_LATE_MINUTES"]) if job.name == SWEEP else job.late_after


def run(job: Job, now: datetime) -> object:
    """One run with its heartbeat, inside an application context; what it did. Raises what the job raises."""
    if job.name == SWEEP:
        commands.notice_standstill(now, job=SWEEP, late_after=late_after(job))
    try:
        did = job.run(now)
    except Exception as error:
        db.session.rollback()
        commands.stumble(job.name, at=clock.now(), error=f"{type(error).__name__}: {error}")
        raise
    if getattr(did, "trouble", ""):  # it came to its end, but not to a good one
        commands.stumble(job.name, at=clock.now(), error=job.says(did))
    else:
        commands.beat(job.name, at=clock.now(), did=job.says(did))
    return did


def tick(app: Flask, job: Job) -> None:
    """What the scheduler calls: nothing that happens in a job may end the process."""
    with app.app_context():
        now = clock.now()
        try:
            if job.daily_at is None:
                run(job, now)
            else:
                _run_once_a_day(job, now)
        except Exception:
            log.exception("job %s failed", job.name)


def _run_once_a_day(job: Job, now: datetime) -> None:
    here = clock.local(now)
    if job.daily_at is None or here.time() < job.daily_at or queries.day_is_taken(job.name, here.date()):
        return
    if not commands.take_day(job.name, here.date(), now=now):
        return
    try:
        run(job, now)
    except Exception:
        commands.give_day_back(job.name, here.date())
        raise


def scheduler_for(app: Flask) -> BlockingScheduler:
    """A scheduler with every job, each beginning at once."""
    scheduler = BlockingScheduler(
        timezone=app.config["TIMEZONE"],
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE},
    )
    for job in JOBS:
        seconds = job.every.total_seconds()
        options: dict[str, Any] = {"id": job.name, "name": job.name, "next_run_time": clock.now()}
        scheduler.add_job(tick, "interval", (app, job), seconds=seconds, **options)
    return scheduler


def _watch_the_clock(scheduler: BlockingScheduler) -> None:
    watch = ClockWatch(clock.now(), monotonic())
    while not stopping.wait(LOOKS_EVERY):
        if leap := watch.leap(clock.now(), monotonic()):
            log.warning("the clock of this machine was moved by %s", leap)
            begin_again(scheduler, clock.now())


def begin_again(scheduler: BaseScheduler, now: datetime) -> None:
    """Every job runs now, and counts from now: else a clock that was moved back would keep them all waiting."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)


def serve(app: Flask) -> None:
    """Run the jobs until SIGTERM or SIGINT; a run that is under way is finished."""
    scheduler = scheduler_for(app)

    def end(_number: int, _frame: object) -> None:
        if not stopping.is_set():
            stopping.set()
            threading.Thread(target=scheduler.shutdown).start()  # not in here: the main thread may hold its locks

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=_watch_the_clock, args=(scheduler,), daemon=True).start()
    log.info("scheduler %s runs: %s", commands.this_process(), ", ".join(job.name for job in JOBS))
    scheduler.start()
    log.info("scheduler %s has stopped", commands.this_process())
