"""Planted faults in a deck: each is found, with its slide, its line and the words that do not fit; nothing else is."""

from __future__ import annotations

import re
import shutil

import pypdfium2
import pytest

from contentlib.domain.errors import DocumentRefusedError
from contentlib.domain.findings import Finding
from contentlib.rendering.printer import Printer
from tests.integration.rendering.conftest import BRAND, KINDS, TEMPLATES  # type: ignore[import-not-found]

LINES = "\n".join(f"- Requirement number {n} that somebody in the steering group has asked for" for n in range(9))
PLANTED = {
    "a list too long": (
        "- A limit and a picture for each check", LINES, {"slide-overflow", "overlap"}, "A reading becomes a task",
    ),
    "an agenda too long": (
        "1. Where the warning was", "\n".join(f"1. Point {n}" for n in range(12)), {"slide-overflow"},
        "What we will cover",
    ),
    "a table too long": (
        "| Not told     |", "\n".join(f"| Cause {n} | text | {n}% |" for n in range(14)) + "\n| Not told |",
        {"slide-overflow"}, "Where it is lost",
    ),
    "a card too full": (
        "A clip-on sensor that says when.", "A clip-on sensor that says when. " * 14,
        {"box-overflow", "slide-overflow"}, "Three parts, one record",
    ),
    "a comparison too full": (
        "- Who can reach it", "\n".join(f"- And another line, number {n}" for n in range(14)),
        {"box-overflow", "slide-overflow"}, "A morning before and after",
    ),
    "a photo with too many words": (
        "Machines, shifts and planning system stay as they are.", "Machines stay. " * 40, {"slide-overflow"},
        "Nothing to rip out",
    ),
    "a title over what follows": (
        "## Where it is lost", "## " + "Where it is lost and why nobody noticed until the shift was over " * 3,
        {"overlap"}, "Where it is lost",
    ),
    "a cover title that runs over the plate": (
        "# Stops you can see coming", "# " + "Stops you can see coming " * 9, {"slide-overflow", "clipped", "overlap"},
        "Stops you can see coming",
    ),
}  # fmt: skip


# Its slide has another fault already, so it is drawn by itself.
ALONE = "a title over what follows"


@pytest.fixture(scope="module")
def faults(printer, make_request):
    """What is found in a deck with a fault on each of its slides but one, and in another with that one's."""

    def plant(names: set[str]) -> dict[str, tuple[Finding, ...]]:
        def change(text: str) -> str:
            for old, new, _codes, _title in (PLANTED[name] for name in names):
                assert old in text
                text = text.replace(old, new)
            return text

        with pytest.raises(DocumentRefusedError) as caught:
            printer.render(make_request("deck", change))
        return dict.fromkeys(names, caught.value.findings)

    return plant({*PLANTED} - {ALONE}) | plant({ALONE})


@pytest.mark.parametrize("name", [*PLANTED])
def test_a_planted_fault_is_found_on_its_slide(faults, name):
    _old, _new, expected, title = PLANTED[name]
    found = [finding for finding in faults[name] if finding.code in expected and title in finding.message]
    assert found, [finding.message for finding in faults[name]]
    assert found[0].line is not None
    assert found[0].text


def test_each_planted_fault_and_nothing_else_is_found(faults):
    titles = {title for _old, _new, _codes, title in PLANTED.values()}
    told = {finding.message for findings in faults.values() for finding in findings}
    assert [message for message in told if not any(title in message for title in titles)] == []


def test_words_that_fill_more_than_their_card_are_a_box_overflow_and_nothing_else(render):
    with pytest.raises(DocumentRefusedError) as caught:
        render("deck", lambda text: text.replace("A clip-on sensor that says when.", "It says when. " * 14))
    assert {finding.code for finding in caught.value.findings} == {"box-overflow"}


@pytest.mark.parametrize(
    ("code", "misplaced"), [("logo-collision", "top: 20px;"), ("clipped", "top: 196px; margin-left: 900px;")]
)
def test_a_template_that_puts_text_where_none_may_be_is_caught(code, misplaced, make_request, printer, tmp_path):
    """Text over the logo, and text that runs off the page, before anybody sees it; each by its own name alone."""
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    style = templates / "deck" / "print.css"
    placed = ".lead > .words { top: 196px;"
    assert placed in style.read_text()
    style.write_text(style.read_text().replace(placed, f".lead > .words {{ {misplaced}"))
    other = Printer(templates=templates, brand=BRAND, cache=tmp_path / "cache", sandbox=printer._sandbox)
    with pytest.raises(DocumentRefusedError) as caught:
        other.render(make_request("deck"))
    assert {(finding.code, finding.line is not None) for finding in caught.value.findings} == {(code, True)}


@pytest.mark.parametrize("kind", KINDS)
def test_sound_samples_have_no_finding(render, kind):
    assert render(kind).findings == ()


def test_a_survey_tells_what_drawing_would_and_nothing_of_what_is_sound(printer, make_request):
    def break_slide(text: str) -> str:
        return text.replace("1. Where the warning was", "\n".join("1. Point" for _n in range(15)))

    assert printer.survey(make_request("deck")) == ()
    told = {found.code: found for found in printer.survey(make_request("deck", break_slide))}
    assert told["slide-overflow"].line is not None
    says = r"Slide 2 “What we will cover” \(line \d+\) is too long by about \d+ lines"
    assert re.match(says, told["slide-overflow"].message)
    (found,) = printer.survey(make_request("one-sheeter", lengthen_sheet))
    assert (found.code, "mm" in found.message) == ("too-long-for-one-page", True)


def test_a_sheet_that_is_too_long_is_a_draft_with_a_red_bar(render):
    document = render("one-sheeter", lengthen_sheet, is_draft=True)
    assert "too-long-for-one-page" in {finding.code for finding in document.findings}
    with pypdfium2.PdfDocument(document.pdf) as opened:
        red, green, blue = opened[0].render().to_pil().convert("RGB").getpixel((20, 3))
    assert red > 150 > 100 > max(green, blue)


def lengthen_sheet(text: str) -> str:
    more = "A paragraph that had to be added at the last minute and that nobody has shortened since then. " * 18
    return text.replace("## How it begins", f"## Extra\n\n{more}\n\n## How it begins")
