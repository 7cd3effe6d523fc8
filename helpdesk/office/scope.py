"""What the pictures are about, as it stands in their address: a period, a group, a category."""

from collections.abc import Mapping
from datetime import date, timedelta

from helpdesk.listings import catalogue, leg_lists
from helpdesk.listings.choosing import Chosen, choose, day_of
from helpdesk.listings.terms import Asks, Choices, Filter, Listing
from helpdesk.listings.words import Reading, short_day

RECENT_DAYS = leg_lists.RECENT_DAYS
PERIODS: Choices = (
    ("", f"近 {RECENT_DAYS} 天"),
    *(pair for pair in leg_lists.PERIODS if pair[0] not in ("", "recent")),
)
EARLIEST = date(2000, 1, 1)
"""No problem is older than the campaign."""

PERIOD = Filter("period", "期间", lambda *_: None, choices=lambda _: PERIODS)
FROM = Filter("from", "自选从", lambda *_: None, Asks.DAY)
UNTIL = Filter("until", "到", lambda *_: None, Asks.DAY)
GROUP = Filter("group", "责任组", lambda *_: None, choices=lambda asked: (("", "全部"), *asked.reading.groups))
CATEGORY = catalogue.CATEGORY
BOARD = Listing(
    "board",
    "数据看板",
    "问题到了哪一步、办得怎么样；点图和表里的数字，看是哪些问题",
    keys=catalogue.PROBLEMS.keys,
    lines=catalogue.PROBLEMS.lines,
    filters=(PERIOD, FROM, UNTIL, GROUP, CATEGORY),
    columns=(),
    orders={},
    order="",
)
"""Not a list: what can be chosen for the pictures."""


def chosen_for(given: Mapping[str, str], reading: Reading) -> Chosen:
    """What an address asks for."""
    return choose(BOARD, given, reading)


def span_of(chosen: Chosen, today: date) -> tuple[date, date]:
    """The first and the last day of the chosen period; turned round when they are given the wrong way round."""
    first, last = (day_of(chosen.values.get(name, "")) for name in ("from", "until"))
    if first or last:
        first, last = first or EARLIEST, last or today
        return min(first, last), max(first, last)
    first, last = leg_lists.span_of_period(chosen.values.get("period") or "recent", today)
    return first or today - timedelta(days=RECENT_DAYS), last or today


def narrowed(chosen: Chosen) -> dict[str, str]:
    """Group and category as filters that the lists know, without the period."""
    return {name: value for name, value in chosen.values.items() if name in ("group", "category")}


def span_words(first: date, last: date, today: date) -> str:
    """8月30日至11月28日."""
    return f"{short_day(first, today)}至{short_day(last, today)}"
