"""Other ways to a back-office unit, and what came back by them."""

from alembic import op

revision = "0020"
down_revision = "0019"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
