"""Names of files as people see them, titles made of them, and kinds that are guessed."""

from __future__ import annotations

import pytest

from contentlib.domain.uploads import (
    ExtractedFile,
    ExtractedPage,
    UploadFormat,
    clean_name,
    guess_kind,
    title_from_name,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Plan.pdf", "Plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\rita\\Plan.pdf", "Plan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\nc.pdf", "a b c.pdf"),
        ("e\u0301t\u00e9.pdf", "été.pdf"),
        ("", "file"),
        ("\u200f", "file"),
        ("x" * 300 + ".pdf", "x" * 195 + "….pdf"),
        ("y" * 300, "y" * 200),
        ("bad\udcff.pdf", "bad?.pdf"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(given: str, shown: str):
    assert clean_name(given) == shown
    assert len(clean_name(given)) <= 200


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Spring_deck-2026.pptx", "Spring deck 2026"),
        ("what-a-stop-costs.pdf", "What a stop costs"),
        ("Plan - final.docx", "Plan - final"),
        ("README", "README"),
        (".pdf", ".pdf"),
    ],
)
def test_a_title_is_the_name_made_readable(name: str, title: str):
    assert title_from_name(name) == title


def read(format_: UploadFormat, pages: int, width: int = 210, height: int = 297) -> ExtractedFile:
    found = tuple(ExtractedPage(number=n, title="", text="") for n in range(1, pages + 1))
    return ExtractedFile(format=format_, pages=found, facts={"width_mm": width, "height_mm": height})


@pytest.mark.parametrize(
    ("name", "found", "kind"),
    [
        ("Orrin case study.pdf", read(UploadFormat.PDF, 1), "case-study"),
        ("battle-card Fixpoint.pptx", read(UploadFormat.PPTX, 1), "battlecard"),
        ("Mutual NDA.docx", read(UploadFormat.DOCX, 6), "nda"),
        ("Agenda.pptx", read(UploadFormat.PPTX, 9), "deck"),
        ("Tour.pdf", read(UploadFormat.PDF, 9, width=338, height=190), "deck"),
        ("Tour.pdf", read(UploadFormat.PDF, 2), "one-sheeter"),
        ("Panda.pdf", read(UploadFormat.PDF, 9), "case-study"),
    ],
)
def test_a_kind_is_guessed_from_the_name_then_the_shape(name: str, found: ExtractedFile, kind: str):
    assert guess_kind(found, name) == kind
