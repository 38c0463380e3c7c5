"""The mirrored register, its change events, and the lists.

Revision ID: 0002
Revises: 0001
"""

# ruff: noqa: E501

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# None of the functions is STRICT: PostgreSQL would then call them instead of writing their bodies into the expression, at
# three times the cost for each of three million rows.
FUNCTIONS = r"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Equal for the same street (or care-of, without a street) and postal code, whatever blanks and letter case.
CREATE FUNCTION register_address_key(street TEXT, care_of TEXT, postal_code TEXT, city TEXT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN street <> '' THEN hashtextextended(replace(upper(street), ' ', '') || '|'
            || replace(CASE WHEN postal_code <> '' THEN postal_code ELSE upper(city) END, ' ', ''), 0)
        WHEN care_of <> '' THEN hashtextextended(replace(upper(care_of), ' ', '') || '|'
            || replace(CASE WHEN postal_code <> '' THEN postal_code ELSE upper(city) END, ' ', ''), 0)
    END
$$;

-- "street$co$city$postcode$country"
CREATE FUNCTION register_postal_key(address TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT register_address_key(
        split_part(address, '$', 1), split_part(address, '$', 2), split_part(address, '$', 4), split_part(address, '$', 3))
$$;

-- The day a bankruptcy began, when the row tells of one that was not annulled; else when it removed the organisation.
CREATE FUNCTION register_bankrupt_on(proceedings TEXT, cause TEXT, deregistered TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN proceedings <> '' AND strpos(proceedings, 'KK-AVOMFO$') > 0
            THEN substring(proceedings FROM '(?:^|\|)KK-AVOMFO\$([0-9]{4}-[0-9]{2}-[0-9]{2})')
        WHEN cause = 'KKAV-AVORG' THEN substring(deregistered FROM '^[0-9]{4}-[0-9]{2}-[0-9]{2}')
    END
$$;

-- The first name without the words that only say the legal form.
CREATE FUNCTION register_name_key(names TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        ' ' || regexp_replace(upper(split_part(names, '$', 1)),
            '[^0-9A-ZÅÄÖÉÜÆØÈ]+', ' ', 'g') || ' ',
        ' (AB|AKTIEBOLAG|AKTIEBOLAGET|HB|HANDELSBOLAG|HANDELSBOLAGET|KB|KOMMANDITBOLAG|KOMMANDITBOLAGET|EKONOMISK|FÖRENING|EK|FÖR|PUBL|I|LIKVIDATION|KONKURS|FILIAL)(?= )',
        '', 'g'))
$$;
"""

REGISTER = """
CREATE TABLE register_load (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    stated_at TIMESTAMP WITH TIME ZONE,
    retrieved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    rows BIGINT DEFAULT 0 NOT NULL,
    new BIGINT DEFAULT 0 NOT NULL,
    changed BIGINT DEFAULT 0 NOT NULL,
    unchanged BIGINT DEFAULT 0 NOT NULL,
    removed BIGINT DEFAULT 0 NOT NULL,
    persons BIGINT DEFAULT 0 NOT NULL,
    others BIGINT DEFAULT 0 NOT NULL,
    rejected BIGINT DEFAULT 0 NOT NULL,
    events BIGINT DEFAULT 0 NOT NULL,
    seconds DOUBLE PRECISION DEFAULT 0 NOT NULL,
    CONSTRAINT register_load_pkey PRIMARY KEY (id),
    CONSTRAINT register_load_state_check CHECK (state IN ('loaded', 'confirmed', 'refused'))
);
CREATE INDEX register_load_source_id_idx ON register_load (source, id);

CREATE TABLE register_bolagsverket (
    number BIGINT NOT NULL,
    hash BIGINT NOT NULL,
    load_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    removed_in INTEGER,
    namnskyddslopnummer TEXT NOT NULL,
    registreringsland TEXT NOT NULL,
    organisationsnamn TEXT NOT NULL,
    organisationsform TEXT NOT NULL,
    avregistreringsdatum TEXT NOT NULL,
    avregistreringsorsak TEXT NOT NULL,
    pagandeavvecklingselleromstruktureringsforfarande TEXT NOT NULL,
    registreringsdatum TEXT NOT NULL,
    verksamhetsbeskrivning TEXT NOT NULL,
    postadress TEXT NOT NULL,
    address_key BIGINT GENERATED ALWAYS AS (register_postal_key(postadress)) STORED,
    bankrupt_on TEXT GENERATED ALWAYS AS (register_bankrupt_on(pagandeavvecklingselleromstruktureringsforfarande, avregistreringsorsak, avregistreringsdatum)) STORED,
    CONSTRAINT register_bolagsverket_pkey PRIMARY KEY (number)
);
CREATE INDEX register_bolagsverket_address_key_idx ON register_bolagsverket (address_key);
CREATE INDEX register_bolagsverket_bankrupt_address_idx ON register_bolagsverket (address_key, bankrupt_on) WHERE bankrupt_on IS NOT NULL;
CREATE INDEX register_bolagsverket_bankrupt_name_idx ON register_bolagsverket USING gin (register_name_key(organisationsnamn) gin_trgm_ops) WHERE bankrupt_on IS NOT NULL;

CREATE TABLE register_scb (
    number BIGINT NOT NULL,
    hash BIGINT NOT NULL,
    load_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    removed_in INTEGER,
    coadress TEXT NOT NULL,
    foretagsnamn TEXT NOT NULL,
    ftgstat TEXT NOT NULL,
    gatuadress TEXT NOT NULL,
    jestat TEXT NOT NULL,
    jurform TEXT NOT NULL,
    namn TEXT NOT NULL,
    ng1 TEXT NOT NULL,
    ng2 TEXT NOT NULL,
    ng3 TEXT NOT NULL,
    ng4 TEXT NOT NULL,
    ng5 TEXT NOT NULL,
    postnr TEXT NOT NULL,
    postort TEXT NOT NULL,
    regdatktid TEXT NOT NULL,
    reklamsparrtyp TEXT NOT NULL,
    CONSTRAINT register_scb_pkey PRIMARY KEY (number)
);

CREATE TABLE organisation_event (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    source TEXT NOT NULL,
    what TEXT NOT NULL,
    before TEXT,
    after TEXT,
    not_before TIMESTAMP WITH TIME ZONE NOT NULL,
    not_after TIMESTAMP WITH TIME ZONE NOT NULL,
    load_id INTEGER NOT NULL,
    CONSTRAINT organisation_event_pkey PRIMARY KEY (id),
    CONSTRAINT organisation_event_load_id_fkey FOREIGN KEY(load_id) REFERENCES register_load (id),
    CONSTRAINT organisation_event_load_id_number_what_key UNIQUE (load_id, number, what),
    CONSTRAINT organisation_event_what_check CHECK (what IN ('name', 'address', 'industry', 'status', 'legal_form', 'proceeding'))
);
CREATE INDEX organisation_event_number_id_idx ON organisation_event (number, id);
"""

LISTS = """
CREATE TABLE list_document (
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    content BYTEA NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT list_document_pkey PRIMARY KEY (sha256)
);
ALTER TABLE list_document ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE list_issue (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    list TEXT NOT NULL,
    version TEXT NOT NULL,
    stated_at TIMESTAMP WITH TIME ZONE,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    entries BIGINT DEFAULT 0 NOT NULL,
    new BIGINT DEFAULT 0 NOT NULL,
    changed BIGINT DEFAULT 0 NOT NULL,
    removed BIGINT DEFAULT 0 NOT NULL,
    rejected BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT list_issue_pkey PRIMARY KEY (id),
    CONSTRAINT list_issue_state_check CHECK (state IN ('loaded', 'confirmed', 'refused'))
);
CREATE INDEX list_issue_list_id_idx ON list_issue (list, id);

CREATE TABLE list_entry (
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    "schema" TEXT NOT NULL,
    content TEXT NOT NULL,
    issue_id INTEGER NOT NULL,
    CONSTRAINT list_entry_pkey PRIMARY KEY (list, entry),
    CONSTRAINT list_entry_issue_id_fkey FOREIGN KEY(issue_id) REFERENCES list_issue (id)
);

CREATE TABLE list_name (
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    weak BOOLEAN NOT NULL,
    script_language TEXT,
    CONSTRAINT list_name_pkey PRIMARY KEY (list, entry, position),
    CONSTRAINT list_name_list_entry_fkey FOREIGN KEY(list, entry) REFERENCES list_entry (list, entry) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    for statements in (FUNCTIONS, REGISTER, LISTS):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("Going back would delete the mirrored register and the lists. Restore a backup instead")
