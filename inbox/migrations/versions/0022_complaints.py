"""Complaints: a kind of its own, with a clock and a receipt."""

from alembic import op

revision = "0022"
down_revision = "0021"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
