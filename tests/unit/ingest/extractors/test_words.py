"""Text of files made fit to be stored: what programs leave in it is taken out or put together."""

from __future__ import annotations

import pytest

from contentlib.ingest.extractors.words import in_ranges, one_line, tidy


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("  two   spaces\u00a0here ", "two spaces here"),
        ("ﬁnal of\u00adfice\x00", "final office"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("bold \ud835\udc00 and a half \ud835", "bold 𝐀 and a half \ufffd"),
    ],
)
def test_text_is_tidied(given: str, tidied: str):
    assert tidy(given) == tidied
    tidy(given).encode()


def test_titles_are_one_line_and_pages_are_said_as_people_do():
    assert one_line("A title\nin two lines") == "A title in two lines"
    assert one_line("word " * 80) == "word " * 39 + "word…"
    assert in_ranges([3, 4, 5, 8, 11, 12]) == "3–5, 8 and 11–12"
