"""Earlier public answers, found by what was asked; and answers that were found wrong, with who was told."""

from __future__ import annotations

from uuid import UUID

from alembic import op
from sqlalchemy import Connection, text

from inbox.domain import alike

revision = "0014"
down_revision = "0013"

# Trigrams are kept in no index: they only order what the words have found. The extension is a trusted one, which the
# owner of a database may create.
UPGRADE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE earlier_answer (
    message_id uuid NOT NULL,
    question_id uuid NOT NULL,
    account_id uuid NOT NULL,
    visibility varchar(40) NOT NULL,
    said_at timestamptz NOT NULL,
    same_words varchar(64) NOT NULL,
    search tsvector,
    CONSTRAINT pk_earlier_answer PRIMARY KEY (message_id),
    CONSTRAINT ck_earlier_answer_visibility CHECK (visibility IN ('public', 'private')),
    CONSTRAINT ck_earlier_answer_private_is_not_found CHECK ((visibility = 'public') = (search IS NOT NULL)),
    CONSTRAINT fk_earlier_answer_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_earlier_answer_question_id FOREIGN KEY (question_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_earlier_answer_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT
);
CREATE INDEX ix_earlier_answer_search ON earlier_answer USING gin (search);
CREATE INDEX ix_earlier_answer_newest ON earlier_answer (account_id, said_at) WHERE visibility = 'public';
CREATE INDEX ix_earlier_answer_same ON earlier_answer (same_words, account_id, visibility);
-- How frequent each stem is, is read from the planner's own statistics: three times as many as it keeps by itself.
ALTER TABLE earlier_answer ALTER COLUMN search SET STATISTICS 300;
CREATE TABLE correction (
    message_id uuid NOT NULL,
    wrong_id uuid NOT NULL,
    same_words varchar(64) NOT NULL,
    agent_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (message_id),
    CONSTRAINT fk_correction_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_correction_wrong_id FOREIGN KEY (wrong_id) REFERENCES message (id) ON DELETE RESTRICT,
    CONSTRAINT fk_correction_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT,
    CONSTRAINT fk_correction_entry_id FOREIGN KEY (entry_id) REFERENCES ledger_entry (id) ON DELETE RESTRICT
);
CREATE INDEX ix_correction_wrong ON correction (wrong_id);
CREATE INDEX ix_correction_same ON correction (same_words);
CREATE INDEX ix_correction_at ON correction (at);
-- One line for each conversation: whoever tells everybody twice tells nobody twice.
CREATE TABLE correction_told (
    correction_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    CONSTRAINT pk_correction_told PRIMARY KEY (correction_id, conversation_id),
    CONSTRAINT fk_correction_told_correction_id FOREIGN KEY (correction_id)
        REFERENCES correction (message_id) ON DELETE RESTRICT,
    CONSTRAINT fk_correction_told_conversation_id FOREIGN KEY (conversation_id)
        REFERENCES conversation (id) ON DELETE RESTRICT,
    CONSTRAINT fk_correction_told_message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE RESTRICT
);
CREATE INDEX ix_correction_told_message ON correction_told (message_id);
"""

# The answers of the years before. What stands here is also in `inbox.services.remembering`, as it was on this day.
EARLIER = """
SELECT m.id, m.text, m.signed_as FROM message m
WHERE m.direction = 'out' AND NOT m.holding AND m.in_reply_to_id IS NOT NULL AND m.id > :after
    AND EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id)
    AND NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.state <> 'delivered')
    AND NOT EXISTS (SELECT FROM revision r WHERE r.message_id = m.id AND r.kind = 'deleted')
ORDER BY m.id LIMIT 1000
"""
KEEP = """
INSERT INTO earlier_answer (message_id, question_id, account_id, visibility, said_at, same_words, search)
SELECT m.id, q.id, m.account_id, m.visibility, m.said_at, given.same_words,
    CASE WHEN m.visibility = 'public' THEN
        setweight(to_tsvector(stemmer.name, left(q.text, 20000)), 'A')
        || setweight(to_tsvector(stemmer.name, left(given.words, 20000)), 'B') END
FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[]), CAST(:same AS text[])) AS given (id, words, same_words)
JOIN message m ON m.id = given.id
JOIN message q ON q.id = m.in_reply_to_id
JOIN account a ON a.id = m.account_id
CROSS JOIN LATERAL (SELECT CAST(CASE a.language WHEN 'da' THEN 'danish' WHEN 'nb' THEN 'norwegian'
    WHEN 'en' THEN 'english' ELSE 'simple' END AS regconfig) AS name) AS stemmer
"""


def fill(connection: Connection) -> None:
    """Keep every answer that went out before, a thousand at a time."""
    after = UUID(int=0)
    while rows := connection.execute(text(EARLIER), {"after": after}).all():
        after = rows[-1].id
        words = [alike.unsigned(row.text, row.signed_as or "") for row in rows]
        same = [alike.same(said, str(row.id)) for said, row in zip(words, rows, strict=True)]
        ids = [row.id for row in rows]
        connection.execute(text(KEEP), {"ids": ids, "words": list(map(alike.ungreeted, words)), "same": same})


def upgrade() -> None:
    op.execute(UPGRADE)
    fill(op.get_bind())
