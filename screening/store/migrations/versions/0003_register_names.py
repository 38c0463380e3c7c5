"""The names of the mirrored register, one a row, for searching by likeness.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMES = r"""
-- A name without legal form, with its letters folded to A-Z: what likeness is measured on.
CREATE FUNCTION register_search_key(name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(register_name_key(name), 'ÅÄÖÉÜÆØÈ', 'AAOEUAOE')
$$;

CREATE TABLE register_name (
    source TEXT NOT NULL,
    number BIGINT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    CONSTRAINT register_name_pkey PRIMARY KEY (source, number, position)
);
CREATE INDEX register_name_key_idx ON register_name USING gin (key gin_trgm_ops);

CREATE TABLE register_name_state (
    source TEXT NOT NULL,
    load_id INTEGER NOT NULL,
    CONSTRAINT register_name_state_pkey PRIMARY KEY (source)
);
"""


def upgrade() -> None:
    op.execute(NAMES)


def downgrade() -> None:
    op.execute("DROP TABLE register_name; DROP TABLE register_name_state; DROP FUNCTION register_search_key(TEXT)")
