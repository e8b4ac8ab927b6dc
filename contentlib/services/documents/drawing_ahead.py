"""Documents drawn before anybody asks: plain ones on both papers, and the pictures of their pages."""

from __future__ import annotations

from dataclasses import dataclass

from contentlib.domain.documents import FieldType, PagePicture, Paper, RenderedDocument
from contentlib.domain.errors import DocumentRefusedError
from contentlib.services.documents.requests import Filling, request_for
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import documents as queries
from contentlib.storage.tables import AssetPicture, AssetVersion

# Wide enough to read on a phone turned sideways and on a laptop; plates are shown smaller.
PICTURE_WIDTH = 1100
# Twice the width of a plate in a list, for screens that show two pixels for one.
PLATE_WIDTH = 440


@dataclass(frozen=True, kw_only=True)
class DrawnPictures:
    """The page pictures of a version, ready to be recorded; empty when its document cannot be drawn."""

    version_id: int
    pictures: tuple[PagePicture, ...]


def prepare_pictures(reading: UnitOfWork, version_id: int) -> DrawnPictures:
    """Draw the plain document of a version and its pages, for plates, previews and search.

    It is drawn on both papers, so that whoever asks for it, or makes a copy their own, waits for no layout.
    """
    rendered = _draw_both(reading, version_id)
    pictures = _both_sizes(reading, rendered.pdf) if rendered is not None else ()
    return DrawnPictures(version_id=version_id, pictures=pictures)


def _draw_both(reading: UnitOfWork, version_id: int) -> RenderedDocument | None:
    """Draw on both papers, where the kind has papers, and give the first; None when there is no document."""
    version = reading.session.get(AssetVersion, version_id)
    asset = asset_queries.list_by_ids(reading.session, [version.asset_id]).get(version.asset_id) if version else None
    if version is None or asset is None:
        return None
    kind = reading.printer.find_kind(asset.kind.slug)
    if kind is None:
        return None
    has_papers = any(each.type is FieldType.PAPER for each in kind.fields)
    drawn = []
    for paper in Paper if has_papers else (Paper.A4,):
        request = request_for(reading, asset, version, Filling(paper=paper), logo=None, personalise=False)
        try:
            drawn.append(reading.printer.render(request))
        except DocumentRefusedError:  # the asset's page shows the findings; a drawn plate stands in
            break
    return drawn[0] if drawn else None


def _both_sizes(reading: UnitOfWork, pdf: bytes) -> tuple[PagePicture, ...]:
    return reading.printer.pictures(pdf, width=PICTURE_WIDTH, plate_width=PLATE_WIDTH)


def record_pictures(uow: UnitOfWork, drawn: DrawnPictures) -> None:
    """Keep the page pictures of a version in place of earlier ones, and have its asset found by their words."""
    version = uow.session.get(AssetVersion, drawn.version_id)
    if version is None:
        return
    queries.forget_pictures(uow.session, drawn.version_id)
    for picture in drawn.pictures:
        uow.session.add(
            AssetPicture(
                version_id=drawn.version_id,
                number=picture.number,
                width=picture.width,
                height=picture.height,
                blob=uow.blobs.put(picture.webp),
                plate=uow.blobs.put(picture.plate) if picture.plate is not None else None,
                text=picture.text,
            )
        )
    uow.session.flush()
    uow.enqueue(JobKind.INDEX_ASSET, version.asset_id)
