"""What the back office said is found again."""

from alembic import op

revision = "0024"
down_revision = "0023"

# The rights of the app's role follow from the default privileges of 0004.
UPGRADE = """
ALTER TABLE earlier_answer ADD COLUMN silo_answer_id uuid,
    ADD CONSTRAINT fk_earlier_answer_silo_answer_id FOREIGN KEY (silo_answer_id)
        REFERENCES silo_answer (id) ON DELETE RESTRICT;
-- By the words, not by the answer: whoever puts an earlier answer in says what the unit said.
CREATE INDEX ix_earlier_answer_sourced ON earlier_answer (same_words) WHERE silo_answer_id IS NOT NULL;
ALTER TABLE canned_answer ADD COLUMN silo_id uuid, ADD COLUMN sourced_at timestamptz, ADD COLUMN silo_answer_id uuid,
    ADD CONSTRAINT ck_canned_answer_source_has_a_date CHECK ((silo_id IS NULL) = (sourced_at IS NULL)),
    ADD CONSTRAINT ck_canned_answer_source_is_a_unit CHECK (silo_answer_id IS NULL OR silo_id IS NOT NULL),
    ADD CONSTRAINT fk_canned_answer_silo_id FOREIGN KEY (silo_id) REFERENCES silo (id) ON DELETE RESTRICT,
    ADD CONSTRAINT fk_canned_answer_silo_answer_id FOREIGN KEY (silo_answer_id)
        REFERENCES silo_answer (id) ON DELETE RESTRICT;
-- Who split it off decided it: the method neither fills it nor joins it with where it came from.
ALTER TABLE gathering ADD COLUMN split_from_id uuid,
    ADD CONSTRAINT fk_gathering_split_from_id FOREIGN KEY (split_from_id) REFERENCES gathering (id) ON DELETE RESTRICT;
"""

FILL = """
-- As `inbox.services.remembering` keeps it: made of the unit's words is what still holds them.
UPDATE earlier_answer e SET silo_answer_id = made.id FROM (
    SELECT DISTINCT ON (a.message_id) a.message_id, a.id
    FROM silo_answer a JOIN message m ON m.id = a.message_id
    CROSS JOIN LATERAL (SELECT left(a.text, 1000) AS theirs, left(m.text, 1000) AS ours) AS words
    WHERE greatest(word_similarity(theirs, ours), word_similarity(ours, theirs)) >= 0.4
    ORDER BY a.message_id, a.at DESC, a.id DESC) AS made
WHERE made.message_id = e.message_id;
"""


def upgrade() -> None:
    op.execute(UPGRADE)
    op.execute(FILL)
