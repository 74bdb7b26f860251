"""What people need at the desk all day: tags, views, canned answers, notices, time spent, persons across platforms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
    )
    op.create_index("uq_tag_name", "tag", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "canned_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deeds", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_canned_answer_agent_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answer")),
    )
    op.create_index(
        "uq_canned_answer_shortcut",
        "canned_answer",
        [sa.literal_column("lower(shortcut)"), "language"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "contact_joining",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("identity_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_contact_joining_agent_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["contact.id"], name=op.f("fk_contact_joining_from_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["contact.id"], name=op.f("fk_contact_joining_into_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_joining")),
    )
    op.create_index(op.f("ix_contact_joining_from_id"), "contact_joining", ["from_id"])
    op.create_index(op.f("ix_contact_joining_into_id"), "contact_joining", ["into_id"])
    op.create_table(
        "contact_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(purpose) > 0", name=op.f("ck_contact_note_purpose")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_contact_note_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_note_contact_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_note")),
    )
    op.create_index(op.f("ix_contact_note_contact_id"), "contact_note", ["contact_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("filters", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_saved_view_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_saved_view_team_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_agent_id"), "saved_view", ["agent_id"])
    op.create_index(op.f("ix_saved_view_team_id"), "saved_view", ["team_id"])
    op.create_table(
        "activity",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("corrected_seconds", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("corrected_seconds >= 0", name=op.f("ck_activity_corrected_seconds")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_activity_seconds")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_activity_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_activity_conversation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("agent_id", "day", "conversation_id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_conversation_id"), "activity", ["conversation_id"])
    op.create_table(
        "conversation_tag",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_conversation_tag_agent_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_tag_conversation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_conversation_tag_tag_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("conversation_id", "tag_id", name=op.f("pk_conversation_tag")),
    )
    op.create_index("ix_conversation_tag_tag", "conversation_tag", ["tag_id", "conversation_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("data", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_notice_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_notice_conversation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_person", "notice", ["agent_id", "at", "id"])
    op.create_index("ix_notice_unread", "notice", ["agent_id", "id"], postgresql_where=sa.text("read_at IS NULL"))
    op.add_column("agent", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agent", sa.Column("away_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agent", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column(
        "agent", sa.Column("languages", ARRAY(sa.String(length=20)), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("agent", sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agent", sa.Column("notices", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False))
    op.add_column("contact", sa.Column("group", sa.String(length=40), nullable=True))
    op.add_column("conversation", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("language", sa.String(length=20), nullable=True))
    op.create_index(
        "ix_conversation_snoozed",
        "conversation",
        ["snoozed_until", "id"],
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.add_column("message", sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "team", sa.Column("assignment", sa.String(length=40), server_default=sa.text("'by_hand'"), nullable=False)
    )
    op.add_column("team", sa.Column("claim_minutes", sa.Integer(), nullable=True))
