"""Names say what a thing is about; a name that fits everything says nothing."""

from __future__ import annotations

import ast
import re

from tests.house.checkout import ROOT, address, files, python_files

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "stuff"}
TOP_LEVEL = {
    "pyproject.toml", "uv.lock", "wsgi.py", "Makefile", "README.md", "CHANGELOG.md", "LICENSE",
    "contentlib", "content", "brand", "templates", "tests", "docs",
    ".ci", ".gitignore", ".pre-commit-config.yaml",
}  # fmt: skip


def test_the_top_level_holds_what_was_agreed():
    assert {path.relative_to(ROOT).parts[0] for path in files()} == TOP_LEVEL


def test_no_file_or_folder_has_an_empty_name():
    empty = {
        address(path)
        for path in files()
        for part in path.relative_to(ROOT).parts
        if EMPTY_NAMES & set(re.split(r"[_.-]", part.lower()))
    }
    assert not empty


def test_no_class_has_an_empty_name():
    empty = {
        f"{address(path)}:{node.lineno} {node.name}"
        for path in python_files("contentlib")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef)
        and EMPTY_NAMES & set(re.split(r"[_\s]", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.name).lower()))
    }
    assert not empty
