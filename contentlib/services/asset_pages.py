"""The pages of an asset as people turn them: drawn ones, and of an upload also those that are shown by their words."""

from __future__ import annotations

from collections.abc import Mapping

from contentlib.domain.assets import FileLine, PagePlace
from contentlib.domain.uploads import FORMAT_LABELS
from contentlib.storage.tables import AssetPicture, AssetVersion

Pictures = Mapping[int, AssetPicture]


def list_pages(version: AssetVersion | None, pictures: Pictures, *, is_deck: bool) -> tuple[PagePlace, ...]:
    """List the pages of a version, loaded with its file; slides and the pages of uploads have titles."""
    if version is None:
        return ()
    uploaded = version.pages if version.file is not None else []
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
    told = tuple(
        PagePlace(number=page["number"], title=page["title"], blob=None, width=0, height=0, text=page["text"])
        for page in uploaded
        if page["number"] not in pictures
    )
    return tuple(sorted((*drawn, *told), key=lambda page: page.number))


def count_pages(version: AssetVersion | None, pictures: Pictures) -> int:
    """Count what `list_pages` lists."""
    told = {page["number"] for page in version.pages} if version is not None and version.file is not None else set()
    return len(told | set(pictures))


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
