"""Alike mentions together, and posts of our own."""

from alembic import op

revision = "0017"
down_revision = "0016"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
