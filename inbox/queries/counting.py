"""Counting as far as anybody reads a number at a glance, so that the count of a storm costs that of a quiet day.

What it must not do: say what is counted; whoever asks gives the rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, ScalarSelect, Select, bindparam, case, func, select

UP_TO: BindParameter[Any] = bindparam("up_to", type_=Integer)
"""Where counting stops, bound to one more than is said: that is how one sees that there are more."""


def few(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    """How many rows there are, and no more than `UP_TO`."""
    return select(func.count()).select_from(rows.limit(UP_TO).subquery()).scalar_subquery()


def few_behind(page: BindParameter[Any], rows: Select[*tuple[Any, ...]]) -> ColumnElement[int | None]:
    """The same as a column of a page that is cut at so many rows; NULL, and nothing counted, where it is shorter.

    What makes a page short is a rare filter, for which all that there is was looked at once already.
    """
    return case((func.count().over() >= page, few(rows)))
