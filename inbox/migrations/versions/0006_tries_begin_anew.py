"""A person who says "send again" gives a part all its tries anew; the tries so far keep their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("earlier_tries", sa.Integer(), server_default=sa.text("0"), nullable=False))
