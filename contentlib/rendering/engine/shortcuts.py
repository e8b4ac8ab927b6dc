"""Puts our ways in the places of the engine's own, and takes them away again; it knows none of them itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from contentlib.rendering.engine import faces, lines, packing, repeats, shaping, styles, vectors

_METHODS: tuple[tuple[Any, str, Any, Any], ...] = (
    *faces.METHODS,
    *lines.METHODS,
    *packing.METHODS,
    *repeats.METHODS,
    *shaping.METHODS,
    *styles.METHODS,
    *vectors.METHODS,
)
_FUNCTIONS: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = (
    *lines.FUNCTIONS,
    *repeats.FUNCTIONS,
    *styles.FUNCTIONS,
    *vectors.FUNCTIONS,
)


def install() -> None:
    """Have the engine take these ways; does nothing the second time."""
    vectors.install()
    for kind, name, _own, ours in _METHODS:
        setattr(kind, name, ours)
    for own, ours in _FUNCTIONS:
        _swap(own, ours)


def remove() -> None:
    """Give the engine its own ways back, for comparing them; streams are packed and paths drawn as before."""
    for kind, name, own, _ours in _METHODS:
        setattr(kind, name, own)
    for own, ours in _FUNCTIONS:
        _swap(ours, own)


def _swap(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put one function where another stands in the engine's modules."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint"):
            for each in [each for each, value in vars(module).items() if value is old]:
                setattr(module, each, new)
