"""Pictures as Office files place them: what is embedded, how much of it is cut away, how wide and high it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from contentlib.domain.errors import FileRefusedError
from contentlib.ingest.brandcheck.facts import Picture
from contentlib.ingest.packages import Package

_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_SIDES = ("l", "t", "r", "b")
_WHOLE = 100_000
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
    left, top, right, bottom = (int(cut.get(side, "0")) / _WHOLE if cut is not None else 0.0 for side in _SIDES)
    kept = max(1 - left - right, _LEAST) / max(1 - top - bottom, _LEAST)
    shown = int(extent.get("cx", "0")) / max(int(extent.get("cy", "0")), 1) if extent is not None else 0.0
    yield Picture(page=page, data=data, ratio=shown / kept)
