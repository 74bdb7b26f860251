"""Conversations and what is said in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

OPEN = "status IN ('new', 'open', 'pending', 'on_hold') AND klass = 'ours' AND merged_into_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("root_external_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("klass", sa.String(length=40), nullable=False),
        sa.Column("klass_rule", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismiss_reason", sa.String(length=40), nullable=True),
        sa.Column("linked_to_id", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'dismissed') = (dismiss_reason IS NOT NULL)",
            name=op.f("ck_conversation_dismissed_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conversation_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["agent.id"], name=op.f("fk_conversation_assignee_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_conversation_identity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["linked_to_id"], ["conversation.id"], name=op.f("fk_conversation_linked_to_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["conversation.id"], name=op.f("fk_conversation_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_conversation_team_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("reference", name=op.f("uq_conversation_reference")),
    )
    op.create_index(
        "ix_conversation_account",
        "conversation",
        ["account_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_conversation_klass",
        "conversation",
        ["team_id", "klass", "changed_at", "id"],
        unique=False,
        postgresql_where=sa.text("klass <> 'ours'"),
    )
    op.create_index(
        "ix_conversation_mine",
        "conversation",
        ["assignee_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_conversation_open",
        "conversation",
        ["team_id", "next_due_at", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_conversation_person", "conversation", ["identity_id", "created_at"], unique=False)
    op.create_index("ix_conversation_rest", "conversation", ["team_id", "status", "changed_at", "id"], unique=False)
    op.create_index(
        "ix_conversation_thread", "conversation", ["account_id", "root_external_id", "identity_id"], unique=False
    )
    op.create_index(
        "ix_conversation_waiting",
        "conversation",
        ["team_id", "waiting_since", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN + " AND waiting_since IS NOT NULL"),
    )
    op.create_table(
        "conversation_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_conversation_event_agent_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_event_conversation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_event")),
    )
    op.create_index("ix_conversation_event_thread", "conversation_event", ["conversation_id", "at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_draft_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_draft_conversation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "agent_id", "mode", name=op.f("pk_draft")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("parent_external_id", sa.Text(), nullable=True),
        sa.Column("root_external_id", sa.Text(), nullable=True),
        sa.Column("root_token", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("flagged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_reply_to_id", sa.Uuid(), nullable=True),
        sa.Column("signature_id", sa.Uuid(), nullable=True),
        sa.Column("signed_as", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(direction = 'out') = (agent_id IS NOT NULL)", name=op.f("ck_message_agents_speak_out")),
        sa.CheckConstraint(
            "direction = 'in' OR (signature_id IS NOT NULL AND signed_as IS NOT NULL"
            " AND right(text, length(signed_as)) = signed_as)",
            name=op.f("ck_message_signed"),
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_message_direction")),
        sa.CheckConstraint("visibility = 'private' OR entry_id IS NOT NULL", name=op.f("ck_message_public_in_ledger")),
        sa.CheckConstraint("visibility IN ('public', 'private')", name=op.f("ck_message_visibility")),
        sa.CheckConstraint("(identity_id IS NULL) <> (agent_id IS NULL)", name=op.f("ck_message_one_author")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_message_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_message_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_message_identity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["in_reply_to_id"], ["message.id"], name=op.f("fk_message_in_reply_to_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["signature_id", "agent_id", "signed_as"],
            ["signature.id", "signature.agent_id", "signature.signed_as"],
            name="fk_message_signature",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("uq_message_account_id_external_id")),
        sa.UniqueConstraint("id", "signed_as", name=op.f("uq_message_id_signed_as")),
    )
    op.create_index("ix_message_parent", "message", ["account_id", "parent_external_id"], unique=False)
    op.create_index(
        "ix_message_public",
        "message",
        ["said_at", "id"],
        unique=False,
        postgresql_where=sa.text("visibility = 'public'"),
    )
    op.create_index("ix_message_thread", "message", ["conversation_id", "said_at", "received_at", "id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_note_agent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_note_conversation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_thread", "note", ["conversation_id", "at"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(kind = 'edited') = (text IS NOT NULL)", name=op.f("ck_revision_words_of_an_edit")),
        sa.CheckConstraint("kind IN ('edited', 'deleted')", name=op.f("ck_revision_kind")),
        sa.CheckConstraint("visibility = 'private' OR entry_id IS NOT NULL", name=op.f("ck_revision_public_in_ledger")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_revision_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_revision_message_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_message", "revision", ["message_id", "at"], unique=False)
