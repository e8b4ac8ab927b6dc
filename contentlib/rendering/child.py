"""What the sandbox runs for this room: functions called by name, with plain values in and out.

Engines are loaded here and nowhere else, and only when they are needed: the server never loads one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contentlib.domain.documents import (
    CarriedCertificate,
    ComposedEmail,
    OpenField,
    PagePicture,
    RenderRequest,
)
from contentlib.domain.errors import BrandRefusedError, ContentlibError, InvalidInputError, SetupMissingError
from contentlib.domain.findings import Finding
from contentlib.domain.page_places import Differing, PicturePair
from contentlib.rendering.answers import Drawn, Frozen, Previewed
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


def render(
    *, request: RenderRequest, tools: Tools, content_key: str, frozen: Frozen | None, packed: bytes = b""
) -> Drawn:
    """Make and judge one document; raises DocumentRefusedError. `packed` is its body where it was read before."""
    with _engine():
        return _drawing(request, tools, packed).draw(content_key, frozen)


def survey(*, request: RenderRequest, tools: Tools) -> tuple[Finding, ...]:
    """Say what stands in the way of an asset's plain document, without writing it."""
    with _engine():
        return _drawing(request, tools).survey()


def write_email(*, request: RenderRequest, tools: Tools, content_key: str) -> ComposedEmail:
    """Write out an outreach e-mail, with all that stands in its way."""
    with _engine():
        return _drawing(request, tools).write_email(content_key)


def list_fields(*, request: RenderRequest, tools: Tools) -> tuple[OpenField, ...]:
    """Give an asset's open fields with their choices."""
    with _engine():
        return _drawing(request, tools).fields()


def preview(
    *,
    request: RenderRequest,
    tools: Tools,
    content_key: str,
    frozen: Frozen | None,
    guess: Frozen | None,
    width: int,
    known: frozenset[str],
    has_places: bool,
) -> Previewed:
    """Make and judge one document and draw its pages; tell where its open fields stand unless that is known.

    Pages that look as one of the `known` did come without their picture.
    """
    from contentlib.rendering import pictures

    with _engine():
        drawing = _drawing(request, tools)
        drawn = drawing.draw(content_key, frozen, guess)
        places = None if has_places else drawing.places(drawn.frozen)
    return Previewed(drawn=drawn, looks=pictures.draw_looks(drawn.pdf, width, known), places=places)


def draw_pictures(*, pdf: bytes, width: int, plate_width: int | None) -> tuple[PagePicture, ...]:
    """Draw the pages of a PDF as pictures, small as well if asked."""
    from contentlib.rendering import pictures

    return pictures.draw_pictures(pdf, width, plate_width)


def draw_foreign(*, path: str, width: int, plate_width: int, first: int, last: int) -> tuple[PagePicture, ...]:
    """Draw some pages of somebody's PDF; raises FileRefusedError."""
    from contentlib.rendering import pictures

    return pictures.draw_foreign(Path(path), width, plate_width, first=first, last=last)


def draw_image(*, path: str, width: int, plate_width: int) -> PagePicture:
    """Draw somebody's PNG or JPEG; raises FileRefusedError."""
    from contentlib.rendering import pictures

    return pictures.draw_image(Path(path), width, plate_width)


def compare_pictures(*, pairs: Sequence[PicturePair]) -> tuple[Differing, ...]:
    """Find where pictures of pages differ."""
    from contentlib.rendering import differences

    return differences.find_differences(pairs)


def read_logo(*, data: bytes) -> bytes:
    """Read a logo and give it as PNG; raises InvalidInputError."""
    with _engine():
        from contentlib.rendering import logos

        return logos.read_logo(data)


def read_picture(*, data: bytes) -> tuple[bytes, str]:
    """Read a picture for a text and give it as it is kept, with its suffix; raises InvalidInputError."""
    from contentlib.rendering import logos

    return logos.read_picture(data)


def draw_logos(*, files: dict[str, bytes]) -> dict[str, bytes]:
    """Give logos as PNG by name, without those that cannot be seen on white."""
    drawn = {}
    for name, data in files.items():
        with suppress(InvalidInputError):
            drawn[name] = read_logo(data=data)
    return drawn


def read_certificate(*, pdf: bytes) -> CarriedCertificate | None:
    """Read what a PDF says of itself; None when it carries no certificate, FileRefusedError when it is no PDF."""
    from contentlib.rendering import certificates

    return certificates.read(pdf)


def lint_brands(*, root: str) -> tuple[Finding, ...]:
    """Give everything that is wrong with every brand, logos that cannot be drawn included."""
    from contentlib.branding import brands
    from contentlib.rendering import specimens

    with _engine():
        return (*brands.check_all(Path(root)), *specimens.find_undrawable_logos(Path(root)))


def warm(brand: str, templates: str) -> None:
    """Load engine, brands and templates once, in the process that all later calls are copies of."""
    with _engine():
        from contentlib.branding import brands
        from contentlib.rendering import drawing, logos, pictures  # noqa: F401 - loading them is the point
        from contentlib.rendering.press import press_for

        for name in brands.list_names(Path(brand)):
            folder = brands.folder_of(Path(brand), name)
            # A brand that cannot be used is told to whoever asks for it, and keeps no other from being ready.
            with suppress(BrandRefusedError):
                press_for(str(folder), hash_brand(folder), templates).warm()


def practise(brand: str, templates: str) -> None:
    """Draw a text with one of everything of each kind once, so that the copies of this process need not learn how.

    What the interpreter and the engines find out at their first document is a third of a one-sheeter's work.
    """
    with _engine():
        from contentlib.markup import schema
        from contentlib.rendering import practice

        tools = _tools_of(brand, templates)
        for kind in schema.list_kinds(Path(templates)):
            with suppress(ContentlibError):  # whoever draws in earnest is told what is wrong
                render(request=practice.request_for(kind), tools=tools, content_key="0" * 64, frozen=Frozen())


def lint_kind(*, kind: str, brand: str, templates: str) -> tuple[Finding, ...]:
    """Give what is wrong with the files of a kind, drawn with the company's own brand."""
    with _engine():
        from contentlib.markup import schema
        from contentlib.rendering import practice
        from contentlib.rendering.press import press_for

        tools = _tools_of(brand, templates)
        press = press_for(tools.brand, tools.brand_hash, tools.templates)
        return practice.find_faults(schema.load(Path(templates), kind), press)


def _tools_of(brand: str, templates: str) -> Tools:
    """Give the tools of the company's own brand."""
    from contentlib.branding import brands

    folder = brands.folder_of(Path(brand), brands.DEFAULT)
    return Tools(brand=str(folder), brand_hash=hash_brand(folder), templates=templates, template_hash="")


@contextmanager
def _engine() -> Iterator[None]:
    """Say what to install when the libraries that WeasyPrint draws with are not on this machine."""
    # The sandbox hides the machine's fonts, and that is what is meant.
    warnings.filterwarnings("ignore", message="No fonts configured")
    try:
        import weasyprint  # noqa: F401 - loading it is the question
    except (OSError, ImportError) as missing:
        raise SetupMissingError(f"PDFs cannot be made: Pango is not installed. Run as root: {PANGO_LINE}") from missing
    yield


def _drawing(request: RenderRequest, tools: Tools, packed: bytes = b"") -> Drawing:
    from contentlib.rendering.drawing import Drawing
    from contentlib.rendering.press import press_for

    press = press_for(tools.brand, tools.brand_hash, tools.templates)
    on = request.on or request.dated_on
    return Drawing(request=request, press=press, template_hash=tools.template_hash, on=on, packed=packed)
