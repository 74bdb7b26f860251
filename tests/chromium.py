"""The browser that tests drive: an existing one, else the system's package, else Playwright's own.

It exists so that `make test` needs no instructions. What it must not do: let browser tests be skipped; without a
browser it ends with one clear line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium has no sandbox under root, and the pages it is shown here are our own.
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)


def path() -> str | None:
    """The browser's program, if there is one."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


def install() -> None:
    """Get one. The system's package where we may, since it brings its libraries along."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True, env=environment
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Make sure that there is a browser. Returns the exit code."""
    if path() is None:
        print("── installing Chromium for the browser tests", flush=True)
        try:
            install()
        except subprocess.CalledProcessError as error:
            print(
                f"Chromium can't be installed here ({error}): install one by hand and run this again", file=sys.stderr
            )
            return 1
    if path() is None:
        print("Chromium was installed but can't be found", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
