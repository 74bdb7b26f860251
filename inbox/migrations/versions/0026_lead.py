"""Where the lead's page looks: verdicts by their day, and answers that were refused."""

from alembic import op

revision = "0026"
down_revision = "0025"

UPGRADE = """
-- What fell due on a day, for this day and the four before it that it is compared with.
CREATE INDEX ix_clock_decided ON clock (due_at) WHERE kind = 'first_response' AND state IN ('met', 'breached');
CREATE INDEX ix_delivery_rejected ON delivery (created_at) WHERE state = 'rejected';
"""


def upgrade() -> None:
    op.execute(UPGRADE)
