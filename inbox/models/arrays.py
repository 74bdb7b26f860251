"""Many rows in one statement, handed over as arrays.

The transaction and the round trip are the cost, not the row: a page of a thousand messages is stored by
`INSERT … SELECT … FROM unnest(…)`, one statement a table. What it must not do: decide what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import ColumnElement, Table, TextClause, any_, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.extensions import Base


def binary_arrays() -> AdaptersMap:
    """The driver's adapters with arrays in binary, for an engine's `connect_args={"context": …}`.

    As text each element is searched for quotes several times, which was a quarter of what storing a page cost.
    """
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(list, ListBinaryDumper)
    return adapters


def among(column: InstrumentedAttribute[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """`column = ANY(values)`, the values as one array: a thousand bound one by one cost more than the query itself."""
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type), unique=True))


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert all rows, which must have the same keys. Values are the columns' Python values."""
    if not rows:
        return
    names = tuple(rows[0])
    statement, packed = _statement(model, names)
    session.execute(
        statement,
        {
            name: [json.dumps(row[name]) for row in rows] if name in packed else [row[name] for row in rows]
            for name in names
        },
    )


@cache
def _statement(model: type[Base], names: tuple[str, ...]) -> tuple[TextClause, frozenset[str]]:
    """The statement for these columns, and which of them travel as JSON."""
    table = cast("Table", model.__table__)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's dialects are untyped
    packed = frozenset(name for name in names if isinstance(table.c[name].type, JSONB))
    arrays = ", ".join(f"CAST(:{name} AS {_type(table.c[name].type.compile(dialect))}[])" for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    # Only our own table and column names enter the text; values are always bound.
    return text(f"INSERT INTO {table.name} ({columns}) SELECT * FROM unnest({arrays})"), packed  # noqa: S608


def _type(compiled: str) -> str:
    """Arrays carry no length: the column checks it."""
    return compiled.split("(", maxsplit=1)[0] if compiled.startswith("VARCHAR") else compiled
