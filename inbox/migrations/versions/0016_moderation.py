"""What was hidden, deleted, blocked, muted or closed: by whom, why and until when; numbers that stood in public, and
who looked at one."""

from alembic import op

revision = "0016"
down_revision = "0015"

UPGRADE = """
CREATE TABLE moderation (
    id uuid NOT NULL,
    kind varchar(40) NOT NULL,
    target text NOT NULL,
    account_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    identity_id uuid,
    agent_id uuid NOT NULL,
    cause varchar(40) NOT NULL,
    reason text NOT NULL,
    rule text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    state varchar(40) NOT NULL,
    told_id uuid,
    entry_id uuid NOT NULL,
    done_at timestamptz,
    lifted_at timestamptz,
    lifted_by_id uuid,
    ending varchar(40),
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    earlier_tries integer DEFAULT 0 NOT NULL,
    CONSTRAINT pk_moderation PRIMARY KEY (id),
    CONSTRAINT ck_moderation_kind CHECK (kind IN ('hide', 'delete', 'block', 'mute', 'close')),
    CONSTRAINT ck_moderation_state CHECK (state IN ('owed', 'in_force', 'lifting', 'lifted', 'failed')),
    CONSTRAINT ck_moderation_reasoned CHECK (reason <> ''),
    -- Nobody is blocked for ever by forgetting it.
    CONSTRAINT ck_moderation_ends CHECK ((until IS NOT NULL) = (kind IN ('block', 'mute'))),
    CONSTRAINT ck_moderation_whom CHECK (kind NOT IN ('hide', 'block', 'mute') OR identity_id IS NOT NULL),
    CONSTRAINT ck_moderation_owed CHECK (state NOT IN ('owed', 'lifting') OR due_at IS NOT NULL),
    CONSTRAINT ck_moderation_lifted CHECK (
        (state NOT IN ('lifting', 'lifted') OR lifted_at IS NOT NULL) AND (lifted_at IS NULL) = (ending IS NULL)
    ),
    CONSTRAINT fk_moderation_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_identity_id FOREIGN KEY (identity_id) REFERENCES identity (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_told_id FOREIGN KEY (told_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_entry_id FOREIGN KEY (entry_id) REFERENCES ledger_entry (id) ON DELETE RESTRICT,
    CONSTRAINT fk_moderation_lifted_by_id FOREIGN KEY (lifted_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
-- Two who hide the same at once have hidden it once.
CREATE UNIQUE INDEX uq_moderation_live ON moderation (account_id, kind, target)
    WHERE state IN ('owed', 'in_force', 'lifting');
CREATE INDEX ix_moderation_message ON moderation (message_id, at, id);
CREATE INDEX ix_moderation_identity ON moderation (identity_id, at, id) WHERE kind IN ('block', 'mute');
CREATE INDEX ix_moderation_at ON moderation (at, id);
CREATE INDEX ix_moderation_due ON moderation (due_at, id) WHERE due_at IS NOT NULL;
CREATE TABLE exposure (
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    account_id uuid NOT NULL,
    since timestamptz NOT NULL,
    ended_at timestamptz,
    ending varchar(40),
    CONSTRAINT pk_exposure PRIMARY KEY (message_id),
    CONSTRAINT ck_exposure_ended CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CONSTRAINT ck_exposure_ending CHECK (ending IN ('hidden', 'deleted', 'edited')),
    CONSTRAINT fk_exposure_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_exposure_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_exposure_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE INDEX ix_exposure_open ON exposure (conversation_id) WHERE ended_at IS NULL;
CREATE INDEX ix_exposure_since ON exposure (since, message_id);
CREATE TABLE reveal (
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_reveal PRIMARY KEY (id),
    CONSTRAINT fk_reveal_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reveal_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_reveal_at ON reveal (at, id);
"""

# Who did what to whom, and why, is evidence; only how far it has come and until when it holds may change.
STAYS = """
CREATE TRIGGER moderation_stays BEFORE UPDATE OF kind, target, account_id, message_id, identity_id, agent_id, cause,
    reason, rule, at, entry_id ON moderation
    FOR EACH ROW WHEN (
        (OLD.kind, OLD.target, OLD.account_id, OLD.message_id, OLD.identity_id, OLD.agent_id, OLD.cause, OLD.reason,
            OLD.rule, OLD.at, OLD.entry_id) IS DISTINCT FROM
        (NEW.kind, NEW.target, NEW.account_id, NEW.message_id, NEW.identity_id, NEW.agent_id, NEW.cause, NEW.reason,
            NEW.rule, NEW.at, NEW.entry_id))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER no_moderation_undone BEFORE DELETE ON moderation FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER reveals_stay BEFORE UPDATE OR DELETE ON reveal FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
REVOKE DELETE ON moderation FROM byline_app;
REVOKE UPDATE, DELETE ON reveal FROM byline_app;
"""


def upgrade() -> None:
    for statements in (UPGRADE, STAYS):
        op.execute(statements)
