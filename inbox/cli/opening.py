"""What all commands begin with: the settings, the house's servers, and how one stops with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

import config
from inbox import embedded


class Stop(click.ClickException):
    """One clear line and exit code 2."""

    exit_code = 2


@contextmanager
def servers() -> Iterator[config.Settings]:
    """The settings of the environment, with database and Redis running while the command does its deed."""
    with embedded.servers(config.read()) as settings:
        yield settings
