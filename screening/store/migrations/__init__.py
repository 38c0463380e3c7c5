"""Alembic migrations, run by ``Database.upgrade``. Revisions only ever go forward."""
