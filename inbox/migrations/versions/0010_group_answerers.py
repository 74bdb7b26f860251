"""Whom each team asks to answer the stakeholders of a group."""

from alembic import op

revision = "0010"
down_revision = "0009"

UPGRADE = """
CREATE TABLE group_answerer (
    team_id uuid NOT NULL,
    "group" varchar(40) NOT NULL,
    agent_id uuid NOT NULL,
    CONSTRAINT pk_group_answerer PRIMARY KEY (team_id, "group", agent_id),
    CONSTRAINT fk_group_answerer_team_id FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE RESTRICT,
    CONSTRAINT fk_group_answerer_agent_id FOREIGN KEY (agent_id) REFERENCES agent (id) ON DELETE RESTRICT
);
CREATE INDEX ix_group_answerer_agent_id ON group_answerer (agent_id);
"""


def upgrade() -> None:
    op.execute(UPGRADE)
