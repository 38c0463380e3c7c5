"""The same key of a name, word by word: an alternation with a lookahead cost four times as much a name.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORD_BY_WORD = r"""
-- A name without the words that only say the legal form, with its letters folded to A-Z: what likeness is measured on.
CREATE OR REPLACE FUNCTION register_search_key(name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(array_to_string(ARRAY(
        SELECT word FROM regexp_split_to_table(upper(split_part(name, '$', 1)), '[^0-9A-ZÅÄÖÉÜÆØÈ]+') AS word
        WHERE word <> ALL ('{AB,AKTIEBOLAG,AKTIEBOLAGET,HB,HANDELSBOLAG,HANDELSBOLAGET,KB,KOMMANDITBOLAG,'
            'KOMMANDITBOLAGET,EKONOMISK,FÖRENING,EK,FÖR,PUBL,I,LIKVIDATION,KONKURS,FILIAL,""}'::text[])
    ), ' '), 'ÅÄÖÉÜÆØÈ', 'AAOEUAOE')
$$;
"""

BY_EXPRESSION = r"""
CREATE OR REPLACE FUNCTION register_search_key(name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(register_name_key(name), 'ÅÄÖÉÜÆØÈ', 'AAOEUAOE')
$$;
"""


def upgrade() -> None:
    op.execute(WORD_BY_WORD)


def downgrade() -> None:
    op.execute(BY_EXPRESSION)
