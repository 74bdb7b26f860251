"""What an organisation calls those who write to it."""

from alembic import op

revision = "0027"
down_revision = "0026"

UPGRADE = """
-- A key of `inbox.domain.countries.calling`; empty: the word of the country.
ALTER TABLE organisation ADD COLUMN calling varchar(40) DEFAULT '' NOT NULL;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
