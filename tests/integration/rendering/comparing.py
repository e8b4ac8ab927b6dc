"""Draws one text with and without our shortcuts through the engine; run in a sandboxed child, which keeps neither."""

from __future__ import annotations

import zlib
from datetime import date
from types import SimpleNamespace

import pydyf
import weasyprint

from contentlib.domain.documents import RenderRequest
from contentlib.markup import examples, schema
from contentlib.rendering.answers import Drawn, Frozen
from contentlib.rendering.child import Tools
from contentlib.rendering.drawing import Drawing
from contentlib.rendering.engine import packing, shortcuts, sources, variables
from contentlib.rendering.fetcher import BASE
from contentlib.rendering.press import Press, press_for


def draw_both_ways(*, kinds: list[str], tools: Tools) -> dict[str, tuple[Drawn, Drawn]]:
    """Give the text with one of everything of each kind as drawn by our ways and by the engine's own."""
    press = press_for(tools.brand, tools.brand_hash, tools.templates)
    ours = {kind: _draw(kind, press) for kind in kinds}
    shortcuts.remove()
    variables.put_in = lambda text, _given, *, page: text
    sources.read = lambda html: weasyprint.HTML(string=html, base_url=BASE).etree_element
    sources.spare = lambda sheet, _styles: sheet
    packing.write_down = packing.leave_legible
    # The engine's own packer, as hard as ours: how small a stream becomes is not compared.
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: zlib.compressobj(level=packing.LEVEL))
    plain = Press(press.brand_folder, press.templates)
    shortcuts.remove()  # a press installs them
    return {kind: (drawn, _draw(kind, plain)) for kind, drawn in ours.items()}


def _draw(kind: str, press: Press) -> Drawn:
    source = examples.write_everything(schema.load(press.templates, kind))
    request = RenderRequest(
        kind=kind, slug="everything", source=source, path="everything.md", language="en", version=1,
        dated_on=date(2026, 9, 1), media={}, is_draft=True,
    )  # fmt: skip
    return Drawing(request=request, press=press, template_hash="", on=request.dated_on).draw("0" * 64, Frozen())
