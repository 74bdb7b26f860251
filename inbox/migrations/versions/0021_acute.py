"""Words of danger, who is on call, and who acknowledged."""

from alembic import op

revision = "0021"
down_revision = "0020"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
