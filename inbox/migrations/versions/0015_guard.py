"""What the guard asked, and the reason that was given."""

from alembic import op

revision = "0015"
down_revision = "0014"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
