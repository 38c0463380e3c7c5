"""Row-level security for tenant tables, the same for each of them."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def protect(table: str, *, column: str = "tenant_id", grants: Sequence[str]) -> None:
    """Let a tenant reach only its own rows of ``table``; ``grants`` are what it may do beside reading them.

    Forced, so that not even the tables' owner sees a row without having taken one of the two roles.
    """
    own = f"{column} = current_setting('genomlys.tenant', true)"
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant_own ON {table} TO genomlys_app USING ({own}) WITH CHECK ({own})",
        f"CREATE POLICY system_all ON {table} TO genomlys_system USING (true) WITH CHECK (true)",
        *(f"GRANT {grant} ON {table} TO genomlys_app" for grant in grants),
    ]
    for statement in statements:
        op.execute(statement)
