"""Office files made by hand, part by part, so that a test can plant a word or a fault in any place of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_SPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
        "r": _OFFICE,
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>{title}</dc:title><dc:creator>Greta Lindqvist</dc:creator>"
    "<dcterms:modified>2026-03-04T05:06:07Z</dcterms:modified></cp:coreProperties>"
)

Relations = Sequence[tuple[str, str]]


def element(tag: str, inner: str) -> str:
    """Give a part's root element with every name space that Office uses."""
    return f"{_HEAD}<{tag} {_SPACES}>{inner}</{tag}>"


def relations(targets: Relations) -> str:
    """Give the relations part of (type, target); ids are r1, r2 and so on; an address outside is a hyperlink."""
    outside = ' TargetMode="External"'
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"{outside if "://" in target else ""}/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def pack(parts: Mapping[str, str | bytes], *, main: str, main_type: str, title: str = "") -> bytes:
    """Give an Office file of parts by name."""
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type}"/></Types>'
    )
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations([("officeDocument", main)]),
        "docProps/core.xml": _HEAD + _CORE.format(title=title),
        **parts,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return made.getvalue()


def as_strict(made: bytes) -> bytes:
    """Give an Office file as programs write it that keep to the strict kind: other names, lengths with units."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as usual, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as strict:
        for name in usual.namelist():
            text = usual.read(name).decode()
            if name.endswith((".xml", ".rels")) and not name.startswith("["):
                text = re.sub(r"http://schemas\.openxmlformats\.org/(\w+)/2006/(\w+)", _in_strict, text)
                text = re.sub(r'w:([wh])="(\d+)"', lambda found: f'w:{found[1]}="{int(found[2]) / 20}pt"', text)
            strict.writestr(name, text)
    return out.getvalue()


def _in_strict(found: re.Match[str]) -> str:
    return found[0] if found[1] == "package" else f"http://purl.oclc.org/ooxml/{found[1]}/{found[2]}"


def paragraph(words: str) -> str:
    """Give a paragraph of a slide."""
    return f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p>"


def shape(words: str, *, place: str = "", alt: str = "") -> str:
    """Give a text shape of a slide; `place` is the type of its placeholder."""
    holder = f'<p:ph type="{place}"/>' if place else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="Shape 2" descr="{alt}"/><p:cNvSpPr/>'
        f"<p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
        f"<p:spPr/><p:txBody><a:bodyPr/>{paragraph(words)}</p:txBody></p:sp>"
    )


def slide(shapes: str, *, hidden: bool = False) -> str:
    """Give a slide of shapes."""
    tree = f"<p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{shapes}</p:spTree></p:cSld>"
    return element("p:sld", tree).replace("<p:sld ", f'<p:sld show="{0 if hidden else 1}" ', 1)


def presentation(
    slides: Sequence[str],
    *,
    more: Mapping[str, str | bytes] | None = None,
    of_slides: Mapping[int, Relations] | None = None,
    title: str = "",
    width: int = 12_192_000,
    main_type: str = f"{_TYPES}.presentationml.presentation.main+xml",
) -> bytes:
    """Give a PowerPoint file; `of_slides` are the relations of slides by number, `more` the parts they lead to.

    `width` is in English metric units, 36,000 to a millimetre.
    """
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    inner = f'<p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="{width}" cy="6858000"/>'
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": element("p:presentation", inner),
        "ppt/_rels/presentation.xml.rels": relations([("slide", f"slides/slide{n}.xml") for n in numbers]),
        **{f"ppt/slides/slide{n}.xml": made for n, made in zip(numbers, slides, strict=True)},
        **{f"ppt/slides/_rels/slide{n}.xml.rels": relations(rows) for n, rows in (of_slides or {}).items()},
        **(more or {}),
    }
    return pack(parts, main="ppt/presentation.xml", main_type=main_type, title=title)


def line(words: str, *, style: str = "", before: str = "", after: str = "") -> str:
    """Give a paragraph of a document, with runs before and after its words."""
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{before}<w:r><w:t>{words}</w:t></w:r>{after}</w:p>"


def document(
    body: str,
    *,
    more: Mapping[str, str | bytes] | None = None,
    related: Relations = (),
    title: str = "",
    width: int = 11_906,
    main_type: str = f"{_TYPES}.wordprocessingml.document.main+xml",
) -> bytes:
    """Give a Word file; `related` are the relations of its body, `more` the parts they lead to; `width` in twips."""
    inner = f'<w:body>{body}<w:sectPr><w:pgSz w:w="{width}" w:h="16838"/></w:sectPr></w:body>'
    parts: dict[str, str | bytes] = {
        "word/document.xml": element("w:document", inner),
        "word/_rels/document.xml.rels": relations(related),
        **(more or {}),
    }
    return pack(parts, main="word/document.xml", main_type=main_type, title=title)
