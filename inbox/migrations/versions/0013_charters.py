"""What each account answers, passes on and never answers, in versions."""

from alembic import op

revision = "0013"
down_revision = "0012"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
