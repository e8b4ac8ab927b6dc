"""An outreach e-mail written out: its open words filled in, as HTML for mail programs and as plain text.

Nothing is sent or kept here, and a message holds no picture, no script and no address but those its author wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from lxml import html as lxml_html
from lxml.html import HtmlElement

from contentlib.branding.parts import Brand
from contentlib.domain.documents import RepContact
from contentlib.markup import convert, emails
from contentlib.markup.dialect import Body

CHECKS = ("Number of words", "One thing asked for", "Greeting and company named", "No sample text left", "Phrases",
          "No picture, script or foreign address")  # fmt: skip
# Mail programs know no style sheets; what a paragraph looks like is said at each.
_STYLES = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding:0 0 0 22px",
    "ol": "margin:0 0 16px;padding:0 0 0 22px",
    "li": "margin:0 0 6px",
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The words of one e-mail; `html` holds its paragraphs without signature, `body` the words that are counted.

    `plain` is the body for programs that show no HTML, with the addresses that its links lead to.
    """

    subject: str
    html: str
    body: str
    plain: str


def write(body: Body, subject: str, texts: Mapping[str, str], brand: Brand) -> Letter:
    """Fill in an e-mail's words; what is open stays marked."""
    trees = [lxml_html.fragment_fromstring(section.html, create_parent="div") for section in body.sections]
    for tree in trees:
        fill_in(tree, texts)
    paragraphs = [paragraph for tree in trees for paragraph in _paragraphs(tree)]
    plain = [paragraph for tree in trees for paragraph in _paragraphs(_with_addresses(tree))]
    for tree in trees:
        _dress(tree, brand)
    return Letter(
        subject=fill_in_line(subject, texts),
        html="".join(convert.inner_html(section) for tree in trees for section in tree),
        body="\n\n".join(paragraphs),
        plain="\n\n".join(plain),
    )


def fill_in(tree: HtmlElement, texts: Mapping[str, str]) -> None:
    """Put values in the place of the marks that name their fields; they are text and stay it."""
    for mark in list(tree.iter("mark")):
        value = texts.get(emails.field_of(mark.text or ""))
        if value:
            mark.text = _without_double_end(value, mark.tail or "")
            mark.drop_tag()


def _without_double_end(value: str, following: str) -> str:
    """Leave out the comma or stop that was typed where the text has one: a greeting is typed as letters begin."""
    return value[:-1].rstrip() if value[-1] in ",.;:" and following.startswith(value[-1]) else value


def fill_in_line(line: str, texts: Mapping[str, str]) -> str:
    """Fill in one line of text; what is open stays as its words between brackets."""
    return emails.PLACEHOLDER.sub(lambda found: texts.get(emails.field_of(found[1])) or f"[{found[1]}]", line)


def sign(words: str, rep: RepContact | None, brand: Brand) -> str:
    """Put the sender's name and the company's under the words of a message without HTML."""
    lines = [rep.name, rep.title, brand.full_name, rep.phone, rep.email] if rep else [brand.full_name]
    return f"{words}\n" + "\n".join(line for line in lines if line) + "\n"


def wrap(message: str, *, subject: str, language: str) -> str:
    """Make a whole HTML message of what a template wrote."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f'</head><body style="margin:0;padding:0">{message}</body></html>\n'
    )


def _paragraphs(tree: HtmlElement) -> list[str]:
    """Give a tree's text as mail programs without HTML show it."""
    found = []
    for block in (child for section in tree for child in section):
        if block.tag in {"ul", "ol"}:
            found.append("\n".join(_items(block)))
        elif words := " ".join(_with_brackets(block).split()):
            found.append(words)
    return found


def _items(block: HtmlElement, indent: str = "") -> Iterator[str]:
    """Give the lines of a list as text shows it: numbered where it is, and what is within an item below it."""
    first = int(block.get("start") or 1)
    for number, item in enumerate(block.iterchildren("li"), start=first):
        own = copy.deepcopy(item)
        for inner in list(own.iter("ul", "ol")):
            inner.drop_tree()
        sign = f"{number}." if block.tag == "ol" else "-"
        yield f"{indent}{sign} {' '.join(_with_brackets(own).split())}"
        for each in item.iterchildren("ul", "ol"):
            yield from _items(each, indent + "  ")


def _with_addresses(tree: HtmlElement) -> HtmlElement:
    """Give a copy of a tree in which each link is followed by where it leads, unless its words say so."""
    copied = copy.deepcopy(tree)
    for link in copied.iter("a"):
        address = str(link.get("href") or "").removeprefix("mailto:")
        shown = address.removeprefix("https://").rstrip("/")
        if shown and not address.startswith("#") and shown not in link.text_content():
            link.tail = f" ({address}){link.tail or ''}"
    return copied


def _with_brackets(block: HtmlElement) -> str:
    for mark in block.iter("mark"):
        mark.text = f"[{mark.text}]"
    words: str = block.text_content()
    for mark in block.iter("mark"):
        mark.text = (mark.text or "")[1:-1]
    return words


def _dress(tree: HtmlElement, brand: Brand) -> None:
    for element in tree.iter():
        if style := _STYLES.get(str(element.tag)):
            element.set("style", style)
            if element.tag in {"p", "li"}:  # a greeting may be in another script than the rest
                element.set("dir", "auto")
        elif element.tag == "a":
            element.set("style", f"color:{brand.colour('primary')}")
