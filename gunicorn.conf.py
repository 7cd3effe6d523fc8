"""How gunicorn serves this application unless its command line says otherwise; it reads this file by itself."""

import gc
from typing import Any

import pypinyin  # noqa: F401  (large; loaded here, the workers share it)
import zxcvbn  # noqa: F401

preload_app = True  # loaded once and shared by the workers: four of them take a third of the memory
worker_class = "gthread"
threads = 4


def pre_fork(server: Any, worker: Any) -> None:
    """The collector leaves alone what was there before, so that its pages stay shared."""
    gc.freeze()
