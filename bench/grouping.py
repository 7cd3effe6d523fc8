"""`python -m bench.grouping [FILE]`: how often the suggested group is right, each problem judged by all the others."""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from helpdesk.similar.suggesting import FEWEST_PAIRS, SPEAKS, SURE, Learned, ranked
from helpdesk.similar.weighing import pairs_of

REAL = Path(__file__).resolve().parent.parent / "helpdesk" / "demo" / "data" / "problems.jsonl"
"""130 problems from public reports, paraphrased, with the group that somebody took them to belong to."""
Known = list[tuple[set[str], int]]


def main() -> None:
    """Print how often the first and the second group are right, and what is said at which certainty."""
    known = _known(Path(sys.argv[1]) if len(sys.argv) > 1 else REAL)
    judged = [_judged(known, at) for at in range(len(known))]
    commonest = Counter(unit for _, unit in known).most_common(1)[0][1]
    print(f"{len(known)} problems; always the commonest group: {commonest / len(known):.0%}")
    print(
        f"right: {_share([first for *_, first, _ in judged])}, among the first two: {_share([two for *_, two in judged])}"
    )
    for sure in sorted({0.5, 1.0, 1.5, SURE, 2.5, 3.0}):
        said = [first for margin, speaking, first, _ in judged if margin >= sure and speaking >= FEWEST_PAIRS]
        print(f"certainty {sure}{' (as shipped)' if sure == SURE else ''}: said of {len(said)}, right {_share(said)}")


def _known(path: Path) -> Known:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    groups = {name: key for key, name in enumerate(sorted({_group(row) for row in rows}))}
    return [(pairs_of(row.get("title"), row["problem"]), groups[_group(row)]) for row in rows]


def _group(row: dict[str, str]) -> str:
    return row.get("group") or row["category_guess"]


def _judged(known: Known, at: int) -> tuple[float, int, bool, bool]:
    """By how much the first group leads, how many pairs speak for it, whether it or one of the first two is right."""
    totals, counts = Counter[int](), defaultdict[str, Counter[int]](Counter)
    for held, unit in known[:at] + known[at + 1 :]:
        totals[unit] += 1
        for pair in held:
            counts[pair][unit] += 1
    pairs, right = known[at]
    (first, odds, score), (second, _, next_score), *_ = ranked(pairs, Learned(totals, counts))
    speaking = sum(each >= SPEAKS for each in odds.values())
    return score - next_score, speaking, first == right, right in (first, second)


def _share(hits: list[bool]) -> str:
    return f"{sum(hits) / len(hits):.0%}" if hits else "–"


if __name__ == "__main__":
    main()
