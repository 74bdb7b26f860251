"""Alike mentions together, and posts of our own."""

from alembic import op

revision = "0017"
down_revision = "0016"

# The rights of the app's role follow from the default privileges of 0004.
GATHERINGS = """
CREATE TABLE gathering (
    id uuid NOT NULL,
    team_id uuid NOT NULL,
    called varchar(200) NOT NULL,
    began_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    centre jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT pk_gathering PRIMARY KEY (id),
    CONSTRAINT fk_gathering_team_id FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE RESTRICT
);
CREATE INDEX ix_gathering_recent ON gathering (team_id, last_at);
CREATE TABLE gathering_member (
    gathering_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    state varchar(40) NOT NULL,
    why varchar(40) NOT NULL,
    agent_id uuid,
    at timestamptz NOT NULL,
    CONSTRAINT pk_gathering_member PRIMARY KEY (gathering_id, conversation_id),
    CONSTRAINT ck_gathering_member_state CHECK (state IN ('in', 'out')),
    CONSTRAINT ck_gathering_member_why CHECK (why IN ('alike', 'kind', 'changed', 'by_hand')),
    CONSTRAINT ck_gathering_member_by_somebody CHECK ((why = 'by_hand') = (agent_id IS NOT NULL)),
    CONSTRAINT fk_gathering_member_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_member_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_member_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
-- Nobody stands in two gatherings at once.
CREATE UNIQUE INDEX uq_gathering_member_in ON gathering_member (conversation_id) WHERE state = 'in';
CREATE INDEX ix_gathering_member_conversation ON gathering_member (conversation_id);
-- The same, where the list reads it: one line for all of them instead of one for each.
ALTER TABLE conversation ADD COLUMN gathering_id uuid;
ALTER TABLE conversation ADD CONSTRAINT fk_conversation_gathering_id
    FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT;
CREATE INDEX ix_conversation_gathering ON conversation (gathering_id, next_due_at, id) WHERE gathering_id IS NOT NULL;
"""

ANSWERS = """
CREATE TABLE gathering_draft (
    gathering_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    text text NOT NULL,
    otherwise jsonb DEFAULT '{}'::jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT pk_gathering_draft PRIMARY KEY (gathering_id, agent_id),
    CONSTRAINT fk_gathering_draft_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_draft_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE TABLE gathering_batch (
    id uuid NOT NULL,
    gathering_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    key uuid NOT NULL,
    text text NOT NULL,
    otherwise jsonb DEFAULT '{}'::jsonb NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_gathering_batch PRIMARY KEY (id),
    CONSTRAINT uq_gathering_batch_agent_id_key UNIQUE (agent_id, key),
    CONSTRAINT fk_gathering_batch_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_batch_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_gathering_batch_gathering ON gathering_batch (gathering_id, at);
-- One line for each conversation: whoever answers everybody twice answers nobody twice.
CREATE TABLE gathering_answer (
    gathering_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    message_id uuid,
    CONSTRAINT pk_gathering_answer PRIMARY KEY (gathering_id, conversation_id),
    CONSTRAINT fk_gathering_answer_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_answer_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_answer_batch_id FOREIGN KEY (batch_id) REFERENCES gathering_batch (id) ON DELETE RESTRICT,
    CONSTRAINT fk_gathering_answer_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT
);
CREATE INDEX ix_gathering_answer_batch ON gathering_answer (batch_id);
CREATE INDEX ix_gathering_answer_message ON gathering_answer (message_id);
"""

OWN = """
-- An account of one person: only they sign there.
ALTER TABLE account ADD COLUMN owner_id uuid;
ALTER TABLE account ADD CONSTRAINT fk_account_owner_id FOREIGN KEY (owner_id) REFERENCES agent (id) ON DELETE RESTRICT;
CREATE TABLE own_post (
    message_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    key uuid NOT NULL,
    prepared_by_id uuid,
    gathering_id uuid,
    next_word_at timestamptz,
    CONSTRAINT pk_own_post PRIMARY KEY (message_id),
    CONSTRAINT uq_own_post_agent_id_key UNIQUE (agent_id, key),
    CONSTRAINT fk_own_post_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_own_post_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_own_post_prepared_by_id FOREIGN KEY (prepared_by_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_own_post_gathering_id FOREIGN KEY (gathering_id) REFERENCES gathering (id) ON DELETE RESTRICT
);
CREATE INDEX ix_own_post_gathering ON own_post (gathering_id) WHERE gathering_id IS NOT NULL;
CREATE TABLE post_draft (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    text text NOT NULL,
    saved_at timestamptz NOT NULL,
    offered_at timestamptz,
    prepared_by_id uuid,
    CONSTRAINT pk_post_draft PRIMARY KEY (account_id, agent_id),
    CONSTRAINT fk_post_draft_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT fk_post_draft_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_post_draft_prepared_by_id FOREIGN KEY (prepared_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
"""


def upgrade() -> None:
    for statements in (GATHERINGS, ANSWERS, OWN):
        op.execute(statements)
