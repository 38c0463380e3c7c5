from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from screening.store.database import Database
from screening.store.tables import Base


def test_migrations_make_exactly_the_tables_that_the_code_declares(database: Database) -> None:
    assert database.is_current
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, Base.metadata) == []


def test_a_transaction_belongs_to_one_tenant(database: Database, tenant_id: str) -> None:
    with database.transaction(tenant_id, "someone") as session:
        assert session.execute(text("SELECT id FROM tenant")).scalars().all() == [tenant_id]
        assert session.execute(text("SELECT current_user")).scalar_one() == "genomlys_app"
