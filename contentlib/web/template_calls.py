"""Calls in templates: what takes nothing but its arguments is called as it is; a page makes five hundred such calls.

Jinja asks each time what a callable wants to be handed beside its arguments, which takes longer than most of them do.
"""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2.runtime import Context, Macro

# Sorts of callables whose instances ask for more by an attribute of their own alone.
_PLAIN = frozenset({FunctionType, MethodType, type(lru_cache(len))})


class QuickContext(Context):
    """What a template knows, with a shorter way to what it calls."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja names them
        """Call with the arguments, and hand macros what they are always handed."""
        sort = type(__obj)
        if sort is Macro:
            args = (__self.eval_ctx, *args)
        elif sort not in _PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        # What stands in the loop or block around is for those that ask for the context.
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)


def register(app: Flask) -> None:
    """Have all templates call that way."""
    app.jinja_env.context_class = QuickContext
