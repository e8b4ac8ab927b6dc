"""The words of converted Markdown without its marks, for search and counting; it judges nothing."""

from __future__ import annotations

import re

import markdown
from lxml import html as lxml_html
from lxml.html import HtmlElement

from contentlib.markup.normalise import settle_fences

_UNSPACED = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# Thai, Lao, Burmese and Khmer, whose signs stand for less than a syllable.
_LONGER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
# Elements that end a line of reading; between others the words run on.
_BREAKS = frozenset(
    {
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "blockquote",
        "figcaption",
        "pre",
        "div",
        "br",
        "hr",
    }
)


def of_tree(root: HtmlElement) -> str:
    """Give the text of a tree, one line per paragraph, item or cell, alternative texts of pictures included."""
    parts: list[str] = []

    def walk(element: HtmlElement) -> None:
        if not isinstance(element.tag, str):
            return
        if element.tag == "img":
            parts.append(f"\n{element.get('alt', '')}\n")
        parts.append(element.text or "")
        for child in element:
            walk(child)
            parts.append(child.tail or "")
        if element.tag in _BREAKS:
            parts.append("\n")

    walk(root)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def sections_of(text: str) -> list[tuple[str, str]]:
    """Give the (heading, words) of Markdown of any source, a section for each heading of the first two levels."""
    settled = "\n".join(settle_fences(text.split("\n")))
    made = markdown.markdown(settled, extensions=["tables", "fenced_code", "sane_lists"])
    sections: list[tuple[str, list[str]]] = [("", [])]
    for child in lxml_html.fragment_fromstring(made, create_parent="div"):
        words = of_tree(child)
        if child.tag in {"h1", "h2"}:
            sections.append((words, []))
        sections[-1][1].append(words)
    return [(title, "\n".join(parts)) for title, parts in sections if any(parts)]


def count_words(text: str) -> int:
    """Count words as a reader would: runs of characters that hold a letter or a digit.

    Some scripts leave no space between words: of Chinese and Japanese two signs are taken for one, of Thai and its
    neighbours five.
    """
    counted, rest = 0, text
    for script, signs in ((_UNSPACED, 2), (_LONGER, 5)):
        counted += sum(-(-len(run) // signs) for run in script.findall(rest))
        rest = script.sub(" ", rest)
    return counted + sum(1 for word in rest.split() if any(map(str.isalnum, word)))
