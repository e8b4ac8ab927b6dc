"""Files that are not what they seem, or more than anyone can read, each with what a person is told of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
from PIL import Image

from tests.factories import office

SAMPLES = Path(__file__).parents[1] / "data" / "files"
_MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
_BOMB = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Hostile:
    """A file, what it is called, and what becomes of it: a status, and words of the reason or a finding's code."""

    name: str
    data: Callable[[], bytes]
    status: str
    told: str


def pdf(pages: int = 1, *, words: str = "", size: tuple[float, float] = (595, 842)) -> bytes:
    """Give a PDF of pages with one line each."""
    made = pikepdf.new()
    name = pikepdf.Name
    font = made.make_indirect(pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica))
    for number in range(pages):
        made.add_blank_page(page_size=size)
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(f"BT /F1 24 Tf 72 700 Td ({words} {number + 1}) Tj ET".encode())
    return saved(made)


def saved(made: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    made.save(out, **({"deterministic_id": True} | how))
    return out.getvalue()


def encrypted_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        return saved(opened, deterministic_id=False, encryption=pikepdf.Encryption(owner="o", user="u"))


def archive(files: Mapping[str, bytes]) -> bytes:
    """Give a ZIP of files by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return made.getvalue()


def deck(words: str = "Bearings", *, notes: str = "", is_hidden: bool = False) -> bytes:
    """Give a deck of two slides; the second carries the words, and speaker notes if there are any."""
    second = office.slide(office.shape(words, place="title"), hidden=is_hidden)
    slides = [office.slide(office.shape("First", place="title")), second]
    if not notes:
        return office.presentation(slides)
    body = f"<p:cSld><p:spTree>{office.shape(notes, place='body')}</p:spTree></p:cSld>"
    return office.presentation(
        slides,
        more={"ppt/notesSlides/notesSlide1.xml": office.element("p:notes", body)},
        of_slides={2: [("notesSlide", "../notesSlides/notesSlide1.xml")]},
    )


@cache
def ten_thousand_slides() -> bytes:
    one = office.slide(office.shape("Again"))
    return office.presentation([one] * 10_000)


def picture(side: int = 40, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(made, kind)
    return made.getvalue()


def with_entities() -> bytes:
    """Give a deck whose only slide declares entities that stand for gigabytes."""
    slide = office.slide(office.shape("&b;")).replace("<p:sld ", f"{_BOMB}<p:sld ", 1)
    return office.presentation([slide])


# A tree of pages that holds itself, a million times over.
LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1000000>>endobj\n"
    b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
)
TEXT = b"# A heading\n\nText"
LONG = "A very long name " * 18
HOSTILE = (
    Hostile("empty.pdf", lambda: b"", "refused", "is empty"),
    Hostile("broken-off.pdf", lambda: pdf(words="Half")[:300], "refused", "is damaged"),
    Hostile("broken-off.pptx", lambda: deck()[:900], "refused", "is damaged"),
    Hostile("broken-off.png", lambda: picture(400)[:200], "refused", "is damaged"),
    Hostile("locked.pdf", encrypted_pdf, "refused", "is protected with a password"),
    Hostile(
        "locked.docx",
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "refused",
        "is protected with a password",
    ),
    Hostile("bomb.zip", lambda: archive({f"{n}.md": bytes(8_000_000) for n in range(4)}), "refused", "that are a trap"),
    Hostile("entities.pptx", with_entities, "refused", "declares entities in ppt/slides/slide1.xml"),
    Hostile("nested.zip", lambda: archive({"in.zip": archive({"a.md": TEXT})}), "refused", "an archive inside"),
    Hostile("ten-thousand.pptx", ten_thousand_slides, "added", "too-long"),
    Hostile("macros.pptx", lambda: office.presentation([""], main_type=_MACROS), "refused", "carries macros"),
    Hostile("two-at-once.pdf", lambda: b"<html><script>1</script>" + pdf(), "refused", "two at once"),
    Hostile("page.pdf", lambda: b"<!DOCTYPE html><p>Hello", "refused", "is a web page"),
    Hostile("drawing.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "refused", "is an SVG drawing"),
    Hostile("program.pdf", lambda: b"MZ\x90\x00" + bytes(200), "refused", "of no format that the library knows"),
    Hostile(
        "slides.odp",
        lambda: archive(
            {"mimetype": b"application/vnd.oasis.opendocument.presentation", "Thumbnails/thumbnail.png": picture()}
        ),
        "refused",
        "is an OpenDocument",
    ),
    Hostile("loop.pdf", lambda: LOOP, "refused", "can be read"),
    Hostile("brackets.md", lambda: b"[" * 200_000, "refused", "a line of 200,000"),
    Hostile("out.zip", lambda: archive({"../../out.md": TEXT}), "refused", "leads out of it"),
    Hostile("really-a.docx", lambda: pdf(words="Wrongly named"), "added", "wrong-ending"),
    Hostile(f"{LONG}.pdf", lambda: pdf(words="Long"), "added", "kind-guessed"),
    Hostile("עסקה \u202efdp.exe\u202c.pdf", lambda: pdf(words="Turned"), "added", "kind-guessed"),
    Hostile("../../etc/passwd.pdf", lambda: pdf(words="Climbing"), "added", "kind-guessed"),
)
