"""What is tidied up once a day: claims that nobody will finish, uploads that belong to nothing, a calendar that ends."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app

from helpdesk.calendars.commands import look_after
from helpdesk.clock import calendar
from helpdesk.operations import queries
from helpdesk.operations.commands import release_stale_claims
from workflows.calendar import Calendar

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)
"""How long an upload may wait for its form to be sent."""
ANNOUNCED_IN = 12  # the month in which next year's days off are known at the latest


@dataclass
class Tidied:
    """What a day's housekeeping did."""

    claims: int
    uploads: int
    gap: str | None

    def __str__(self) -> str:
        done = f"released {self.claims} claims, deleted {self.uploads} uploads"
        return f"{done}; {self.gap}" if self.gap else done


def tidy(now: datetime) -> Tidied:
    """Do the day's housekeeping; twice does no harm."""
    gap = calendar_gap(calendar(), calendar().day_of(now))
    if gap:
        log.warning("%s", gap)
    if done := look_after(now, gap=gap):
        log.info("calendar: %s", done)
    return Tidied(release_stale_claims(now), delete_orphans(Path(current_app.config["UPLOAD_DIR"]), now), gap)


def calendar_gap(known: Calendar, today: date) -> str | None:
    """What to say when the year about to begin, or even the present one, is not in the calendar."""
    if known.last_year < today.year:
        return f"日历只到 {known.last_year} 年，{today.year} 年的时限都是暂定的，请尽快更新"
    if today.month == ANNOUNCED_IN and known.last_year == today.year:
        return f"日历里还没有 {today.year + 1} 年的放假安排，跨年的时限都是暂定的，请在年底前更新"
    return None


def delete_orphans(folder: Path, now: datetime) -> int:
    """Delete uploads older than a day that no attachment refers to; how many."""
    old = {str(path.relative_to(folder)): path for path in _files(folder) if _is_old(path, now)}
    orphans = old.keys() - queries.referred(old.keys())
    for name in orphans:
        old[name].unlink(missing_ok=True)
    return len(orphans)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds()
    except FileNotFoundError:  # another process was faster
        return False
