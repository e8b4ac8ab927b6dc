"""What engines of a test run share: compiled statements, and for databases that are lent the connections too.

Each library by itself would compile its own statements again, and have the server begin anew with what it knows of the
tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

Opens = Callable[[str], sa.Engine]

# What connections that outlive a test call themselves.
KEPT = "kept"

# By what opens engines, and database: the dialect that the first of them has learnt the server's version with, which
# also says how transactions begin. What is compiled is kept by dialect, so engines share the one with the other.
_DIALECTS: dict[tuple[Opens, str], sa.Dialect] = {}
_COMPILED: dict[Any, Any] = {}
# By the URL of a lent database: its engines, by what opens them.
_LENT: dict[str, dict[Opens, sa.Engine]] = {}


def sharing(opens: Opens) -> Opens:
    """Wrap what opens engines: those of a lent database are opened once, all use what others have compiled."""

    def open_shared(url: str) -> sa.Engine:
        if url not in _LENT:
            return share(opens(url), opens)
        if opens not in _LENT[url]:
            engine = share(opens(f"{url}&application_name={KEPT}"), opens)
            engine.dispose = lambda close=True: None  # type: ignore[method-assign]
            _LENT[url][opens] = engine
        return _LENT[url][opens]

    return open_shared


def share(engine: sa.Engine, opens: Opens) -> sa.Engine:
    """Have an engine use what others of its sort have compiled for the same database, and keep there what it does."""
    sort = (opens, engine.dialect.name)
    if sort in _DIALECTS:
        engine.dialect = _DIALECTS[sort]
    else:
        sa.event.listen(engine, "engine_connect", lambda connection: _DIALECTS.setdefault(sort, connection.dialect))
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def keep(url: str) -> None:
    """Keep the engines that are opened for a URL from now on."""
    _LENT.setdefault(url, {})


def forget(url: str) -> None:
    """Close what was kept for a URL."""
    for engine in _LENT.pop(url, {}).values():
        sa.Engine.dispose(engine)
