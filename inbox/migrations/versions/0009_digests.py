"""Who wants a mail about what they have not read, up to when they were told, and when the next may go."""

from alembic import op

revision = "0009"
down_revision = "0008"

UPGRADE = """
ALTER TABLE agent
    ADD COLUMN digest varchar(40) NOT NULL DEFAULT 'never',
    ADD COLUMN digested_at timestamptz,
    ADD COLUMN digest_due_at timestamptz,
    ADD CONSTRAINT ck_agent_digest CHECK (digest IN ('never', 'daily', 'hourly')),
    ADD CONSTRAINT ck_agent_digest_due CHECK (digest = 'never' OR digest_due_at IS NOT NULL);
CREATE INDEX ix_agent_digest_due_at ON agent (digest_due_at) WHERE digest <> 'never';
CREATE INDEX ix_notice_unread_at ON notice (agent_id, at) WHERE read_at IS NULL;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
