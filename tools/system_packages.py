"""Install the system packages the browser tests need, where this user may; say plainly what is missing where not."""

import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CJK_FONTS = ("noto/NotoSansCJK", "wqy", "wenquanyi", "arphic", "droid/DroidSansFallback")
MAY_NOT = """!!! Missing for the browser tests: {packages}. This user may not install system packages.
!!! Ask for: apt-get install {packages}   (the browser tests are skipped until then; with CI=true they fail)"""
DID_NOT = (
    "!!! Could not install {packages} (apt-get said why above); the browser tests are skipped, with CI=true they fail."
)


def missing() -> list[str]:
    """The Debian packages that are needed and not there."""
    wanted = []
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        wanted.append("chromium")
    fonts = [str(path) for path in Path("/usr/share/fonts").rglob("*.tt[cf]")]
    if not any(name in font for font in fonts for name in CJK_FONTS):
        wanted.append("fonts-noto-cjk")
    return wanted


def apt_get() -> list[str] | None:
    """The beginning of an apt-get command that this user may give, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "apt-get"]
    return None


def main() -> None:
    """Install what is missing; never fails: the tests themselves decide whether they can run without."""
    wanted = missing()
    if not wanted:
        return
    packages = " ".join(wanted)
    command = apt_get()
    if command is None:
        print(MAY_NOT.format(packages=packages), flush=True)
        return
    print(f"Installing {packages} (system packages, about half a minute) ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*command, "update", "-qq"], env=quiet, check=False)
    install = [*command, "install", "-y", "-qq", "--no-install-recommends", *wanted]
    if subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
        print(DID_NOT.format(packages=packages), flush=True)


if __name__ == "__main__":
    main()
