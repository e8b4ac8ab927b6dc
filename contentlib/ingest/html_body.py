"""HTML to Markdown of the library's dialect: headings, lists, tables, quotations, links, pictures; nothing else stays.

It decides how a body reads, never what is kept of it: that the layout says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from bs4.exceptions import ParserRejectedMarkup
from markdownify import MarkdownConverter

from contentlib.domain.findings import Level
from contentlib.ingest.pictures import Shelf

_ALWAYS_DROPPED = ("script", "style", "noscript", "template", "head", "nav", "form", "button", "select", "textarea")
_EMBEDDED = ("iframe", "video", "audio", "object", "embed")
_LINE_START = re.compile(r"^([ \t]*)([-+#>])(?=\s)", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d{1,4})\.(?=\s)", re.MULTILINE)


def parse(html: str) -> BeautifulSoup:
    """Parse HTML of any quality; a declaration that is none falls away."""
    try:
        return BeautifulSoup(html, "html.parser")
    except ParserRejectedMarkup:
        return BeautifulSoup(html.replace("<!", "&lt;!"), "html.parser")


def is_selector(text: str) -> bool:
    """Tell whether a text is a CSS selector."""
    try:
        parse("").select(text)
    except Exception:  # the selector library has no one error that all of its own share
        return False
    return bool(text.strip())


def select(soup: BeautifulSoup, selector: str, after: Sequence[str]) -> str:
    """Give the words of the first element that a selector meets, or what follows one of the labels in it."""
    element = soup.select_one(selector)
    if element is None:
        return ""
    if not after:
        return _words(element)
    for text in element.find_all(string=True):
        if isinstance(text, Comment) or not any(str(text).strip(" :\n\t\xa0").endswith(label) for label in after):
            continue
        follower = text.find_next(lambda tag: isinstance(tag, Tag) and tag.name in {"b", "strong", "dd", "td", "span"})
        if follower is not None and element in follower.parents:
            return _words(follower)
    return ""


def _words(element: Any) -> str:
    return " ".join(element.get_text(" ").replace("\xa0", " ").split())


def first_heading(soup: BeautifulSoup, level: int) -> str:
    """Give the words of the first heading of a level."""
    heading = soup.find(f"h{level}")
    return _words(heading) if heading is not None else ""


def to_markdown(html: str, shelf: Shelf, *, drop: Sequence[str] = (), is_escaped: bool = True) -> str:
    """Write HTML as Markdown without the elements that `drop` selects.

    Without `is_escaped` the text between tags is Markdown already and stays as it is.
    """
    soup = parse(html)
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for selector in (*_ALWAYS_DROPPED, *drop):
        for element in soup.select(selector):
            for picture in element.select("img[src]"):  # dropped too, but not in silence
                shelf.picture(str(picture["src"]), str(picture.get("alt") or ""))
            element.decompose()
    for element in soup.find_all(_EMBEDDED):
        _replace_embedded(soup, element, shelf)
    converter = _Converter(shelf, is_escaped=is_escaped)
    text: str = converter.convert_soup(soup)
    text = text.replace("\xa0", " ")
    text = "\n".join(
        line.rstrip() if not line.endswith("  ") or not line.strip() else line for line in text.split("\n")
    )
    text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip("\n")
    # A rule parts what stands before it from what follows; at either end there is nothing to part.
    text = re.sub(r"\A(?:---\s*)+|(?:\s*---)+\Z", "", text)
    return text.strip("\n") + "\n" if text.strip() else ""


def _replace_embedded(soup: BeautifulSoup, element: Tag, shelf: Shelf) -> None:
    source = element.get("src") or element.get("data") or ""
    if not source and (inner := element.find("source")) is not None:
        source = inner.get("src") or ""
    address = str(source)
    if not address.startswith(("https://", "http://", "//", "/")):
        if address:
            shelf.find("embedded", f"What was embedded here, {address[:120]}, is not in the folder.", Level.WARNING)
        element.decompose()
        return
    link = soup.new_tag("a", href=address)
    link.string = str(element.get("title") or element.name.capitalize())
    shelf.find("embedded", f"What was embedded from {address[:120]} became a link.", Level.NOTE)
    element.replace_with(link)


class _Converter(MarkdownConverter):
    """The dialect's way of writing Markdown."""

    def __init__(self, shelf: Shelf, *, is_escaped: bool) -> None:
        super().__init__(
            heading_style="ATX", bullets="-", escape_asterisks=is_escaped, escape_underscores=is_escaped,
            escape_misc=False, newline_style="spaces", table_infer_header=True,
        )  # fmt: skip
        self._shelf, self._is_escaped = shelf, is_escaped

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Keep signs that the text means as signs."""
        if not text or not self._is_escaped:
            return text
        text = text.replace("\\", "\\\\").replace("`", "\\`")
        escaped: str = super().escape(text, parent_tags)  # type: ignore[misc]
        escaped = (
            escaped.replace("<", "&lt;").replace("[[", "[").replace("]]", "]").replace(":::", "…").replace("](", "]\\(")
        )
        return _NUMBERED.sub(r"\1\.", _LINE_START.sub(r"\1\\\2", escaped))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Keep a picture that is there, name one that is not."""
        source = str(el.get("src") or el.get("data-src") or "")
        return self._shelf.picture(source, str(el.get("alt") or ""), str(el.get("title") or ""))

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Keep a link with its words; one without words or address is its words."""
        words = " ".join(text.split())
        lead = " " if text[:1].isspace() else ""
        trail = " " if text[-1:].isspace() else ""
        target = str(el.get("href") or "")
        if not words or not target or target.startswith(("#", "javascript:")):
            return text
        return f"{lead}[{words}]({self._shelf.link(target)}){trail}"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Fence code."""
        code = el.get_text().strip("\n")
        return f"\n\n```\n{code}\n```\n\n" if code.strip() else ""
