"""Where notices reach people: mail at once, and signed webhooks."""

from alembic import op

revision = "0023"
down_revision = "0022"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
CREATE TABLE reach_hook (
    id uuid NOT NULL,
    name varchar(200) NOT NULL,
    shape varchar(40) NOT NULL,
    host varchar(200) NOT NULL,
    -- Whoever knows the address of a chat's webhook can write there: it is a secret like a password.
    address_sealed bytea NOT NULL,
    secret_sealed bytea NOT NULL,
    kinds text[] NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    agent_id uuid NOT NULL,
    reached_at timestamptz,
    failed_at timestamptz,
    trouble text,
    CONSTRAINT pk_reach_hook PRIMARY KEY (id),
    CONSTRAINT ck_reach_hook_shape CHECK (shape IN ('generic', 'slack', 'teams', 'mattermost')),
    CONSTRAINT fk_reach_hook_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_reach_hook_name ON reach_hook (lower(name)) WHERE active;
CREATE TABLE reach (
    id uuid NOT NULL,
    hook_id uuid,
    agent_id uuid,
    key varchar(200) NOT NULL,
    kind varchar(40) NOT NULL,
    conversation_id uuid,
    gathering_id uuid,
    state varchar(40) NOT NULL,
    at timestamptz NOT NULL,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_reach PRIMARY KEY (id),
    CONSTRAINT ck_reach_one_receiver CHECK ((hook_id IS NULL) <> (agent_id IS NULL)),
    CONSTRAINT ck_reach_state CHECK (state IN ('owed', 'sent', 'failed')),
    CONSTRAINT ck_reach_owed_is_due CHECK ((state = 'owed') = (due_at IS NOT NULL)),
    CONSTRAINT fk_reach_hook_id FOREIGN KEY (hook_id) REFERENCES reach_hook (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reach_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reach_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reach_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT
);
-- Five leads who are told of one thing are one line in a chat.
CREATE UNIQUE INDEX uq_reach_hook_key ON reach (hook_id, key) WHERE hook_id IS NOT NULL;
CREATE UNIQUE INDEX uq_reach_agent_key ON reach (agent_id, key) WHERE agent_id IS NOT NULL;
CREATE INDEX ix_reach_owed ON reach (due_at, id) WHERE state = 'owed';
CREATE INDEX ix_reach_of_hook ON reach (hook_id, at, id) WHERE hook_id IS NOT NULL;
-- Since when its leads know that a gathering rises; they are told once.
ALTER TABLE gathering ADD COLUMN surge_at timestamptz;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
