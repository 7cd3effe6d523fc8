"""Taking times: everything in turn, so that a busy moment of the machine hits all alike; medians and 95th percentiles."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

Deed = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """Milliseconds of many repetitions."""

    all: tuple[float, ...]

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.all)

    @property
    def p95(self) -> float:
        """What 95 of 100 stay below."""
        return quantiles(self.all, n=20)[-1] if len(self.all) > 1 else self.all[0]


def in_turn(deeds: dict[str, Deed], *, rounds: int, warm_up: int = 5) -> dict[str, Times]:
    """Do each deed once per round."""
    times: dict[str, list[float]] = {name: [] for name in deeds}
    for n in range(rounds + warm_up):
        for name, deed in deeds.items():
            took = seconds(deed)
            if n >= warm_up:
                times[name].append(took * 1000)
    return {name: Times(tuple(taken)) for name, taken in times.items()}


def seconds(deed: Deed) -> float:
    """How long it takes once."""
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def per_second(deeds: Iterable[Deed], *, lasting: float) -> float:
    """How many times a second the deeds are done when each has a thread of its own."""
    ends, counts, failed = time.perf_counter() + lasting, [], []

    def again(deed: Deed) -> None:
        done = 0
        try:
            while time.perf_counter() < ends:
                deed()
                done += 1
        except BaseException as error:
            failed.append(error)
        counts.append(done)

    threads = [threading.Thread(target=again, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(counts) / lasting


def proportional_memory(parent: int) -> tuple[float, float]:
    """MB held by a process's children and by itself, shared pages divided among those who share them (PSS)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(_pss(int(child)) for child in children), _pss(parent)


def _pss(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
