"""Every sentence shown to people stands in every catalogue.

It exists so that a Norwegian or Danish page never falls back into English in silence. What it must not do: judge the
translation itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "inbox" / "locale"
LANGUAGES = ("da", "nb")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def main() -> int:
    """Compare the sources with the catalogues. Returns the exit code."""
    wanted = sources()
    faults = [fault for language in LANGUAGES for fault in missing(language, wanted)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} entries are missing: extract, translate and compile the catalogues", file=sys.stderr)
        return 1
    print(f"catalogues: {len(wanted)} sentences in {' and '.join(LANGUAGES)}")
    return 0


def sources() -> Catalog:
    """Every sentence that is marked for translation."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call] # Babel has left this one out.
    found = Catalog()
    for file, line, message, comments, context in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def missing(language: str, wanted: Catalog) -> Iterator[str]:
    """One line for each sentence without a finished translation."""
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        present = read_po(file, locale=language)
    for message in wanted:
        if message.id:
            translated = present.get(message.id, context=message.context)
            if translated is None or not _finished(translated):
                place = f"{message.locations[0][0]}:{message.locations[0][1]}" if message.locations else "the sources"
                yield f"{language}: {place}: {message.id!r} has no finished translation"


def _finished(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return not message.fuzzy and all(strings)


if __name__ == "__main__":
    sys.exit(main())
