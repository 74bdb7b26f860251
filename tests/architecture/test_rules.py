"""The rules of the code that a linter can't say: who commits, who reads the environment, whose clock counts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from connectors.kit import registry
from tests.architecture.sources import ROOT, files, name, place, strings, tree, under

OURS = under("inbox", "workers", "connectors", "config.py")
COMMITS = {"inbox/uow.py"}
BEGINS = {"inbox/migrating.py", "workers/sequencer.py"}
"""The schema's own transaction, and that of the sequencer, which acts for nobody and tells nobody; the rest goes
through the unit of work."""
BELL_RINGERS = {"inbox/nudges.py", "workers/sweep.py", "workers/clock.py"}
CLOCKS = re.compile(
    r"\b(now\(\)|current_(timestamp|date)|localtimestamp|(statement|transaction)_timestamp)", re.IGNORECASE
)
LEASES = {
    "inbox/services/calling.py",
    "inbox/services/deliveries.py",
    "inbox/services/enforcing.py",
    "inbox/services/fetching.py",
    "inbox/services/heartbeat.py",
    "inbox/services/polling.py",
    "inbox/services/reaching.py",
    "inbox/services/silo_receiving.py",
    "inbox/services/silo_sending.py",
    "inbox/queries/owed.py",
}
"""Where a lease is given or has run out: the one thing that is compared with the database's clock."""


def calls(path: Path, attribute: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    ]


def test_only_the_unit_of_work_commits() -> None:
    assert [place(path, call) for path in OURS if name(path) not in COMMITS for call in calls(path, "commit")] == []


def test_only_migrations_the_sequencer_and_a_platforms_own_store_begin_a_transaction() -> None:
    mine = [path for path in OURS if not name(path).startswith("connectors/") and name(path) not in BEGINS]
    on_engines = [
        place(path, call)
        for path in mine
        for call in calls(path, "begin")
        if ast.unparse(call.func).rpartition(".")[0].endswith(("engine", "connection", "session"))
    ]

    assert on_engines == []


def test_only_config_reads_the_environment() -> None:
    found = [
        place(path, node)
        for path in OURS
        if name(path) != "config.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]

    assert found == []


def test_no_statement_asks_the_database_for_the_time() -> None:
    by_function = [
        place(path, node)
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "func"
        and CLOCKS.match(f"{node.attr}()")
    ]
    by_words = [place(path, text) for path in OURS for text in strings(path) if CLOCKS.search(str(text.value))]

    assert by_function + by_words == []


def test_only_leases_are_compared_with_the_databases_clock() -> None:
    found = {
        name(path)
        for path in OURS
        if any(isinstance(node, ast.Attribute) and node.attr == "clock_timestamp" for node in ast.walk(tree(path)))
        or any("clock_timestamp" in str(text.value) for text in strings(path))
    }

    assert found <= LEASES


def test_no_test_waits_for_time_to_pass_instead_of_a_condition() -> None:
    assert [place(path, call) for path in under("tests") for call in calls(path, "wait_for_timeout")] == []


def test_no_platform_is_known_by_name_outside_the_connectors() -> None:
    platforms = set(registry.connectors()) | set(registry.sites())
    in_code = [
        place(path, text)
        for path in under("inbox", "workers", "config.py")
        for text in strings(path)
        if text.value in platforms
    ]
    quoted = re.compile(rf"""["']({"|".join(map(re.escape, platforms))})["']""")
    brought_along = tuple(f"{place}/{platform}" for place in ("templates", "inbox/static/js") for platform in platforms)
    in_pages = [
        f"{name(path)}: {found.group()}"
        for path in files(".html", ".js")
        if name(path).startswith(("templates/", "inbox/static/js/")) and not name(path).startswith(brought_along)
        for found in quoted.finditer(path.read_text())
    ]

    assert in_code + in_pages == []


def test_only_the_bell_ringers_import_the_jobs() -> None:
    def imports_jobs(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(alias.name == "inbox.jobs" for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            return node.module == "inbox.jobs" or (
                node.module == "inbox" and any(alias.name == "jobs" for alias in node.names)
            )
        return False

    ringing = {name(path) for path in OURS if any(imports_jobs(node) for node in ast.walk(tree(path)))}
    assert ringing <= BELL_RINGERS


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def test_a_service_or_query_is_given_its_unit_of_work_first() -> None:
    wrong = []
    for path in under("inbox"):
        if name(path).startswith(("inbox/services/", "inbox/queries/")):
            for function in functions(path):
                kinds = [ast.unparse(one.annotation) if one.annotation else "" for one in function.args.args]
                if "UnitOfWork" in kinds[1:]:
                    wrong.append(f"{name(path)}:{function.lineno}")

    assert wrong == []


def test_services_and_queries_open_no_unit_of_work() -> None:
    opening = [
        f"{name(path)}:{node.lineno}"
        for path in under("inbox")
        if name(path).startswith(("inbox/services/", "inbox/queries/"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "inbox.uow"
        and {alias.name for alias in node.names} & {"uow", "reading"}
    ]

    assert opening == []


def test_what_a_query_returns_can_not_be_changed() -> None:
    loose = [
        f"{name(path)}:{node.lineno}"
        for path in under("inbox")
        if name(path).startswith("inbox/queries/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if "dataclass" in ast.unparse(decorator) and "frozen=True" not in ast.unparse(decorator)
    ]

    assert loose == []


def test_every_page_is_written_without_inline_script_or_style() -> None:
    # The policy in the answer's head would refuse them; this finds them before a browser does.
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = [
        f"{name(path)}: {hit.group()}"
        for path in files(".html")
        if path.is_relative_to(ROOT / "templates")
        for hit in inline.finditer(path.read_text())
    ]

    assert found == []
