"""What the ledger keeps outside the database: its public key, and the last head that was signed.

Why it exists: somebody who can change the whole database must not be able to change these with it, so that a log which
was cut back, or forked, is found. What it must not do: hold the private key. Only the sequencer reads that, and only
the sequencer writes here.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LedgerFiles:
    """The folder `ledger` in the data folder. Both files are public and hold no personal data."""

    folder: Path

    @classmethod
    def of(cls, data: Path) -> LedgerFiles:
        """Those of the installation whose data folder this is."""
        return cls(data / "ledger")

    @property
    def vkey(self) -> str | None:
        """The log's public key in C2SP form, or None before the sequencer's first start."""
        return _text(self.folder / "vkey")

    @property
    def head(self) -> str | None:
        """The note of the last signed head, or None before the first."""
        return _text(self.folder / "head")

    def publish(self, vkey: str) -> None:
        """Keep the public key."""
        self._write("vkey", vkey + "\n")

    def remember(self, note: str) -> None:
        """Keep the head that was signed last; on disk when this returns."""
        self._write("head", note)

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{secrets.token_hex(4)}"
        with draft.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.folder / name)  # Whole or not at all: a torn file would stop the sequencer for good.


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
