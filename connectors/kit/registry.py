"""Which platforms there are.

Why it exists: a new platform is one new file; nothing else should have to be told of it. Modules and
packages directly under `connectors` are looked through for `CONNECTOR` (a platform) and `SITE` (pages that
a platform brings along). What it must not do: know any platform by name, or hide one that can't be
imported: a broken platform stops the start instead of going missing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Protocol

import connectors as _platforms
from connectors.kit.contract import Connector

if TYPE_CHECKING:
    from flask import Blueprint
    from sqlalchemy import Engine


class Site(Protocol):
    """Pages of a platform that lives inside the house (the practice square, later the web form).

    The blueprint guards its own forms against forged requests, so the house's own guard has to leave it out.
    """

    name: str

    def prepare(self, engine: Engine) -> None:
        """Create its tables in a schema of its own. May be called at every start."""

    def blueprint(self, engine_factory: Callable[[], Engine], *, demo: bool = True) -> Blueprint:
        """The pages. `engine_factory` is asked at each request, so that the pool of the asking process is used.

        Outside a demonstration nothing is offered by which a stranger could disturb the house.
        """

    def open_account(
        self, engine: Engine, *, handle: str, name: str, base_url: str, webhook_url: str = ""
    ) -> Mapping[str, str]:
        """Open an organisation's account there, or give it new keys; returns the connector's credentials."""


@cache
def connectors() -> Mapping[str, type[Connector]]:
    """Every platform by its name, in the order of the alphabet. Raises `ValueError` if two share one."""
    found: dict[str, type[Connector]] = {}
    for module in _modules():
        offered: type[Connector] | None = getattr(module, "CONNECTOR", None)
        if offered is None:
            continue
        if offered.name in found:
            raise ValueError(f"Two platforms call themselves {offered.name!r}; the second is {module.__name__}.")
        found[offered.name] = offered
    return MappingProxyType(dict(sorted(found.items())))


def connector(name: str) -> type[Connector]:
    """The platform of that name. Raises `KeyError` with the known names in it."""
    try:
        return connectors()[name]
    except KeyError:
        raise KeyError(f"No platform is called {name!r}; known are {', '.join(connectors())}.") from None


@cache
def sites() -> Mapping[str, Site]:
    """Every platform that brings pages, by its name."""
    offered: list[Site] = [module.SITE for module in _modules() if hasattr(module, "SITE")]
    return MappingProxyType({site.name: site for site in sorted(offered, key=lambda site: site.name)})


def _modules() -> Iterator[ModuleType]:
    for entry in pkgutil.iter_modules(_platforms.__path__):
        if entry.name != "kit":
            yield importlib.import_module(f"{_platforms.__name__}.{entry.name}")
