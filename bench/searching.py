"""`python -m bench.searching`: how long words take to be found among 100,000 problems, and whether all of them are.

Every word is looked up in the index and, for comparison, in every line that people wrote (a plain scan in Python).
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from bench import measuring, scene, servers
from bench.inside import Inside, application
from helpdesk import clock
from helpdesk.db import db
from helpdesk.figures.scope import district
from helpdesk.finding.queries import problems_holding
from helpdesk.finding.ranking import find
from helpdesk.indexing.tokens import normal
from helpdesk.listings.queries import COUNTED, counted, holding
from helpdesk.problems.indexed import SOUGHT
from helpdesk.problems.models import Entry, Problem

ASKED = ("网络", "用电", "招工", "网", "用电 变压器", "0012", "量子纠缠")
REPORTED = (
    ("园区网络信号差", "厂区内移动网络时断时续，扫码入库经常失败，运营商说要增设基站。"),
    ("宽带专线迟迟不通", "新厂房申请的网络专线两个月没有开通，设备无法联网调试。"),
)
"""Nothing in the demo speaks of 网络: these are copied with the rest."""
ROUNDS = 21
LONGEST = 4
Scanned = dict[str, set[int]]
"""Which problems a text belongs to."""


def main() -> None:
    """Print the times of single words, and how many of the random ones were found as the scan finds them."""
    wish = _wish()
    with servers.postgresql() as url:
        servers.flask(url, "db", "upgrade")
        servers.flask(url, "demo", "load")
        app = application(url)
        cadre = Inside(app).sign_in(scene.CADRE)
        for title, detail in REPORTED:
            cadre.post("/problems/new", **scene.set_on(url).report() | {"title": title, "detail": detail})
        servers.flask(url, "demo", "bulk", str(wish.problems))
        with app.app_context():
            _times()
            _compare(wish.words)
            db.session.remove()
            db.engine.dispose()


def _wish() -> argparse.Namespace:
    wish = argparse.ArgumentParser(prog="python -m bench.searching", description=__doc__)
    wish.add_argument("--problems", type=int, default=100_000)
    wish.add_argument("--words", type=int, default=1_000, help="random words that are compared with a scan")
    return wish.parse_args()


def _times() -> None:
    me = district(clock.now())
    for words in ASKED:
        took = measuring.in_turn(
            {
                "keys": lambda words=words: counted(select(Problem.id).where(holding(words))),
                "newest": lambda words=words: problems_holding(me, words),
                "found": lambda words=words: find(me, words),
            },
            rounds=ROUNDS,
        )
        _, total = problems_holding(me, words)
        said = ", ".join(f"{name} {times.middle:.1f} ms" for name, times in took.items())
        print(f"{words}: {total if total <= COUNTED else f'over {COUNTED}'} problems; {said}", flush=True)


def _compare(many: int) -> None:
    """SystemExit when the index and the scan disagree about a single problem."""
    scanned, hits, dice = _scanned(), 0, random.Random(20261129)
    written = [text for text, keys in scanned.items() if len(keys) > 1]
    numbers = dice.sample([text for text, keys in scanned.items() if len(keys) == 1], len(written) // 10)
    for word in _words(written + numbers, dice, many):
        plain = set[int]().union(*(keys for text, keys in scanned.items() if word in text))
        indexed = set(db.session.scalars(select(Problem.id).where(holding(word))))
        if indexed != plain:
            raise SystemExit(f"{word}: {len(indexed - plain)} too many, {len(plain - indexed)} missing")
        hits += len(plain)
    print(f"{many} random words: index and scan agree on all, {hits} hits")


def _scanned() -> Scanned:
    said: Scanned = defaultdict(set)
    for key, answers in db.session.execute(select(Entry.problem_id, Entry.answers)):
        for each in answers:
            if each["name"] in SOUGHT and each["words"]:
                said[normal(each["words"])].add(key)
    for problem in db.session.scalars(select(Problem)):
        for text in (problem.number, problem.enterprise and problem.enterprise.name):
            said[normal(text or "")].add(problem.id)
    return said


def _words(texts: list[str], dice: random.Random, many: int) -> Iterator[str]:
    """Cut anywhere from what was written, where no sign stands between."""
    while many:
        text = dice.choice(texts)
        at = dice.randrange(len(text) or 1)
        word = text[at : at + dice.randint(1, LONGEST)]
        if word.isalnum():
            many -= 1
            yield word


if __name__ == "__main__":
    main()
