"""Presentations that keep to the shipped brand, with faults planted into them one by one."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from coloraide import Color
from PIL import Image, ImageDraw

from tests.factories import office

COBALT, INK, WHITE = "2546A8", "161E2E", "FFFFFF"
LATIN = '<a:latin typeface="{}"/>'


@cache
def draw_logo(colour: str = "#2546A8", *, old: bool = False, wide: int = 300) -> bytes:
    """Draw the current logo, or the one before it, so many pixels wide."""
    picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if old:
        pen.polygon([(10, 90), (50, 10), (90, 90)], fill=colour)
        pen.rectangle((110, 10, 290, 30), fill=colour)
        pen.rectangle((110, 70, 200, 90), fill=colour)
    else:
        pen.ellipse((10, 10, 90, 90), fill=colour)
        pen.rectangle((110, 40, 290, 60), fill=colour)
        pen.rectangle((180, 10, 200, 90), fill=colour)
    made = io.BytesIO()
    picture.resize((wide, wide // 3)).save(made, "PNG")
    return made.getvalue()


def off_by(value: str, distance: float, seed: random.Random) -> str:
    """Give a colour that lies a CIEDE2000 distance from one, in hue, so that it is no tint of it."""
    base = Color(f"#{value}").convert("lch-d65")
    way = seed.choice((-1, 1))
    for step in range(1, 1200):
        moved = base.clone().set("hue", base["hue"] + way * step * 0.1)
        if moved.delta_e(base, method="2000") >= distance:
            return str(moved.convert("srgb").fit().to_string(hex=True)).upper().lstrip("#")
    raise AssertionError(value)


def write_theme(font: str) -> str:
    """Write the theme of an Office file: the brand's colours and headings, its text in a font."""
    return office.element(
        "a:theme",
        '<a:themeElements><a:clrScheme name="x">'
        f'<a:dk1><a:srgbClr val="{INK}"/></a:dk1><a:lt1><a:srgbClr val="{WHITE}"/></a:lt1>'
        f'<a:accent1><a:srgbClr val="{COBALT}"/></a:accent1></a:clrScheme>'
        f'<a:fontScheme name="x"><a:majorFont>{LATIN.format("Bricolage Grotesque")}</a:majorFont>'
        f"<a:minorFont>{LATIN.format(font)}</a:minorFont></a:fontScheme></a:themeElements>",
    )


@dataclass
class Deck:
    """A presentation in parts that faults change; clean as it stands."""

    theme_font: str = "IBM Plex Sans"
    layout_font: str = ""
    run_font: str = ""
    run_colour: str = INK
    shape_colour: str = COBALT
    master_font: str = "+mn-lt"
    more_shapes: str = ""
    layout_logo: bytes = b""
    width: int = 12_192_000
    effect: str = ""
    body: list[str] = field(default_factory=lambda: ["Rounds on a phone", "Sensors in an hour", "A record that holds"])
    notice: str = "© Tarnwell Ltd"
    layout_notice: str = ""
    logo: bytes = field(default_factory=draw_logo)
    logo_ratio: float = 3.0

    def pack(self) -> bytes:
        """Give the file."""
        slides = [self._slide(n, text) for n, text in enumerate(self.body, start=1)]
        text = "<a:solidFill><a:schemeClr val='tx1'/></a:solidFill>"
        style = f"<a:lvl1pPr><a:defRPr sz='2000'>{text}{{}}</a:defRPr></a:lvl1pPr>"
        ground = "<p:bg><p:bgPr><a:solidFill><a:schemeClr val='bg1'/></a:solidFill></p:bgPr></p:bg>"
        layout = LATIN.format(self.layout_font) if self.layout_font else ""
        more: Mapping[str, str | bytes] = {
            "ppt/theme/theme1.xml": write_theme(self.theme_font),
            "ppt/slideMasters/master1.xml": office.element(
                "p:sldMaster",
                f"<p:cSld>{ground}<p:spTree/></p:cSld>"
                '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt1" tx2="dk1"/>'
                f"<p:txStyles><p:titleStyle>{style.format(LATIN.format('+mj-lt'))}</p:titleStyle>"
                f"<p:bodyStyle>{style.format(LATIN.format(self.master_font))}</p:bodyStyle></p:txStyles>",
            ),
            "ppt/slideMasters/_rels/master1.xml.rels": office.relations([("theme", "../theme/theme1.xml")]),
            "ppt/slideLayouts/layout1.xml": office.element(
                "p:sldLayout",
                "<p:cSld><p:spTree><p:sp><p:nvSpPr><p:cNvPr/><p:cNvSpPr/>"
                "<p:nvPr><p:ph type='body' idx='1'/></p:nvPr></p:nvSpPr>"
                f"<p:txBody><a:lstStyle><a:lvl1pPr><a:defRPr>{layout}</a:defRPr></a:lvl1pPr></a:lstStyle></p:txBody></p:sp>"
                f"{_logo() if self.layout_logo else ''}{_shape(body=office.paragraph(self.layout_notice))}"
                "</p:spTree></p:cSld>",
            ),
            "ppt/slideLayouts/_rels/layout1.xml.rels": office.relations(
                [("slideMaster", "../slideMasters/master1.xml"), ("image", "../media/layout.png")]
            ),
            "ppt/media/logo.png": self.logo,
            "ppt/media/layout.png": self.layout_logo or self.logo,
        }
        related = {
            n: [("slideLayout", "../slideLayouts/layout1.xml"), ("image", "../media/logo.png")] for n in (1, 2, 3)
        }
        return office.presentation(slides, more=more, of_slides=related, title="Rounds", width=self.width)

    def _slide(self, number: int, text: str) -> str:
        run = LATIN.format(self.run_font) if self.run_font and number == 2 else ""
        colour = f'<a:solidFill><a:srgbClr val="{self.run_colour}"/></a:solidFill>' if number == 2 else ""
        fill = f'<a:solidFill><a:srgbClr val="{self.shape_colour}"/></a:solidFill>'
        logo = _logo(round(3_000_000 / self.logo_ratio), self.effect)
        shapes = [
            _shape("<p:ph type='title'/>", body=office.paragraph("Maintenance you can see coming")),
            _shape(
                "<p:ph type='body' idx='1'/>",
                body=f"<a:p><a:r><a:rPr>{colour}{run}</a:rPr><a:t>{text}</a:t></a:r></a:p>",
            ),
            _shape(fill=fill),
            _shape(body=office.paragraph(self.notice)) if number == 3 else "",
            logo if number == 1 else self.more_shapes if number == 2 else "",
        ]
        return office.slide("".join(shapes))


def _logo(high: int = 1_000_000, effect: str = "") -> str:
    return (
        f"<p:pic><p:nvPicPr><p:cNvPr/></p:nvPicPr><p:blipFill><a:blip r:embed='r2'>{effect}</a:blip></p:blipFill>"
        f"<p:spPr><a:xfrm><a:ext cx='3000000' cy='{high}'/></a:xfrm></p:spPr></p:pic>"
    )


def _shape(place: str = "", *, body: str = "", fill: str = "") -> str:
    words = f"<p:txBody>{body}</p:txBody>" if body else ""
    named = f"<p:nvSpPr><p:cNvPr/><p:cNvSpPr/><p:nvPr>{place}</p:nvPr></p:nvSpPr>"
    return f"<p:sp>{named}<p:spPr>{fill}</p:spPr>{words}</p:sp>"


OFF = '<a:solidFill><a:srgbClr val="00B4C2"/></a:solidFill>'
GRADIENT = (
    '<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="00B4C2"/></a:gs>'
    f'<a:gs pos="100000"><a:srgbClr val="{COBALT}"/></a:gs></a:gsLst></a:gradFill>'
)
GEORGIA = LATIN.format("Georgia")


def _worded(style: str) -> str:
    return _shape(body=f"{style}{office.paragraph('More words')}")


def _table(look: str, fill: str) -> str:
    words = f"<a:txBody><a:p><a:r><a:rPr>{look}</a:rPr><a:t>In a table</a:t></a:r></a:p></a:txBody>"
    cell = f"<a:tc>{words}<a:tcPr>{fill}</a:tcPr></a:tc>"
    table = f"<a:graphic><a:graphicData><a:tbl><a:tr>{cell}</a:tr></a:tbl></a:graphicData></a:graphic>"
    return f"<p:graphicFrame>{table}</p:graphicFrame>"


def _set(**values: object) -> Callable[[Deck, random.Random], None]:
    def plant(deck: Deck, _: random.Random) -> None:
        for name, value in values.items():
            setattr(deck, name, value)

    return plant


def _say(words: str) -> Callable[[Deck, random.Random], None]:
    def plant(deck: Deck, seed: random.Random) -> None:
        deck.body[seed.randrange(len(deck.body))] += f" {words}"

    return plant


def _recolour(deck: Deck, seed: random.Random) -> None:
    deck.run_colour = off_by(INK if seed.random() < 0.3 else COBALT, 7.0, seed)


def _refill(deck: Deck, seed: random.Random) -> None:
    deck.shape_colour = off_by(COBALT, 7.0, seed)


# Faults of every format by name: the code of the finding that must come of it, and what is set, or said.
SET: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "font by run": ("font", {"run_font": "Comic Neue"}),
    "stretched logo": ("logo-stretched", {"logo_ratio": 3.6}),
    "recoloured logo": ("logo-recoloured", {"logo": draw_logo("#C2185B")}),
    "outdated logo": ("logo-outdated", {"logo": draw_logo(old=True)}),
    "missing disclaimer": ("phrase-required", {"notice": "Tarnwell"}),
}
SAID = {
    "banned phrase": ("phrase-banned", "with zero downtime"),
    "old name": ("phrase-renamed", "in Tarnwell Logbook"),
    "placeholder": ("placeholder", "for [Customer name]"),
}
# Those of presentations, with how each is planted.
FAULTS: Mapping[str, tuple[str, Callable[[Deck, random.Random], None]]] = {
    **{name: (code, _set(**values)) for name, (code, values) in SET.items()},
    **{name: (code, _say(words)) for name, (code, words) in SAID.items()},
    "font by layout": ("font", _set(layout_font="Georgia")),
    "font by theme": ("font", _set(theme_font="Calibri")),
    "colour of text": ("colour", _recolour),
    "colour of a shape": ("colour", _refill),
    "font by master": ("font", _set(master_font="Georgia")),
    "font by list style": (
        "font",
        _set(more_shapes=_worded(f"<a:lstStyle><a:lvl1pPr><a:defRPr>{GEORGIA}</a:defRPr></a:lvl1pPr></a:lstStyle>")),
    ),
    "font of a field": (
        "font",
        _set(
            more_shapes=_shape(body=f"<a:p><a:fld type='footer'><a:rPr>{GEORGIA}</a:rPr><a:t>Foot</a:t></a:fld></a:p>")
        ),
    ),
    "font in a table": ("font", _set(more_shapes=_table(GEORGIA, ""))),
    "colour of a cell": ("colour", _set(more_shapes=_table("", OFF))),
    "colour of a line": ("colour", _set(more_shapes=_shape(fill=f"<a:ln>{OFF}</a:ln>"))),
    "colour in a group": ("colour", _set(more_shapes=f"<p:grpSp>{_shape(fill=OFF)}</p:grpSp>")),
    "colour of a gradient": ("colour", _set(more_shapes=_shape(fill=GRADIENT))),
    "4:3": ("page-size", _set(width=9_144_000)),
    "outdated logo below": ("logo-outdated", _set(layout_logo=draw_logo(old=True))),
    "small stretched logo": ("logo-stretched", _set(logo=draw_logo(wide=90), logo_ratio=3.6)),
    "recolouring effect": ("logo-recoloured", _set(effect="<a:duotone><a:prstClr val='black'/></a:duotone>")),
}


# Only one of these can be planted at a time: they change the same thing.
def choose(faults: Mapping[str, tuple[str, object]], seed: random.Random) -> list[str]:
    """Choose up to four faults by name, of which no two change the logo or the same shape."""
    chosen = seed.sample(sorted(faults), seed.randrange(5))
    for is_one in (_is_of_logo, _is_of_shape):
        for extra in [name for name in chosen if is_one(name)][1:]:
            chosen.remove(extra)
    return chosen


def _is_of_logo(name: str) -> bool:
    return "logo" in name or "effect" in name


def _is_of_shape(name: str) -> bool:
    return name.startswith(("font by list", "font of a field", "font in a", "colour of a cell", "colour of a line",
                            "colour in", "colour of a gradient"))  # fmt: skip


def plant(seed: random.Random) -> tuple[bytes, set[str]]:
    """Give a deck with up to four faults, and the codes of what must be found."""
    deck, chosen = Deck(), choose(FAULTS, seed)
    for name in chosen:
        FAULTS[name][1](deck, seed)
    return deck.pack(), {FAULTS[name][0] for name in chosen}
