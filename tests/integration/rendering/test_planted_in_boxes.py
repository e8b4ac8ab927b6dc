"""Planted faults of words, boxes, tables and pictures that get in each other's way; what only nearly does is sound."""

from __future__ import annotations

import itertools

import pypdfium2
import pytest

from contentlib.domain.documents import Paper
from contentlib.domain.errors import DocumentRefusedError
from contentlib.rendering.printer import Printer

HEAD = """---
title: "{title}"
summary: What stands in the way of what.
kicker: Practice
hero: media/hero.svg
cta: {{heading: Ask, text: "{ask}", url: "https://tarnwell.example/stops", label: tarnwell.example/stops}}
legal: Figures are made up.
---
"""
LONG = "the reading had been written on paper and was read too late by somebody else on the morning after"
COLUMNS = "|".join(f" Column {n} " for n in range(9))
WIDE = f"|{COLUMNS}|\n|{'|'.join(['--'] * 9)}|\n|{COLUMNS}|"
CARDS = "### One\nA sentence.\n\n### Two\nA sentence."
# The slide's words by what is wrong with it: its heading stands in what is told of it.
PLANTED = {
    "cards": (f"## A heading over cards: {LONG} and {LONG}\n\n{CARDS}", {"overlap"}),
    "compare": (f"## Cards pushed off\n\n{LONG}, {LONG}, {LONG}.\n\n{CARDS}", {"slide-overflow"}),
    "timeline": (f"## A heading over steps: {LONG} {LONG}\n\n1. **A** B\n2. **C** D\n3. **E** F", {"overlap"}),
    "metrics": ("## A figure too wide\n\n- **£96,000,000** more\n- **£1** less\n- **£2** less", {"box-overflow"}),
    "split": ("## Two pictures\n\n- A point\n\n![One](media/screen.svg)\n\n![Two](media/screen.svg)", {"clipped"}),
    "section": (f"## A part’s words go to the foot\n\n{LONG}, {LONG}, {LONG}, {LONG}", {"box-overflow"}),
    "quote": (f"## Words over a quotation: {LONG}, {LONG}, {LONG}\n\n> It works.\n\nSomebody, Lead", {"box-overflow"}),
    "lead": (f"# Words where a copy names its reader\n\n{LONG}, {LONG}, {LONG}, {LONG}", {"box-overflow"}),
    "closing": ("## A card too full\n\nWe begin.", {"overlap"}),
    "": (f"## A table too wide\n\n{WIDE.replace('Column', 'Columnsandcolumns')}", {"clipped"}),
}  # fmt: skip
SOUND = [
    "## A line of code\n\n```\n" + "curl -s https://tarnwell.example/v2/readings?machine=17 " * 4 + "\n```",
    "<!-- _class: cards -->\n## A heading of two lines over cards: nobody looked at it until the alarm\n\n" + CARDS,
    "## Notes below\n\n" + "\n".join(f"- A point[^{n}]" for n in range(5))
    + "\n\n" + "\n".join(f"[^{n}]: {LONG}." for n in range(5)),
    "<!-- _class: timeline -->\n## What follows steps\n\n1. **A** B\n2. **C** D\n3. **E** F\n\n" + LONG,
]  # fmt: skip


def slides(*texts: str, title: str = "Practice", ask: str = "Ask for it.") -> str:
    return HEAD.format(title=title, ask=ask) + "\n\n---\n\n".join(texts) + "\n"


@pytest.fixture(scope="module")
def faults(printer: Printer, make_request):
    """What is found in a deck with a fault on each of its slides."""
    texts = [f"<!-- _class: {name} -->\n{text}" if name else text for name, (text, _codes) in PLANTED.items()]
    with pytest.raises(DocumentRefusedError) as caught:
        printer.render(make_request("deck", lambda _text: slides(*texts, ask=f"{LONG}, {LONG}, {LONG}, {LONG}")))
    return caught.value.findings


@pytest.mark.parametrize("name", [*PLANTED])
def test_what_gets_in_the_way_is_found_on_its_slide(faults, name):
    text, codes = PLANTED[name]
    title = text.split("\n")[0].lstrip("# ")[:24]
    found = [finding for finding in faults if title in finding.message]
    assert codes <= {finding.code for finding in found}, [finding.message for finding in faults]
    assert all(finding.line and finding.text for finding in found)
    told = [finding.message for finding in found if finding.code in codes]
    assert any(" mm" in message or "about" in message for message in told)


def test_what_only_nearly_gets_in_the_way_is_sound(printer, make_request):
    """Code goes on on the next line, notes stand below the rail, and a long title needs two lines at the foot."""
    document = printer.render(make_request("deck", lambda _text: slides(*SOUND, title=f"{LONG}, {LONG}")))
    assert document.findings == ()


@pytest.mark.parametrize(
    ("heading", "pitch"),
    [
        ("لم ينظر أحد إلى المحمل حتى انطلق الإنذار لأن القراءة كانت", 44.0),
        ("Không ai nhìn vào ổ trục cho đến khi", 45.0),
    ],
    ids=["Arabic", "Vietnamese"],
)
def test_lines_of_a_heading_stay_clear_of_each_other_s_marks(printer, make_request, heading, pitch):
    document = printer.render(make_request("deck", lambda _text: slides(f"<!-- _class: section -->\n## {heading}")))
    with pypdfium2.PdfDocument(document.pdf) as opened:
        words = opened[0].get_textpage()
        boxes = [words.get_rect(n) for n in range(words.count_rects())]
    feet = sorted({round(bottom) for left, bottom, _right, top in boxes if left < 600 and top - bottom > 20})
    assert len(feet) > 1
    assert min(b - a for a, b in itertools.pairwise(feet)) > pitch


@pytest.mark.parametrize("kind", ["data-sheet", "battlecard"])
@pytest.mark.parametrize("paper", list(Paper))
def test_a_part_is_as_high_as_the_head_beside_it(printer, make_request, kind, paper):
    def change(text: str) -> str:
        head = text.split("---\n")[1]
        return (
            f"---\n{head}---\n## A head that needs a good many lines in its margin\n\nA word.\n\n## The next\n\nMore."
        )

    assert printer.render(make_request(kind, change, paper=paper)).findings == ()


@pytest.mark.parametrize("kind", ["one-sheeter", "proposal-cover"])
def test_a_note_of_a_single_page_stands_where_it_is_called(printer, make_request, kind):
    document = printer.render(make_request(kind, lambda text: f"{text}\n\nA last word.[^1]\n\n[^1]: From 43 stops.\n"))
    assert document.findings == ()


def test_a_line_below_that_leaves_no_room_for_a_personal_note_is_told_to_its_author(printer, make_request):
    def lengthen(text: str) -> str:
        line = next(line for line in text.splitlines() if line.startswith("legal:"))
        return text.replace(line, f'legal: "{LONG}, {LONG}, {LONG}."')

    assert printer.render(make_request("one-sheeter", lengthen)).findings == ()
    told = printer.survey(make_request("one-sheeter", lengthen))
    assert {(finding.code, finding.page) for finding in told} == {("overlap", 1)}


def test_what_does_not_fit_a_page_is_told_with_the_line_it_is_written_on(printer, make_request):
    def widen(text: str) -> str:
        word = "Instandhaltungsverantwortungsbereichsleitung"
        return f"{text}\n\n| A | B | C |\n|--|--|--|\n| {word} | {word} | 1 |\n"

    with pytest.raises(DocumentRefusedError) as caught:
        printer.render(make_request("data-sheet", widen))
    found = next(each for each in caught.value.findings if "table" in each.message)
    assert found.line is not None
    assert f"(line {found.line}) holds a table" in found.message


@pytest.mark.parametrize("size", ["200 1600", "2400 200"])
def test_a_picture_of_any_shape_has_room_where_it_stands(printer, make_request, tmp_path, size):
    """One eight times as high as it is wide, in a card, left the engine no way to lay the slide out at all."""
    place = tmp_path / "odd.svg"
    place.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><path d="M0 0h99v99z"/></svg>')
    shown = "![One](media/odd.svg)"
    texts = [f"<!-- _class: cards -->\n## Cards\n\n### A\n{shown}\n\n### B\nWords.", f"## Alone\n\n{shown}"]
    media = {"media/odd.svg": str(place), "media/hero.svg": str(place)}
    request = make_request("deck", lambda _text: slides(*texts), media=media)
    assert printer.render(request).findings == ()
