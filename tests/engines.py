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

# By database: the dialect that the first of its engines has learnt the server's version with. What is compiled is kept
# by dialect, so engines share the one when they share the other.
_DIALECTS: dict[str, sa.Dialect] = {}
_COMPILED: dict[Any, Any] = {}
# By the URL of a lent database: its engines, by what opens them.
_LENT: dict[str, dict[Opens, sa.Engine]] = {}


def sharing(opens: Opens) -> Opens:
    """Wrap what opens engines: those of a lent database are opened once, all use what others have compiled."""

    def open_shared(url: str) -> sa.Engine:
        if url not in _LENT:
            return share(opens(url))
        if opens not in _LENT[url]:
            engine = share(opens(f"{url}&application_name={KEPT}"))
            engine.dispose = lambda close=True: None  # type: ignore[method-assign]
            _LENT[url][opens] = engine
        return _LENT[url][opens]

    return open_shared


def share(engine: sa.Engine) -> sa.Engine:
    """Have an engine use what others have compiled for the same database, and keep there what it compiles."""
    name = engine.dialect.name
    if name in _DIALECTS:
        engine.dialect = _DIALECTS[name]
    else:
        sa.event.listen(engine, "engine_connect", lambda connection: _DIALECTS.setdefault(name, connection.dialect))
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def keep(url: str) -> None:
    """Keep the engines that are opened for a URL from now on."""
    _LENT.setdefault(url, {})


def forget(url: str) -> None:
    """Close what was kept for a URL."""
    for engine in _LENT.pop(url, {}).values():
        sa.Engine.dispose(engine)
