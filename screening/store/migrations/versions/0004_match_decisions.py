"""Officers' decisions on list hits.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

from screening.store.migrations.policies import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DECISIONS = """
CREATE TABLE match_decision (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tenant_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence JSON DEFAULT '{}' NOT NULL,
    fact_id TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    decided_by TEXT NOT NULL,
    CONSTRAINT match_decision_pkey PRIMARY KEY (id),
    CONSTRAINT match_decision_tenant_id_case_id_fkey FOREIGN KEY(tenant_id, case_id)
        REFERENCES case_file (tenant_id, id),
    CONSTRAINT match_decision_decision_check CHECK (decision IN ('same', 'not_same', 'open')),
    CONSTRAINT match_decision_reason_check CHECK (reason ~ '[^[:space:]]')
);
CREATE INDEX match_decision_tenant_id_case_id_idx ON match_decision (tenant_id, case_id);
CREATE TRIGGER match_decision_update BEFORE UPDATE ON match_decision
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse();
CREATE TRIGGER match_decision_delete BEFORE DELETE ON match_decision
    FOR EACH ROW EXECUTE FUNCTION genomlys_refuse_outside_retention();
CREATE TRIGGER match_decision_truncate BEFORE TRUNCATE ON match_decision EXECUTE FUNCTION genomlys_refuse();
"""


def upgrade() -> None:
    op.execute(DECISIONS)
    protect("match_decision", grants=("INSERT",))


def downgrade() -> None:
    raise NotImplementedError("Going back would delete officers' decisions. Restore a backup instead")
