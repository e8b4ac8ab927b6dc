"""The check of one file, whole: facts by its format, then the rules; what follows from it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from contentlib.branding.parts import Brand
from contentlib.domain.errors import FileRefusedError
from contentlib.domain.findings import Finding, Level, place_by_headings
from contentlib.domain.uploads import FORMAT_LABELS, BrandProposal, ExtractedFile, UploadFormat
from contentlib.ingest import sniffing
from contentlib.ingest.brandcheck import docx, logos, pdf, pptx, rules
from contentlib.ingest.brandcheck.facts import FileFacts
from contentlib.ingest.extractors import EXTRACTORS, left_in

READERS: Mapping[UploadFormat, Callable[[Path, str, ExtractedFile | None], FileFacts]] = {
    UploadFormat.PPTX: pptx.read,
    UploadFormat.DOCX: docx.read,
    UploadFormat.PDF: pdf.read,
}
_CHECKED = "Presentations (.pptx), Word documents (.docx) and PDFs are checked."
# What is used for less than these shares of a file is no habit worth proposing.
_FONT_SHARE, _COLOUR_SHARE = 0.02, 0.01


def check(
    path: str, name: str, *, brand: Brand, logo_pictures: Mapping[str, bytes], old: Mapping[str, bytes], on: date,
    kind: str | None = None, extracted: ExtractedFile | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """Hold the file at `path` against a brand; raises FileRefusedError for what has no look.

    `extracted` are its words, where they have been read already.
    """
    format_, words = _words(Path(path), name, extracted)
    facts = READERS[format_](Path(path), name, words)
    found = [
        *logos.check(facts.pictures, logo_pictures, old, brand.palette),
        *rules.check(facts, brand, kind=kind, on=on),
        # Whoever read the words before has told it already.
        *(finding for finding in words.findings if extracted is None and finding.code in left_in.CODES),
    ]
    if facts.format is UploadFormat.PDF and not facts.runs:
        message = "Its text was drawn as outlines or scanned, so fonts and words cannot be checked."
        found.append(Finding(level=Level.NOTE, code="outlined", message=message))
    if facts.sections:
        found = [place_by_headings(finding, facts.sections) for finding in found]
    return rules.with_path(found, name)


def learn(path: str, name: str, *, brand: Brand, on: date) -> tuple[BrandProposal, ...]:
    """Propose what an approved file uses and the brand lacks: fonts by share of letters, colours by share of uses.

    What is accepted on a day already is not proposed again.
    """
    format_, words = _words(Path(path), name)
    facts = READERS[format_](Path(path), name, words)
    return (*_fonts(facts, brand, on), *_colours(facts, brand, on))


def _words(path: Path, name: str, extracted: ExtractedFile | None = None) -> tuple[UploadFormat, ExtractedFile]:
    format_ = extracted.format if extracted is not None else _sniff(path, name)
    if format_ not in READERS:
        raise FileRefusedError(f"“{name}” is a {FORMAT_LABELS[format_]}. {_CHECKED}")
    return format_, extracted or EXTRACTORS[format_](path, name)


def _sniff(path: Path, name: str) -> UploadFormat:
    """Tell the format of a file; what is refused for its format is told which are checked, not which are taken in."""
    try:
        return sniffing.sniff(path, name)[0]
    except FileRefusedError as refused:
        if path.stat().st_size == 0 or sniffing.may_be_paper(path):
            raise
        what, stop, _ = refused.message.removeprefix(f"“{name}”").partition(". ")
        raise FileRefusedError(f"“{name}”{what}{stop}{_CHECKED}") from None


def _fonts(facts: FileFacts, brand: Brand, on: date) -> list[BrandProposal]:
    known = {rules.family_of(family.name) for family in brand.fonts}
    faces: dict[str, dict[str, int]] = {}
    pages: dict[str, set[int]] = {}
    for run in facts.runs:
        if run.font:
            family = rules.family_of(run.font)
            letters = faces.setdefault(family, {})
            letters[run.font] = letters.get(run.font, 0) + len(run.text)
            pages.setdefault(family, set()).add(run.page)
    counts = {family: sum(letters.values()) for family, letters in faces.items()}
    whole = sum(counts.values()) or 1
    return [
        BrandProposal(
            what="font",
            value=min(faces[family], key=len),  # “Arial-BoldMT” is a face of “ArialMT”
            share=round(count / whole, 3),
            nearest=brand.text.family,
            pages=len(pages[family]),
        )
        for family, count in sorted(counts.items(), key=lambda pair: -pair[1])
        if family not in known and count / whole >= _FONT_SHARE and rules.accepted_font(family, brand, on) is None
    ]


def _colours(facts: FileFacts, brand: Brand, on: date) -> list[BrandProposal]:
    uses: dict[str, int] = {}
    pages: dict[str, set[int]] = {}
    for page, colour in [(r.page, r.colour) for r in facts.runs] + [(a.page, a.colour) for a in facts.areas]:
        if colour:
            uses[colour] = uses.get(colour, 0) + 1
            pages.setdefault(colour, set()).add(page)
    whole = sum(uses.values()) or 1
    return [
        BrandProposal(
            what="colour",
            value=colour,
            share=round(count / whole, 3),
            nearest=rules.nearest_colour(colour, brand.palette.values())[0],
            pages=len(pages[colour]),
        )
        for colour, count in sorted(uses.items(), key=lambda pair: -pair[1])
        if count / whole >= _COLOUR_SHARE
        and not rules.is_accepted(colour, brand.palette.values(), brand.colour_tolerance)
        and rules.legacy_colour(colour, brand, on) is None
    ]
