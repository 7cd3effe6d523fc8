"""Make .venv and the front-end files fit the locks: nothing to do is the usual answer, and takes no second.

Runs under any Python 3 of the machine, before anything is installed; hence the plain old syntax and no libraries.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"  # which locks this environment fulfils, and for which place it was made
LOCKS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")

TOO_OLD = """This needs Python 3.11 or newer; `{0}` is {1}.
Install one (Debian 12+, Ubuntu 24.04+: apt-get install python3 python3-venv) or name it: make {2} PYTHON=/path/to/python3.12"""
NO_VENV = """Python is here, but it cannot make virtual environments (the module ensurepip is missing).
On Debian and Ubuntu: apt-get install python3-venv; then run the same command again."""
NO_PIP = """The Python packages could not be installed; the reason stands in the lines above.
When the package index cannot be reached, tell pip of a mirror: .venv/bin/pip config set global.index-url ..."""


def main() -> None:
    """Prepare for `run` (default) or `dev`; exits with a sentence when it cannot."""
    wish = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < (3, 11):  # noqa: UP036
        start_again_with_newer_python()
    if not venv_works():
        make_venv()
    if not is_installed(wish):
        install(wish)
    sys.exit(subprocess.call([str(PYTHON), str(ROOT / "tools" / "vendor.py")]))


def start_again_with_newer_python() -> None:
    """Hand over to a newer Python of this machine, if there is one."""
    found = next(filter(None, map(shutil.which, NEWER)), None)
    if found is None:
        sys.exit(TOO_OLD.format(sys.executable, sys.version.split()[0], "run"))
    os.execv(found, [found, *sys.argv])  # noqa: S606


def venv_works() -> bool:
    """Whether the environment answers, and was made for this folder (its scripts hold absolute paths)."""
    if stamp().get("root", str(ROOT)) != str(ROOT) or not PYTHON.exists():
        return False
    return subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0


def make_venv() -> None:
    """Make the environment anew."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit(NO_VENV)
    say("Making the Python environment .venv ...")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit(NO_VENV)


def is_installed(wish: str) -> bool:
    """Whether this environment got exactly the present locks."""
    return all(stamp().get(lock) == checksum(lock) for lock in LOCKS[wish])


def install(wish: str) -> None:
    """Install what the lock names, nothing whose hash differs; then note it."""
    lock = LOCKS[wish][-1]
    say(f"Installing the Python packages of {lock} (about half a minute) ...")
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(ROOT / lock)]
    if subprocess.call([str(PYTHON), "-m", "pip", "install", *options]) != 0:
        sys.exit(NO_PIP)
    note = {name: checksum(name) for name in LOCKS[wish]}
    note["root"] = str(ROOT)
    STAMP.write_text(json.dumps(note, indent=2))


def stamp() -> "dict[str, str]":
    """What was noted at the last installation."""
    return json.loads(STAMP.read_text()) if STAMP.exists() else {}


def checksum(lock: str) -> str:
    """The SHA-256 of a lock file."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def say(text: str) -> None:
    """One line for whoever waits."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
