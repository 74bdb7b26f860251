"""Questions to the back office, and their way back."""

from alembic import op

revision = "0012"
down_revision = "0011"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
