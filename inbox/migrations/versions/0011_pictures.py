"""Pictures of answers and of what citizens say, with their points."""

from alembic import op

revision = "0011"
down_revision = "0010"

UPGRADE = """
CREATE TABLE picture (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    agent_id uuid,
    visibility varchar(40) NOT NULL,
    place smallint NOT NULL,
    description text NOT NULL,
    source text,
    state varchar(40) NOT NULL,
    media_type varchar(40),
    width integer,
    height integer,
    digest varchar(64),
    data bytea,
    created_at timestamptz NOT NULL,
    entry_id uuid,
    due_at timestamptz,
    lease_until timestamptz,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    CONSTRAINT pk_picture PRIMARY KEY (id),
    CONSTRAINT ck_picture_visibility CHECK (visibility IN ('public', 'private')),
    CONSTRAINT ck_picture_state CHECK (state IN ('owed', 'kept', 'refused')),
    CONSTRAINT ck_picture_ours_or_theirs CHECK ((agent_id IS NULL) = (source IS NOT NULL)),
    CONSTRAINT ck_picture_theirs_was_said CHECK (agent_id IS NOT NULL OR message_id IS NOT NULL),
    CONSTRAINT ck_picture_whole CHECK ((state = 'kept') = (data IS NOT NULL) AND (state = 'kept') = (digest IS NOT NULL)
        AND (state = 'kept') = (media_type IS NOT NULL) AND (state = 'kept') = (width > 0 AND height > 0)),
    CONSTRAINT ck_picture_public_in_ledger
        CHECK (message_id IS NULL OR visibility = 'private' OR entry_id IS NOT NULL),
    CONSTRAINT ck_picture_described CHECK (message_id IS NULL OR agent_id IS NULL OR description <> ''),
    CONSTRAINT fk_picture_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_picture_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_picture_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_picture_entry_id FOREIGN KEY (entry_id) REFERENCES ledger_entry (id) ON DELETE RESTRICT
);
CREATE INDEX ix_picture_conversation ON picture (conversation_id, message_id, place, id);
CREATE INDEX ix_picture_message ON picture (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX ix_picture_due ON picture (due_at, id) WHERE state = 'owed';
-- What is compressed already would only cost the trying.
ALTER TABLE picture ALTER COLUMN data SET STORAGE EXTERNAL;
"""

# Points may come once, from the platform; they and the words beside them never change afterwards.
SAID = """
CREATE TRIGGER pictures_stay BEFORE UPDATE OF message_id, agent_id, visibility, place, description, source, data,
    digest, media_type, entry_id ON picture
    FOR EACH ROW WHEN (OLD.message_id IS NOT NULL AND (
        (OLD.message_id, OLD.agent_id, OLD.visibility, OLD.place, OLD.description, OLD.source, OLD.entry_id)
            IS DISTINCT FROM
        (NEW.message_id, NEW.agent_id, NEW.visibility, NEW.place, NEW.description, NEW.source, NEW.entry_id)
        OR OLD.data IS NOT NULL AND (OLD.data, OLD.digest, OLD.media_type)
            IS DISTINCT FROM (NEW.data, NEW.digest, NEW.media_type)))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER no_picture_unsaid BEFORE DELETE ON picture FOR EACH ROW WHEN (OLD.message_id IS NOT NULL)
    EXECUTE FUNCTION refuse_other_words();
"""


def upgrade() -> None:
    for statements in (UPGRADE, SAID):
        op.execute(statements)
