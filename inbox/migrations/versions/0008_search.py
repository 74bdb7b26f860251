"""Words that can be searched for: stemmed in the language they were said in, and kept with what was said."""

from alembic import op

revision = "0008"
down_revision = "0007"

# No word vector may be longer than a megabyte: what stands beyond a hundred thousand characters is not searched.
# PostgreSQL writes an expression back in its own way; the models say it in the same one, so that they can be compared.
UPGRADE = """
ALTER TABLE message ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(
    CASE "left"(lower(language), 2)
        WHEN 'da' THEN 'danish'::regconfig
        WHEN 'nb' THEN 'norwegian'::regconfig
        WHEN 'nn' THEN 'norwegian'::regconfig
        WHEN 'no' THEN 'norwegian'::regconfig
        WHEN 'en' THEN 'english'::regconfig
        ELSE 'simple'::regconfig
    END, left(text, 100000))) STORED;
ALTER TABLE revision ADD COLUMN search tsvector GENERATED ALWAYS AS (
    to_tsvector('danish'::regconfig, left(text, 50000)) || to_tsvector('simple'::regconfig, left(text, 50000))) STORED;
ALTER TABLE note ADD COLUMN search tsvector GENERATED ALWAYS AS (
    to_tsvector('danish'::regconfig, left(text, 50000)) || to_tsvector('simple'::regconfig, left(text, 50000))) STORED;
ALTER TABLE identity ADD COLUMN search tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, left(name || ' ' || handle, 1000))) STORED;
CREATE INDEX ix_message_search ON message USING gin (search);
CREATE INDEX ix_message_said ON message (said_at, id);
CREATE INDEX ix_revision_search ON revision USING gin (search);
CREATE INDEX ix_note_search ON note USING gin (search);
CREATE INDEX ix_note_said ON note (at, id);
CREATE INDEX ix_identity_search ON identity USING gin (search);
"""


def upgrade() -> None:
    op.execute(UPGRADE)
