"""Other ways to a back-office unit, and what came back by them."""

from alembic import op

revision = "0020"
down_revision = "0019"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
-- Which ways there are is the registry's to say: a new one is a new file.
ALTER TABLE silo DROP CONSTRAINT ck_silo_target;
ALTER TABLE silo
    ADD COLUMN settings bytea,
    ADD COLUMN memory bytea,
    ADD COLUMN cursor text,
    ADD COLUMN sees varchar(40) DEFAULT 'thread' NOT NULL,
    ADD COLUMN state varchar(40) DEFAULT 'active' NOT NULL,
    ADD COLUMN health text,
    ADD COLUMN failures integer DEFAULT 0 NOT NULL,
    ADD COLUMN not_before timestamptz,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN lease_until timestamptz,
    ADD COLUMN attempts integer DEFAULT 0 NOT NULL,
    ADD COLUMN last_error text,
    ADD CONSTRAINT ck_silo_state CHECK (state IN ('active', 'suspended')),
    ADD CONSTRAINT ck_silo_sees CHECK (sees IN ('question', 'thread')),
    ADD CONSTRAINT ck_silo_settings_of_a_target CHECK ((target = 'desk') = (settings IS NULL));
CREATE INDEX ix_silo_due ON silo (due_at) WHERE state = 'active' AND due_at IS NOT NULL;
ALTER TABLE silo_ticket ADD COLUMN target varchar(40) DEFAULT 'desk' NOT NULL;
ALTER TABLE silo_answer
    ADD COLUMN attachments text[] DEFAULT '{}' NOT NULL,
    ADD COLUMN not_ours boolean DEFAULT false NOT NULL,
    ADD COLUMN final boolean DEFAULT true NOT NULL;
CREATE TABLE silo_errand (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    silo_id uuid NOT NULL,
    kind varchar(40) NOT NULL,
    state varchar(40) NOT NULL,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    looks integer DEFAULT 0 NOT NULL,
    earlier_tries integer DEFAULT 0 NOT NULL,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_silo_errand PRIMARY KEY (id),
    CONSTRAINT ck_silo_errand_kind CHECK (kind IN ('ask', 'remind', 'recall')),
    CONSTRAINT fk_silo_errand_ticket_id FOREIGN KEY (ticket_id) REFERENCES silo_ticket (id) ON DELETE RESTRICT,
    CONSTRAINT fk_silo_errand_silo_id FOREIGN KEY (silo_id) REFERENCES silo (id) ON DELETE RESTRICT
);
-- A question is put once and recalled once, whatever is restarted.
CREATE UNIQUE INDEX uq_silo_errand_once ON silo_errand (ticket_id, kind) WHERE kind IN ('ask', 'recall');
CREATE INDEX ix_silo_errand_ticket ON silo_errand (ticket_id, created_at, id);
CREATE INDEX ix_silo_errand_due ON silo_errand (due_at) WHERE state IN ('queued', 'unconfirmed');
CREATE INDEX ix_silo_errand_sending ON silo_errand (lease_until) WHERE state = 'sending';
CREATE TABLE silo_inbound (
    id uuid NOT NULL,
    silo_id uuid NOT NULL,
    state varchar(40) NOT NULL,
    digest varchar(64) NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    reason text DEFAULT '' NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    CONSTRAINT pk_silo_inbound PRIMARY KEY (id),
    -- The same brought again is nothing new.
    CONSTRAINT uq_silo_inbound_silo_id_digest UNIQUE (silo_id, digest),
    CONSTRAINT ck_silo_inbound_state CHECK (state IN ('waiting', 'done', 'quarantined')),
    CONSTRAINT ck_silo_inbound_says_why CHECK ((state = 'quarantined') = (reason <> '')),
    CONSTRAINT fk_silo_inbound_silo_id FOREIGN KEY (silo_id) REFERENCES silo (id) ON DELETE RESTRICT
);
CREATE INDEX ix_silo_inbound_waiting ON silo_inbound (received_at, id) WHERE state = 'waiting';
CREATE INDEX ix_silo_inbound_quarantined ON silo_inbound (silo_id, received_at, id) WHERE state = 'quarantined';
"""


def upgrade() -> None:
    op.execute(UPGRADE)
