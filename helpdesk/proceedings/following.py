"""What a feature above adds to an act on a proceeding of its process, within the same transaction."""

from collections.abc import Callable
from typing import Any

OnDone = Callable[..., None]
"""Called as ``on_done(proceeding, entry, decision, wish)`` once everything else has been written, before the commit."""
_FOLLOWS: dict[str, list[OnDone]] = {}


def register(process: str, on_done: OnDone) -> None:
    """From now on ``on_done`` takes part in every act on proceedings of that process; registering twice counts once."""
    known = _FOLLOWS.setdefault(process, [])
    if on_done not in known:
        known.append(on_done)


def follow(process: str, *about: Any) -> None:
    """Let everybody who registered take part; what one of them raises undoes the whole act."""
    for on_done in _FOLLOWS.get(process, ()):
        on_done(*about)
