"""What an author writes is drawn as meant, or told at its line: links, headings, tables, bars and slides."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.findings import Level
from contentlib.markup import dialect, front_matter, oversights, plain_text, schema
from contentlib.markup.bars import read_rows
from contentlib.markup.dialect import Body

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
FACTS = "title: A\nquotes:\n  - {id: plant, text: Now I plan., name: Elin, approved_by: H}\n"


def read(text: str, kind: str = "case-study") -> Body:
    asset, _findings = front_matter.parse(FACTS, path="x/a.md", kind=kind)
    described = schema.load(TEMPLATES, kind)
    return dialect.read_body(text, asset=asset, schema=described, path="x/a.md", first_line=1)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("[a](HTTPS://Tarnwell.example)", "https://Tarnwell.example"),
        ("[a](www.tarnwell.example/pilot)", "https://www.tarnwell.example/pilot"),
        ("[a](MailTo:elin@orrin.example)", "mailto:elin@orrin.example"),
        ("[a](elin@orrin.example)", "mailto:elin@orrin.example"),
        ("<HTTPS://tarnwell.example>", "https://tarnwell.example"),
        ("[a][b]\n\n[b]: HTTPS://tarnwell.example", "https://tarnwell.example"),
        ("[a](https://müller.example/straße)", "https://m%C3%BCller.example/stra%C3%9Fe"),
        ("[a](https://tarnwell.example/one two)", "https://tarnwell.example/one%20two"),
    ],
)
def test_an_address_leads_where_its_author_meant(written, address):
    body = read(written)
    assert f'href="{address}"' in body.html
    assert body.findings == ()


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("[a](http://tarnwell.example)", "https:// in place of http://"),
        ("[a](pilot.md)", "the whole address"),
        ("[a](https://)", "the whole address"),
        ("[a]()", "between the round brackets"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_at_each_of_its_places_with_what_to_write(written, mend):
    body = read(f"It's one: {written}\n\n{written} again")
    assert [(f.code, f.line) for f in body.findings] == [("link", 1), ("link", 3)]
    assert all(mend in (f.mend or "") for f in body.findings)


@pytest.mark.parametrize(
    ("text", "code", "line", "level"),
    [
        ("text\n\n##\n\nmore", "empty-heading", 3, Level.ERROR),
        ("text\n\n- a\n- ##\n", "empty-heading", 4, Level.ERROR),
        ("## ![x](media/x.svg)", "empty-heading", 1, Level.ERROR),
        ("text\n\n[TOC]", "foreign-sign", 3, Level.WARNING),
        ("See [a] (https://tarnwell.example).", "foreign-sign", 1, Level.WARNING),
        ("See [a](https://tarnwell.example", "foreign-sign", 1, Level.WARNING),
        ("![x](media/x.svg){width=50%}", "foreign-sign", 1, Level.WARNING),
        ("[](https://tarnwell.example)", "link", 1, Level.WARNING),
        ("text\n\n[ref]: https://tarnwell.example", "unused-address", 3, Level.WARNING),
        ("text\n\n*[ERP]: Planning", "unused-address", 3, Level.WARNING),
        ("See [this][ref].", "unknown-address", 1, Level.WARNING),
        ("a[^1]\n\n[^1]: one\n\n[^1]: two", "written-twice", 5, Level.WARNING),
        ('![x](media/x.svg "The caption") beside', "caption-lost", 1, Level.WARNING),
        ("::: note A\nTODO\n:::", "unfinished", 2, Level.WARNING),
        ("::: note\n:::", "block-shape", 1, Level.WARNING),
        ("::: metrics Words\n- **1** a\n- **2** b\n:::", "block-shape", 1, Level.ERROR),
        ("::: steps Words\n1. a\n2. b\n:::", "block-shape", 1, Level.ERROR),
        ("## H\n\n::: cards Words\n### a\n### b\n:::", "block-shape", 3, Level.ERROR),
        ("::: metrics\n- **1** a ![x](media/x.svg)\n- **2** b\n:::", "block-shape", 1, Level.ERROR),
        ("::: quote plant and more\n:::", "block-shape", 1, Level.ERROR),
        ("::: quote\n:::", "unknown-quote", 1, Level.ERROR),
        ("> ::: note\n> text", "unknown-block", 1, Level.ERROR),
        (":: note\ntext", "unknown-block", 1, Level.ERROR),
        ("a\n\n# One", "second-title", 3, Level.WARNING),
        ("|a|\n|---|\n|1|\n== | 2 | 3", "lost-cells", 4, Level.WARNING),
        ("text\n--\nmore", "rule-under-text", 2, Level.ERROR),
        ("text\n=\nmore", "rule-under-text", 2, Level.ERROR),
        ("a\u2028b\x0bc\n\n##", "empty-heading", 3, Level.ERROR),
        ("10 m^3^ of it", "foreign-sign", 1, Level.WARNING),
        ("- **a** b\n- **c\n- d", "foreign-sign", 2, Level.WARNING),
        ("- a\n  | x | y |\n  |---|---|\n  | 1 | 2 |", "foreign-sign", 2, Level.WARNING),
    ],
)
def test_what_would_be_lost_or_printed_as_signs_is_told_once_with_a_mend(text, code, line, level):
    found = read(text).findings
    assert [(f.code, f.line, f.level) for f in found] == [(code, line, level)]
    assert found[0].mend


def test_no_word_of_a_loose_list_is_drawn_twice():
    body = read("::: steps\n1. alpha\n\n2. beta\n\n   gamma\n:::")
    assert [body.text.count(word) for word in ("alpha", "beta", "gamma")] == [1, 1, 1]


def test_items_of_a_list_stay_items_after_a_list_within_them():
    html = read("1. alpha\n\n   more\n\n   - beta\n2. gamma").html
    assert "beta</li>" in html
    assert "<p>gamma</p>" in html
    assert "<h2" not in read("- alpha\n-\n- beta").html


@pytest.mark.parametrize(
    "text", ["a\n***\nb", "***a*** and **b\nc**, 2 ** 3", "`**a` and \\** b", "- a\n\n    |x|y|\n    |-|-|"]
)
def test_stars_and_tables_that_are_meant_are_not_told(text):
    assert read(text).findings == ()


def test_breaks_of_other_programs_part_words():
    assert read("alpha\x0bbeta\u2028gamma").text == "alpha beta gamma"


def test_braces_around_words_stay():
    assert "{in euro}" in read("## Costs {in euro}\n\n**What**{we pay}").html
    assert "{we pay}" in read("## Costs {in euro}\n\n**What**{we pay}").html


def test_a_table_ends_where_its_rows_end():
    html = read("|a|b|\n|---|---|\n|1|2|\n## Head\n\n|a|b|\n|---|---|\n|1|2|\nafter").html
    assert "Head</h2>" in html
    assert "<p>after</p>" in html


def test_the_title_of_a_block_keeps_its_marks():
    assert '<p class="note-title">Don’t <em>stop</em></p>' in read("::: note Don't *stop*\ntext\n:::").html


def test_pieces_side_by_side_are_headings_of_one_level():
    assert read("::: compare\n### a\nx\n### b\ny\n:::").html.count("<h2") == 2


def rows_of(*figures: str) -> list[str]:
    return [f"- a{number}: {figure}" for number, figure in enumerate(figures)]


@pytest.mark.parametrize(
    ("figures", "said", "level"),
    [
        (("-5", "10"), "below zero", Level.ERROR),
        (("0", "0 h"), "zero", Level.ERROR),
        (("12", "many"), "no label with a figure", Level.ERROR),
        (("1",), "this one holds 1", Level.ERROR),
        (("1", "3–5"), "more than one figure", Level.WARNING),
        (("46 h", "2 days"), "“h” and “days”", Level.WARNING),
        (("1.5k", "900"), "“k” and no unit", Level.WARNING),
    ],
)
def test_bars_that_lengths_cannot_show_are_told(figures, said, level):
    _rows, faults = read_rows(rows_of(*figures))
    assert [(said in fault.message, fault.level, bool(fault.mend)) for fault in faults] == [(True, level, True)]


def test_bars_of_one_sign_and_one_unit_are_drawn_by_their_size():
    rows, faults = read_rows([*rows_of("−52%", "−1,500%"), "", "1. by 10 o'clock: −3 % (2025)"])
    assert ([row.size for row in rows], faults) == ([52, 1500, 3], [])
    assert rows[2].label == "by 10 o'clock"
    assert read_rows(["- start: 10:30", "- end: 11:00"])[0][0].label == "start"
    html = read("::: bars\n- **Capper**: 4\n- Filler: 0\n:::").html
    assert '<th scope="row">Capper</th>' in html
    assert 'value="0"' in html


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("## A\n\nx\n\n---\n\n<!-- only a note -->\n\n---\n\n## B\n\ny", "empty-slide", 7),
        ("<!-- class: split -->\n## A\n\nx", "unknown-directive", 1),
        ("<!-- _optional -->\n## A\n\nx", "unknown-directive", 1),
        ("<!-- _optional: perhaps -->\n## A\n\nx", "unknown-directive", 1),
        ("<!-- _class: -->\n## A\n\nx", "unknown-directive", 1),
        ("<!-- _id: one -->\n<!-- _id: two -->\n## A\n\nx", "unknown-directive", 2),
        ("x\n\n<!-- _class: lead -->\n<!-- _class: section -->\n\n## A", "slide-shape", 3),
        ("## A\n\n<!-- _class: sectoin -->", "unknown-class", 3),
        ("## A\n\n![bg](media/a.svg)", "slide-shape", 1),
        ("<!-- _class: photo -->\n![bg](media/a.svg)\n\n![bg](media/b.svg)\n\n## A", "slide-shape", 2),
        ("<!-- _class: photo -->\n![bg](media/a.svg)\n\n![b](media/b.svg)\n\n## A", "slide-shape", 2),
        ("## A\n\nx\n\n## B\n\ny", "slide-shape", 5),
        ("## A\n\n::: note\n## B\n\n## C\n:::", "slide-shape", 1),
        ("## A\n\n<!-- _id: a --\nlost\n\n<!-- note -->\n\nx", "open-comment", 3),
    ],
)
def test_what_a_slide_would_lose_is_told_at_its_line(text, code, line):
    found = read(text, "deck").findings
    assert [(f.code, f.line) for f in found] == [(code, line)]
    assert found[0].mend


def test_directives_of_one_slide_go_together():
    slide = read("<!-- _class: section\n_id: two -->\n<!-- _class: dense -->\n## A", "deck").slides[0]
    assert (slide.id, slide.composition, slide.marks, slide.notes) == ("two", "section", ("dense",), ())


@pytest.mark.parametrize("composition", ["compare", "cards", "metrics", "timeline"])
def test_a_slide_that_does_not_fit_its_composition_keeps_its_words(composition):
    body = read(f"<!-- _class: {composition} -->\n## A\n\n### One\n\n- **1**\n- pieces", "deck")
    assert "pieces" in body.slides[0].content
    assert body.findings[0].code == "slide-shape"


@pytest.mark.parametrize(
    ("head", "lost"),
    [
        ("title: The #1 choice", "#1"),
        ("title: &x A", "&x"),
        ("cta: x\nsummary: !now", "!now"),
        ("review_by: #2028", "#2028"),
    ],
)
def test_what_front_matter_takes_off_a_value_is_told(head, lost):
    found = oversights.find_cut_values(head, path="a.md")
    assert [lost in finding.message for finding in found] == [True]


def test_words_of_thai_are_counted_though_no_space_parts_them():
    assert plain_text.count_words("การบำรุงรักษาเชิงป้องกัน") == 5
