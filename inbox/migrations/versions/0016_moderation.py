"""What was hidden, deleted, blocked, muted or closed: by whom, why and until when."""

from alembic import op

revision = "0016"
down_revision = "0015"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
