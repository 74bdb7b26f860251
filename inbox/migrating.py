"""From any released schema to the newest, forward only, as the owner of the database.

A database that is newer than the code is left alone and said so: somebody started an old release. What
this must not do: go back, or run as the app's own role, which may not change the ledger's tables.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text

import config
from connectors.kit import registry

OLDEST_POSTGRES = 16
ROLES = ("byline_app", "byline_sequencer")


class CannotMigrate(Exception):
    """One sentence that says what is wrong and what to do."""


def migrate(settings: config.Settings) -> None:
    """Bring the database to this code's schema, and the platforms that live here to theirs. Raises CannotMigrate."""
    engine = create_engine(_driver(settings.database_owner_url or settings.database_url))
    try:
        with engine.begin() as connection:
            _check(connection)
            # Two starts at once: the second waits and finds nothing left to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('byline migrations'))"))
            command.upgrade(alembic(connection), "head")
        for name, site in registry.sites().items():
            site.prepare(engine)
            with engine.begin() as connection:
                _grant(connection, name)
    finally:
        engine.dispose()


def alembic(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).resolve().parent / "migrations"))
    found.attributes["connection"] = connection
    return found


def _check(connection: Connection) -> None:
    version = connection.execute(text("SELECT current_setting('server_version_num')::int / 10000")).scalar_one()
    if version < OLDEST_POSTGRES:
        raise CannotMigrate(f"PostgreSQL {OLDEST_POSTGRES} or newer is needed; this is {version}.")
    missing = [
        role
        for role in ROLES
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
    ]
    if missing:
        raise CannotMigrate(f"The database has no role {' and '.join(missing)}: create it first (docs/runbook.md).")
    stands = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(alembic())
    try:
        if stands is not None:
            scripts.get_revision(stands)
    except CommandError as error:
        raise CannotMigrate(
            f"The database is newer than this code (it stands at {stands}): start the release that it belongs to."
        ) from error


def _grant(connection: Connection, schema: str) -> None:
    """A platform's tables are used by the app's role like any other."""
    name = connection.dialect.identifier_preparer.quote_identifier(schema)
    connection.execute(text(f"GRANT USAGE ON SCHEMA {name} TO byline_app"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {name} TO byline_app"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {name} TO byline_app"))


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
