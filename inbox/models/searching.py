"""The column that search looks into: the words of a row, stemmed, written by the database whenever the words are.

The expressions stand here as PostgreSQL writes them back, so that models and migrations can be compared. What it must
not do: know what is searched for (`inbox.queries.search`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Computed
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import mapped_column

BY_LANGUAGE = """to_tsvector(
CASE "left"(lower((language)::text), 2)
    WHEN 'da'::text THEN 'danish'::regconfig
    WHEN 'nb'::text THEN 'norwegian'::regconfig
    WHEN 'nn'::text THEN 'norwegian'::regconfig
    WHEN 'no'::text THEN 'norwegian'::regconfig
    WHEN 'en'::text THEN 'english'::regconfig
    ELSE 'simple'::regconfig
END, "left"(text, 100000))"""
"""In the language that the platform told; as written where it told none, or one without a stemmer here."""
AS_WRITTEN_AND_STEMMED = (
    "(to_tsvector('danish'::regconfig, \"left\"(text, 50000)) || "
    "to_tsvector('simple'::regconfig, \"left\"(text, 50000)))"
)
"""Words of which nobody knows the language."""
NAMES = "to_tsvector('simple'::regconfig, \"left\"(((name || ' '::text) || handle), 1000))"


def searched(expression: str) -> Any:
    """Never loaded with its row: it is for the database alone."""
    return mapped_column(TSVECTOR, Computed(expression, persisted=True), nullable=True, deferred=True)
