"""Pictures as Office files place them: what is embedded, how much of it is cut away, how wide and high it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from lxml import etree

from contentlib.domain.errors import FileRefusedError
from contentlib.ingest.brandcheck.facts import Picture
from contentlib.ingest.extractors.drawings import A
from contentlib.ingest.packages import Package, measure, share

_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SIDE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)(?:pt|in|cm|mm|px)?")
_SIDES = ("l", "t", "r", "b")
# What is cut to nothing has no ratio.
_LEAST = 0.01


def read(
    package: Package,
    part: str,
    page: int,
    *,
    blip: etree._Element | None,
    cut: etree._Element | None,
    extent: etree._Element | None,
) -> Iterator[Picture]:
    """Give the picture that a part embeds, none for one that is linked, missing or damaged."""
    relation = package.relations(part).get(blip.get(_EMBED, "")) if blip is not None else None
    if relation is None or relation.is_external or not package.has(relation.target):
        return
    try:
        data = package.read(relation.target)
    except FileRefusedError:
        return
    left, top, right, bottom = (share(cut.get(side)) if cut is not None else 0.0 for side in _SIDES)
    kept = max(1 - left - right, _LEAST) / max(1 - top - bottom, _LEAST)
    wide, high = (measure(extent.get(side), 1.0) if extent is not None else 0.0 for side in ("cx", "cy"))
    shown = wide / max(high, 1.0)
    is_recoloured = blip is not None and next(blip.iter(f"{A}duotone"), None) is not None
    yield Picture(page=page, data=data, ratio=shown / kept, is_recoloured=is_recoloured)


def read_old(package: Package, part: str, page: int, *, image: etree._Element, style: str) -> Iterator[Picture]:
    """Give the picture of a shape in Office's older drawings, whose size stands in its style in points or inches."""
    relation = package.relations(part).get(image.get(_ID, ""))
    if relation is None or relation.is_external or not package.has(relation.target):
        return
    sides = {name: float(value) for name, value in _SIDE.findall(style)}
    ratio = sides["width"] / sides["height"] if sides.get("width") and sides.get("height") else 0.0
    with suppress(FileRefusedError):
        yield Picture(page=page, data=package.read(relation.target), ratio=ratio)
