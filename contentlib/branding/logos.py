"""What a logo file really holds: its proportions, and whether it can be drawn anywhere as it is; it draws nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from PIL import Image, UnidentifiedImageError

SUFFIXES = (".svg", ".png")

_SVG = "{http://www.w3.org/2000/svg}"
_LENGTH = re.compile(r"\s*([0-9.]+)\s*(?:px)?\s*")
_ACTIVE = {"script", "foreignObject", "animate", "set", "iframe"}


@dataclass(frozen=True, kw_only=True)
class LogoFacts:
    """Width by height, and what would look or act differently elsewhere."""

    ratio: float
    has_live_text: bool = False
    acts: tuple[str, ...] = ()


class UnreadableLogoError(Exception):
    """The file is no picture."""


def read_logo(path: Path) -> LogoFacts:
    """Read a logo file's facts; raise UnreadableLogoError when it is no SVG or PNG, or has no proportions."""
    return _read_svg(path) if path.suffix == ".svg" else _read_png(path)


def _read_png(path: Path) -> LogoFacts:
    try:
        with Image.open(path, formats=("PNG",)) as image:
            return LogoFacts(ratio=image.width / image.height)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise UnreadableLogoError("it is no PNG picture") from fault


def _read_svg(path: Path) -> LogoFacts:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, OSError) as fault:
        raise UnreadableLogoError("it is no SVG picture") from fault
    if root.tag != f"{_SVG}svg":
        raise UnreadableLogoError("it is no SVG picture")
    elements = [(str(element.tag).removeprefix(_SVG), element) for element in root.iter(f"{_SVG}*")]
    acts = {name for name, _ in elements if name in _ACTIVE}
    acts |= {f"a link to {link}" for _, element in elements if (link := _find_link(element))}
    return LogoFacts(
        ratio=_read_ratio(root),
        has_live_text=any(name == "text" for name, _ in elements),
        acts=tuple(sorted(acts)),
    )


def _find_link(element: etree._Element) -> str | None:
    link = element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or ""
    return None if not link or link.startswith("#") else link[:60]


def _read_ratio(root: etree._Element) -> float:
    box = [float(part) for part in re.findall(r"-?[0-9.]+", root.get("viewBox", ""))]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2] / box[3]
    width, height = (_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height"))
    if width and height and float(width[1]) > 0 and float(height[1]) > 0:
        return float(width[1]) / float(height[1])
    raise UnreadableLogoError("it has neither viewBox nor width and height")
