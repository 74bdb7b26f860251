"""A second key for an answer, a last word, and what was done against a person of ours."""

from alembic import op

revision = "0018"
down_revision = "0017"

UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
