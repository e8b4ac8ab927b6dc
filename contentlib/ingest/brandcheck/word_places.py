"""Where something stands in a Word file: on which page, where the file says it, else under which heading.

Only Word writes into a file where its pages ended when it was last seen; what other programs write has pages once it is
drawn. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from contentlib.ingest.extractors.docx import W, is_heading

_SAVED = f"{W}lastRenderedPageBreak"
_TEXT, _PARAGRAPH = f"{W}t", f"{W}p"


def knows_pages(root: etree._Element) -> bool:
    """Tell whether a file says where its pages ended."""
    return next(root.iter(_SAVED), None) is not None


def paged(root: etree._Element, *tags: str) -> Iterator[tuple[int, etree._Element]]:
    """Give a part's elements of some tags, each with its page, counted as the words are: an empty page is none."""
    page, has_words = 1, False
    for element in root.iter(*{*tags, _TEXT, _SAVED}):
        if element.tag == _SAVED:
            page, has_words = page + has_words, False
            continue
        has_words = has_words or (element.tag == _TEXT and bool((element.text or "").strip()))
        if element.tag in tags:
            yield page, element


def sections(root: etree._Element, styles: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Part a document at its headings: (heading, words), the first without one; `styles` are names of styles by id."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for paragraph in root.iter(_PARAGRAPH):
        words = "".join(text.text or "" for text in paragraph.iter(_TEXT))
        if words.strip() and is_heading(paragraph, styles):
            found.append((" ".join(words.split())[:80], []))
        found[-1][1].append(words)
    return tuple((heading, "\n".join(words)) for heading, words in found)
