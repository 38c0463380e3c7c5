"""Tenants, cases, documents, facts, screenings, work and audit.

Revision ID: 0001
Revises:
"""

# ruff: noqa: E501

from alembic import op

from screening.store.migrations.policies import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = r"""
CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT audit_event_pkey PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX audit_event_tenant_id_subject_idx ON audit_event (tenant_id, subject);
CREATE TABLE audit_head (
    tenant_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL,
    CONSTRAINT audit_head_pkey PRIMARY KEY (tenant_id)
);
CREATE TABLE database_property (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT database_property_pkey PRIMARY KEY (name)
);
CREATE TABLE document_content (
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT document_content_pkey PRIMARY KEY (sha256)
);
CREATE TABLE tenant (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_authority BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT tenant_pkey PRIMARY KEY (id),
    CONSTRAINT tenant_id_check CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$')
);
CREATE TABLE case_file (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    procedure TEXT NOT NULL,
    reference TEXT NOT NULL,
    opened_on DATE NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    cpv TEXT[] DEFAULT '{}' NOT NULL,
    value_sek BIGINT,
    directive_scope BOOLEAN,
    state TEXT DEFAULT 'open' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by TEXT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    retain_until DATE,
    idempotency_key TEXT,
    request_sha256 TEXT NOT NULL,
    CONSTRAINT case_file_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT case_file_tenant_id_fkey FOREIGN KEY(tenant_id) REFERENCES tenant (id),
    CONSTRAINT case_file_purpose_check CHECK (purpose ~ '[^[:space:]]' AND legal_basis ~ '[^[:space:]]'),
    CONSTRAINT case_file_state_check CHECK (state IN ('open', 'closed'))
);
CREATE UNIQUE INDEX case_file_idempotency_key_idx ON case_file (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX case_file_tenant_id_created_at_idx ON case_file (tenant_id, created_at);
CREATE TABLE setting (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value JSON DEFAULT 'null' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by TEXT NOT NULL,
    CONSTRAINT setting_pkey PRIMARY KEY (tenant_id, name),
    CONSTRAINT setting_tenant_id_fkey FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);
CREATE TABLE token (
    id UUID NOT NULL,
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT token_pkey PRIMARY KEY (id),
    CONSTRAINT token_tenant_id_fkey FOREIGN KEY(tenant_id) REFERENCES tenant (id),
    CONSTRAINT token_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX token_tenant_id_idx ON token (tenant_id);
CREATE TABLE case_party (
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    role TEXT NOT NULL,
    declared_number TEXT NOT NULL,
    declared_name TEXT,
    lot TEXT,
    relied_on_by TEXT,
    contact_email TEXT,
    contact_phone TEXT,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    added_by TEXT NOT NULL,
    CONSTRAINT case_party_pkey PRIMARY KEY (tenant_id, case_id, position),
    CONSTRAINT case_party_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX case_party_tenant_id_key_idx ON case_party (tenant_id, key);
CREATE UNIQUE INDEX case_party_unique_idx ON case_party (tenant_id, case_id, key, role, COALESCE(lot, ''));
CREATE TABLE document (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    source TEXT NOT NULL,
    media_type TEXT NOT NULL,
    request TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    retrieved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stated_at TIMESTAMP WITH TIME ZONE,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT document_tenant_id_case_id_sha256_source_retrieved_at_key UNIQUE (tenant_id, case_id, sha256, source, retrieved_at)
);
CREATE INDEX document_sha256_idx ON document (sha256);
CREATE TABLE fact (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    asked_source TEXT NOT NULL,
    asked_subject TEXT NOT NULL,
    fact_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    subject TEXT NOT NULL,
    predicate TEXT NOT NULL,
    object TEXT,
    value JSON DEFAULT '{}' NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    place TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    observed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    superseded_at TIMESTAMP WITH TIME ZONE,
    recorded_from TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_to TIMESTAMP WITH TIME ZONE,
    CONSTRAINT fact_pkey PRIMARY KEY (id),
    CONSTRAINT fact_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE UNIQUE INDEX fact_current_idx ON fact (tenant_id, case_id, asked_source, asked_subject, content_sha256) WHERE recorded_to IS NULL;
CREATE INDEX fact_tenant_id_case_id_recorded_from_idx ON fact (tenant_id, case_id, recorded_from);
CREATE INDEX fact_tenant_id_subject_idx ON fact (tenant_id, subject);
CREATE TABLE fact_confirmation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    fact BIGINT NOT NULL,
    document TEXT NOT NULL,
    place TEXT NOT NULL,
    observed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT fact_confirmation_pkey PRIMARY KEY (id),
    CONSTRAINT fact_confirmation_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT fact_confirmation_fact_document_key UNIQUE (fact, document)
);
CREATE INDEX fact_confirmation_tenant_id_case_id_fact_idx ON fact_confirmation (tenant_id, case_id, fact);
CREATE TABLE person_identity (
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    key TEXT NOT NULL,
    sealed_number BYTEA NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT person_identity_pkey PRIMARY KEY (tenant_id, case_id, key),
    CONSTRAINT person_identity_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id)
);
CREATE INDEX person_identity_tenant_id_key_idx ON person_identity (tenant_id, key);
CREATE TABLE screening (
    id UUID NOT NULL,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    run_id UUID,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    level INTEGER NOT NULL,
    code TEXT NOT NULL,
    complete BOOLEAN NOT NULL,
    dossier_sha256 TEXT NOT NULL,
    policy_sha256 TEXT NOT NULL,
    catalogue_sha256 TEXT NOT NULL,
    result_sha256 TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    dossier BYTEA NOT NULL,
    policy TEXT NOT NULL,
    result BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by TEXT NOT NULL,
    CONSTRAINT screening_pkey PRIMARY KEY (id),
    CONSTRAINT screening_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT screening_tenant_id_case_id_result_sha256_key UNIQUE (tenant_id, case_id, result_sha256)
);
CREATE INDEX screening_tenant_id_case_id_created_at_idx ON screening (tenant_id, case_id, created_at);
CREATE TABLE screening_run (
    id UUID NOT NULL,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT DEFAULT 'gathering' NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    screening_id UUID,
    reason TEXT,
    limits TEXT[] DEFAULT '{}' NOT NULL,
    CONSTRAINT screening_run_pkey PRIMARY KEY (id),
    CONSTRAINT screening_run_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT screening_run_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT screening_run_state_check CHECK (state IN ('gathering', 'matching', 'screening', 'done', 'failed'))
);
CREATE UNIQUE INDEX screening_run_open_idx ON screening_run (tenant_id, case_id) WHERE finished_at IS NULL;
CREATE INDEX screening_run_tenant_id_case_id_requested_at_idx ON screening_run (tenant_id, case_id, requested_at);
CREATE TABLE source_answer (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    status TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    document TEXT,
    reason TEXT,
    missing JSON DEFAULT '[]' NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT source_answer_pkey PRIMARY KEY (id),
    CONSTRAINT source_answer_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT source_answer_status_check CHECK (status IN ('found', 'not_found', 'no_answer'))
);
CREATE INDEX source_answer_asked_idx ON source_answer (tenant_id, case_id, source, subject, asked_at);
CREATE TABLE gather_task (
    id UUID NOT NULL,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    run_id UUID NOT NULL,
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT DEFAULT 'gather' NOT NULL,
    number_ref BYTEA,
    hop INTEGER DEFAULT '0' NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT gather_task_pkey PRIMARY KEY (id),
    CONSTRAINT gather_task_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id) REFERENCES case_file (tenant_id, id),
    CONSTRAINT gather_task_tenant_id_run_id_fkey FOREIGN KEY(tenant_id, run_id) REFERENCES screening_run (tenant_id, id),
    CONSTRAINT gather_task_run_id_purpose_source_subject_key UNIQUE (run_id, purpose, source, subject),
    CONSTRAINT gather_task_state_check CHECK (state IN ('pending', 'done', 'failed'))
);
CREATE INDEX gather_task_pending_idx ON gather_task (not_before, created_at) WHERE state = 'pending';
CREATE INDEX gather_task_tenant_id_case_id_idx ON gather_task (tenant_id, case_id);
"""

ROLES = """
GRANT USAGE ON SCHEMA public TO genomlys_app, genomlys_system;
-- Tables to come: the system role works with all of them, a tenant reads those that protect() does not narrow.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO genomlys_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO genomlys_app;
"""

TRIGGERS = """
CREATE FUNCTION genomlys_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'GN001';
END $$;

-- Deletion happens in one place: screening.store.retention, as the system role, which says so in this setting.
CREATE FUNCTION genomlys_refuse_outside_retention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'genomlys_system'
       AND current_setting('genomlys.retention', true) = OLD.tenant_id || '/' || OLD.case_id THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% on % is refused: its rows are append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'GN001';
END $$;

-- A fact may be closed once; nothing else in it ever changes.
CREATE FUNCTION genomlys_fact_close_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.recorded_to IS NOT NULL OR NEW.recorded_to IS NULL OR NEW.superseded_at IS NULL
       OR to_jsonb(NEW) - 'recorded_to' - 'superseded_at' - 'value'
          IS DISTINCT FROM to_jsonb(OLD) - 'recorded_to' - 'superseded_at' - 'value'
       OR NEW.value::text IS DISTINCT FROM OLD.value::text THEN
        RAISE EXCEPTION 'UPDATE on fact is refused: a fact can only be closed, once' USING ERRCODE = 'GN001';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER fact_update BEFORE UPDATE ON fact FOR EACH ROW EXECUTE FUNCTION genomlys_fact_close_only();
CREATE TRIGGER fact_delete BEFORE DELETE ON fact FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER fact_truncate BEFORE TRUNCATE ON fact EXECUTE FUNCTION genomlys_refuse();

CREATE TRIGGER fact_confirmation_update BEFORE UPDATE ON fact_confirmation FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER fact_confirmation_delete BEFORE DELETE ON fact_confirmation
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER fact_confirmation_truncate BEFORE TRUNCATE ON fact_confirmation EXECUTE FUNCTION genomlys_refuse();

CREATE TRIGGER source_answer_update BEFORE UPDATE ON source_answer FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER source_answer_delete BEFORE DELETE ON source_answer
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER source_answer_truncate BEFORE TRUNCATE ON source_answer EXECUTE FUNCTION genomlys_refuse();

CREATE TRIGGER document_update BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER document_delete BEFORE DELETE ON document
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER document_truncate BEFORE TRUNCATE ON document EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER document_content_update BEFORE UPDATE ON document_content FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();

CREATE TRIGGER screening_update BEFORE UPDATE ON screening FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER screening_delete BEFORE DELETE ON screening
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER screening_truncate BEFORE TRUNCATE ON screening EXECUTE FUNCTION genomlys_refuse();

CREATE TRIGGER audit_event_change BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER audit_event_truncate BEFORE TRUNCATE ON audit_event EXECUTE FUNCTION genomlys_refuse();
"""

DOCUMENT_CONTENT = """
ALTER TABLE document_content ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_content FORCE ROW LEVEL SECURITY;
-- The subquery sees only the documents that the document table's own policy shows.
CREATE POLICY tenant_reads ON document_content FOR SELECT TO genomlys_app
    USING (EXISTS (SELECT 1 FROM document WHERE document.sha256 = document_content.sha256));
CREATE POLICY tenant_adds ON document_content FOR INSERT TO genomlys_app
    WITH CHECK (EXISTS (SELECT 1 FROM document WHERE document.sha256 = document_content.sha256));
CREATE POLICY system_all ON document_content TO genomlys_system USING (true) WITH CHECK (true);
GRANT INSERT ON document_content TO genomlys_app;
"""


def upgrade() -> None:
    for statements in (ROLES, TABLES):
        op.execute(statements)
    protect("tenant", column="id", grants=())
    protect("token", grants=("INSERT", "UPDATE (revoked_at)"))
    protect(
        "case_file",
        grants=("INSERT", "UPDATE (state, closed_at, retain_until, title, value_sek, cpv, directive_scope)"),
    )
    protect("case_party", grants=("INSERT",))
    protect("document", grants=("INSERT",))
    protect("fact", grants=("INSERT", "UPDATE (recorded_to, superseded_at)"))
    protect("fact_confirmation", grants=("INSERT",))
    protect("source_answer", grants=("INSERT",))
    protect("person_identity", grants=("INSERT",))
    protect("screening_run", grants=("INSERT", "UPDATE (state, finished_at, screening_id, reason, limits)"))
    protect("gather_task", grants=("INSERT", "UPDATE (state, attempts, not_before, reason, finished_at)"))
    protect("screening", grants=("INSERT",))
    protect("audit_event", grants=("INSERT",))
    protect("audit_head", grants=("INSERT", "UPDATE (sequence, hash, seal)"))
    protect("setting", grants=("INSERT", "UPDATE (value, updated_at, updated_by)", "DELETE"))
    for statements in (DOCUMENT_CONTENT, TRIGGERS):
        op.execute(statements)


def downgrade() -> None:
    raise NotImplementedError("Going back to an empty database would delete every case. Restore a backup instead")
