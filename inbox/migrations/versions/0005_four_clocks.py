"""Four kinds of promises, from one ordered list of policies and from calendars for single accounts.

A clock keeps the version of the list and of the calendar that it runs by; which ones are in force for an account
follows from the versions alone, so that every verdict can be worked out again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0005"
down_revision = "0004"

KEEP_POLICIES = """
INSERT INTO policies (id, version, rules, created_at)
SELECT id, version, jsonb_build_object('policies', (
    SELECT jsonb_agg(jsonb_build_object(
        'name', CASE WHEN place = 3 THEN '…' WHEN target.visibility = 'private' THEN p.name || ' (2)' ELSE p.name END,
        'accounts', '[]'::jsonb, 'visibility', CASE WHEN place < 3 THEN target.visibility END,
        'priorities', '[]'::jsonb, 'groups', '[]'::jsonb, 'reason', '',
        'targets', jsonb_build_object(target.kind, target.minutes), 'business', target.business,
        'holding_counts', false, 'pauses_for_silo', false) ORDER BY place)
    FROM (SELECT *, CASE visibility WHEN 'public' THEN 1 ELSE 2 END AS place FROM sla_target t WHERE t.policy_id = p.id
          UNION ALL
          SELECT *, 3 FROM sla_target t WHERE t.policy_id = p.id AND t.visibility = 'public') AS target)),
    created_at
FROM sla_policy p;
UPDATE clock SET policies_id = target.policy_id, policy = CASE target.visibility WHEN 'public' THEN 1 ELSE 2 END
FROM sla_target target WHERE target.id = clock.target_id;
UPDATE clock SET number = counted.number
FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id, kind ORDER BY started_at, id) AS number
      FROM clock) AS counted
WHERE counted.id = clock.id;
"""

KEEP_CALENDARS = """
UPDATE calendar SET everywhere = true, account_ids = '{}', plan = jsonb_build_object(
    'zone', rules -> 'zone', 'hours', rules -> 'hours', 'country', NULL, 'switches', '[]'::jsonb,
    'own', COALESCE((SELECT jsonb_agg(jsonb_build_object('day', day, 'hours', '[]'::jsonb, 'reason', ''))
                     FROM jsonb_array_elements_text(rules -> 'closed') AS day), '[]'::jsonb));
"""


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_policies_agent_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("version", name=op.f("uq_policies_version")),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_outage_account_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index("ix_outage_began", "outage", ["began_at"])
    op.create_index(
        "uq_outage_open",
        "outage",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )

    op.add_column("calendar", sa.Column("plan", JSONB(), nullable=True))
    op.add_column("calendar", sa.Column("everywhere", sa.Boolean(), nullable=True))
    op.add_column("calendar", sa.Column("account_ids", ARRAY(sa.Uuid()), nullable=True))
    op.add_column("calendar", sa.Column("agent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_calendar_agent_id"), "calendar", "agent", ["agent_id"], ["id"], ondelete="RESTRICT")
    op.execute(KEEP_CALENDARS)
    for column in ("plan", "everywhere", "account_ids"):
        op.alter_column("calendar", column, nullable=False)

    op.drop_index("uq_clock_running", table_name="clock")
    op.drop_index("ix_clock_conversation", table_name="clock")
    op.add_column("clock", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("clock", sa.Column("reason", sa.String(length=40), nullable=True))
    op.add_column("clock", sa.Column("policies_id", sa.Uuid(), nullable=True))
    op.add_column("clock", sa.Column("policy", sa.Integer(), nullable=True))
    # None of today's clocks knows any version: the first sweep reads each of them again.
    op.add_column("clock", sa.Column("terms", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("clock", "terms", server_default=None)
    op.alter_column("clock", "message_id", nullable=True)
    op.execute(KEEP_POLICIES)
    for column in ("number", "policies_id", "policy"):
        op.alter_column("clock", column, nullable=False)
    op.drop_column("clock", "target_id")
    op.create_foreign_key(
        op.f("fk_clock_policies_id"), "clock", "policies", ["policies_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_unique_constraint(
        op.f("uq_clock_conversation_id_kind_number"), "clock", ["conversation_id", "kind", "number"]
    )
    op.create_index("ix_clock_terms", "clock", ["terms"], postgresql_where=sa.text("state IN ('running', 'paused')"))
    op.create_check_constraint(op.f("ck_clock_running_until"), "clock", "state <> 'running' OR due_at IS NOT NULL")

    op.drop_column("account", "calendar_id")
    op.drop_column("account", "policy_id")
    op.drop_table("sla_target")
    op.drop_table("sla_policy")

    op.add_column("message", sa.Column("holding", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for table in ("message", "conversation_event"):
        op.add_column(table, sa.Column("came_from_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_came_from_id"), table, "conversation", ["came_from_id"], ["id"], ondelete="RESTRICT"
        )
        op.create_index(
            f"ix_{table}_came_from", table, ["came_from_id"], postgresql_where=sa.text("came_from_id IS NOT NULL")
        )
