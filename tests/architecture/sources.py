"""What stands in the checkout: the files that are ours, and their syntax trees.

It exists so that each rule about the tree is a few lines. Git is not asked, since a copy without its history must
hold the same rules; what `.gitignore` leaves out is left out here. What it must not do: know a rule.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEVER_OURS = frozenset({".git"})


@cache
def _left_out() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return tuple(line.rstrip("/") for line in lines if line and not line.startswith("#"))


def _ours(path: Path) -> bool:
    if path.name in NEVER_OURS:
        return False
    inside = f"/{path.relative_to(ROOT).as_posix()}"
    return not any(
        inside == pattern if pattern.startswith("/") else fnmatch(path.name, pattern) for pattern in _left_out()
    )


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _ours(path):
            if path.is_dir() and not path.is_symlink():
                yield from _walk(path)
            else:
                yield path


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every file of ours, or those whose names end in one of `suffixes`."""
    return tuple(path for path in _walk(ROOT) if not suffixes or path.suffix in suffixes)


def under(*folders: str) -> tuple[Path, ...]:
    """Our Python files in these top folders (or of these names)."""
    return tuple(path for path in files(".py") if path.relative_to(ROOT).parts[0] in folders)


def name(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(), str(path))


def strings(path: Path) -> Iterator[ast.Constant]:
    """Every string of the file that is a value: docstrings are not."""
    spoken = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node


def place(path: Path, node: ast.expr) -> str:
    """Where it stands, as an editor understands it."""
    return f"{name(path)}:{node.lineno}"
