"""Statements are compiled once for all libraries of a test run; each library by itself would compile its own again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# By database: the dialect that the first of its engines has learnt the server's version with. What is compiled is kept
# by dialect, so engines share the one when they share the other.
_DIALECTS: dict[str, sa.Dialect] = {}
_COMPILED: dict[Any, Any] = {}


def share(engine: sa.Engine) -> sa.Engine:
    """Have an engine use what others have compiled for the same database, and keep there what it compiles."""
    name = engine.dialect.name
    if name in _DIALECTS:
        engine.dialect = _DIALECTS[name]
    else:
        sa.event.listen(engine, "engine_connect", lambda connection: _DIALECTS.setdefault(name, connection.dialect))
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine
