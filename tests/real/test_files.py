"""Presentations, documents and PDFs of others: all come in, page by page, and can be held against a brand."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from contentlib.domain.assets import AssetStatus
from contentlib.domain.findings import Level
from contentlib.domain.people import OPERATOR
from contentlib.domain.search import Facet
from contentlib.domain.uploads import ExtractedFile, UploadStatus
from contentlib.jobs import runner
from contentlib.library import Library
from contentlib.services import brand, search, uploads

# Their text is there for the eye alone: the file does not say which letters it draws.
UNREADABLE = {"Fujitsu-Education.pdf"}
LIMIT_MB = 200


@pytest.fixture(scope="module")
def listed(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "files" / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        return list(csv.DictReader(manifest))


@pytest.fixture(scope="module")
def extracted(library: Library, real_data: Path, listed: list[dict[str, str]]) -> dict[str, ExtractedFile]:
    started = time.perf_counter()
    with library.read(OPERATOR) as reading:
        found = {
            row["file"]: uploads.extract(reading, real_data / "files" / row["file"], limit_mb=LIMIT_MB)
            for row in listed
        }
    print(f"{len(found)} files read in {time.perf_counter() - started:.1f} s")
    return found


def test_every_file_comes_in_in_its_own_format(extracted: dict[str, ExtractedFile], listed: list[dict[str, str]]):
    assert {name: file.format.value for name, file in extracted.items()} == {row["file"]: row["ext"] for row in listed}
    assert not [f for file in extracted.values() for f in file.findings if f.level is Level.ERROR]


def test_pages_and_slides_are_all_there(extracted: dict[str, ExtractedFile], listed: list[dict[str, str]]):
    paged = {row["file"]: int(row["pages_slides_or_paragraphs"]) for row in listed if row["ext"] != "docx"}
    assert {name: len(extracted[name].pages) for name in paged} == paged


def test_no_less_text_than_others_read(extracted: dict[str, ExtractedFile], listed: list[dict[str, str]]):
    """Spaces do not count; the manifest's reader sees no drawings, boxes or notes, ours no repeated page numbers."""
    for row in listed:
        file = extracted[row["file"]]
        mine = sum(len("".join(page.text.split())) for page in file.pages)
        if row["file"] in UNREADABLE:
            assert (mine, [finding.code for finding in file.findings]) == (0, ["unreadable-text"])
        else:
            assert mine >= 0.5 * int(row["characters"]), row["file"]


def test_every_file_can_be_held_against_the_brand(library: Library, real_data: Path, listed: list[dict[str, str]]):
    with library.read(OPERATOR) as reading:
        for row in listed:
            found = brand.check(reading, real_data / "files" / row["file"], limit_mb=LIMIT_MB)
            assert all(finding.path == row["file"] and finding.message for finding in found)
            assert any(finding.code == "font" for finding in found), row["file"]


def test_every_file_becomes_a_draft_that_is_found_by_its_words(
    library: Library, real_data: Path, listed: list[dict[str, str]], extracted: dict[str, ExtractedFile]
):
    started = time.perf_counter()
    answers = {row["file"]: library.add_upload(OPERATOR, file=real_data / "files" / row["file"])[0] for row in listed}
    print(f"{len(answers)} files added in {time.perf_counter() - started:.1f} s")
    assert {answer.status for answer in answers.values()} == {UploadStatus.ADDED}
    runner.drain(library)
    drafts = {Facet.STATUS: [AssetStatus.DRAFT.value]}
    with library.read(OPERATOR) as reading:
        for name, answer in answers.items():
            words = [word for page in extracted[name].pages for word in page.text.split() if word.isalpha()][:8]
            found = search.find(reading, text=" ".join(words), filters=drafts, limit=20) if words else None
            assert found is None or answer.asset in {hit.slug for hit in found.hits}, name
    folder = library.settings.data
    assert not [*folder.rglob(".new-*"), *folder.glob(".passing-*")]
