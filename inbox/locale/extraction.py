"""Finds the sentences that people may read, also where no translation function stands around them.

Pure rules and platforms know no catalogue: they raise or return plain English sentences, which the doors
translate. Babel's own extractor can't see those, so this one reads the syntax tree: marked sentences, the
sentences of refusals and rules, and the reasons of platforms. What it must not do: import what it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO, TypeAlias

Found: TypeAlias = tuple[int, str | None, str | tuple[str, ...], list[str]]
"""Line, function, message (or singular and plural), comments: what Babel expects of an extractor."""

MARKS = frozenset({"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext", "sentence"})
SENTENCES: Mapping[str, int] = {
    "Refused": 0,
    "NotFound": 0,
    "Forbidden": 0,
    "Conflict": 0,
    "Invalid": 0,
    "Unavailable": 0,
    "Refusal": 0,
    "Rule": 2,
    "Retry": 0,
    "Rejected": 0,
    "Unconfirmed": 0,
    "Suspended": 0,
    "CannotTell": 0,
    "Quarantined": 1,
}
"""Whose argument is a sentence for people, and which one."""


def sentences(
    source: BinaryIO, _keywords: Mapping[str, object], _tags: Collection[str], options: Mapping[str, object]
) -> Iterator[Found]:
    """Babel's extraction method for our Python files."""
    del options  # Babel hands them over by name; there are none.
    tree = ast.parse(source.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
    for statement in tree.body:
        yield from _of_constant(statement)


def _of_call(node: ast.Call) -> Iterator[Found]:
    name = _name(node.func)
    if name in MARKS:
        texts = tuple(text for argument in node.args[:2] for text in _texts(argument))
        if "ngettext" in name and len(texts) == 2:
            yield node.lineno, name, texts, []
        else:
            for text in (text for argument in node.args[:1] for text in _texts(argument)):
                yield node.lineno, None, text, []
    elif name in SENTENCES and len(node.args) > SENTENCES[name]:
        for text in _texts(node.args[SENTENCES[name]]):
            if _is_sentence(text):
                yield node.lineno, None, text, []


def _of_constant(statement: ast.stmt) -> Iterator[Found]:
    """Sentences that a module keeps under a name in capitals, singly or in a table."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            return
    if not name.isupper():
        return
    values = value.values if isinstance(value, ast.Dict) else [value]
    for one in values:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and _is_sentence(one.value):
            yield one.lineno, None, one.value, []


def _texts(node: ast.expr) -> Iterator[str]:
    """The literal texts that an expression may become: both of a choice, none of a computed one."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_sentence(text: str) -> bool:
    return " " in text and text[0].isupper() and text.rstrip().endswith((".", "%(detail)s"))
