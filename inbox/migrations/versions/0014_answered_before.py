"""Earlier public answers, found by what was asked."""

from alembic import op

revision = "0014"
down_revision = "0013"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
