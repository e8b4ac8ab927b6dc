"""Documents drawn before anybody asks: the plain one with pictures of its pages, then the one on the other paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

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
class StoredPicture:
    """A page picture whose files are stored already, ready to be recorded; `blob` and `plate` name them."""

    page: PagePicture
    blob: str
    plate: str | None


@dataclass(frozen=True, kw_only=True)
class DrawnPictures:
    """The page pictures of a version, ready to be recorded; empty when its document cannot be drawn."""

    version_id: int
    pictures: tuple[StoredPicture, ...]


def prepare_pictures(reading: UnitOfWork, version_id: int) -> DrawnPictures:
    """Draw the plain document of a version and its pages, for plates, previews and search."""
    rendered = _draw(reading, version_id, Paper.A4)
    pictures = _both_sizes(reading, rendered.pdf) if rendered is not None else ()
    return store_pictures(reading, version_id, pictures)


def store_pictures(reading: UnitOfWork, version_id: int, pictures: Iterable[PagePicture]) -> DrawnPictures:
    """Store the files of drawn pages: the disk takes its time, which nobody spends holding the turn to write."""
    put = reading.blobs.put
    stored = (
        StoredPicture(page=page, blob=put(page.webp), plate=put(page.plate) if page.plate is not None else None)
        for page in pictures
    )
    return DrawnPictures(version_id=version_id, pictures=tuple(stored))


def draw_other_paper(reading: UnitOfWork, version_id: int) -> None:
    """Draw the plain document on the paper that its pictures do not show; a kind without papers has none."""
    _draw(reading, version_id, Paper.LETTER)


def _draw(reading: UnitOfWork, version_id: int, paper: Paper) -> RenderedDocument | None:
    """Draw a version's plain document, which the cache keeps; None when there is none on this paper."""
    version = reading.session.get(AssetVersion, version_id)
    asset = asset_queries.list_by_ids(reading.session, [version.asset_id]).get(version.asset_id) if version else None
    kind = reading.printer.find_kind(asset.kind.slug) if asset is not None else None
    if version is None or asset is None or kind is None:
        return None
    if paper is not Paper.A4 and not any(each.type is FieldType.PAPER for each in kind.fields):
        return None
    request = request_for(reading, asset, version, Filling(paper=paper), logo=None, personalise=False)
    try:
        return reading.printer.render(request)
    except DocumentRefusedError:  # the asset's page shows the findings; a drawn plate stands in
        return None


def _both_sizes(reading: UnitOfWork, pdf: bytes) -> tuple[PagePicture, ...]:
    return reading.printer.pictures(pdf, width=PICTURE_WIDTH, plate_width=PLATE_WIDTH)


def record_pictures(uow: UnitOfWork, drawn: DrawnPictures) -> None:
    """Keep the page pictures of a version in place of earlier ones, and have its asset found by their words."""
    if keep_pictures(uow, drawn) and drawn.pictures:
        uow.enqueue(JobKind.DRAW_OTHER_PAPER, drawn.version_id)


def keep_pictures(uow: UnitOfWork, drawn: DrawnPictures) -> AssetVersion | None:
    """Keep the page pictures of a version, None when it is gone; how its pages came to be is not known here."""
    version = uow.session.get(AssetVersion, drawn.version_id)
    if version is None:
        return None
    queries.forget_pictures(uow.session, drawn.version_id)
    for picture in drawn.pictures:
        page = picture.page
        uow.session.add(
            AssetPicture(
                version_id=drawn.version_id,
                number=page.number,
                width=page.width,
                height=page.height,
                blob=picture.blob,
                plate=picture.plate,
                text=page.text,
                lines=[list(astuple(line)) for line in page.lines] or None,
            )
        )
    uow.session.flush()
    uow.enqueue(JobKind.INDEX_ASSET, version.asset_id)
    return version
