"""How much of the machine's memory the database keeps its pages in.

Why it exists: PostgreSQL's own 128 MB hold a few months of a busy house; a search through years of it then asks the
system for each page. A quarter is what PostgreSQL's own pages advise to begin with
(postgresql.org/docs/current/runtime-config-resource.html). What it must not do: count on memory that a container may
not use.
"""

from __future__ import annotations

import os
from pathlib import Path

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says what this process and its like may use, in its newer and its older words."""
_MEGABYTE = 1024 * 1024
LEAST, MOST = 128, 1024
"""Megabytes. It is taken as pages are used, not at the start."""


def for_pages(memory: int) -> str:
    """`shared_buffers` for so many bytes of memory, as PostgreSQL writes it."""
    return f"{max(LEAST, min(MOST, memory // 4 // _MEGABYTE))}MB"


def there_is() -> int:
    """Bytes that we may use: the machine's, or less where we are confined."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([whole, *(limit for path in LIMITS if (limit := _limit(path)))])


def _limit(path: Path) -> int:
    """The limit in a file of the system's; 0 where there is none."""
    try:
        said = path.read_text().strip()
    except OSError:
        return 0
    return int(said) if said.isdigit() else 0
