"""`python -m tests.bench NAME --size N`: run one measurement; the last line printed is one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import sys

from tests.bench import ingest, listing, nudging, opening, replying, search, similar, timers

BENCHES = {
    "ingest": ingest.run,
    "list": listing.run,
    "open": opening.run,
    "reply": replying.run,
    "live": nudging.run,
    "search": search.run,
    "similar": similar.run,
    "timers": timers.run,
}
USUAL = {
    "ingest": 10_000,
    "list": 10_000,
    "open": 10_000,
    "reply": 10_000,
    "live": 100,
    "search": 10_000,
    "similar": 10_000,
    "timers": 10_000,
}


def main() -> int:
    """Returns the exit code. BATCH in the environment (or on make's command line) sets the batch of `ingest`."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure one thing against its own limit.")
    parser.add_argument("name", choices=sorted(BENCHES), help="what to measure")
    parser.add_argument(
        "--size", type=int, default=0, help="how many posts, conversations, browsers, messages or clocks"
    )
    parser.add_argument(
        "--batch", type=int, default=int(os.environ.get("BATCH", "1000")), help="posts in a transaction"
    )
    chosen = parser.parse_args()
    size = chosen.size or USUAL[chosen.name]
    if size < 1 or chosen.batch < 1:
        parser.error("sizes are whole numbers above 0")
    print(json.dumps({"name": chosen.name, **BENCHES[chosen.name](size, chosen.batch)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
