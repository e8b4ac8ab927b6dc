"""Page pictures and prospects' logos, made in the sandbox."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import weasyprint
from PIL import Image, ImageDraw

from contentlib.domain.errors import InvalidInputError
from contentlib.rendering import pictures

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 100">{}</svg>'
)
SHAPE = '<rect width="300" height="100" fill="#B93F28"/><path d="M20 20H90V80Z" fill="#161E2E"/>'


def png(
    width: int, height: int, colour: str = "#B93F28", margin: int = 0, sort: str = "PNG", ink: str = "#161E2E"
) -> bytes:
    picture = Image.new("RGBA" if sort == "PNG" else "RGB", (width + 2 * margin, height + 2 * margin), "white")
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle([margin, margin, margin + width - 1, margin + height - 1], fill=colour)
    if ink:
        drawn.ellipse([margin + width // 4, margin + height // 4, margin + width // 2, margin + height // 2], fill=ink)
    out = io.BytesIO()
    picture.save(out, sort)
    return out.getvalue()


def with_speck(colour: str) -> bytes:
    """A logo too pale for white paper, with one dark pixel."""
    with Image.open(io.BytesIO(png(300, 100, colour=colour, ink=""))) as picture:
        picture.putpixel((150, 50), (0, 0, 0, 255))
        out = io.BytesIO()
        picture.save(out, "PNG")
    return out.getvalue()


def in_16_bits() -> bytes:
    """A dark grey logo as scanners and editors of photographs save it."""
    picture = Image.new("I;16", (600, 200), 20_000)
    picture.paste(65_535, (100, 50, 200, 150))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def animated() -> bytes:
    """An animated PNG, whose first moment reads as any picture does."""
    first, second = (Image.open(io.BytesIO(png(300, 100, colour=colour))) for colour in ("#B93F28", "#28B93F"))
    out = io.BytesIO()
    first.save(out, "PNG", save_all=True, append_images=[second])
    return out.getvalue()


IN_MM = (
    SVG.format('<rect width="90" height="30" fill="#B93F28"/><path d="M6 6H20V24Z" fill="#161E2E"/>')
    .replace('viewBox="0 0 300 100"', 'width="90mm" height="30mm"')
    .encode()
)


def test_every_page_is_a_picture_with_its_words(render, printer):
    drawn = printer.pictures(render("deck").pdf, width=640)
    assert [picture.number for picture in drawn] == list(range(1, 14))
    assert "Filler valve" in drawn[9].text
    with Image.open(io.BytesIO(drawn[0].webp)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (640, 360))
    assert drawn[0].plate is None


def test_a_word_that_a_line_ends_in_keeps_its_hyphen():
    page = "<style>@page { size: 25mm 40mm; margin: 2mm }</style><p>Their work e-mail addresses"
    (drawn,) = pictures.draw_pictures(weasyprint.HTML(string=page).write_pdf(), 200, 100)
    assert "work e-\nmail" in "\n".join(line.text for line in drawn.lines)
    assert "e-mail" in drawn.text


def test_a_preview_packs_only_the_pages_that_changed(make_request, printer):
    request = make_request("data-sheet", is_draft=True)
    longer = replace(request, source=request.source + "\nOne.")
    first, second = (printer.sketch(each, width=90) for each in (request, longer))
    for shown in (first, second):
        assert [(each.number, Image.open(io.BytesIO(each.webp)).width) for each in shown.pictures] == [(1, 90), (2, 90)]
    assert first.pictures[0] == second.pictures[0]
    assert first.pictures[1].webp != second.pictures[1].webp
    looks = pictures.draw_looks(first.document.pdf, 90, ())
    again = pictures.draw_looks(first.document.pdf, 90, {looks[0].key})
    assert [len(look.picture.webp) for look in again] == [0, len(looks[1].picture.webp)]


def test_a_page_is_drawn_small_as_well(render, printer):
    page = printer.pictures(render("deck").pdf, width=640, plate_width=220)[0]
    with Image.open(io.BytesIO(page.plate)) as opened:
        assert (opened.format, opened.width) == ("WEBP", 220)
    assert len(page.plate) < len(page.webp) / 2
    # Words that can be marked and copied stand on what is kept, line by line, inside the page.
    assert page.lines
    assert all(0 <= line.x <= line.x + line.width <= 10_010 and 0 <= line.y <= 10_000 for line in page.lines)
    assert set(" ".join(line.text for line in page.lines).split()) <= set(page.text.split())


@pytest.mark.parametrize(
    "data",
    [
        png(600, 200),
        png(600, 200, margin=80),
        png(600, 200, sort="JPEG"),
        in_16_bits(),
        SVG.format(SHAPE).encode(),
        IN_MM,
    ],
    ids=["png", "png with a margin", "jpeg", "grey in 16 bits", "svg", "svg in millimetres"],
)
def test_a_logo_is_trimmed_and_kept_as_png(printer, data):
    with Image.open(io.BytesIO(printer.read_logo(data))) as opened:
        assert opened.format == "PNG"
        assert opened.width / opened.height == pytest.approx(3, abs=0.1)


def test_a_large_logo_is_made_smaller(printer):
    with Image.open(io.BytesIO(printer.read_logo(png(3000, 1000)))) as opened:
        assert opened.width == 1200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture", "cannot be read"),
        (b"%PDF-1.7", "cannot be read"),
        (png(300, 100)[:150], "cannot be read"),
        (png(700, 100), "7 to 1"),
        (png(100, 300), "1 to 3"),
        (png(300, 100, colour="#F8F8F8", ink=""), "white"),
        (with_speck("#ECECEC"), "white"),
        (png(1, 1, ink=""), "a single pixel"),
        (png(2, 1, ink="", margin=200), "2 × 1 pixels"),
        (png(79, 40), "79 × 40 pixels and would be a blur"),
        (png(120, 23), "at least 80 × 24"),
        (png(300, 100, ink=""), "one plain area"),
        (png(300, 100, ink="", sort="JPEG"), "one plain area"),
        (SVG.format('<rect width="300" height="100"/>').encode(), "one plain area"),
        (SVG.format(SHAPE.replace("/>", ' opacity="0"/>')).encode(), "white"),
        (SVG.format("<script>alert(1)</script>").encode(), "holds a script"),
        (SVG.format('<image xlink:href="file:///etc/passwd"/>').encode(), "holds another picture"),
        (SVG.format("<text>Kestrel</text>").encode(), "outlines"),
        (
            SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>').encode(),
            "foreign",
        ),
        (SVG.format("<style>@import url(http://e.example/x.css);</style>" + SHAPE).encode(), "loads something"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("&a;").encode(), "entities"),
        (
            SVG.format(
                '<g id="a"><use href="#b"/></g><g id="b"><rect width="9" height="9"/></g><use href="#a"/>'
            ).encode(),
            "repeats",
        ),
        (SVG.format("<switch>" + SHAPE + "</switch>").encode(), "only one is shown"),
        (SVG.format("").encode(), "shows nothing"),
        (SVG.format('<defs><g id="a">' + SHAPE + '</g></defs><use href="#b"/>').encode(), "shows nothing"),
        (animated(), "animated"),
        (b"<svg><unclosed></svg>", "not a readable SVG"),
        (SVG.format(SHAPE * 5001).encode(), "5,000 shapes"),
        (b"x" * 5_000_001, "5 MB"),
    ],
)
def test_a_logo_that_could_do_more_or_not_be_read_is_refused(printer, data, words):
    with pytest.raises(InvalidInputError, match=words):
        printer.read_logo(data)


def test_what_only_looks_dangerous_in_a_logo_is_dropped(printer):
    inner = SHAPE.replace("/>", ' onclick="x()" style="filter:url(http://e.example/f)"/>')
    metadata = '<metadata xmlns:r="http://r.example"><r:x/></metadata><a href="https://e.example"><rect/></a>'
    assert printer.read_logo(SVG.format(metadata + inner).encode())


def test_shapes_within_a_link_are_drawn_and_lead_nowhere(printer):
    linked = SVG.format(f'<a xlink:href="https://e.example" href="#x" target="_top">{SHAPE}</a>').encode()
    assert printer.read_logo(linked) == printer.read_logo(SVG.format(SHAPE).encode())
    kept, _suffix = printer.read_picture(linked)
    assert b"href" not in kept
    assert b"<a" not in kept


def test_a_filter_goes_with_what_names_it(printer):
    filtered = SHAPE.replace("/>", ' filter="url(#soft)" style="filter: url(#soft); stroke: none"/>')
    shade = '<filter id="soft"><feOffset dx="2"/></filter>'
    kept, _suffix = printer.read_picture(SVG.format(shade + filtered).encode())
    assert b"filter" not in kept
    assert b"soft" not in kept
    assert b"stroke: none" in kept


def test_a_shape_that_is_used_is_a_shape(printer):
    used = SVG.format(f'<defs><g id="a">{SHAPE}</g></defs><use xlink:href="#a"/>').encode()
    assert printer.read_picture(used)[1] == ".svg"


@pytest.mark.parametrize(
    ("data", "words"), [(SVG.format("").encode(), "The picture shows nothing"), (animated(), "The picture is animated")]
)
def test_a_picture_for_a_text_that_is_empty_or_moves_is_refused(printer, data, words):
    with pytest.raises(InvalidInputError, match=words):
        printer.read_picture(data)


def test_a_logo_stands_on_its_plate(render, printer, for_kestrel):
    logo = printer.read_logo(png(600, 200))
    for kind in ("case-study", "one-sheeter", "deck"):
        document = render(kind, **for_kestrel, logo=logo)
        assert document.findings == ()
        assert document.content_key != render(kind, **for_kestrel).content_key


def test_a_picture_bomb_ends_in_a_sentence(printer):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(InvalidInputError):
        printer.read_logo(bomb.getvalue())
