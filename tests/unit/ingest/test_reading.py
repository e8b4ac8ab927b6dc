"""A foreign file becomes authored source: facts in the library's words, a body in its dialect, the rest named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contentlib.domain.imports import RefusedSource
from contentlib.ingest import layout as layouts
from contentlib.ingest import reading
from contentlib.ingest.reading import ComposedSource

TEMPLATES = Path(__file__).parents[3] / "templates" / "documents"

NASTY = [
    "Text",
    "\n",
    "\n\n",
    " ",
    "---",
    "===",
    "```",
    "~~~",
    "`",
    "<div>",
    "</div>",
    "<table><tr><td>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<x-y>",
    "<Foo/>",
    "</Foo>",
    '<a href="',
    '">',
    "<img src=x>",
    "![](x.png)",
    "![a [b]](",
    "[[a]]",
    ":::",
    ":::note",
    "::: quote x",
    "{{< x >}}",
    "{{< /x >}}",
    "{{%",
    "{% raw %}",
    "- ",
    "1. ",
    "> ",
    "|",
    "# ",
    "    ",
    "\t",
    "\\",
    "*",
    "_",
    "&lt;b&gt;",
    "\x00",
    "\u2028",
    "\ufeff",
    "<h2>",
    "<ul><li>",
    "<pre>",
    "</pre>",
    "<script>",
    "[^1]",
]


def read(
    text: str | bytes,
    path: str = "guides/offer.md",
    *,
    layout: str = "plain",
    root: str = "handbook",
    pictures: tuple[str, ...] = (),
) -> ComposedSource | RefusedSource:
    data = text.encode() if isinstance(text, str) else text
    (answer,) = reading.read_batch(
        [(path, "offer", data)],
        layout=layout, root=root, pictures=pictures, kinds=["case-study", "battlecard"], templates=str(TEMPLATES),
    )  # fmt: skip
    return answer


def composed(*given: Any, **more: Any) -> ComposedSource:
    answer = read(*given, **more)
    assert isinstance(answer, ComposedSource), answer
    errors = [finding for finding in answer.source.findings if finding.level == "error"]
    assert not errors, "what is composed is to fit the dialect"
    return answer


def head(answer: ComposedSource) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(answer.text.split("---\n")[1])
    return loaded


def body(answer: ComposedSource) -> str:
    return answer.text.split("---\n", 2)[2].strip()


def codes(answer: ComposedSource) -> list[str]:
    return [finding.code for finding in answer.source.findings if finding.code != "missing-fact"]


def house(folder: Path, text: str) -> str:
    file = folder / "house.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


# facts


def test_usual_front_matter_is_understood_without_a_layout():
    answer = composed(
        "---\ntitle: An offer\ndescription: Short\ndate: 2024-05-01T10:00:00+02:00\ntags: [a, b]\nlang: de_AT\n"
        "draft: true\ncustomer: Kite\nindustry: Rail\n---\nText.\n"
    )
    assert head(answer) == {
        "title": "An offer", "slug": "offer", "kind": "page", "summary": "Short", "industries": ["Rail"],
        "publish_on": "2024-05-01", "language": "de-AT", "tags": ["a", "b"], "status": "draft", "customer": "Kite",
    }  # fmt: skip
    assert body(answer) == "Text."


def test_what_is_not_understood_is_named_with_its_line():
    answer = composed("---\ntitle: An offer\ncolour: red\nseo:\n  robots: none\n---\nText.\n")
    told = [finding.message for finding in answer.source.findings]
    assert told == [
        "“colour” was not understood and is not kept (line 3).",
        "“seo.robots” was not understood and is not kept (line 4).",
    ]


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("# The offer\n\nText.", "The offer", "Text."),
        ("The offer\n=========\n\nText.", "The offer", "Text."),
        ("# **The** [offer](https://a.example)\n\nText.", "The offer", "Text."),
        ("```\n# no title\n```\n\n# The offer", "The offer", "```\n# no title\n```\n\n# The offer"),
        ("Text.", "Offer", "Text."),
        ("---\nText above a rule\n---\nmore", "Offer", "---\nText above a rule\n\n---\nmore"),
    ],
)
def test_a_title_is_found_or_made_of_the_name(text: str, title: str, rest: str):
    answer = composed(text)
    assert head(answer)["title"] == title
    assert body(answer) == rest
    assert ("title-from-name" in codes(answer)) is (title == "Offer")


def test_toml_front_matter_is_read():
    answer = composed('+++\ntitle = "An offer"\ndate = 2024-05-01\ndraft = false\n+++\nText.')
    assert head(answer) | {"title": "An offer", "publish_on": "2024-05-01", "status": "published"} == head(answer)


def test_front_matter_that_is_not_quite_yaml_is_read_line_by_line():
    answer = composed("---\ntitle: Rounds: the offer\nsummary: 'Short'\nother: [a\n---\nText.")
    assert head(answer) | {"title": "Rounds: the offer", "summary": "Short"} == head(answer)
    assert codes(answer)[0] == "front-matter-loose"


def test_values_stay_what_was_written():
    answer = composed("---\ntitle: 2024\nlanguage: no\nversion_note: 1.10\n---\nText.")
    assert (head(answer)["title"], answer.source.asset.language, head(answer)["version_note"]) == ("2024", "no", "1.10")


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("zh/bose/index.md", "Text.", "zh"),
        ("guides/offer.ja.md", "Text.", "ja"),
        ("guides/offer.md", "点検はスマートフォンで行います。故障は二日前にわかります。", "ja"),
        ("guides/offer.md", "巡检在手机上进行，故障提前两天就能看见。", "zh"),
        ("guides/offer.md", "점검은 휴대전화로 이루어집니다.", "ko"),
        ("guides/offer.md", "Inspection rounds on a phone.", "en"),
    ],
)
def test_a_language_is_told_by_folder_ending_or_script(path: str, text: str, language: str):
    assert composed(text, path).source.asset.language == language


def test_a_kind_is_the_folders_where_the_library_knows_it():
    assert composed("# A", "battlecard/a.md").source.asset.kind == "battlecard"
    assert composed("# A", "blog/a.md").source.asset.kind == "page"


def test_a_date_in_another_form_needs_the_layouts_word(tmp_path: Path):
    text = "---\ntitle: A\ndate: 31.12.2023\n---\nText."
    assert codes(composed(text)) == ["bad-date"]
    named = house(tmp_path, 'files = ["**/*.md"]\ndates = ["%d.%m.%Y"]\n[fields]\ntitle = "title"\ndate = "date"\n')
    assert head(composed(text, layout=named))["publish_on"] == "2023-12-31"


def test_values_constants_and_splits_are_applied(tmp_path: Path):
    named = house(
        tmp_path,
        'files = ["**/*.md"]\n[fields]\ntitle = "title"\nindustry = "sector"\ncompany = "who"\n'
        '[constants]\ncompany = "Tarnwell"\naudience = "internal"\n[split]\nindustry = ","\n'
        '[values.industry]\n"f&b" = "Food and drink"\n"*" = ""\n',
    )
    answer = composed("---\ntitle: A\nsector: F&B, Rail\n---\nText.", layout=named)
    assert answer.source.asset.industries == ("Food and drink",)
    assert (answer.source.asset.company, answer.source.asset.audience) == ("Tarnwell", "internal")


# bodies


@pytest.mark.parametrize(
    ("foreign", "clean"),
    [
        ("One<br>two", "One  \ntwo"),
        ("| a | b |\n|---|---|\n| 1<br>2 | 3 |", "| a | b |\n|---|---|\n| 1 2 | 3 |"),
        ("<b>Bold</b> and <em>soft</em>", "**Bold** and *soft*"),
        ('See <a href="https://a.example/x">this</a>.', "See [this](https://a.example/x)."),
        ("Ask <your name> today", "Ask &lt;your name&gt; today"),
        ("`<div>` is a tag", "`<div>` is a tag"),
        ("```html\n<div>\n```", "```html\n<div>\n```"),
        ("- one\n\n    ```\n    <b>\n    ```", "- one\n\n```\n<b>\n```"),
        ("A <!-- hidden\nnote --> text", "A  text"),
        ("Title\n-----\n\nText", "## Title\n\nText"),
        ("- a list\n---\nText", "- a list\n\n---\nText"),
        ("<div>\n    <p>Inside</p>\n</div>", "Inside"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", "| a |\n| --- |\n| 1 |"),
        ("<script>alert(1)</script>Text", "Text"),
        (":::tip Do this\nNow.\n:::", "::: note Do this\nNow.\n:::"),
        ("::: metrics\n- **1** a\n- **2** b\n:::", "::: metrics\n- **1** a\n- **2** b\n:::"),
        ("See [[the-page|the page]].", "See the page."),
        ("<details><summary>More</summary>\n\n- a\n\n</details>", "**More**\n\n- a"),
        ("Dear {{first_name}},", "Dear {{first_name}},"),
        ("{{< figure >}}Text{{< /figure >}}", "Text"),
        ("{% raw %}Text{% endraw %}", "Text"),
    ],
)
def test_foreign_markdown_becomes_the_dialects(foreign: str, clean: str):
    assert body(composed(f"---\ntitle: A\n---\n{foreign}\n")) == clean


HTML = """
files = ["**/*.html"]
site = "https://www.tarnwell.example"
[fields]
title = {heading = 1}
company = {html = "dl.facts", after = ["Customer"]}
[body]
format = "html"
drop = ["h1", "dl.facts"]
[body.shortcodes.said]
as = "quotation"
by = "who"
"""


@pytest.mark.parametrize(
    ("foreign", "clean"),
    [
        ("<h2>Two</h2><p>A  <b>b</b>\n c</p>", "## Two\n\nA **b**\nc"),
        ("<p>1. no list</p>", "1\\. no list"),
        ("<p>- no list, * no star, &lt;b&gt; no tag</p>", "\\- no list, \\* no star, &lt;b> no tag"),
        ('<p><a href="/rounds">Rounds</a></p>', "[Rounds](https://www.tarnwell.example/rounds)"),
        ("<ol><li>a<ul><li>b</li></ul></li></ol>", "1. a\n   - b"),
        ("<pre>x &lt; y</pre>", "```\nx < y\n```"),
        ("<!-- <h2>gone</h2> --><p>Here</p>", "Here"),
        ('{{< said who="Rita" >}}"Yes."{{< /said >}}', '> "Yes."\n>\n> — Rita'),
        ("<form><input></form><p>Here</p><hr>", "Here"),
        ('<iframe src="https://v.example/1" title="Film"></iframe>', "[Film](https://v.example/1)"),
        ("<p>unclosed <b>bold", "unclosed **bold**"),
    ],
)
def test_html_becomes_clean_markdown(tmp_path: Path, foreign: str, clean: str):
    named = house(tmp_path, HTML)
    text = f'<h1>A story</h1><dl class="facts"><dt>Customer</dt><dd>Kite &amp; Co</dd></dl>{foreign}'
    answer = composed(text, "a.html", layout=named)
    assert body(answer) == clean
    assert (answer.source.asset.title, answer.source.asset.company) == ("A story", "Kite & Co")


def test_pictures_are_kept_named_or_linked():
    answer = composed(
        "---\ntitle: A\n---\n![The pump](../img/Pump%201.png)\n\n![](../img/line.svg)\n\n"
        "![Gone](gone.png)\n\n![Far](https://p.example/a.png)\n\n![Odd](a.gif)\n",
        "guides/offer.md",
        pictures=("img/Pump 1.png", "img/line.svg"),
    )
    assert body(answer).split("\n\n") == [
        "![The pump](media/pump-1.png)", "![line](media/line.svg)", "Gone", "[Far](https://p.example/a.png)", "Odd",
    ]  # fmt: skip
    assert answer.media == {"media/pump-1.png": "img/Pump 1.png", "media/line.svg": "img/line.svg"}
    assert codes(answer) == ["alt-missing", "picture-missing", "picture-elsewhere", "picture-missing"]


def test_two_pictures_of_one_name_stay_two():
    media = composed("![a](one/p.png) ![b](two/p.png)", "offer.md", pictures=("one/p.png", "two/p.png")).media
    assert sorted(media.values()) == ["one/p.png", "two/p.png"]


@pytest.mark.parametrize(
    ("foreign", "clean"),
    [
        (":::note\nOne\n\n:::tip\nTwo", "note\nOne\n\n note\nTwo"),
        ("Text\n:::\nmore", "Text\n\nmore"),
        ("::: quote nobody\n:::\n", "quote nobody"),
        ("1. one\n\n       ~~~\n       </td>\n", "1. one\n\n~~~\n</td>\n~~~"),
        ("``` python {1,3}\n[[a]]\n```\n\n~~~[[name]]\ncode\n", "```python\n[[a]]\n```\n\n~~~\ncode\n~~~"),
        ("![a [b]](https://p.example/x.png)", "[a [b]](https://p.example/x.png)"),
        ("Text <!-- never closed", "Text  never closed"),
        ("A\x0bB\u2028C", "AB\nC"),
        ("A\n# \nB\n\n- ##\n- C", "A\n\nB\n\n-\n- C"),
    ],
)
def test_what_breaks_a_rule_of_the_dialect_becomes_plain_text(foreign: str, clean: str):
    """Nothing that another source wrote keeps its piece from being published."""
    assert body(composed(f"---\ntitle: A\n---\n{foreign}\n")).replace("\n\n\n", "\n\n") == clean.strip()


@settings(max_examples=60)
@given(st.lists(st.sampled_from(NASTY), max_size=12), st.sampled_from(["plain", "go", "handbook", "kubernetes"]))
def test_every_text_that_can_be_read_fits_the_dialect(pieces: list[str], layout: str):
    composed("".join(pieces), layout=layout)


def test_a_body_is_put_together_from_fields(tmp_path: Path):
    named = house(
        tmp_path,
        'files = ["**/*.yaml"]\n[fields]\ntitle = "headline"\n[body]\nformat = "fields"\n'
        '[[body.parts]]\nfield = "story.lead"\nas = "heading"\n[[body.parts]]\nfield = "story.text"\n'
        '[[body.parts]]\nfield = "said"\nas = "quotations"\ntext = "words"\nby = ["name", "role"]\n'
        '[[body.parts]]\nfield = "tools"\nas = "list"\ntitle = "Tools"\n',
    )
    text = (
        "headline: A story\nstory:\n  lead: How\n  text:\n    - First.\n    - |\n      * a\n      * b\n"
        "said:\n  - {words: Yes., name: Rita, role: Rep}\ntools: [Hammer, Saw]\nmood: good\n"
    )
    answer = composed(text, "a.yaml", layout=named)
    assert body(answer) == ("## How\n\nFirst.\n\n* a\n* b\n\n> Yes.\n>\n> — Rita, Rep\n\n## Tools\n\n- Hammer\n- Saw")
    assert codes(answer) == ["not-understood"]


def test_calls_with_yaml_become_lists_and_links(tmp_path: Path):
    named = house(
        tmp_path,
        'files = ["**/*.md"]\n[fields]\ntitle = {heading = 1}\n[body.shortcodes.tools]\nas = "list"\n'
        'label = "name"\nurl = "at"\ntext = "about"\nitems = "more"\n[body.shortcodes.pkg]\nas = "link"\n'
        'url = "https://p.example/{1}"\nlabel = "2"\n[body.shortcodes.ad]\nas = "drop"\n',
    )
    text = (
        "# A\n\n{{tools `\n- name: Saw\n  at: https://s.example\n  about: Cuts\n  more:\n  - name: Blade\n`}}\n\n"
        'By {{pkg "x/y" "Y"}}{{< ad >}}.\n'
    )
    answer = composed(text, layout=named)
    assert body(answer) == "- [Saw](https://s.example): Cuts\n    - **Blade**\n\nBy [Y](https://p.example/x/y)."


# what cannot be taken


@pytest.mark.parametrize(
    ("data", "path", "reason"),
    [
        (b"caf\xe9 au lait", "a.md", "The file is not UTF-8 text. Name its encoding in a layout."),
        (b"a: [b", "a.yaml", "The file cannot be read"),
        (b"- a\n- b", "a.yaml", "it is no list of keys with values"),
        (b"{", "a.json", "The file cannot be read"),
        (b"a = ", "a.toml", "The file cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_alone(data: bytes, path: str, reason: str):
    answer = read(data, path)
    assert isinstance(answer, RefusedSource)
    assert reason in answer.reason


def test_a_byte_order_mark_tells_the_encoding():
    assert composed("# Grüße".encode("utf-16")).source.asset.title == "Grüße"
    assert composed(b"\xef\xbb\xbf# Gr\xc3\xbc\xc3\x9fe").source.asset.title == "Grüße"


def test_aliases_cannot_stand_for_gigabytes():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{this}: &{this} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, this in zip("abcdefgh", "bcdefghi", strict=True)
    )
    answer = read(f"---\ntitle: A\n{bomb}---\nText.")
    assert isinstance(answer, ComposedSource)
    assert "front-matter-loose" in codes(answer)


def test_every_layout_says_what_it_is():
    assert "plain" in layouts.list_names()
    assert all(layouts.find(name).title for name in layouts.list_names())
