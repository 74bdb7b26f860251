"""The ladder: rules, and each climb once."""

from alembic import op

revision = "0019"
down_revision = "0018"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
