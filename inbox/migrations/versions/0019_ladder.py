"""The ladder: rules, and each climb once."""

from alembic import op

revision = "0019"
down_revision = "0018"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
CREATE TABLE ladder (
    id uuid NOT NULL,
    version integer NOT NULL,
    rules jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    agent_id uuid,
    CONSTRAINT pk_ladder PRIMARY KEY (id),
    CONSTRAINT uq_ladder_version UNIQUE (version),
    CONSTRAINT fk_ladder_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
-- A row is written with the step that it tells of; there is never a second one of a rule for a promise.
CREATE TABLE escalation (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    kind varchar(40) NOT NULL,
    number integer NOT NULL,
    rule_id uuid NOT NULL,
    place integer NOT NULL,
    step varchar(40) NOT NULL,
    due_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    outcome varchar(40) NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_escalation PRIMARY KEY (id),
    CONSTRAINT uq_escalation_conversation_id_kind_number_rule_id UNIQUE (conversation_id, kind, number, rule_id),
    CONSTRAINT ck_escalation_outcome CHECK (outcome IN ('done', 'nobody', 'with_back_office', 'refused')),
    CONSTRAINT fk_escalation_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT
);
ALTER TABLE clock ADD COLUMN climb_at timestamptz;
ALTER TABLE clock ADD COLUMN climbed uuid[] DEFAULT '{}' NOT NULL;
CREATE INDEX ix_clock_climb ON clock (climb_at, id) WHERE climb_at IS NOT NULL;
REVOKE UPDATE, DELETE ON ladder, escalation FROM byline_app;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
