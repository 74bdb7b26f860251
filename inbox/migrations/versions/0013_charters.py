"""What each account answers, passes on and never answers, in versions; the organisation's country and its safe ways."""

from alembic import op

revision = "0013"
down_revision = "0012"

UPGRADE = """
CREATE TABLE charter (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    version integer NOT NULL,
    words jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    agent_id uuid,
    CONSTRAINT pk_charter PRIMARY KEY (id),
    CONSTRAINT uq_charter_account_id_version UNIQUE (account_id, version),
    CONSTRAINT fk_charter_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE RESTRICT,
    CONSTRAINT fk_charter_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
ALTER TABLE organisation ADD COLUMN country varchar(40) DEFAULT 'DK' NOT NULL;
ALTER TABLE organisation ADD COLUMN safe_places jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE organisation ADD COLUMN country_version integer DEFAULT 0 NOT NULL;
-- Whoever lived by Oslo's clock already.
UPDATE organisation SET country = 'NO' WHERE zone = 'Europe/Oslo';
"""

# A version that answers were written by stays as it was.
STAYS = """
CREATE TRIGGER charters_stay BEFORE UPDATE OR DELETE ON charter FOR EACH ROW EXECUTE FUNCTION refuse_other_words();
REVOKE UPDATE, DELETE ON charter FROM byline_app;
"""


def upgrade() -> None:
    for statements in (UPGRADE, STAYS):
        op.execute(statements)
