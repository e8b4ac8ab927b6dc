"""Pictures that a text names and nothing could draw are told at the line that names them, in lint and while writing."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from contentlib.domain.findings import Finding, Level
from contentlib.markup import schema
from contentlib.services import authoring
from contentlib.services.authoring import insertions, writing
from tests.cast import MARCO
from tests.factories.shops import Shop

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M5 5H85V25Z"/>{}</svg>'
TEXT = "---\ntitle: A deck\n---\n\n# Slide\n\n![What it shows](media/odd.{})\n"


def lint(shop: Shop, data: bytes, suffix: str) -> list[Finding]:
    shop.write("deck/odd.md", TEXT.format(suffix))
    (shop.content / "media" / f"odd.{suffix}").write_bytes(data)
    with shop.library.read(shop.actor(MARCO)) as reading:
        return authoring.lint(reading, [shop.content / "deck" / "odd.md"])[1]


def moving(sort: str) -> bytes:
    """A picture of two moments."""
    first, second = (Image.new("RGB", (30, 30), colour) for colour in ("#B93F28", "#161E2E"))
    out = io.BytesIO()
    first.save(out, sort, save_all=True, append_images=[second])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "level"),
    [
        (b"", "png", Level.ERROR),
        (b"words, not a picture", "png", Level.ERROR),
        (SVG.format("<script>alert(1)</script>").encode(), "svg", Level.WARNING),
        (SVG.format("<foreignObject><p>lost</p></foreignObject>").encode(), "svg", Level.WARNING),
        (SVG.replace("path", "metadata").format("").encode(), "svg", Level.WARNING),
        (moving("PNG"), "png", Level.WARNING),
        (moving("WEBP"), "webp", Level.WARNING),
    ],
)
def test_a_picture_that_is_not_drawn_as_it_is_is_told_once_where_it_is_named(shop: Shop, data, suffix, level):
    told = [(f.path, f.line, f.level) for f in lint(shop, data, suffix) if "odd." in f.message]
    assert told == [("deck/odd.md", 7, level)]


def test_a_sound_picture_is_not_told(shop: Shop):
    still = io.BytesIO()
    Image.new("RGBA", (30, 30), "#B93F2880").save(still, "WEBP")
    for data, suffix in ((SVG.format("").encode(), "svg"), (still.getvalue(), "webp")):
        assert [f for f in lint(shop, data, suffix) if "odd." in f.message] == []


def test_only_rows_that_a_kind_has_a_place_for_are_offered(shop: Shop):
    with shop.library.read(shop.actor(MARCO)) as reading:
        offered = {
            kind: {
                row.fact
                for group in insertions.list_insertions(schema.load(reading.templates, kind), None, (), reading.today)
                for row in group.rows
                if row.fact
            }
            for kind in ("case-study", "data-sheet", "battlecard", "one-sheeter")
        }
    assert offered == {
        "case-study": {"metrics", "quotes"}, "data-sheet": set(), "battlecard": {"metrics"},
        "one-sheeter": {"metrics", "quotes"},
    }  # fmt: skip


def test_the_words_below_the_facts_are_counted():
    assert writing.count_words("---\ntitle: A title\n---\nTwo words.") == 2
    assert writing.count_words("no facts here") == 3


@pytest.mark.parametrize("path", ["media/none.svg", "pictures/none.svg"])
def test_while_writing_a_picture_that_is_not_there_is_mended_from_the_menu(shop: Shop, path):
    text = f"---\ntitle: A deck\n---\n\n# Slide\n\n![What it shows]({path})\n"
    with shop.library.read(shop.actor(MARCO)) as reading:
        found = writing.check_text(reading, slug=None, kind="deck", text=text, draw=False).findings
    assert [(f.line, "menu" in (f.mend or "")) for f in found if path in f.message] == [(7, True)]
