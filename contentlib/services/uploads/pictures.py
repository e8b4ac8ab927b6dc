"""Pages of uploaded files as pictures: PDFs and pictures as they are, Office files about so, by LibreOffice.

What cannot be drawn is a finding of its version; its page then shows a card with the first words.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contentlib.branding import brands
from contentlib.domain.documents import PagePicture
from contentlib.domain.errors import ContentlibError
from contentlib.domain.findings import Finding, Level, place_by_words
from contentlib.domain.uploads import UploadFormat
from contentlib.ingest import previews
from contentlib.sandbox.limits import MIB, Limits
from contentlib.services import documents
from contentlib.services.asset_pages import is_paged_as_drawn
from contentlib.services.documents import PICTURE_WIDTH, PLATE_WIDTH, DrawnPictures
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import uploads as upload_queries
from contentlib.storage.tables import AssetFile, AssetVersion

NO_PREVIEW = "no-preview"
# Signs that no font here holds, and how many of them a sentence shows.
BOXES, _SHOWN_SIGNS = "preview-signs", 8
# As many as a document of the library shows; nobody turns more pages here.
MOST_PAGES = 300
# Pages drawn in one child: enough to pay its start, few enough that a bad one costs little.
_BATCH = 20
# A runner holds a job for five minutes; what is not drawn by then stays undrawn.
_MOST_SECONDS = 200.0
# LibreOffice maps some gigabytes before it opens anything; a deck of 80 slides takes it 20 s.
_OFFICE = Limits(
    wall_seconds=120, cpu_seconds=110, memory_bytes=6000 * MIB, file_bytes=400 * MIB, open_files=1024,
    result_bytes=MIB,
)  # fmt: skip
_IN_OFFICE = frozenset({UploadFormat.PPTX, UploadFormat.DOCX})
_IMAGES = frozenset({UploadFormat.PNG, UploadFormat.JPEG})


@dataclass(frozen=True, kw_only=True)
class DrawnUpload:
    """The pictures of an uploaded version, and why there are none or not all."""

    drawn: DrawnPictures
    is_approximate: bool
    finding: Finding | None


def is_upload(reading: UnitOfWork, version_id: int) -> bool:
    """Tell whether a version was uploaded as a file."""
    return upload_queries.find_file(reading.session, version_id) is not None


@dataclass(frozen=True, kw_only=True)
class Office:
    """What draws Office files: LibreOffice's program, None where there is none, and the fonts that are shipped."""

    program: str | None
    fonts: Path


def prepare_pictures(reading: UnitOfWork, version_id: int, *, office: Office, scratch: Path) -> DrawnUpload | None:
    """Draw the pages of an uploaded version in an empty folder `scratch`; None when the version is gone."""
    version = queries.find_version(reading.session, version_id)
    if version is None or version.file is None:
        return None
    file = version.file
    pictures: list[PagePicture] = []
    finding = None
    try:
        path = reading.blobs.path(file.blob)
        if file.format in _IN_OFFICE:
            path, undrawn = _convert(reading, file, path, office, scratch)
            finding = _boxes(file, undrawn) if undrawn else None
        for batch in _draw(reading, file, path):
            pictures += batch
        if not pictures:
            finding = _no_preview(file, "nothing in it can be drawn.")
    except _NotDrawnError as refused:
        finding = _no_preview(file, str(refused))
    except ContentlibError as refused:
        what = f"pages from {len(pictures) + 1} on: " if pictures else ""
        finding = _no_preview(file, f"{what}{refused.message}")
    told = _with_words(version, pictures)
    drawn = documents.store_pictures(reading, version_id, told)
    return DrawnUpload(drawn=drawn, is_approximate=file.format in _IN_OFFICE, finding=finding)


def _with_words(version: AssetVersion, pictures: Sequence[PagePicture]) -> Iterator[PagePicture]:
    """Give pictures with the words of their pages: as the file has them, or where its pages are others as drawn."""
    if is_paged_as_drawn(version, range(len(pictures))):
        for picture in pictures:
            yield replace(picture, text="\n".join(line.text for line in picture.lines))
        return
    words = {page["number"]: page["text"] for page in version.pages}
    for picture in pictures:
        yield replace(picture, text=words.get(picture.number, ""))


class _NotDrawnError(Exception):
    """A reason, in words, why a file is not drawn at all."""


def _draw(reading: UnitOfWork, file: AssetFile, path: Path) -> Iterator[tuple[PagePicture, ...]]:
    if file.format in _IMAGES:
        yield (reading.printer.image_picture(path, width=PICTURE_WIDTH, plate_width=PLATE_WIDTH),)
        return
    ends_at = time.monotonic() + _MOST_SECONDS
    for first in range(1, MOST_PAGES, _BATCH):
        last = first + _BATCH - 1
        found = reading.printer.foreign_pictures(
            path, width=PICTURE_WIDTH, plate_width=PLATE_WIDTH, first=first, last=last
        )
        yield found
        if not found or time.monotonic() > ends_at:
            return


def _convert(reading: UnitOfWork, file: AssetFile, path: Path, office: Office, scratch: Path) -> tuple[Path, str]:
    """Give an Office file as a PDF, and the signs of it that stand as boxes there."""
    if office.program is None:
        raise _NotDrawnError("LibreOffice is not installed here, which draws Office files.")
    target, profile = scratch / "file.pdf", str(scratch.resolve() / "profile")
    try:
        undrawn: str = reading.sandbox.call(
            "contentlib.ingest.previews:convert",
            limits=_OFFICE,
            path=str(path),
            name=file.name,
            office=office.program,
            format=file.format,
            fonts=[str(folder.resolve()) for folder in (reading.printer.folder_of_brand(brands.DEFAULT), office.fonts)],
            profile=profile,
            target=str(target),
        )
    finally:
        previews.forget_socket(profile)
    return target, undrawn


def _boxes(file: AssetFile, undrawn: str) -> Finding:
    shown = " ".join(undrawn[:_SHOWN_SIGNS])
    more = f" and {len(undrawn) - _SHOWN_SIGNS} more" if len(undrawn) > _SHOWN_SIGNS else ""
    message = f"In its pictures these signs stand as boxes: {shown}{more}. The file itself has them."
    mend = "Install a font that holds them on the library's machine."
    return Finding(level=Level.NOTE, code=BOXES, message=message, mend=mend, path=file.name)


def _no_preview(file: AssetFile, why: str) -> Finding:
    return Finding(level=Level.NOTE, code=NO_PREVIEW, message=f"No preview: {why}", path=file.name)


def record_pictures(uow: UnitOfWork, drawn: DrawnUpload) -> None:
    """Keep the pictures of an uploaded version, and what kept others from being drawn among its findings."""
    version: AssetVersion | None = documents.keep_pictures(uow, drawn.drawn)
    file = upload_queries.find_file(uow.session, drawn.drawn.version_id)
    if version is None or file is None:
        return
    file.is_approximate = drawn.is_approximate
    kept = [finding for finding in version.findings if finding["code"] not in {NO_PREVIEW, BOXES}]
    shown = {picture.page.number: picture.page.text for picture in drawn.drawn.pictures}
    if shown and file.format is UploadFormat.DOCX:  # its pages are those that were drawn
        kept = [place_by_words(Finding.from_dict(finding), shown).as_dict() for finding in kept]
    told = [drawn.finding.as_dict()] if drawn.finding is not None else []
    if kept + told != version.findings:
        version.findings = kept + told
