"""Which ways of reaching a back-office unit there are: one new file under `connectors.targets` is one more.

What it must not do: know any of them by name, or hide one that can't be imported.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from connectors.kit.target import Target

# Named, not imported: the kit stands under what is built on it.
_TARGETS = "connectors.targets"


@cache
def targets() -> Mapping[str, type[Target]]:
    """Every target by its name, in the order of the alphabet. Raises `ValueError` if two share one."""
    found: dict[str, type[Target]] = {}
    for entry in pkgutil.iter_modules(importlib.import_module(_TARGETS).__path__):
        module = importlib.import_module(f"{_TARGETS}.{entry.name}")
        offered: type[Target] | None = getattr(module, "TARGET", None)
        if offered is None:
            continue
        if offered.name in found:
            raise ValueError(f"Two targets call themselves {offered.name!r}; the second is {module.__name__}.")
        found[offered.name] = offered
    return MappingProxyType(dict(sorted(found.items())))


def target(name: str) -> type[Target]:
    """The target of that name. Raises `KeyError` with the known names in it."""
    try:
        return targets()[name]
    except KeyError:
        raise KeyError(f"No target is called {name!r}; known are {', '.join(targets())}.") from None
