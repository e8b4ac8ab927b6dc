"""What a file from outside is, what was read from it and what became of it; it opens no file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contentlib.domain.findings import Finding


class UploadFormat(StrEnum):
    """The formats that are taken in, told by what a file holds and never by its name alone."""

    PDF = "pdf"
    PPTX = "pptx"
    DOCX = "docx"
    MARKDOWN = "markdown"
    PNG = "png"
    JPEG = "jpeg"
    ZIP = "zip"


FORMAT_LABELS = {
    UploadFormat.PDF: "PDF",
    UploadFormat.PPTX: "PowerPoint presentation",
    UploadFormat.DOCX: "Word document",
    UploadFormat.MARKDOWN: "Markdown text",
    UploadFormat.PNG: "PNG picture",
    UploadFormat.JPEG: "JPEG picture",
    UploadFormat.ZIP: "ZIP archive",
}

MEDIA_TYPES = {
    UploadFormat.PDF: "application/pdf",
    UploadFormat.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    UploadFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    UploadFormat.MARKDOWN: "text/markdown; charset=utf-8",
    UploadFormat.PNG: "image/png",
    UploadFormat.JPEG: "image/jpeg",
    UploadFormat.ZIP: "application/zip",
}

# The endings that files of a format bear; the first is the usual one.
ENDINGS = {
    UploadFormat.PDF: (".pdf",),
    UploadFormat.PPTX: (".pptx", ".ppsx", ".potx"),
    UploadFormat.DOCX: (".docx", ".dotx"),
    UploadFormat.MARKDOWN: (".md", ".markdown"),
    UploadFormat.PNG: (".png",),
    UploadFormat.JPEG: (".jpg", ".jpeg"),
    UploadFormat.ZIP: (".zip",),
}


@dataclass(frozen=True, kw_only=True)
class ExtractedPage:
    """The words of one page or slide; `notes` are speaker notes and comments, which customers never see."""

    number: int
    title: str
    text: str
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtractedFile:
    """What a file holds: its pages in order, what it says of itself, and what a person should know of it.

    `facts` are plain values that apply: title, author, language, created_at, modified_at (ISO 8601), application,
    width_mm, height_mm, accent (the theme's, #RRGGBB), links, hidden (page numbers), comments, and for pictures
    width_px and height_px.
    """

    format: UploadFormat
    pages: tuple[ExtractedPage, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BrandProposal:
    """Something an approved file uses and the brand does not know; `what` is “font” or “colour”.

    `share` is its share of the letters or of the uses of colour, 0 to 1; `nearest` what the brand has instead;
    `pages` on how many pages it stands.
    """

    what: str
    value: str
    share: float
    nearest: str | None
    pages: int


# What a person says of a file beside it: the keys of front matter, with a text or a list of texts each.
Said = Mapping[str, str | Sequence[str]]


class UploadStatus(StrEnum):
    """What became of a file: an asset's version, nothing because an asset has it already, or nothing at all."""

    ADDED = "added"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class AddedFile:
    """What became of one file; `asset` is the slug of the asset that has it now, `reason` why it was not added.

    `within` is the archive that it came in, with its folder there. `entry` is the deed by which a next version can be
    taken back.
    """

    name: str
    status: UploadStatus
    asset: str | None = None
    version: int | None = None
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    entry: int | None = field(default=None, compare=False)
    within: str = ""

    @property
    def told_name(self) -> str:
        """Say which file it is: by its name, and by what it came in."""
        return f"{self.name} in {self.within}" if self.within else self.name

    def as_dict(self) -> dict[str, Any]:
        """Give it as answers have it."""
        return {
            "name": self.name,
            **({"within": self.within} if self.within else {}),
            "status": self.status.value,
            "asset": self.asset,
            "version": self.version,
            "reason": self.reason or None,
            "findings": [finding.as_dict() for finding in self.findings],
        }


@dataclass(frozen=True, kw_only=True)
class ArchiveMember:
    """A file in an archive: the path it has there, and where it was unpacked, or why it was not."""

    name: str
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class UnpackedArchive:
    """What an archive holds, in the order of names; `tables` are the CSV files that say something of the others."""

    members: tuple[ArchiveMember, ...]
    tables: tuple[ArchiveMember, ...]


@dataclass(frozen=True, kw_only=True)
class TagTable:
    """What a table says of files: by the name it has for each, with the line; `faults` are (line, why)."""

    rows: Mapping[str, tuple[int, dict[str, str | list[str]]]]
    faults: tuple[tuple[int, str], ...] = ()


_LONGEST_NAME = 200
# Signs that turn the direction of writing let “gpj.exe” be read as “exe.jpg”.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_name(name: str) -> str:
    """Give a file's own name, fit to be shown and stored: without folders and unprintable signs, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _TURNING.sub("", unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode()))
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split()) or "file"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= _LONGEST_NAME:
        return shown
    return f"{stem[: _LONGEST_NAME - len(ending) - 2]}…{dot}{ending}" if len(ending) < 10 else shown[:_LONGEST_NAME]


def clean_folder(archive: str, member: str) -> str:
    """Name what a file of an archive came in: the archive, with the folder in it, both fit to be shown and stored."""
    folders = [part for part in re.split(r"[/\\\\]", member)[:-1] if part not in {"", ".", ".."}]
    named = "/".join((archive, *map(clean_name, folders)))
    return named if len(named) <= _LONGEST_NAME else archive


def title_from_name(name: str) -> str:
    """Make a title of a file's name: without its ending, marks between words as spaces."""
    stem = name.rpartition(".")[0] or name
    words = " ".join(re.sub(r"[_+]+|(?<=\w)-+(?=\w)", " ", stem).split())
    return words[:1].upper() + words[1:] if words else name
