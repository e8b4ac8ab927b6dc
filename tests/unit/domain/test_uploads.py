"""Names of files as people see them, titles made of them."""

from __future__ import annotations

import pytest

from contentlib.domain.uploads import (
    clean_folder,
    clean_name,
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


def test_a_file_of_an_archive_is_named_with_its_folder_there():
    assert clean_folder("Spring.zip", "one.pptx") == "Spring.zip"
    assert clean_folder("Spring.zip", "decks/EM\u202eEA\\..//one.pptx") == "Spring.zip/decks/EMEA"
    assert clean_folder("Spring.zip", "x" * 300 + "/one.pptx") == "Spring.zip"


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
