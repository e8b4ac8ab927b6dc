"""The pages of an asset as people turn them: drawn ones, and of an upload also those that are shown by their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from contentlib.domain.assets import FileLine, PagePlace
from contentlib.domain.uploads import FORMAT_LABELS, UploadFormat
from contentlib.storage.queries.listing import FoundVersion
from contentlib.storage.tables import AssetPicture, AssetVersion

Pictures = Mapping[int, AssetPicture]

_PORTRAIT, _SLIDE = (210, 297), (1600, 900)
# A file may claim any size; what is longer than this cannot be shown in a list.
_LONGEST = 3.0


def proportions_of(version: AssetVersion | FoundVersion | None, *, is_deck: bool) -> tuple[int, int]:
    """Give width and height that a version's pages have to each other: as its file says, else as its kind has them."""
    usual = _SLIDE if is_deck else _PORTRAIT
    if version is None or version.file is None:
        return usual
    width, height = (round(10 * float(version.file.facts.get(side, 0))) for side in ("width_mm", "height_mm"))
    is_told = width > 0 < height and max(width, height) <= _LONGEST * min(width, height)
    return (width, height) if is_told else usual


def accent_of(version: AssetVersion | FoundVersion | None) -> str | None:
    """Give the first accent of the theme of an uploaded file."""
    return version.file.facts.get("accent") if version is not None and version.file is not None else None


def is_paged_as_drawn(version: AssetVersion | FoundVersion | None, pictures: Collection[int]) -> bool:
    """Tell whether a version's pages end where the program that drew them ended them, as those of Word files do.

    What such a file says of its own pages then fits no picture.
    """
    file = version.file if version is not None else None
    return file is not None and file.format is UploadFormat.DOCX and bool(pictures)


def list_pages(version: AssetVersion | None, pictures: Pictures, *, is_deck: bool) -> tuple[PagePlace, ...]:
    """List the pages of a version, loaded with its file; slides and the pages of uploads have titles."""
    if version is None:
        return ()
    uploaded = version.pages if version.file is not None and not is_paged_as_drawn(version, pictures) else []
    titles = {page["number"]: page["title"] for page in version.pages} if uploaded or is_deck else {}
    drawn = tuple(
        PagePlace(
            number=number,
            title=titles.get(number, ""),
            blob=picture.blob,
            width=picture.width,
            height=picture.height,
            text=picture.text,
        )
        for number, picture in sorted(pictures.items())
    )
    (width, height), accent = proportions_of(version, is_deck=is_deck), accent_of(version)
    told = tuple(
        PagePlace(
            number=page["number"],
            title=page["title"],
            blob=None,
            width=width,
            height=height,
            text=page["text"],
            accent=accent,
        )
        for page in uploaded
        if page["number"] not in pictures
    )
    return tuple(sorted((*drawn, *told), key=lambda page: page.number))


def count_pages(version: AssetVersion | FoundVersion | None, pictures: Collection[int]) -> int:
    """Count what `list_pages` lists, by the numbers of the pages that have pictures."""
    if version is None or version.file is None or is_paged_as_drawn(version, pictures):
        return len(pictures)
    return len({page["number"] for page in version.pages} | set(pictures))


def describe_file(version: AssetVersion | None, pictures: Pictures) -> FileLine | None:
    """Tell of the file that a version was uploaded as; None when it was not."""
    if version is None or version.file is None:
        return None
    return FileLine(
        name=version.file.name,
        format_label=FORMAT_LABELS[version.file.format],
        size=version.file.size,
        is_approximate=version.file.is_approximate,
        is_drawn=bool(pictures),
    )
