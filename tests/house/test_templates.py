"""Every template parses in the environment that draws it, and every address a page links to exists."""

from __future__ import annotations

import re
from pathlib import Path

import flask
import pytest
from jinja2 import meta

from contentlib.rendering import html
from tests.house.checkout import ROOT, address, files

TEMPLATES = ROOT / "templates"
PAGES = [path for path in files() if path.is_relative_to(TEMPLATES / "pages")]
DOCUMENTS = [path for path in files() if path.is_relative_to(TEMPLATES / "documents") and path.suffix == ".html"]


@pytest.mark.parametrize("path", PAGES, ids=address)
def test_a_page_compiles(app: flask.Flask, path: Path):
    app.jinja_env.get_template(path.relative_to(TEMPLATES / "pages").as_posix())


@pytest.mark.parametrize("path", DOCUMENTS, ids=address)
def test_a_document_compiles(path: Path):
    html.environment(TEMPLATES / "documents").get_template(path.relative_to(TEMPLATES / "documents").as_posix())


@pytest.mark.parametrize("path", PAGES, ids=address)
def test_a_page_links_to_addresses_that_exist(app: flask.Flask, path: Path):
    named = set(re.findall(r"url_for\(\s*['\"]([^'\"]+)['\"]", path.read_text()))
    assert named - set(app.view_functions) == set()


@pytest.mark.parametrize("path", PAGES, ids=address)
def test_the_templates_that_a_page_takes_in_exist(app: flask.Flask, path: Path):
    named = meta.find_referenced_templates(app.jinja_env.parse(path.read_text()))
    known = set(app.jinja_env.list_templates())
    assert {name for name in named if name is not None} - known == set()


def test_no_page_template_is_left_over(app: flask.Flask):
    """Each is rendered by a view, or taken in, imported or extended by one that is."""
    code = "\n".join(
        path.read_text() for path in files() if path.is_relative_to(ROOT / "contentlib") and path.suffix == ".py"
    )
    named = set(re.findall(r"['\"]([\w/-]+\.(?:html|xml|txt|svg))['\"]", code))
    for path in PAGES:
        found = meta.find_referenced_templates(app.jinja_env.parse(path.read_text()))
        named |= {name for name in found if name is not None}
    standing = {path.relative_to(TEMPLATES / "pages").as_posix() for path in PAGES}
    assert standing - named == set()
