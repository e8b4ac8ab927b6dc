"""What a file from outside is and what was read from it; it opens no file."""

from __future__ import annotations

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
    width_mm, height_mm, links, hidden (page numbers), comments, and for pictures width_px and height_px.
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
