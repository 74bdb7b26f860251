"""A second key for an answer, a last word, and what was done against a person of ours."""

from alembic import op

revision = "0018"
down_revision = "0017"

# The rights of the app's role follow from the default privileges of 0004; what is only ever added loses the others.
KEYS = """
ALTER TABLE agent ADD COLUMN two_keys boolean DEFAULT false NOT NULL;
ALTER TABLE tag ADD COLUMN two_keys boolean DEFAULT false NOT NULL;
CREATE TABLE second_key (
    message_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    reason varchar(40) NOT NULL,
    at timestamptz NOT NULL,
    releaser_id uuid,
    released_at timestamptz,
    entry_id uuid,
    CONSTRAINT pk_second_key PRIMARY KEY (message_id),
    CONSTRAINT ck_second_key_reason CHECK (reason IN ('person', 'tag')),
    CONSTRAINT ck_second_key_of_another CHECK (releaser_id <> agent_id),
    CONSTRAINT ck_second_key_released CHECK ((releaser_id IS NULL) = (released_at IS NULL)),
    CONSTRAINT ck_second_key_recorded CHECK (entry_id IS NULL OR releaser_id IS NOT NULL),
    CONSTRAINT fk_second_key_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_second_key_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_second_key_releaser_id FOREIGN KEY (releaser_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_second_key_entry_id FOREIGN KEY (entry_id) REFERENCES ledger_entry (id) ON DELETE RESTRICT
);
ALTER TABLE delivery ADD CONSTRAINT ck_delivery_held_is_not_due
    CHECK (state <> 'held' OR (due_at IS NULL AND attempts = 0));
CREATE INDEX ix_delivery_held ON delivery (message_id) WHERE state = 'held';
"""

# What waits for a second key is nothing that a worker could take, and only a released one ever becomes that.
LOCKS = """
CREATE FUNCTION refuse_unreleased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM second_key k WHERE k.message_id = NEW.message_id AND k.releaser_id IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'nobody has released this answer' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER held_until_released BEFORE UPDATE OF state ON delivery
    FOR EACH ROW WHEN (OLD.state = 'held' AND NEW.state NOT IN ('held', 'withdrawn'))
    EXECUTE FUNCTION refuse_unreleased();
CREATE FUNCTION refuse_open_door() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM second_key k JOIN delivery d ON d.message_id = k.message_id
               WHERE k.message_id = NEW.message_id AND k.releaser_id IS NULL AND d.state NOT IN ('held', 'withdrawn'))
       OR NOT EXISTS (SELECT FROM message m WHERE m.id = NEW.message_id AND m.agent_id = NEW.agent_id) THEN
        RAISE EXCEPTION 'an answer that needs a second key is held' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER held_from_the_start AFTER INSERT ON second_key DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_open_door();
CREATE TRIGGER keys_stay BEFORE UPDATE ON second_key
    FOR EACH ROW WHEN (OLD.releaser_id IS NOT NULL OR
        (OLD.message_id, OLD.agent_id, OLD.reason, OLD.at) IS DISTINCT FROM
        (NEW.message_id, NEW.agent_id, NEW.reason, NEW.at))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER no_key_thrown_away BEFORE DELETE ON second_key FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
"""

STOPS = """
ALTER TABLE conversation ADD COLUMN stopped_at timestamptz;
ALTER TABLE message ADD COLUMN after_stop boolean DEFAULT false NOT NULL;
ALTER TABLE message ADD CONSTRAINT ck_message_theirs_after_stop CHECK (direction = 'in' OR NOT after_stop);
CREATE TABLE stop (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    at timestamptz NOT NULL,
    reason varchar(40) NOT NULL,
    words text NOT NULL,
    lifted_at timestamptz,
    lifted_by_id uuid,
    CONSTRAINT pk_stop PRIMARY KEY (id),
    CONSTRAINT uq_stop_message_id UNIQUE (message_id),
    CONSTRAINT ck_stop_reason CHECK (reason IN ('abuse', 'repetition', 'all_said', 'other')),
    CONSTRAINT ck_stop_said CHECK (reason <> 'other' OR words <> ''),
    -- Nobody did it where the platform refused the last word.
    CONSTRAINT ck_stop_lifted_at_some_time CHECK (lifted_by_id IS NULL OR lifted_at IS NOT NULL),
    CONSTRAINT fk_stop_conversation_id FOREIGN KEY (conversation_id) REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_stop_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_stop_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_stop_lifted_by_id FOREIGN KEY (lifted_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_stop_in_force ON stop (conversation_id) WHERE lifted_at IS NULL;
CREATE INDEX ix_stop_at ON stop (at, id);
-- A reason is evidence; two conversations that become one take their stops along.
CREATE TRIGGER stops_stay BEFORE UPDATE ON stop
    FOR EACH ROW WHEN (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at OR
        (OLD.id, OLD.message_id, OLD.agent_id, OLD.at, OLD.reason, OLD.words) IS DISTINCT FROM
        (NEW.id, NEW.message_id, NEW.agent_id, NEW.at, NEW.reason, NEW.words))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER no_stop_thrown_away BEFORE DELETE ON stop FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
"""

HARM = """
CREATE TABLE incident (
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    identity_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    kind varchar(40) NOT NULL,
    words text NOT NULL,
    at timestamptz NOT NULL,
    evidence text NOT NULL,
    digest varchar(64) NOT NULL,
    state varchar(40) NOT NULL,
    closed_at timestamptz,
    closed_by_id uuid,
    closing text NOT NULL,
    CONSTRAINT pk_incident PRIMARY KEY (id),
    CONSTRAINT uq_incident_message_id_agent_id UNIQUE (message_id, agent_id),
    CONSTRAINT ck_incident_kind CHECK (kind IN ('threat', 'harassment')),
    CONSTRAINT ck_incident_state CHECK (state IN ('open', 'closed')),
    CONSTRAINT ck_incident_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)
        AND (state = 'closed') = (closed_by_id IS NOT NULL) AND (state = 'closed') = (closing <> '')),
    -- What lies here is what was seen: whoever changes a byte of it has to change the digest as well, which is refused.
    CONSTRAINT ck_incident_whole CHECK (digest = encode(sha256(convert_to(evidence, 'UTF8')), 'hex')),
    CONSTRAINT fk_incident_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_incident_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_incident_identity_id FOREIGN KEY (identity_id) REFERENCES identity (id) ON DELETE RESTRICT,
    CONSTRAINT fk_incident_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_incident_closed_by_id FOREIGN KEY (closed_by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_incident_at ON incident (at, id);
CREATE INDEX ix_incident_identity ON incident (identity_id, agent_id);
CREATE TRIGGER evidence_stays BEFORE UPDATE ON incident
    FOR EACH ROW WHEN (OLD.state = 'closed' OR
        (OLD.id, OLD.message_id, OLD.identity_id, OLD.agent_id, OLD.kind, OLD.words, OLD.at, OLD.evidence, OLD.digest)
            IS DISTINCT FROM
        (NEW.id, NEW.message_id, NEW.identity_id, NEW.agent_id, NEW.kind, NEW.words, NEW.at, NEW.evidence, NEW.digest))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER no_evidence_thrown_away BEFORE DELETE ON incident FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
"""

# A name belongs to whoever signed with it first, for good, whichever way it came to them.
NAMES = """
CREATE TABLE public_name (
    key varchar(200) NOT NULL,
    agent_id uuid NOT NULL,
    CONSTRAINT pk_public_name PRIMARY KEY (key),
    CONSTRAINT fk_public_name_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
INSERT INTO public_name (key, agent_id) SELECT lower(public_name), id FROM agent WHERE public_name IS NOT NULL;
CREATE TABLE name_change (
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    before varchar(100),
    name varchar(100) NOT NULL,
    form varchar(40) NOT NULL,
    by_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_name_change PRIMARY KEY (id),
    CONSTRAINT ck_name_change_form CHECK (form IN ('full', 'first_initial', 'first', 'agreed')),
    CONSTRAINT fk_name_change_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_name_change_by_id FOREIGN KEY (by_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_name_change_agent ON name_change (agent_id, at, id);
CREATE FUNCTION keep_public_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public_name (key, agent_id) VALUES (lower(NEW.public_name), NEW.id) ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT FROM public_name n WHERE n.key = lower(NEW.public_name) AND n.agent_id = NEW.id) THEN
        RAISE EXCEPTION 'a public name is never used by two people' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER names_are_kept AFTER INSERT OR UPDATE OF public_name ON agent
    FOR EACH ROW WHEN (NEW.public_name IS NOT NULL) EXECUTE FUNCTION keep_public_name();
REVOKE UPDATE, DELETE ON public_name, name_change FROM byline_app;
"""


def upgrade() -> None:
    for statements in (KEYS, LOCKS, STOPS, HARM, NAMES):
        op.execute(statements)
