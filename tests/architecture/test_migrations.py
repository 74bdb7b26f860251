"""The migrations are one line, lead to exactly the models, and only ever forward."""

from __future__ import annotations

import ast

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

import config
from inbox.migrating import alembic
from tests.architecture.sources import files, name, tree

VERSIONS = [path for path in files(".py") if name(path).startswith("inbox/migrations/versions/")]


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic()).get_heads()) == 1


def test_the_head_equals_the_models(own_database: config.Settings) -> None:
    engine = create_engine(own_database.database_owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        # Raises when the models would need another migration.
        command.check(alembic(connection))
    engine.dispose()


def test_no_column_gets_its_time_from_the_database(own_database: config.Settings) -> None:
    engine = create_engine(own_database.database_owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        ticking = connection.execute(
            text(
                "SELECT table_name || '.' || column_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND column_default ~* '(now|timestamp|current_)' "
                "AND table_name <> 'alembic_version'"
            )
        ).scalars()
        assert list(ticking) == []
    engine.dispose()


def test_no_migration_leads_back() -> None:
    back = [
        name(path)
        for path in VERSIONS
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade"
    ]

    assert len(VERSIONS) >= 4
    assert back == []
