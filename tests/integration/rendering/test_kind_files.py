"""Whoever makes a kind is told which of its files cannot be used, where and why, and no other kind suffers for it."""

from __future__ import annotations

import shutil

import pytest

from contentlib.domain.documents import Paper
from contentlib.domain.errors import DocumentRefusedError
from contentlib.domain.findings import Level
from contentlib.rendering.printer import Printer
from tests.integration.rendering.conftest import BRAND, TEMPLATES  # type: ignore[import-not-found]

PAGE, SHEET = "one-sheeter/document.html", "one-sheeter/print.css"


@pytest.fixture
def templates(tmp_path):
    """A copy of the shared files and of one kind, to break."""
    for name in ("_shared", "one-sheeter"):
        shutil.copytree(TEMPLATES / name, tmp_path / "templates" / name)
    return tmp_path / "templates"


@pytest.fixture
def other(templates, sandbox, tmp_path):
    return Printer(templates=templates, brand=BRAND, cache=tmp_path / "cache", sandbox=sandbox)


def add(templates, name, text):
    """Add a last line to a file and give its number."""
    lines = [*(templates / name).read_text("utf-8").splitlines(), text]
    (templates / name).write_text("\n".join(lines), encoding="utf-8")
    return len(lines)


def test_the_kinds_that_are_shipped_have_nothing_to_mend(printer):
    assert printer.lint_kinds() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{% if %}", "Expected an expression"),
        ("{{ doc.nonsense }}", "has no attribute 'nonsense'"),
        ("{{ 1 + 'x' }}", "unsupported operand"),
        ("{{ ''.__class__ }}", "is unsafe"),
    ],
)
def test_what_a_template_gets_wrong_is_told_at_its_line(other, templates, make_request, text, words):
    line = add(templates, PAGE, text)
    with pytest.raises(DocumentRefusedError, match=r"one-sheeter/document\.html cannot be used, line") as refused:
        other.render(make_request("one-sheeter"))
    (told,) = refused.value.findings
    assert (told.path, told.line, words in told.message) == (PAGE, line, True)
    assert other.lint_kinds() == (told,)


@pytest.mark.parametrize("name", [PAGE, SHEET])
def test_a_file_that_is_missing_or_no_text_is_told(other, templates, make_request, name):
    (templates / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentRefusedError, match=f"{name} cannot be used: it is not text in UTF-8"):
        other.render(make_request("one-sheeter"))
    (templates / name).unlink()
    with pytest.raises(DocumentRefusedError, match=f"{name} cannot be used: it is not there"):
        other.render(make_request("one-sheeter", paper=Paper.LETTER))


def test_what_is_larger_than_its_page_and_may_not_be_parted_is_told(other, templates, make_request):
    add(templates, SHEET, ".tall { position: absolute; display: grid; break-inside: avoid }")
    page = templates / PAGE
    tall = '<div class="tall"><p>One</p><p style="height: 900mm">Two</p></div></body>'
    page.write_text(page.read_text("utf-8").replace("</body>", tall), encoding="utf-8")
    with pytest.raises(DocumentRefusedError, match="larger than the page it stands on") as refused:
        other.render(make_request("one-sheeter"))
    assert [finding.code for finding in refused.value.findings] == ["larger-than-page"]


def test_what_is_wrong_with_the_shared_styles_is_told_once(other, templates):
    shutil.copytree(TEMPLATES / "proposal-cover", templates / "proposal-cover")
    line = add(templates, "_shared/base.css", ".x { colour: red }")
    assert [(each.path, each.line) for each in other.lint_kinds()] == [("_shared/base.css", line)]


def test_styles_that_are_left_out_and_fields_without_a_place_are_told(other, templates):
    line = add(templates, SHEET, ".x { colour: red }")
    page = templates / PAGE
    page.write_text(page.read_text("utf-8").replace('data-field="note"', ""), encoding="utf-8")
    style, place = other.lint_kinds()
    assert (style.path, style.line, style.level) == (SHEET, line, Level.WARNING)
    assert "Ignored `colour: red `, unknown property" in style.message
    assert (place.path, place.field, place.level) == (PAGE, "note", Level.ERROR)


def test_a_schema_with_a_fault_is_told_and_the_other_kinds_go_on(other, templates, make_request):
    shutil.copytree(TEMPLATES / "deck", templates / "deck")
    add(templates, "deck/schema.yml", "flwo: slides")
    assert [kind.slug for kind in other.kinds()] == ["one-sheeter"]
    assert other.find_kind("deck") is None
    (told,) = other.lint_kinds()
    assert (told.path, told.level) == ("deck/schema.yml", Level.ERROR)
    assert "Did you mean “flow”?" in told.message
    assert other.render(make_request("one-sheeter")).pages == 1
