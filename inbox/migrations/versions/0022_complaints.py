"""Complaints: a kind of its own, with a clock and a receipt."""

from alembic import op

revision = "0022"
down_revision = "0021"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
-- What a conversation is a complaint about, if it is one: every deed in it asks, and reads on only where this stands.
ALTER TABLE conversation ADD COLUMN complaint varchar(40);
CREATE TABLE complaint_rule (
    kind varchar(40) NOT NULL,
    receipt_days integer NOT NULL,
    answer_days integer NOT NULL,
    route varchar(40) NOT NULL,
    silo_id uuid,
    agent_id uuid,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_complaint_rule PRIMARY KEY (kind),
    CONSTRAINT ck_complaint_rule_kind CHECK (kind IN ('service', 'staff', 'decision')),
    CONSTRAINT ck_complaint_rule_days CHECK (receipt_days > 0 AND answer_days >= receipt_days),
    CONSTRAINT ck_complaint_rule_route CHECK (route IN ('stays', 'lead', 'person', 'unit')),
    CONSTRAINT ck_complaint_rule_leads_somewhere
        CHECK ((route = 'person') = (agent_id IS NOT NULL) AND (route = 'unit') = (silo_id IS NOT NULL)),
    CONSTRAINT fk_complaint_rule_silo_id FOREIGN KEY (silo_id) REFERENCES silo (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_rule_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE TABLE complaint (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    kind varchar(40) NOT NULL,
    about_id uuid,
    decided_by_id uuid NOT NULL,
    began_at timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    public boolean NOT NULL,
    receipt_days integer NOT NULL,
    answer_days integer NOT NULL,
    calendar_id uuid NOT NULL,
    receipt_due_at timestamptz NOT NULL,
    answer_due_at timestamptz NOT NULL,
    receipt_id uuid,
    answer_id uuid,
    receipt_missed_at timestamptz,
    answer_missed_at timestamptz,
    state varchar(40) NOT NULL,
    ended_at timestamptz,
    ended_by_id uuid,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_complaint PRIMARY KEY (id),
    CONSTRAINT ck_complaint_kind CHECK (kind IN ('service', 'staff', 'decision')),
    CONSTRAINT ck_complaint_state CHECK (state IN ('open', 'answered', 'none', 'joined')),
    CONSTRAINT ck_complaint_about_staff CHECK (about_id IS NULL OR kind = 'staff'),
    CONSTRAINT ck_complaint_ended_at_some_time CHECK ((state = 'open') = (ended_at IS NULL)),
    -- Nothing is owed for one that has ended.
    CONSTRAINT ck_complaint_owed_while_open CHECK (due_at IS NULL OR state = 'open'),
    -- Our lateness falsifies nothing: a deadline is missed at its own instant, whenever we look.
    CONSTRAINT ck_complaint_missed_when_due
        CHECK (receipt_missed_at = receipt_due_at AND answer_missed_at = answer_due_at),
    CONSTRAINT fk_complaint_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_about_id FOREIGN KEY (about_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_decided_by_id FOREIGN KEY (decided_by_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_calendar_id FOREIGN KEY (calendar_id) REFERENCES calendar (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_receipt_id FOREIGN KEY (receipt_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_answer_id FOREIGN KEY (answer_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_complaint_ended_by_id FOREIGN KEY (ended_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
-- Two colleagues who say it at once have said it once.
CREATE UNIQUE INDEX uq_complaint_open ON complaint (conversation_id) WHERE state = 'open';
CREATE INDEX ix_complaint_conversation ON complaint (conversation_id, decided_at, id);
CREATE INDEX ix_complaint_owed ON complaint (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX ix_complaint_answers ON complaint (answer_due_at, id) WHERE state = 'open';
CREATE INDEX ix_complaint_began ON complaint (began_at, id);
-- What a unit asks back about a question, and what it is told.
CREATE TABLE silo_remark (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    key uuid NOT NULL,
    agent_id uuid NOT NULL,
    from_unit boolean NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_silo_remark PRIMARY KEY (id),
    -- A form that is sent twice is one remark.
    CONSTRAINT uq_silo_remark_ticket_id_key UNIQUE (ticket_id, key),
    CONSTRAINT ck_silo_remark_says_something CHECK (text <> ''),
    CONSTRAINT fk_silo_remark_ticket_id FOREIGN KEY (ticket_id) REFERENCES silo_ticket (id) ON DELETE RESTRICT,
    CONSTRAINT fk_silo_remark_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
"""


def upgrade() -> None:
    op.execute(UPGRADE)
