"""Who does what in the measurements: people of the demo, and the problems they look at and act upon."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

import psycopg
from sqlalchemy import make_url

from bench.visiting import Visitor

SUPERVISOR, LEAD, HANDLER, CADRE, DISPATCHER = "fengxue", "liweidong", "wanghaibo", "leiming", "zhaoming"
GROUP = "基础设施保障组"
REPORT = {
    "do": "report",
    "title": "厂区门前道路积水，货车无法进出",
    "detail": "连续三天积水，货车无法进出厂区，已联系过物业，没有结果。",
    "category": "transport",
    "urgency": "ordinary",
    "contact_name": "王经理",
    "contact_phone": "19900000000",
    "contact_email": "contact@example.org",
}
IN_HANDLING = """SELECT id FROM problems WHERE state = 'handling' AND handler_id = %(handler)s AND id > 200
 ORDER BY id LIMIT 500"""  # the first ones are the demo's, which are copied again
KEYS = "SELECT units.id, people.id FROM units, people WHERE units.name = %(group)s AND username = %(handler)s"
ENTERPRISE = """SELECT enterprises.id, enterprises.name FROM enterprises JOIN pairings ON enterprise_id = enterprises.id
 JOIN people ON people.id = person_id WHERE username = %(cadre)s ORDER BY enterprises.id LIMIT 1"""

Deed = Callable[[], object]


@dataclass(frozen=True)
class Scene:
    """Keys of what is looked at and acted upon."""

    group: int
    handler: int
    enterprise: tuple[int, str]
    in_handling: tuple[int, ...]

    def report(self) -> dict[str, str]:
        """What the cadre sends when he reports."""
        key, name = self.enterprise
        return {**REPORT, "enterprise_id": str(key), "enterprise": name}

    def pages(self, newcomer: Callable[[], Visitor]) -> dict[str, Deed]:
        """The pages that are measured, each asked for by whom it is made for."""
        supervisor, lead, handler = (newcomer().sign_in(name) for name in (SUPERVISOR, LEAD, HANDLER))
        shown = cycle(self.in_handling)
        return {
            "overdue list": lambda: supervisor.get("/lists/overdue"),
            "group list": lambda: lead.get(f"/lists/problems?group={self.group}"),
            "problem page": lambda: handler.get(f"/problems/{next(shown)}"),
            "first page (工作台)": lambda: lead.get("/"),
        }

    def counted(self, newcomer: Callable[[], Visitor]) -> dict[str, Deed]:
        """The pages that count whatever happened in a period, or whatever is open."""
        supervisor = newcomer().sign_in(SUPERVISOR)
        return {
            "督查工作台": lambda: supervisor.get("/office/day"),
            "数据看板 of this year": lambda: supervisor.get("/office/board?period=year"),
            "领导驾驶舱": lambda: supervisor.get("/office/wall"),
            "统计数据 of this month by group": lambda: supervisor.get("/figures"),
            "统计数据 of this year by street": lambda: supervisor.get("/figures?period=year&by=street"),
        }

    def actions(self, newcomer: Callable[[], Visitor]) -> dict[str, Deed]:
        """The changes that are measured, in this order: what is reported is assigned and signed."""
        cadre, dispatcher, lead, handler = (newcomer().sign_in(each) for each in (CADRE, DISPATCHER, LEAD, HANDLER))
        told, group, reported = cycle(self.in_handling), str(self.group), [""]

        def report() -> None:
            reported[0] = cadre.post("/problems/new", **self.report())

        return {
            "report": report,
            "assign": lambda: dispatcher.post(f"{reported[0]}/do/assign", group=group, difficulty="ordinary"),
            "sign": lambda: lead.post(f"{reported[0]}/do/sign", handler=str(self.handler)),
            "progress": lambda: progress(handler, told),
        }


def progress(handler: Visitor, problems: Iterator[int]) -> None:
    """The handler tells how far he is with the next of these problems."""
    handler.post(f"/problems/{next(problems)}/do/progress", progress="施工方案已经审定，本周进场。", shown="public")


def set_on(url: str) -> Scene:
    """The scene on that database."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        keys = connection.execute(KEYS, {"group": GROUP, "handler": HANDLER}).fetchone()
        enterprise = connection.execute(ENTERPRISE, {"cadre": CADRE}).fetchone()
        assert keys
        assert enterprise
        rows = connection.execute(IN_HANDLING, {"handler": keys[1]}).fetchall()
    return Scene(*keys, enterprise=(enterprise[0], enterprise[1]), in_handling=tuple(row[0] for row in rows))
