"""Where notices reach people: mail at once, and signed webhooks."""

from alembic import op

revision = "0023"
down_revision = "0022"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
"""


def upgrade() -> None:
    op.execute(UPGRADE)
