"""What the database itself refuses, and what each role may do.

A message's words never change; the ledger only grows, by one update from unnumbered to numbered; the app's
role can't change the ledger at all. Triggers hold for the owner too: only whoever can drop them could lie.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = """
CREATE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said does not change: store a revision' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER words_stay BEFORE UPDATE OF text, signed_as, signature_id, agent_id, identity_id, direction, visibility,
    said_at, received_at, entry_id ON message
    FOR EACH ROW WHEN (
        (OLD.text, OLD.signed_as, OLD.signature_id, OLD.agent_id, OLD.identity_id, OLD.direction, OLD.visibility,
         OLD.said_at, OLD.received_at, OLD.entry_id) IS DISTINCT FROM
        (NEW.text, NEW.signed_as, NEW.signature_id, NEW.agent_id, NEW.identity_id, NEW.direction, NEW.visibility,
         NEW.said_at, NEW.received_at, NEW.entry_id))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER parts_stay BEFORE UPDATE OF text, signed_as, message_id, part, parts, created_at ON delivery
    FOR EACH ROW WHEN (
        (OLD.text, OLD.signed_as, OLD.message_id, OLD.part, OLD.parts, OLD.created_at) IS DISTINCT FROM
        (NEW.text, NEW.signed_as, NEW.message_id, NEW.part, NEW.parts, NEW.created_at))
    EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER revisions_stay BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER signatures_stay BEFORE UPDATE ON signature FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
CREATE TRIGGER nothing_unsaid BEFORE DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
"""

LEDGER = """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'ledger_entry' THEN
        IF OLD.seq IS NULL AND OLD.leaf IS NULL AND NEW.seq IS NOT NULL AND NEW.leaf IS NOT NULL
           AND (OLD.id, OLD.arrival, OLD.type, OLD.body, OLD.salts, OLD.at)
               IS NOT DISTINCT FROM (NEW.id, NEW.arrival, NEW.type, NEW.body, NEW.salts, NEW.at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ledger_node
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_node EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_checkpoint EXECUTE FUNCTION refuse_ledger_change();
"""

ROLES = """
GRANT USAGE ON SCHEMA public TO byline_app, byline_sequencer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO byline_app;
REVOKE UPDATE, DELETE ON revision, signature FROM byline_app;
REVOKE INSERT, UPDATE, DELETE ON ledger_entry FROM byline_app;
GRANT INSERT (id, type, body, salts, at) ON ledger_entry TO byline_app;
REVOKE INSERT, UPDATE, DELETE ON ledger_node, ledger_checkpoint, alembic_version FROM byline_app;
GRANT SELECT ON ledger_entry, ledger_node, ledger_checkpoint, organisation TO byline_sequencer;
GRANT UPDATE (seq, leaf) ON ledger_entry TO byline_sequencer;
GRANT INSERT ON ledger_node, ledger_checkpoint TO byline_sequencer;
GRANT SELECT, INSERT, UPDATE ON beat TO byline_sequencer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO byline_app;
"""


def upgrade() -> None:
    for statements in (WORDS, LEDGER, ROLES):
        op.execute(statements)
