"""`python -m inbox.embedded.tied MODULE ARGUMENTS…`: run a module that ends with whoever started it.

It exists for `make run`: killed with -9, make can tell nobody, and the house would live on without it and hold the
data folder against the next start. What it must not do: stay in between; the module takes this process's place.
Where the system has no such tie (it is Linux's), the module simply runs.
"""

from __future__ import annotations

import os
import signal
import sys

from inbox.embedded.processes import tie_to_parent


def main() -> None:
    """Tie this process to its parent and become the module."""
    tie_to_parent(os.getppid(), signal.SIGTERM)
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])  # noqa: S606 - a shell is what must not stand in between


if __name__ == "__main__":
    main()
