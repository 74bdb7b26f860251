"""What the back office said is found again."""

from alembic import op

revision = "0024"
down_revision = "0023"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
