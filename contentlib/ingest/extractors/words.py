"""Text as files hold it, made fit to be read, searched and shown; where it came from is not known here."""

from __future__ import annotations

import re
import unicodedata

# What is kept of one file: 2,000 pages and 8 million characters are more than anyone reads.
MOST_PAGES = 2_000
MOST_CHARACTERS = 8_000_000

# Line ends of many kinds become the usual one; a soft hyphen joins the halves of a word; ligatures become letters.
_SIGNS: dict[int, str | None] = {
    **{ord(sign): unicodedata.normalize("NFKC", sign) for sign in "ﬀﬁﬂﬃﬄﬅﬆ"},
    **dict.fromkeys((n for n in (*range(0x20), 0x7F) if n not in {0x09, 0x0A}), None),
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
    0xA0: " ", 0xAD: None, 0xFEFF: None,
}  # fmt: skip
_SPACES = re.compile(r"[^\S\n]+")
# Halves of signs beyond the first 65,536, as readers of PDFs give them one by one.
_HALVES = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Give text line by line without control signs, double spaces and empty lines at its ends."""
    if _HALVES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str, most: int = 200) -> str:
    """Give a title: one line, cut between words."""
    line = " ".join(tidy(text).split())
    return line if len(line) <= most else line[: line.rfind(" ", 0, most) if " " in line[:most] else most] + "…"


def in_ranges(numbers: list[int]) -> str:
    """Say page numbers as people do: “3–5, 8 and 11”."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    said = [f"{first}–{last}" if first != last else f"{first}" for first, last in spans]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def name_pages(numbers: list[int]) -> str:
    """Name pages in a sentence: “page 3”, “pages 3–5 and 8”."""
    return f"page {numbers[0]}" if len(numbers) == 1 else f"pages {in_ranges(numbers)}"
