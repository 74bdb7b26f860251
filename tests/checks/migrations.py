"""The migrations lead from nothing to exactly the models, in one line.

It exists so that nobody finds out in production that a column was only ever in Python. What it must not do: go back;
migrations are forward only.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine

from inbox.migrating import alembic
from tests.cluster import running


def main() -> int:
    """Migrate an empty database and compare. Returns the exit code."""
    heads = ScriptDirectory.from_config(alembic()).get_heads()
    if len(heads) != 1:
        print(f"The migrations must have one head; they have {len(heads)}: {', '.join(heads)}", file=sys.stderr)
        return 1
    with running() as cluster:
        url = cluster.settings(cluster.make_template()).database_owner_url
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        try:
            with engine.begin() as connection:
                command.check(alembic(connection))
        except CommandError as error:
            print(f"The models differ from what the migrations make: {error}", file=sys.stderr)
            return 1
        finally:
            engine.dispose()
    print(f"migrations: empty → {heads[0]}, equal to the models")
    return 0


if __name__ == "__main__":
    sys.exit(main())
