"""Runs migrations on the engine that `storage.database` hands over; never run by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from contentlib.storage.tables import Base


def run() -> None:
    """Run in one transaction; SQLite's foreign keys are off meanwhile and checked before it commits.

    A batch rebuild drops and remakes a table: with foreign keys on, SQLite would delete the child rows with it.
    """
    engine: sa.Engine = context.config.attributes["engine"]
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError("the migration left rows that point to nothing")
        connection.commit()
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


run()
