"""Modules and views stay small enough to be read in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, address, python_files

MODULE_LINES = 400
VIEW_LINES = 40  # at the very most; 25 is the aim
VIEWS_AT_EASE = 25
# A migration is a record of what was generated once; nobody reads on in it.
RECORDS = ROOT / "contentlib/storage/migrations/versions"

MODULES = [path for path in python_files("contentlib", "tests", "wsgi.py") if path.parent != RECORDS]
ROUTING = {"route", "get", "post", "put", "patch", "delete"}


def test_modules_stay_under_their_size():
    lines = {address(path): path.read_text().count("\n") for path in MODULES}
    assert not {name: n for name, n in lines.items() if n > MODULE_LINES}, "which room is missing?"


def views(path: Path) -> Iterator[tuple[str, int]]:
    """The views of a module with the lines of each, docstring and decorators not counted."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.FunctionDef):
            continue
        called = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
        if any(isinstance(f, ast.Attribute) and f.attr in ROUTING for f in called):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield f"{address(path)}:{node.lineno} {node.name}", node.end_lineno - body[0].lineno + 1


def test_views_stay_under_their_size():
    every = dict(view for path in python_files("contentlib") for view in views(path))
    assert every, "no view was found: does the rule still know how views are registered?"
    assert not {name: n for name, n in every.items() if n > VIEW_LINES}, "which deed belongs into a service?"
    for name, n in every.items():
        if n > VIEWS_AT_EASE:
            print(f"{name} has {n} lines; {VIEWS_AT_EASE} is the aim")


def test_a_long_view_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.house.checkout.ROOT", tmp_path)
    module = tmp_path / "long.py"
    module.write_text("@room.get('/')\ndef page():\n    '''Say it.'''\n" + "    x = 1\n" * 41)
    ((_, lines),) = views(module)
    assert lines == 41
