"""What the sandbox runs for this room: functions called by name, with plain values in and out.

Engines are loaded here and nowhere else, and only when they are needed: the server never loads one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contentlib.domain.documents import FieldPlace, OpenField, PagePicture, RenderRequest
from contentlib.domain.errors import SetupMissingError
from contentlib.rendering.answers import Drawn, Frozen
from contentlib.rendering.hashes import hash_brand

if TYPE_CHECKING:
    from contentlib.rendering.drawing import Drawing

PANGO_LINE = "apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, kw_only=True)
class Tools:
    """Which brand and templates to draw with: their folders, and the hashes they had when the call was made."""

    brand: str
    brand_hash: str
    templates: str
    template_hash: str


def render(*, request: RenderRequest, tools: Tools, content_key: str, frozen: Frozen | None) -> Drawn:
    """Make and judge one document; raises DocumentRefusedError."""
    with _engine():
        return _drawing(request, tools).draw(content_key, frozen)


def list_fields(*, request: RenderRequest, tools: Tools) -> tuple[OpenField, ...]:
    """Give an asset's open fields with their choices."""
    with _engine():
        return _drawing(request, tools).fields()


def find_places(*, request: RenderRequest, tools: Tools, frozen: Frozen | None) -> tuple[FieldPlace, ...]:
    """Tell where an asset's open fields stand."""
    with _engine():
        return _drawing(request, tools).places(frozen)


def draw_pictures(*, pdf: bytes, width: int, plate_width: int | None) -> tuple[PagePicture, ...]:
    """Draw the pages of a PDF as pictures, small as well if asked."""
    from contentlib.rendering import pictures

    return pictures.draw_pictures(pdf, width, plate_width)


def read_logo(*, data: bytes) -> bytes:
    """Read a logo and give it as PNG; raises InvalidInputError."""
    with _engine():
        from contentlib.rendering import logos

        return logos.read_logo(data)


def warm(brand: str, templates: str) -> None:
    """Load engine, brand and templates once, in the process that all later calls are copies of."""
    with _engine():
        from contentlib.rendering import drawing, logos, pictures  # noqa: F401 - loading them is the point
        from contentlib.rendering.press import press_for

        press_for(brand, hash_brand(Path(brand)), templates).warm()


@contextmanager
def _engine() -> Iterator[None]:
    """Say what to install when the libraries that WeasyPrint draws with are not on this machine."""
    try:
        import weasyprint  # noqa: F401 - loading it is the question
    except (OSError, ImportError) as missing:
        raise SetupMissingError(f"PDFs cannot be made: Pango is not installed. Run as root: {PANGO_LINE}") from missing
    yield


def _drawing(request: RenderRequest, tools: Tools) -> Drawing:
    from contentlib.rendering.drawing import Drawing
    from contentlib.rendering.press import press_for

    press = press_for(tools.brand, tools.brand_hash, tools.templates)
    return Drawing(request=request, press=press, template_hash=tools.template_hash, on=request.on or request.dated_on)
