"""Words of danger, who is on call, and who acknowledged."""

from alembic import op

revision = "0021"
down_revision = "0020"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
-- Since when it stands before everything else; the list looks here first, and the index holds few.
ALTER TABLE conversation ADD COLUMN acute_at timestamptz;
CREATE INDEX ix_conversation_acute ON conversation (team_id, acute_at, id) WHERE acute_at IS NOT NULL;
CREATE TABLE acute_list (
    version integer NOT NULL,
    own text[] NOT NULL,
    off text[] NOT NULL,
    texts jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    agent_id uuid NOT NULL,
    -- Two who save at once would take the same number: the second one sees what the first one did.
    CONSTRAINT pk_acute_list PRIMARY KEY (version),
    CONSTRAINT fk_acute_list_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE TABLE acute (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    found text[] NOT NULL,
    at timestamptz NOT NULL,
    state varchar(40) NOT NULL,
    priority_before integer NOT NULL,
    decided_at timestamptz,
    decided_by_id uuid,
    acknowledged_at timestamptz,
    acknowledged_by_id uuid,
    round integer DEFAULT 0 NOT NULL,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_acute PRIMARY KEY (id),
    CONSTRAINT uq_acute_message_id UNIQUE (message_id),
    CONSTRAINT ck_acute_state CHECK (state IN ('proposed', 'acute', 'not_acute')),
    CONSTRAINT ck_acute_decided CHECK ((decided_at IS NULL) = (decided_by_id IS NULL)
        AND (state = 'proposed' OR decided_at IS NOT NULL)),
    CONSTRAINT ck_acute_acknowledged CHECK ((acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)),
    -- Nobody is called for what somebody has seen to.
    CONSTRAINT ck_acute_calling_ends CHECK (due_at IS NULL OR acknowledged_at IS NULL),
    CONSTRAINT fk_acute_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_acute_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_acute_decided_by_id FOREIGN KEY (decided_by_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_acute_acknowledged_by_id FOREIGN KEY (acknowledged_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_acute_conversation ON acute (conversation_id, at, id);
CREATE UNIQUE INDEX uq_acute_calling ON acute (conversation_id) WHERE due_at IS NOT NULL;
CREATE INDEX ix_acute_due ON acute (due_at, id) WHERE due_at IS NOT NULL;
CREATE TABLE acute_call (
    id uuid NOT NULL,
    acute_id uuid NOT NULL,
    round integer NOT NULL,
    agent_id uuid NOT NULL,
    channel varchar(40) NOT NULL,
    state varchar(40) NOT NULL,
    at timestamptz NOT NULL,
    made_at timestamptz,
    uncertain integer DEFAULT 0 NOT NULL,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_acute_call PRIMARY KEY (id),
    -- However often a worker is restarted, a person is called once a round by each way.
    CONSTRAINT uq_acute_call_acute_id_round_agent_id_channel UNIQUE (acute_id, round, agent_id, channel),
    CONSTRAINT ck_acute_call_channel CHECK (channel IN ('page', 'mail')),
    CONSTRAINT ck_acute_call_state CHECK (state IN ('owed', 'made', 'stopped', 'failed')),
    CONSTRAINT ck_acute_call_owed_is_due CHECK ((state = 'owed') = (due_at IS NOT NULL)),
    CONSTRAINT fk_acute_call_acute_id FOREIGN KEY (acute_id) REFERENCES acute (id) ON DELETE RESTRICT,
    CONSTRAINT fk_acute_call_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_acute_call_owed ON acute_call (due_at, id) WHERE state = 'owed';
CREATE TABLE on_call (
    single boolean DEFAULT true NOT NULL,
    first_id uuid,
    second_id uuid,
    every integer NOT NULL,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    agent_id uuid NOT NULL,
    CONSTRAINT pk_on_call PRIMARY KEY (single),
    CONSTRAINT ck_on_call_one_row CHECK (single),
    CONSTRAINT ck_on_call_every CHECK (every BETWEEN 1 AND 60),
    CONSTRAINT ck_on_call_two CHECK (second_id <> first_id),
    CONSTRAINT fk_on_call_first_id FOREIGN KEY (first_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_on_call_second_id FOREIGN KEY (second_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_on_call_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE TABLE on_call_shift (
    id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    first_id uuid NOT NULL,
    second_id uuid,
    created_at timestamptz NOT NULL,
    agent_id uuid NOT NULL,
    dropped_at timestamptz,
    dropped_by_id uuid,
    CONSTRAINT pk_on_call_shift PRIMARY KEY (id),
    CONSTRAINT ck_on_call_shift_ends_later CHECK (ends_at > starts_at),
    CONSTRAINT ck_on_call_shift_two CHECK (second_id <> first_id),
    CONSTRAINT ck_on_call_shift_dropped CHECK ((dropped_at IS NULL) = (dropped_by_id IS NULL)),
    CONSTRAINT fk_on_call_shift_first_id FOREIGN KEY (first_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_on_call_shift_second_id FOREIGN KEY (second_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_on_call_shift_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_on_call_shift_dropped_by_id FOREIGN KEY (dropped_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_on_call_shift_ends ON on_call_shift (ends_at, id) WHERE dropped_at IS NULL;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
