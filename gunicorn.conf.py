"""How gunicorn serves this application unless its command line says otherwise; it reads this file by itself.

Four workers take 200 MB together this way, and 600 MB without.
"""

import ctypes
import gc
from typing import Any

import zxcvbn  # noqa: F401  (large and seldom used; loaded here, the workers share it)
from sqlalchemy.orm import configure_mappers

worker_class = "gthread"
threads = 4
preload_app = True  # loaded once, and shared by the workers as long as none of them changes it
control_socket_disable = True  # its thread would run before the workers are forked

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of glibc's malloc.h
LARGE = 256 * 1024


def on_starting(server: Any) -> None:
    """Checking a password takes 19 MB for a moment: such blocks go back to the system at once, not to each thread's heap."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_ARENA_MAX, 2)


def when_ready(server: Any) -> None:
    """What every worker would make for itself is made before there are workers."""
    configure_mappers()
    templates = server.app.wsgi().jinja_env
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)


def pre_fork(server: Any, worker: Any) -> None:
    """The collector leaves alone what was there before, so that its pages stay shared."""
    gc.collect()
    gc.freeze()
