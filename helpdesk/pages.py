"""The frame of every page: the menu as a table, and the few words in which days, moments and phones are written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, request, url_for
from flask.sansio.app import App
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from workflows.roles import Role

WEEKDAYS = "一二三四五六日"


# -- Words -------------------------------------------------------------------------------------------------------------


def day_words(day: date, today: date) -> str:
    """11月23日（周一）; with the year when it is not this one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def moment_words(moment: datetime, today: date) -> str:
    """3月5日 14:02 in local time; with the year when it is not this one."""
    here = clock.local(moment)
    year = "" if here.year == today.year else f"{here.year}年"
    return f"{year}{here.month}月{here.day}日 {here:%H:%M}"


def masked(phone: str | None) -> str:
    """A phone number of which four digits in the middle are hidden: 150****0625."""
    if not phone or len(phone) < 7:
        return "*" * len(phone or "")
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"{phone[:2]}****{phone[-2:]}"


def masked_name(name: str | None) -> str:
    """A name of which only the first character is told: 王**."""
    return f"{name[0]}{'*' * (len(name) - 1)}" if name else ""


# -- The menu ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visitor:
    """What the frame has to know of whoever is signed in."""

    roles: frozenset[Role] = frozenset()  # the seats held anywhere; reporting needs none
    duties: frozenset[str] = frozenset()  # 三员: system, security, audit; they take no part in handling problems
    unread: int = 0

    @property
    def handles(self) -> bool:
        """Whether problems are this person's business."""
        return bool(self.roles) or not self.duties


Who = Callable[[Visitor], bool]


def everybody(visitor: Visitor) -> bool:
    """Whoever is signed in."""
    return True


def handling(visitor: Visitor) -> bool:
    """Whoever may report problems or play another part in them."""
    return visitor.handles


def seated(visitor: Visitor) -> bool:
    """Whoever sits on a seat that problems come to."""
    return bool(visitor.roles)


def leading(visitor: Visitor) -> bool:
    """Whoever instructs: 分管领导 and 领导小组."""
    return not visitor.roles.isdisjoint((Role.LEADER, Role.CHIEF))


PRESSING_ROLES = frozenset({Role.SUPERVISOR, Role.DISPATCHER, Role.DISPATCH_LEAD})
"""督查考核办公室 and 调度室, who see to it that others do their part."""


def pressing(visitor: Visitor) -> bool:
    """Whoever presses others for what is due."""
    return not visitor.roles.isdisjoint(PRESSING_ROLES)


def overseeing(visitor: Visitor) -> bool:
    """Whoever sees the whole district: the two offices and the leading group."""
    return pressing(visitor) or Role.CHIEF in visitor.roles


def administering(visitor: Visitor) -> bool:
    """Whoever holds one of the three administrators' duties."""
    return bool(visitor.duties)


def moving_in(visitor: Visitor) -> bool:
    """Whoever brings ledgers in: 调度室, and the 系统管理员 for people."""
    return Role.DISPATCHER in visitor.roles or "system" in visitor.duties


def auditing(visitor: Visitor) -> bool:
    """Whoever audits: 审计管理员."""
    return "audit" in visitor.duties


@dataclass(frozen=True)
class Entry:
    """A line of the menu.

    ``at_once``: in the bar at the foot of a phone, under this shorter word. ``under``: the heading that it stands under:
    on a desk in a list that opens, on a phone below the heading. A heading comes where its first line stands.
    """

    label: str
    endpoint: str
    who: Who = everybody
    values: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()  # further endpoints that belong under this line
    at_once: str | None = None
    under: str = ""
    icon: str = ""


PRESSING, DATA, FIRMS, MORE = "督办", "数据", "企业", "更多"
"""The headings of the menu."""

MENU = (
    Entry("工作台", "problems.home", handling, also=("problems.show", "problems.act"), at_once="工作台", icon="inbox"),
    Entry("领导批示", "leader.show", leading),
    Entry("问题登记", "problems.new", handling, also=("problems.edit",), at_once="登记", icon="plus-square"),
    Entry("问题台账", "listings.show", handling, {"name": "problems"}, at_once="台账", icon="list-ul"),
    Entry("督查工作台", "office.show", pressing, under=PRESSING),
    Entry("逾期清单", "listings.show", seated, {"name": "overdue"}, under=PRESSING),
    Entry("将到期", "listings.show", seated, {"name": "due-soon"}, under=PRESSING),
    Entry("督办单", "listings.show", seated, {"name": "orders"}, also=("orders.show", "orders.act"), under=PRESSING),
    Entry("待回访", "listings.show", seated, {"name": "to-call-back"}, also=("calls.show",), under=PRESSING),
    Entry("待销号", "listings.show", seated, {"name": "to-close"}, also=("closing.show",), under=PRESSING),
    Entry("抽查", "samples.index", seated, also=("samples.show", "samples.new", "samples.call"), under=PRESSING),
    Entry("通报", "bulletins.index", seated, also=("bulletins.show", "bulletins.receipt")),
    Entry("数据看板", "board.show", overseeing, under=DATA),
    Entry("领导驾驶舱", "board.wall", overseeing, under=DATA),
    Entry("统计数据", "figures.show", handling, under=DATA),
    Entry("各环节用时", "leg_times.show", seated, {"period": "recent"}, also=("leg_times.show",), under=DATA),
    Entry("企业名录", "listings.show", handling, {"name": "enterprises"}, also=("enterprises.show",), under=FIRMS),
    Entry("包联台账", "listings.show", handling, {"name": "pairing"}, under=FIRMS),
    Entry("包联覆盖", "pairings.coverage", overseeing, under=FIRMS),
    Entry("我的走访", "visits.mine", handling, also=("visits.show", "visits.plan", "visit_records.new"), under=FIRMS),
    Entry("走访日历", "visits.calendar", handling, under=FIRMS),
    Entry("走访清单", "listings.show", handling, {"name": "visits"}, under=FIRMS),
    Entry("走访提醒", "listings.show", handling, {"name": "visit_warnings"}, under=FIRMS),
    Entry("迁入台账", "imports.index", moving_in, also=("imports.new", "imports.show", "imports.columns"), under=FIRMS),
    Entry("我的通知", "notices.index", at_once="通知", under=MORE, icon="bell"),
    Entry("流程说明", "process.show", under=MORE),
    Entry("时限规则", "policies.index", handling, also=("policies.show", "policies.compare"), under=MORE),
    Entry("公文模板", "paper_templates.index", handling, also=("paper_templates.show",), under=MORE),
    Entry("日历", "calendars.index", also=("calendars.show",), under=MORE),
    Entry("人员名录", "org.directory", under=MORE),
    Entry("机构", "units.index", also=("units.show", "units.new", "units.change"), under=MORE),
    Entry("系统管理", "operations.index", administering),
    Entry("审计日志", "audit.index", auditing),
)


def menu_for(visitor: Visitor) -> list[dict[str, Any]]:
    """The menu this person sees: lines with their addresses, and headings with the lines under each.

    A heading that has a single line for him is that line.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in MENU:
        if entry.who(visitor):
            found.setdefault(entry.under or entry.label, []).append(_line(entry, visitor))
    return [lines[0] if len(lines) == 1 else _heading(label, lines) for label, lines in found.items()]


def bottom_menu_for(visitor: Visitor) -> list[dict[str, Any]]:
    """The bar at the foot of a phone."""
    entries = [entry for entry in MENU if entry.at_once and entry.who(visitor)]
    return [_line(entry, visitor) | {"label": entry.at_once, "icon": entry.icon} for entry in entries]


def _heading(label: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"label": label, "lines": lines, "active": any(line["active"] for line in lines)}


def _line(entry: Entry, visitor: Visitor) -> dict[str, Any]:
    here = request.endpoint == entry.endpoint and entry.values.items() <= (request.view_args or {}).items()
    return {
        "label": entry.label,
        "url": url_for(entry.endpoint, **entry.values),
        "active": here or request.endpoint in entry.also,
        "count": visitor.unread if entry.endpoint == "notices.index" else 0,
    }


# -- The frame ---------------------------------------------------------------------------------------------------------


def welcome(app: App, who: Callable[[], Visitor | None]) -> None:
    """Tell the frame how to learn who is signed in; ``who`` answers None for strangers."""
    app.extensions["visitor"] = who


def init_app(app: Flask) -> None:
    """Give every template the frame and the filters."""
    app.context_processor(_frame)
    app.add_template_filter(lambda day: day_words(day, clock.today()) if day else "", "day")
    app.add_template_filter(lambda moment: moment_words(moment, clock.today()) if moment else "", "moment")
    app.add_template_filter(masked, "masked")
    app.add_template_filter(masked_name, "masked_name")
    app.add_template_filter(lambda number: f"{number.normalize():f}", "figure")


def _frame() -> dict[str, Any]:
    """What base.html asks for; without a menu where nobody is signed in, or where the database is away."""
    frame = {
        "district": current_app.config["DISTRICT"],
        "demo": current_app.config["DEMO"],
        "now_words": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}",
    }
    try:
        visitor = current_app.extensions["visitor"]() if "visitor" in current_app.extensions else None
    except SQLAlchemyError:
        return frame
    return frame | (_links(visitor) if visitor else {})


def _links(visitor: Visitor) -> dict[str, Any]:
    return {
        "menu": menu_for(visitor),
        "bottom_menu": bottom_menu_for(visitor),
        "home_url": url_for("problems.home"),
        "search_url": url_for("finding.show") if visitor.handles else None,
        "notices_url": url_for("notices.index"),
        "account_url": url_for("org.account"),
        "substitutes_url": url_for("substitutes.mine") if visitor.handles else None,
        "logout_url": url_for("security.logout"),
        "unread": visitor.unread,
    }
