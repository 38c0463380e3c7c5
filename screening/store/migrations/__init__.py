"""Alembic migrations, run by ``Database.upgrade``. Revisions only ever go forward.

A new table is declared from ``screening.store.tables.Base`` and made in a new revision, in plain SQL. If it has rows of
tenants it gets a ``tenant_id`` and ``policies.protect``; if not, it says why every tenant may read it in
``info["shared"]``. Tests hold every table to one of the two, and the declarations to the migrations.
"""
