"""Everything of a running system on this machine under one process: migrations, demo data, web server, scheduler."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "instance" / "log"
FLASK = [sys.executable, "-m", "flask"]
ENDINGS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 60.0  # seconds for the first answer, and half of it between asking a process to end and ending it

PORT_TAKEN = "Port {port} is taken by another program. Choose another one: make run PORT={other}"
NO_DATABASE = """The database could not be prepared (DATABASE_URL={url}).
Is the server running, and may this user create tables there? The reason stands in the last line above."""
DIED = "The {name} has ended by itself. The end of {log}:"


class Stopped(Exception):  # noqa: N818
    """Somebody asked us to stop."""


def main() -> None:
    """Prepare, start, say where, wait; stop every child however it ends."""
    for number in ENDINGS:
        signal.signal(number, stop)
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 5000)
    refuse_taken_port(host, port)
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    os.environ.setdefault("DEMO", "0" if os.environ.get("PRODUCTION") else "1")
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        prepare_database()
        children["web server"] = start("web", web_server(host, port))
        children["scheduler"] = start("scheduler", [*FLASK, "scheduler"])
        wait_for_answer(children, f"http://{host}:{port}/healthz")
        announce()
        watch(children)
    except Stopped:
        print("\nStopping ...", flush=True)
    finally:
        end(children)


def stop(number: int, frame: FrameType | None) -> None:
    """Turn the signal into an exception, once; a second one must not disturb the stopping."""
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


def refuse_taken_port(host: str, port: int) -> None:
    """Exit with a sentence when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise SystemExit(PORT_TAKEN.format(port=port, other=port + 1)) from None


def is_demo() -> bool:
    """Whether demo data and demo sign-ins are wanted: yes, unless somebody said no."""
    return os.environ["DEMO"].lower() in ("1", "true", "yes", "on")


def prepare_database() -> None:
    """Bring the tables up to date; fill an empty database with the demo."""
    upgrade = subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, capture_output=True, text=True, check=False)
    if upgrade.returncode:
        print((upgrade.stdout + upgrade.stderr)[-3000:], file=sys.stderr)
        raise SystemExit(NO_DATABASE.format(url=os.environ.get("DATABASE_URL") or "a file under instance/"))
    if is_demo():
        subprocess.run([*FLASK, "demo", "load"], cwd=ROOT, check=True)


def web_server(host: str, port: int) -> list[str]:
    """The command of the web server, as in earnest."""
    size = ["--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS") or "2", "--threads", "4"]
    return [sys.executable, "-m", "gunicorn", *size, "--no-control-socket", "--bind", f"{host}:{port}", "wsgi:app"]


def start(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    """A child with its own log, which goes on from last time; in its own session, so that Ctrl-C reaches only us."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("ab") as log:
        log.write(f"==== started {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}\n".encode())
        log.flush()
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)


def wait_for_answer(children: dict[str, subprocess.Popen[bytes]], url: str) -> None:
    """Return when the system says it is well; exit when it does not come to that."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    last, deadline = "no answer", time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        refuse_dead(children)
        try:
            opener.open(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            last = error.read(500).decode(errors="replace")
        except OSError as error:
            last = str(error)
        time.sleep(0.1)
    raise SystemExit(f"The system does not become well; {url} said last: {last}")


def refuse_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Exit, with the end of its log, when a child has ended."""
    for name, child in children.items():
        if child.poll() is not None:
            log = LOGS / f"{name.split()[0]}.log"
            print(DIED.format(name=name, log=log.relative_to(ROOT)), file=sys.stderr)
            raise SystemExit("\n".join(log.read_text(errors="replace").splitlines()[-25:]))


def announce() -> None:
    """Say where it runs, who may sign in, and where mails and logs are."""
    site = os.environ["SITE_URL"]
    print(f"\nOpen   {site}\n", flush=True)
    if is_demo():
        subprocess.run([*FLASK, "demo", "logins"], cwd=ROOT, check=False)
    server = os.environ.get("MAIL_SERVER")
    print(f"\nMail   goes to {server}" if server else f"\nMail   {site}/demo/mail  (files: instance/mail/)")
    print("Logs   instance/log/web.log, instance/log/scheduler.log\nStop   Ctrl-C\n", flush=True)


def watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait until we are stopped or a child ends by itself."""
    while True:
        refuse_dead(children)
        time.sleep(0.5)


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every child to end; after half our patience, make it."""
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + PATIENCE / 2
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
