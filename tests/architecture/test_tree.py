"""The rules of the tree that no linter knows: size, names, first words, and what must never be committed."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files, name, tree

LONGEST = 300
GRAB_BAGS = re.compile(r"^_?(utils?|helpers?|managers?|common|misc)$")
# Written in pieces, so that this file does not hold what it looks for.
INDEXES = ("pypi." + "org", "python" + "hosted.org", "registry." + "npmjs", "registry." + "yarnpkg")
MACHINE_PATHS = re.compile(r"(?<![\w.<>-])/(?:work|tmp|root|home)\b(?!\))")
LOCKS = tuple(path for path in files() if path.suffix == ".lock" or path.name == "package-lock.json")


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_no_file_of_ours_is_longer_than_one_reason_needs() -> None:
    long = {name(path): len(lines(path)) for path in files(".py", ".html", ".js", ".css") if len(lines(path)) > LONGEST}

    assert long == {}


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    parts = {part for path in files() for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}

    assert [part for part in sorted(parts) if GRAB_BAGS.match(part)] == []


def test_each_module_says_first_why_it_exists() -> None:
    silent = [
        name(path)
        for path in files(".py")
        if not ast.get_docstring(tree(path)) and "migrations/versions" not in name(path)
    ]

    assert silent == []


def test_each_script_says_first_why_it_exists() -> None:
    assert [name(path) for path in files(".js") if not path.read_text().startswith("/*")] == []


def test_no_file_names_an_index_of_packages() -> None:
    found = [f"{name(path)}: {index}" for path in files() for index in INDEXES if index.encode() in path.read_bytes()]

    assert found == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in files()
        if path not in LOCKS
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if MACHINE_PATHS.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("lock", [path for path in LOCKS if path.suffix == ".lock"], ids=lambda path: path.name)
def test_a_lock_of_python_packages_is_names_versions_and_hashes(lock: Path) -> None:
    assert [
        line for line in lines(lock) if "://" in line or line.lstrip().startswith(("-i", "--index", "--extra", "-f"))
    ] == []
    assert any("--hash=sha256:" in line for line in lines(lock))


def test_the_lock_of_the_browsers_packages_names_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [package for package, what in packages.items() if "resolved" in what] == []
    assert [package for package, what in packages.items() if package and not what.get("integrity")] == []


def test_a_make_check_runs_each_linter_and_the_import_contracts() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\ncheck:")[2].partition("\n\n")[0]

    for step in ("ruff format --check", "ruff check", "mypy", "lint-imports", "checks.catalogues", "checks.migrations"):
        assert step in recipe


def test_ci_runs_what_people_run() -> None:
    steps = re.findall(r"^step (\S+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)

    assert [step for step in steps if step in ("check", "test", "test-peers")] == ["check", "test", "test-peers"]


def test_each_path_that_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`([\w./-]+)`", text)) | set(re.findall(r"\]\(([\w./-]+)\)", text))
    looks_like_path = [path for path in named if re.search(r"/|\.(py|md|html|js|css|toml|lock)$", path)]
    made_by_the_house = re.compile(r"^(var|\.venv|node_modules|shots|inbox/static/vendor)(/|$)")

    missing = [path for path in looks_like_path if not made_by_the_house.match(path) and not path.startswith("/")]
    assert [path for path in sorted(missing) if not (ROOT / path).exists()] == []
    assert len(looks_like_path) > 20


def test_each_setting_that_is_read_stands_in_the_readme() -> None:
    read = set(re.findall(r'source\.\w+\("([A-Z_]+)"', (ROOT / "config.py").read_text()))
    explained = set(re.findall(r"`([A-Z_]+)`", (ROOT / "README.md").read_text()))

    assert len(read) > 10
    assert read - explained == set()
