"""The distinct names of the mirrored register: likeness is measured once a name, not once an organisation.

A trade's commonest names are borne by hundreds of organisations, and a trigram search read every one of them.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = """
TRUNCATE register_name, register_name_state;
DROP INDEX register_name_key_idx;
CREATE INDEX register_name_key_idx ON register_name (key, number);

CREATE TABLE register_key (
    key TEXT NOT NULL,
    CONSTRAINT register_key_pkey PRIMARY KEY (key)
);
CREATE INDEX register_key_key_idx ON register_key USING gin (key gin_trgm_ops);
"""

DOWN = """
DROP TABLE register_key;
DROP INDEX register_name_key_idx;
CREATE INDEX register_name_key_idx ON register_name USING gin (key gin_trgm_ops);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
