"""`python -m bench`: measures at growing numbers of problems and writes docs/performance.md."""

import argparse
import sys
from datetime import date
from itertools import cycle

import psycopg
from sqlalchemy import make_url

from bench import bare_tables, exporting, issuing, measuring, report, scene, servers
from bench.inside import statements, sweep_and_post
from bench.report import ACTION, PAGE, Results, Size
from bench.visiting import Visitor

DOCUMENT = servers.ROOT / "docs" / "performance.md"
CLIENTS = 8
COUNTED_ROUNDS = 8
"""Repetitions of pages that take tenths of a second."""


def main() -> None:
    """Measure, print, and write the document when the run was a full one."""
    wish = _wish()
    results = Results(day=f"{date.today():%Y-%m-%d}")
    with servers.postgresql() as url, servers.postbox() as (mail_port, taken):
        servers.flask(url, "db", "upgrade")
        servers.flask(url, "demo", "load")
        _run(url, bare_tables.TABLES)
        there = 0
        for problems in wish.sizes:
            results.filling[problems - there] = measuring.seconds(
                lambda count=problems - there: servers.flask(url, "demo", "bulk", str(count))
            )
            there = problems
            results.sizes.append(_measured(url, problems, wish))
            results.sizes[-1].round = _swept(url, mail_port, taken)
        results.workers_mb, results.parent_mb = _memory(url)
        results.issued = issuing.issued(url)
        results.exported = exporting.exported(url)
    words = report.page(results)
    print(words)
    if wish.write:
        DOCUMENT.write_text(words + _by_hand(), encoding="utf-8")
        print(f"written to {DOCUMENT.relative_to(servers.ROOT)}", file=sys.stderr)


def _by_hand() -> str:
    """What stands below the tables, measured by other means: it stays."""
    _, heading, rest = DOCUMENT.read_text(encoding="utf-8").partition("\n## ")
    return heading + rest


def _wish() -> argparse.Namespace:
    wish = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    wish.add_argument("--sizes", type=_numbers, default=(10_000, 100_000), help="numbers of problems, e.g. 300,1000")
    wish.add_argument("--rounds", type=int, default=80, help="repetitions of every request")
    wish.add_argument("--lasting", type=float, default=10.0, help="seconds of each measurement of throughput")
    wish.add_argument("--no-write", dest="write", action="store_false", help="leave docs/performance.md alone")
    return wish.parse_args()


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(int(each) for each in words.split(","))


def _run(url: str, statements: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in filter(str.strip, statements.split(";")):
            connection.execute(statement)  # type: ignore[call-overload]


def _measured(url: str, problems: int, wish: argparse.Namespace) -> Size:
    size, played = Size(problems), scene.set_on(url)
    with (
        servers.web("bench.bare:app", url, workers=2) as (bare_port, _),
        servers.web("wsgi:app", url, workers=2) as (
            port,
            _,
        ),
    ):
        bare = Visitor(bare_port)
        deeds = {PAGE: lambda: bare.get("/page?kind=3")} | played.pages(lambda: Visitor(port))
        size.times |= measuring.in_turn(deeds, rounds=wish.rounds)
        size.counted = measuring.in_turn(played.counted(lambda: Visitor(port)), rounds=COUNTED_ROUNDS, warm_up=1)
        size.times |= _actions(played, bare, port, wish.rounds)
        size.throughput |= _throughput(played, port, wish.lasting)
    size.statements = statements(url, scene.set_on(url))
    return size


def _actions(played: scene.Scene, bare: Visitor, port: int, rounds: int) -> dict[str, measuring.Times]:
    keys = cycle(range(1, 1000))
    deeds: dict[str, measuring.Deed] = {ACTION: lambda: bare.post("/act", id=str(next(keys)), words="本周进场。")}
    deeds |= played.actions(lambda: Visitor(port))
    return measuring.in_turn(deeds, rounds=rounds)


def _throughput(played: scene.Scene, port: int, lasting: float) -> dict[str, float]:
    reporters = [Visitor(port).sign_in(scene.CADRE) for _ in range(CLIENTS)]
    handlers = [Visitor(port).sign_in(scene.HANDLER) for _ in range(CLIENTS)]
    shares = [cycle(played.in_handling[n::CLIENTS]) for n in range(CLIENTS)]
    reports = [lambda who=who: who.post("/problems/new", **played.report()) for who in reporters]
    actions = [lambda who=who, mine=mine: scene.progress(who, mine) for who, mine in zip(handlers, shares, strict=True)]
    return {
        "reports": measuring.per_second(reports, lasting=lasting),
        "actions (progress)": measuring.per_second(actions, lasting=lasting),
    }


def _swept(url: str, mail_port: int, taken: object) -> object:
    """On a copy, for the sweep looks into tomorrow."""
    copy = make_url(url).set(database="swept")
    admin = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    _run(admin, "DROP DATABASE IF EXISTS swept WITH (FORCE); CREATE DATABASE swept TEMPLATE bench")
    return sweep_and_post(copy.render_as_string(hide_password=False), mail_port, taken)


def _memory(url: str) -> tuple[float, float]:
    """After four workers have served all pages and some actions."""
    played = scene.set_on(url)
    with servers.web("wsgi:app", url, workers=4) as (port, parent):
        deeds = [played.pages(lambda: Visitor(port)) for _ in range(CLIENTS)]
        measuring.per_second([lambda each=each: [deed() for deed in each.values()] for each in deeds], lasting=10)
        return measuring.proportional_memory(parent)


if __name__ == "__main__":
    main()
