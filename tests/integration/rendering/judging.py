"""Personalises as it is told and judges what comes of it: a clean PDF, or an error at its field.

Drawing and judging run in one sandboxed child for a whole batch, because a child for each would cost more than its
work.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw

from contentlib.domain.documents import FieldType, OpenField, Paper, RenderRequest, RepContact
from contentlib.domain.errors import ContentlibError, DocumentRefusedError
from contentlib.rendering import child
from contentlib.rendering.answers import Frozen
from contentlib.rendering.child import Tools
from contentlib.rendering.press import press_for


@dataclass(frozen=True, kw_only=True)
class Personalisation:
    """What somebody filled into the open fields of a kind; fields that the kind lacks are left out."""

    kind: str
    texts: dict[str, str]
    choices: dict[str, str] = field(default_factory=dict)
    rep: RepContact
    logo: str = "none"


def paper_of(each: Personalisation) -> Paper:
    """Give the paper that a personalisation is drawn on; what is no paper is refused before it matters."""
    return Paper.LETTER if each.choices.get("paper") == Paper.LETTER else Paper.A4


def draw_and_judge(*, batch: Sequence[Personalisation], plain: dict[str, RenderRequest], tools: dict[str, Tools],
                   frozen: dict[tuple[str, Paper], Frozen]) -> tuple[str, ...]:  # fmt: skip
    """Draw a batch and give how each ended; AssertionError names the first that ended as none may."""
    fields = {
        kind: {field.name: field for field in child.list_fields(request=plain[kind], tools=tools[kind])}
        for kind in {each.kind for each in batch}
    }
    return tuple(_draw_and_judge(each, plain[each.kind], tools[each.kind], frozen, fields[each.kind]) for each in batch)


def _draw_and_judge(
    each: Personalisation,
    plain: RenderRequest,
    tools: Tools,
    frozen: dict[tuple[str, Paper], Frozen],
    fields: dict[str, OpenField],
) -> str:
    values = {name: text for name, text in each.choices.items() if name in fields}
    for name, open_field in fields.items():
        if open_field.type in {FieldType.TEXT, FieldType.NOTE}:  # an e-mail has fields of its own
            values[name] = each.texts.get(name, "Kestrel")
    try:
        has_logo = each.logo != "none" and "prospect.logo" in fields
        logo = child.read_logo(data=make_logo(each.logo)) if has_logo else None
        request = replace(plain, values=values, rep=each.rep, logo=logo, is_personalised=True)
        kept = frozen[each.kind, paper_of(each)]
        made = child.render(request=request, tools=tools, content_key="0" * 64, frozen=kept)
    except ContentlibError as refused:
        _judge_refusal(each, refused, fields)
        return "refused"
    _judge(each, values, made.pdf, made.pages, tools)
    return "drawn"


def _judge_refusal(each: Personalisation, refused: ContentlibError, known: Collection[str]) -> None:
    """Look whether a refusal names the field and the reason; a logo that cannot be read is refused before."""
    if not isinstance(refused, DocumentRefusedError):
        assert each.logo != "none", f"{each}: {refused!r}"
        assert "logo" in refused.message, f"{each}: {refused!r}"
        return
    told = {error.field: error.message for error in refused.fields}
    assert told, f"{each} was refused, but no field is named: {refused.message} {refused.findings}"
    assert all(name in known or name.startswith("rep.") for name in told), told
    assert all(len(message) > 20 for message in told.values()), told


def _judge(each: Personalisation, values: dict[str, str], pdf: bytes, pages: int, tools: Tools) -> None:
    """Look at a PDF as a stranger would: whole words, declared fonts, nothing that acts, nothing of this machine."""
    with pypdfium2.PdfDocument(pdf) as opened:
        assert len(opened) == pages
        text = "".join(page.get_textpage().get_text_bounded() for page in opened)
    shown = Counter(_letters(text))
    is_named = each.logo == "none" or "prospect.logo" in values
    for name, value in values.items():
        if name in {"quote", "slides", "paper"} or (name == "prospect.name" and not is_named):
            continue
        missing = Counter(_letters(value)) - shown
        assert not missing, f"{each}: {name} has lost {missing} on paper"
    with pikepdf.open(io.BytesIO(pdf)) as opened_pdf:
        declared = {family.name for family in press_for(tools.brand, tools.brand_hash, tools.templates).brand.fonts}
        for page in opened_pdf.pages:
            for font in (page.Resources.get("/Font") or {}).values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                assert str(inner.FontDescriptor.FontFamily) in declared, f"{each} is set in {font.BaseFont}"
        root = opened_pdf.Root
        assert not {"/OpenAction", "/AA", "/AcroForm", "/JavaScript"} & set(root.keys())
        links = [str(note.A.get("/URI", "")) for page in opened_pdf.pages for note in page.get("/Annots") or []
                 if "/A" in note]  # fmt: skip
        assert not any("evil" in link or "file:" in link or "javascript" in link for link in links), f"{each}: {links}"
        metadata = bytes(root.Metadata.read_bytes())
    for told in (b"lib.invalid/brand", tools.brand.encode(), b"/etc/passwd"):
        assert told not in metadata, f"{each} tells {told!r}"


def _letters(text: str) -> str:
    """Give what must be found again on paper, in any order: letters and digits that every PDF gives back one by one.

    Ligatures and marks come back composed in other ways, and a letter's case may be the template's.
    """
    return "".join(sign for sign in text if sign.isalnum() and sign.isascii()).casefold()


def make_logo(sort: str) -> bytes:
    """Make a logo file of a sort that people really send, and some that they should not."""
    if sort == "garbage":
        return b"\x89PNG\r\n\x1a\nno picture at all"
    if sort.startswith("svg"):
        script = "<script>alert(1)</script>" if sort == "svg script" else ""
        shape = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">{script}<path d="M5 5H85V25Z"/></svg>'
        return shape.encode()
    sizes = {"300 dpi": (3508, 1200), "tall": (40, 400), "wide": (900, 60), "tiny": (2, 1)}
    size = sizes.get(sort, (600, 200))
    mode, ground = {"palette": ("P", 0), "cmyk": ("CMYK", (0, 0, 0, 0))}.get(sort, ("RGB", "white"))
    picture: Any = Image.new(mode, size, ground)
    if sort != "white":
        ink: Any = {"palette": 1, "cmyk": (255, 120, 0, 60)}.get(sort, "#2546A8")
        corners = [(size[0] // 12, size[1] // 8), (size[0] - 1, size[1] // 8), (size[0] - 1, size[1] - 1)]
        ImageDraw.Draw(picture).polygon(corners, fill=ink)
    if sort == "palette":
        picture.putpalette([255, 255, 255, 20, 30, 90])
    out = io.BytesIO()
    picture.save(out, "JPEG" if sort in {"cmyk", "flat"} else "PNG", dpi=(300, 300))
    return out.getvalue()
