"""`python -m workers`: a worker for some queues, the clock, one sweep, or the ledger's sequencer."""

from __future__ import annotations

import argparse
import sys

import config
from inbox.embedded import CannotStart

QUEUES = ("deliver", "ingest", "timers")


def main(arguments: list[str] | None = None) -> int:
    """Run one process of the machine room. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m workers",
        description="The machine room of Byline. Run as many workers as you need, two clocks and one sequencer.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--queues",
        metavar="NAMES",
        help=f"work on these queues, separated by commas: {', '.join(QUEUES)}. Give `deliver` a worker of its own.",
    )
    what.add_argument("--clock", action="store_true", help="beat once a second and ring for everything that is due")
    what.add_argument("--sweep", action="store_true", help="ring once for everything that is due, and end")
    what.add_argument(
        "--sequencer", action="store_true", help="number the ledger's entries and sign its head (one process only)"
    )
    chosen = parser.parse_args(arguments)
    try:
        return _run(parser, chosen)
    except config.BadSettings as error:
        print("\n".join(error.lines), file=sys.stderr)
    except CannotStart as error:
        print(error, file=sys.stderr)
    return 2


def _run(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> int:
    if chosen.sequencer:
        from workers import sequencer

        sequencer.run()
    elif chosen.clock:
        from workers import clock

        clock.run()
    elif chosen.sweep:
        from workers import sweep

        print(f"{sweep.sweep()} bells rung")
    else:
        names = [name.strip() for name in chosen.queues.split(",")]
        unknown = [name for name in names if name not in QUEUES]
        if unknown:
            parser.error(f"there is no queue called {', '.join(unknown)}; known are {', '.join(QUEUES)}")
        from workers import boot

        boot.work(names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
