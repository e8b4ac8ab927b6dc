"""The dialect: what authors write, as it comes out; what breaks its rules, with the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.errors import LimitExceededError
from contentlib.domain.findings import Level
from contentlib.markup import dialect, front_matter, plain_text, schema
from contentlib.markup.dialect import Body
from contentlib.markup.normalise import settle_fences
from contentlib.markup.schema import KindSchema

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
FACTS = """\
title: A title
metrics: [{value: "1", label: one}, {value: "2", label: two}]
quotes:
  - {id: plant, text: "Now <I> plan.", name: Elin, role: Lead, approved_by: H}
  - {id: money, text: It pays., name: Mo, approved_by: H}
"""


def read(text: str, kind: str = "case-study", language: str = "en", **more: object) -> Body:
    asset, _findings = front_matter.parse(f"language: {language}\n{FACTS}", path="x/a.md", kind=kind)
    kind_schema: KindSchema = schema.load(TEMPLATES, kind)
    return dialect.read_body(text, asset=asset, schema=kind_schema, path="x/a.md", first_line=10, **more)


def codes(body: Body) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in body.findings]


def test_lists_come_out_as_authors_mean_them():
    html = read("Three things:\n- one\n  - deeper\n- two\n\n1) first\n2) second").html
    assert html.count("<ul>") == 2
    assert "<li>deeper</li>" in html
    assert "<ol>" in html
    assert "<p>Three things:</p>" in html


@pytest.mark.parametrize(
    ("copied", "meant"),
    [
        ("• one\n• two", "- one\n- two"),
        ("Why:\n|a|b|\n|---|---|\n|1|2|", "Why:\n\n|a|b|\n|---|---|\n|1|2|"),
        ("- x\n|a|b|\n|---|---|\n|1|2|", "- x\n\n|a|b|\n|---|---|\n|1|2|"),
        ("  ## Head\n\ntext", "## Head\n\ntext"),
        (" ::: note A\n text\n :::", "::: note A\n text\n:::"),
        ("a `<!-- b -->` c <!-- note --> d", "a `<!-- b -->` c  d"),
    ],
)
def test_text_from_elsewhere_comes_out_as_it_was_meant(copied, meant):
    assert read(copied).html == read(meant).html != ""
    assert read(copied).findings == ()


def test_a_year_at_the_start_of_a_wrapped_line_is_no_list():
    assert "<ol>" not in read("They stopped in\n2025. Then they began.").html


def test_dashes_under_text_are_an_error_at_their_line_and_no_heading():
    body = read("Not a heading\n---\n\nmore")
    assert codes(body) == [("rule-under-text", 11)]
    assert "<h2" not in body.html


def test_a_rule_inside_a_code_block_is_code():
    body = read("```\ntext\n---\n::: quote plant\n```")
    assert body.findings == ()
    assert "::: quote plant" in body.html


def test_html_is_printed_as_text_and_told():
    body = read("A <b onclick=x>bold</b> word <script>alert(1)</script>\n\n<iframe src=//evil></iframe>")
    assert "<b" not in body.html
    assert "<script" not in body.html
    assert "<iframe" not in body.html
    assert "&lt;b onclick=x&gt;" in body.html
    assert {code for code, _line in codes(body)} == {"html"}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://x.example"]
)
def test_links_lead_only_where_readers_may_go(address):
    body = read(f"[here]({address})")
    assert "href" not in body.html
    assert body.findings[0].code == "link"


def test_attributes_cannot_style_or_name_over_the_page():
    html = read('Para\n{: .evil #main style="position:fixed" onclick="x" }\n\n## Head {#login .side}').html
    assert "evil" not in html
    assert "style=" not in html
    assert "onclick" not in html
    assert 'id="s-main"' in html
    assert 'id="s-login"' in html


def test_a_picture_must_say_what_it_shows_and_stand_in_the_media_folder():
    body = read("![](media/a.svg)\n\n![x](../secret.svg)\n\n![x](https://e.example/a.png)")
    assert codes(body) == [("alt-missing", 10), ("picture-path", 12), ("picture-path", 14)]
    assert body.media == ("media/a.svg",)


def test_a_picture_alone_becomes_a_figure_with_its_caption():
    html = read('![A round](media/a.svg "Line two.")').html
    assert '<figure class="picture"><img' in html
    assert "<figcaption>Line two.</figcaption>" in html


def test_table_cells_keep_their_side_as_a_class():
    html = read("| a | b |\n|:--|--:|\n| 1 | 2 |").html
    assert '<td class="right">2</td>' in html
    assert "style" not in html


def test_the_empty_corner_of_a_table_is_no_heading():
    html = read("| | For us |\n|---|---|\n| Name | |").html
    assert "<tr>\n<td></td>\n<th>For us</th>\n</tr>" in html


def test_a_quote_is_drawn_from_the_front_matter_with_its_signs_escaped():
    html = read("::: quote plant\n:::").html
    assert "<p>Now &lt;I&gt; plan.</p>" in html
    assert '<span class="name">Elin</span>' in html


def test_another_quote_may_stand_in_the_first_block_only():
    body = read("::: quote plant\n:::\n\n::: quote plant\n:::", chosen_quote="money")
    assert body.html.count("It pays.") == 1
    assert body.html.count("plan.") == 1
    assert [name for name, _line in body.quotes_used] == ["plant", "plant"]


def test_an_empty_metrics_block_takes_those_of_the_front_matter():
    assert 'class="metrics of-2"' in read("::: metrics\n:::").html


@pytest.mark.parametrize(
    "figures", [("1,200 h", "300 h"), ("1.234,4", "308,6"), ("1.000.000", "250’000"), ("6", "1,5")]
)
def test_bars_are_measured_against_the_longest(figures):
    html = read("::: bars Hours\n- Valve: {}\n- Belt: {}\n:::".format(*figures)).html
    assert 'value="100"' in html
    assert 'value="25"' in html


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("::: qoute plant\n:::", "unknown-block", 10),
        ("::: quote plnat\n:::", "unknown-quote", 10),
        ("text\n\n::: note Title\nnever closed", "open-block", 12),
        ("::: note A\n::: quote plant\n:::\n:::", "nested-block", 11),
        (":::", "stray-block-end", 10),
        ("::: {.note}\ntext", "unknown-block", 10),
        ("::: side X\n- a\n:::", "block-not-here", 10),
        ("::: bars\n- nothing here\n:::", "block-shape", 11),
        ("::: bars\n- a: 1\n- b: " + "9" * 400 + "\n:::", "block-shape", 12),
        ("::: steps\nno list\n:::", "block-shape", 10),
        ("::: steps\n1. a\n2. b\n\nlost\n:::", "block-shape", 10),
        ("::: metrics\nlost\n\n- **1** a\n- **2** b\n:::", "block-shape", 10),
        ("::: compare\nlost\n\n### a\n### b\n:::", "block-shape", 10),
        ("::: quote plant\nlost\n:::", "block-shape", 10),
        ("a <!-- never closed", "open-comment", 10),
        ("Dear [[first name]]", "placeholder", 10),
    ],
)
def test_what_breaks_a_rule_is_an_error_at_its_line(text, code, line):
    body = read(text)
    assert (code, line) in codes(body)
    assert all(f.level is Level.ERROR for f in body.findings if f.code == code)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Dear [Company name],", "unfinished", 10),
        ("text\n\nPrice: TBD", "unfinished", 12),
        ("for {{ prospect.name }}", "unfinished", 10),
        ("text\n\n```python\nnever closed\n\nmore", "open-fence", 12),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 | lost |", "lost-cells", 13),
        ("Hours[^1] won[^2].\n\n[^1]: The log.", "unknown-footnote", 10),
        ("Hours won.\n\n[^1]: The log.", "unused-footnote", 12),
        ("::: note A\nHours[^1] won.\n:::\n\n[^1]: The log.", "unknown-footnote", 11),
        ("text\n\nSee [more](#not-there).", "link", 12),
        ("Now ~~never~~ always", "foreign-sign", 10),
        ("text\n\n- [ ] call", "foreign-sign", 12),
        ("> [!NOTE]\n> text", "foreign-sign", 10),
        ("It pays.【4†source】", "foreign-sign", 10),
        ("**Label: **text", "foreign-sign", 10),
        ("Text\n{.sparkle}", "unknown-class", 11),
        ("", "no-text", 10),
    ],
)
def test_what_an_author_hardly_meant_is_a_warning_at_its_line(text, code, line):
    body = read(text)
    assert [(f.code, f.line, f.level) for f in body.findings] == [(code, line, Level.WARNING)]


@pytest.mark.parametrize(
    "text",
    [
        "Todo el equipo, `TODO`, [Company name](https://e.example/), [name][name].\n\n[name]: https://e.example/",
        "```\n{{ code }} | TODO\n```",
        "| a | b |\n|---|---|\n| `x|y` | 2 \\| 3 |",
        "Hours[^1] won, `[^1]`.\n\n[^1]: The log.",
        "See [more](#über-uns).[^ä]\n\n## Über uns\n\ntext\n\n[^ä]: The log.",
        "**Prove**, then **extend**. [x] ~5 ~~ 6",
        "!!! note\n    Mind the gap.\n\n```python\nprint(1)\n```",
    ],
)
def test_what_is_meant_is_no_oversight(text):
    assert read(text).findings == ()


BOXES = '!!! warning\n    Erst lesen.\n\n!!! note "Hinweis"\n    Dann tun.\n\n!!! warning\n    Fertig.'


def test_the_sort_of_a_box_is_its_title_in_english_alone():
    body = read(BOXES, language="de-CH")
    assert "Warning" not in body.html
    assert ">Hinweis<" in body.html
    assert codes(body) == [("untitled-box", 10), ("untitled-box", 16)]
    assert body.findings[0].mend == 'Write its title in the language of the text: !!! warning "…".'
    assert ">Achtung<" in read("!!! achtung\n    Erst lesen.", language="de").html
    english = read(BOXES, language="en-GB")
    assert english.html.count(">Warning<") == 2
    assert english.findings == ()


def test_a_placeholder_on_a_page_that_is_copied_from_is_only_told():
    found = read("Dear [[first name]],\n\nabout [[date]]", kind="order-form").findings
    assert [(f.code, f.line, f.level) for f in found] == [
        ("placeholder", 10, Level.NOTE), ("placeholder", 12, Level.NOTE),
    ]  # fmt: skip


def test_a_wrong_word_is_answered_with_the_right_one():
    assert read("::: qoute plant\n:::").findings[0].mend == "Did you mean “quote”?"


def test_headings_descend_one_level_at_a_time():
    html = read("#### Deep\n\n## Head\n\n#### Deep again").html
    assert html.index("<h2") < html.index("<h3")
    assert "<h4" not in html


def test_a_mark_that_an_author_typed_is_only_text():
    body = read("b0123456789abn0e\n\n::: quote plant\n:::")
    assert "b0123456789abn0e" in body.html
    assert body.html.count("<figure") == 1


def test_side_parts_are_told_from_the_rest():
    body = read("## One\n\ntext\n\n::: side For whom\n- a\n:::\n\n## Two\n\nmore", kind="one-sheeter")
    assert [(section.title, section.is_side) for section in body.sections] == [
        ("One", False),
        ("For whom", True),
        ("Two", False),
    ]


def test_what_is_to_be_filled_in_is_marked_on_a_page_and_no_error_there():
    body = read("Dear [[first name]], and `[[code]]`", kind="outreach-email")
    assert '<mark class="change">first name</mark>' in body.html
    assert "<code>[[code]]</code>" in body.html
    assert body.findings == ()


@pytest.mark.parametrize(
    "bomb",
    ["[" * 20_000, "![](" * 5_000, "\n".join(" " * (4 * n) + "- a" for n in range(300)), "a\n: b\n" * 2_000],
    ids=["brackets", "pictures", "nested lists", "definitions"],
)
def test_bombs_are_refused_in_a_sentence(bomb):
    with pytest.raises(LimitExceededError, match=r"The text .*\."):
        read(bomb)


@pytest.mark.parametrize(
    "heavy",
    [
        "> " * 3_000 + "x",
        "`" * 30_000,
        "**a" * 5_000,
        "|a" * 2_000 + "\n" + "|-" * 2_000,
        "## A {a" + "=bb" * 60,  # without an end, were each letter tried as a setting of its own
        "a" + "*" * 150_000 + "b",
    ],
)
def test_heavy_text_is_read(heavy):
    assert read(heavy).html


def test_fenced_code_ends_where_it_is_seen_to_end_and_many_without_an_end_cost_no_time():
    lines = ["~~~~ python title", "```", "~~~", "~~~~~", "after", "  ```", "last"]
    assert settle_fences(lines) == ["````python", "```", "~~~", "````", "after", "```", "last", "```"]
    many = "\n\n".join(f"{'`' * (3 + n % 3)} {n}" for n in range(10_000))  # a minute, were each looked for an end
    assert "``` 9999" in plain_text.sections_of(f"# Code\n\n{many}")[0][1]
