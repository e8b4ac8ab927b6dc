"""What of a file the brand has a say in, the same for every format; whether it is right is not judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contentlib.domain.uploads import ExtractedFile, UploadFormat


@dataclass(frozen=True, kw_only=True)
class TextRun:
    """Text in one look: `font` as the file names it, `size` in points, `colour` #RRGGBB; None where it is not told.

    `ground` is the plain colour that it stands on, None where that is a picture or not known.
    """

    page: int
    text: str
    font: str | None
    size: float | None = None
    colour: str | None = None
    ground: str | None = None
    is_title: bool = False


@dataclass(frozen=True, kw_only=True)
class Area:
    """A plain colour that something is filled or drawn with."""

    page: int
    colour: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as it is placed: its bytes, and the width by height that the whole of it has there, 0 if not told.

    `is_recoloured` says that it is shown in other colours than it has.
    """

    page: int
    data: bytes = field(repr=False)
    ratio: float = 0.0
    is_recoloured: bool = False


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """Everything that the rules look at; page size in mm, `texts` are the words of each page.

    `sections` are (heading, words) of a file that does not say where its pages end: what is told of pages is then not.
    """

    format: UploadFormat
    runs: tuple[TextRun, ...]
    areas: tuple[Area, ...]
    pictures: tuple[Picture, ...]
    texts: Mapping[int, str]
    width_mm: float = 0.0
    height_mm: float = 0.0
    sections: tuple[tuple[str, str], ...] = ()


def gather(
    extracted: ExtractedFile, runs: Iterable[TextRun], areas: Iterable[Area], pictures: Iterable[Picture]
) -> FileFacts:
    """Put what was read of a file's look together with its words and page size."""
    return FileFacts(
        format=extracted.format,
        runs=tuple(runs),
        areas=tuple(areas),
        pictures=tuple(pictures),
        texts={page.number: page.text for page in extracted.pages},
        width_mm=float(extracted.facts.get("width_mm", 0)),
        height_mm=float(extracted.facts.get("height_mm", 0)),
    )
