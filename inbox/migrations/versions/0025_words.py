"""Words are found week by week: the index of what was said knows the week as well."""

from alembic import op

revision = "0025"
down_revision = "0024"

# One index in place of another, of the same size: who looks for a word said long ago passes the weeks without it.
# `date_bin` counts in whole days of UTC, whatever the session's zone, so that a week is the same for everybody.
# What is new waits in a list that every look reads whole; 256 kB of it (some 600 messages) instead of 4 MB keep that
# short, and make a message dearer by a hundredth of a millisecond.
# The extension is a trusted one, which the owner of a database may create.
UPGRADE = """
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX ix_message_words ON message USING gin
    (date_bin('7 days', said_at, TIMESTAMPTZ '2001-01-01 00:00+00'), search) WITH (gin_pending_list_limit = 256);
DROP INDEX ix_message_search;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
