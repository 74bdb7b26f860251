"""Words that are searched, in a table of their own."""

from alembic import op

revision = "0025"
down_revision = "0024"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
