"""Word files and PDFs that keep to the shipped brand, with the faults planted that presentations get."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pikepdf
from PIL import Image

from tests.factories import office
from tests.factories.branded_decks import COBALT, INK, SAID, SET, choose, draw_logo, off_by, write_theme

TITLE = "Maintenance you can see coming"
BODY = ("Rounds on a phone, with or without a signal", "Sensors in an hour", "A record that holds")
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


@dataclass
class Paper:
    """A paper in parts that faults change; clean as it stands. `as_pdf` tells which of the two files it becomes."""

    as_pdf: bool = False
    theme_font: str = "IBM Plex Sans"
    style_font: str = ""
    run_font: str = ""
    run_colour: str = INK
    style_colour: str = ""
    shape_colour: str = COBALT
    body: list[str] = field(default_factory=lambda: list(BODY))
    notice: str = "© Tarnwell Ltd"
    logo: bytes = field(default_factory=draw_logo)
    logo_ratio: float = 3.0
    width_mm: float = 210.0

    @property
    def name(self) -> str:
        """Give what the file is called."""
        return "paper.pdf" if self.as_pdf else "paper.docx"

    def pack(self) -> bytes:
        """Give the file."""
        return _pdf(self) if self.as_pdf else _docx(self)


def _docx(paper: Paper) -> bytes:
    look = f'<w:rFonts w:ascii="{paper.run_font}"/>' if paper.run_font else ""
    colour = f'<w:color w:val="{paper.run_colour}"/>'
    lines = [office.line(TITLE, style="Heading1")]
    for number, words in enumerate(paper.body, start=1):
        own = f"<w:rPr>{look}{colour}</w:rPr>" if number == 2 else ""
        lines.append(f'<w:p><w:pPr><w:pStyle w:val="Text"/></w:pPr><w:r>{own}<w:t>{words}</w:t></w:r></w:p>')
    cell = f'<w:tcPr><w:shd w:val="clear" w:fill="{paper.shape_colour}"/></w:tcPr>{office.line("")}'
    lines.append(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>")
    wide = 2_000_000
    lines.append(
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{wide}" cy="{round(wide / paper.logo_ratio)}"/>'
        f'<a:graphic><a:graphicData><pic:pic xmlns:pic="{_PICTURE}"><pic:blipFill><a:blip r:embed="r3"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    lines.append(office.line(paper.notice, style="Text"))
    styled = f'<w:rFonts w:ascii="{paper.style_font}"/>' if paper.style_font else ""
    coloured = f'<w:color w:val="{paper.style_colour}"/>' if paper.style_colour else ""
    styles = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:asciiTheme="minorHAnsi"/><w:color w:val="{INK}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
        '<w:rPr><w:rFonts w:asciiTheme="majorHAnsi"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Text"><w:name w:val="Text"/><w:basedOn w:val="Normal"/>'
        f"<w:rPr>{styled}{coloured}</w:rPr></w:style>"
    )
    return office.document(
        "".join(lines),
        more={
            "word/styles.xml": office.element("w:styles", styles),
            "word/theme/theme1.xml": write_theme(paper.theme_font),
            "word/media/logo.png": paper.logo,
        },
        related=[("styles", "styles.xml"), ("theme", "theme/theme1.xml"), ("image", "media/logo.png")],
        width=round(paper.width_mm * 56.693),
    )


def _pdf(paper: Paper) -> bytes:
    made = pikepdf.new()
    name = pikepdf.Name
    width, height = paper.width_mm / 25.4 * 72, 842
    fonts = {"T": "Bricolage Grotesque", "B": paper.theme_font, "R": paper.run_font or paper.theme_font}
    made.add_blank_page(page_size=(width, height))
    page = made.pages[0]
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary({
            f"/{key}": pikepdf.Dictionary(
                Type=name.Font, Subtype=name.Type1, BaseFont=name(f"/{font.replace(' ', '')}"),
                Encoding=name.WinAnsiEncoding,
            )
            for key, font in fonts.items()
        }),
        XObject=pikepdf.Dictionary(Logo=_picture(made, paper.logo)),
    )  # fmt: skip
    said = [f"{_fill(INK)} BT /T 24 Tf 60 760 Td {_words(TITLE)} Tj ET"]
    for number, words in enumerate(paper.body, start=1):
        font, colour = ("R", paper.run_colour) if number == 2 else ("B", INK)
        said.append(f"{_fill(colour)} BT /{font} 12 Tf 60 {740 - 30 * number} Td {_words(words)} Tj ET")
    said.append(f"{_fill(paper.shape_colour)} 60 500 200 60 re f")
    said.append(f"{_fill(INK)} BT /B 9 Tf 60 60 Td {_words(paper.notice)} Tj ET")
    said.append(f"q 150 0 0 {150 / paper.logo_ratio:.2f} 60 400 cm /Logo Do Q")
    page.Contents = made.make_stream("\n".join(said).encode("cp1252"))
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()


def _fill(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4f}" for at in (0, 2, 4)) + " rg"


def _words(words: str) -> str:
    return f"({words.replace('(', chr(92) + '(').replace(')', chr(92) + ')')})"


def _picture(made: pikepdf.Pdf, data: bytes) -> pikepdf.Object:
    with Image.open(io.BytesIO(data)) as opened:
        drawn = opened.convert("RGBA")
    white = Image.new("RGBA", drawn.size, "white")
    white.alpha_composite(drawn)
    stream = made.make_stream(white.convert("RGB").tobytes())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = drawn.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    return stream


Spoil = Callable[[Paper, random.Random], Paper]


def _set(**values: object) -> Spoil:
    return lambda paper, _: replace(paper, **values)  # type: ignore[arg-type]


def _say(words: str) -> Spoil:
    def spoil(paper: Paper, seed: random.Random) -> Paper:
        body = list(paper.body)
        body[seed.randrange(len(body))] += f" {words}"
        return replace(paper, body=body)

    return spoil


def _near(name: str, value: str) -> Spoil:
    return lambda paper, seed: replace(paper, **{name: off_by(value, 7.0, seed)})  # type: ignore[arg-type]


_BOTH: Mapping[str, tuple[str, Spoil]] = {
    **{name: (code, _set(**values)) for name, (code, values) in SET.items()},
    **{name: (code, _say(words)) for name, (code, words) in SAID.items()},
    "font of all": ("font", _set(theme_font="Calibri")),
    "colour of text": ("colour", _near("run_colour", COBALT)),
    "colour of a shape": ("colour", _near("shape_colour", COBALT)),
    "unfinished": ("placeholder", _say("saves XX%")),
    "odd paper": ("page-size", _set(width_mm=150.0)),
}


def plant(faults: Mapping[str, tuple[str, Spoil]], seed: random.Random, *, as_pdf: bool) -> tuple[Paper, set[str]]:
    """Give a paper with up to four faults, and the codes of what must be found."""
    paper, chosen = Paper(as_pdf=as_pdf), choose(faults, seed)
    for name in chosen:
        paper = faults[name][1](paper, seed)
    return paper, {faults[name][0] for name in chosen}


# In Word a look may come from a style; a PDF knows only how it came out.
PDF_FAULTS = _BOTH
DOCX_FAULTS = {
    **_BOTH,
    "font by style": ("font", _set(style_font="Georgia")),
    "colour by style": ("colour", _near("style_colour", COBALT)),
}
