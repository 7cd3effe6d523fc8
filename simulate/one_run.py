"""`python -m simulate.one_run`: one run in a process of its own; what to do comes in, what came of it goes out, pickled."""

import os
import pickle
import sys
import time

from simulate.conducting import run


def main() -> None:
    """Read the order, live it, write the results into the file it names."""
    order = pickle.load(sys.stdin.buffer)
    name, began = "with faults" if order["faulty"] else "without", time.monotonic()

    parent = os.getppid()

    def said(words: str) -> None:
        if os.getppid() != parent:
            sys.exit("nobody waits for this run any more")
        if order["talk"]:
            print(f"{time.monotonic() - began:5.0f} s, {name}: {words}", file=sys.stderr, flush=True)

    results = run(order["scenario"], order["url"], faulty=order["faulty"], said=said)
    with open(order["into"], "wb") as file:
        pickle.dump(results, file)


if __name__ == "__main__":
    main()
