"""What the guard asked, and the reason that was given."""

from alembic import op

revision = "0015"
down_revision = "0014"

UPGRADE = """
CREATE TABLE guard_reason (
    message_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    at timestamptz NOT NULL,
    asked varchar(40)[] NOT NULL,
    reason varchar(40) NOT NULL,
    words text NOT NULL,
    CONSTRAINT pk_guard_reason PRIMARY KEY (message_id),
    CONSTRAINT ck_guard_reason_asked CHECK (cardinality(asked) > 0),
    CONSTRAINT ck_guard_reason_said CHECK ((reason = 'other') = (words <> '')),
    CONSTRAINT fk_guard_reason_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_guard_reason_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
-- A reason is evidence: it is given once, before anything goes out.
CREATE TRIGGER reasons_stay BEFORE UPDATE OR DELETE ON guard_reason FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
"""


def upgrade() -> None:
    op.execute(UPGRADE)
