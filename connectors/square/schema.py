"""The tables of the town square, in a schema of its own.

Why it exists: the square is a platform, a stranger who happens to live in the same database; nothing of the
house refers to these tables and nothing here refers to the house's. What it must not do: hold rules; they
stand beside the deeds.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.schema import CreateSchema

SCHEMA = "square"
metadata = MetaData(schema=SCHEMA)

account = Table(
    "account",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("base_url", Text, nullable=False),
    Column("webhook_url", Text, nullable=False),
    Column("webhook_secret", Text, nullable=False),
)
"""An organisation that answers here."""

citizen = Table(
    "citizen",
    metadata,
    Column("id", Text, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("visitor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("visitor", "name"),
)
"""A name that a visitor chose. One browser may play several people, to try the house with."""

post = Table(
    "post",
    metadata,
    Column("id", Text, primary_key=True),
    Column("citizen_id", ForeignKey(citizen.c.id)),
    Column("account_handle", ForeignKey(account.c.handle)),
    Column("to_handle", ForeignKey(account.c.handle)),
    Column("for_citizen", ForeignKey(citizen.c.id)),
    Column("visibility", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("parent_id", Text, ForeignKey("square.post.id"), index=True),
    Column("root_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("edited_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),
    Column("visible_at", DateTime(timezone=True), nullable=False),
    Column("key", Text),
    Column("key_kept", Boolean, nullable=False),
    Index("ix_post_at", "at"),
    Index("ix_post_visible_at", "visible_at"),
    Index("uq_post_key", "account_handle", "key", unique=True, postgresql_where=text("key_kept")),
)
"""What was said, by a citizen xor by an account. `key` is what came with an answer; only if `key_kept` does the
square recognise it again. `to_handle` is the account spoken to,
`for_citizen` the person an answer is for."""

picture = Table(
    "picture",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_id", ForeignKey(post.c.id), index=True),
    Column("account_handle", ForeignKey(account.c.handle)),
    Column("citizen_id", ForeignKey(citizen.c.id)),
    Column("media_type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("description", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Brought by a citizen xor by an account, whose own waits without a post until it answers. `place` counts from 0
within the post. A post that is deleted leaves no picture behind."""

hidden = Table(
    "hidden",
    metadata,
    Column("post_id", ForeignKey(post.c.id), primary_key=True),
    Column("account_handle", ForeignKey(account.c.handle), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""What an account hid. Its author and the account still see it."""

barred = Table(
    "barred",
    metadata,
    Column("account_handle", ForeignKey(account.c.handle), primary_key=True),
    Column("citizen_id", ForeignKey(citizen.c.id), primary_key=True),
    Column("how", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""`how`: `block`, who can't write to the account, or `mute`, of whom the account is told nothing more."""

closed = Table(
    "closed",
    metadata,
    Column("root_id", ForeignKey(post.c.id), primary_key=True),
    Column("account_handle", ForeignKey(account.c.handle), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Threads under which citizens can't write any more, by their first post."""

change = Table(
    "change",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("account_handle", ForeignKey(account.c.handle)),
    Column("post_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", JSON),
    Index("ix_change_account", "account_handle", "seq"),
)
"""All that happened, in order. Rows with an account are its stream; the others only tell the pages to look again."""

fault = Table(
    "fault",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("times", Integer),
)
"""A misbehaviour that is switched on; `times` is how many calls are left, NULL until it is switched off."""

call = Table(
    "call",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("key", Text, index=True),
    Column("outcome", Text, nullable=False),
    Column("post_id", Text),
)
"""Every call that could have changed something or was turned away, and what really became of it."""


def prepare(engine: Engine) -> None:
    """Create what is missing. May be called at every start and by several processes at once."""
    with engine.begin() as connection:
        # Two starts at the same moment would both find nothing and both create.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('square schema'))"))
        connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
        metadata.create_all(connection)
