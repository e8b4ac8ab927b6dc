"""The HTML that WeasyPrint lays out, read ten times faster than it reads HTML, and styled only where that shows.

What is read is our own writing: elements in their right places. A test compares with what the engine would read.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any
from xml.etree.ElementTree import Element

import weasyprint
from cssselect2 import ElementWrapper
from lxml import etree
from weasyprint import UA_STYLESHEET
from weasyprint.css import PAGE_MARGIN_BOXES

from contentlib.rendering.fetcher import BASE, LibraryFetcher

_FILLABLE = frozenset({"before", "after"})
# Elements whose ::before and ::after the engine's own style sheet fills.
_FILLED = frozenset({"q", "br", "wbr", "input", "select"})
_NOTES = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})
# Rules that make list items or notes of other elements than these.
_LISTED, _NOTED = frozenset({"li", "summary"}), "fn"
# Places in the margins of pages, which hold nothing where the document's own styles do not name them.
_PLACES = frozenset({f"@{name}" for name in PAGE_MARGIN_BOXES} - {"@footnote"})
_NAMED = re.compile(r"@[a-z]+(?:-[a-z]+)+")
# What the engine's own style sheet asks nothing of, beside a link's address; and elements whose state it asks.
_SILENT = frozenset({"alt", "class", "href", "id", "lang", "src", "style"})
_FORMS = frozenset({"input", "option", "select", "textarea"})
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MAKES_LIST = re.compile(r"list-item")
_MAKES_NOTE = re.compile(r"([^{}]*)\{[^{}]*(?:float\s*:\s*footnote|note\()")


class Source(weasyprint.HTML):  # type: ignore[misc]
    """A document's HTML as the engine takes it."""

    def __init__(self, html: str, *, fetcher: LibraryFetcher, engines: Any) -> None:
        root = read(html)
        self.base_url, self.url_fetcher, self.media_type = BASE, fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        # Who asks for elements by name asks for title, metadata and styles: all of them stand in the head.
        head = next(self.wrapper_element.iter_children(), self.wrapper_element)
        self.wrapper_element.query_all = head.query_all
        self._engines = engines

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002 - the engine's
        return [self._engines]


def read(html: str) -> Element:
    """Read a document's HTML into the elements that the engine's own parser would make of it."""
    root = _plant(etree.fromstring(html, etree.HTMLParser(remove_comments=True, huge_tree=True)))
    body = root.find("body")
    if body is not None:  # the space around head and body is nothing, or belongs into the body
        if len(body):
            body[-1].tail = (body[-1].tail or "") + (body.tail or "")
        root.text = body.tail = None
    return root


def _plant(element: etree._Element) -> Element:
    planted = Element(str(element.tag), dict(element.attrib))
    planted.text, planted.tail = element.text, element.tail
    planted.extend(map(_plant, element))
    return planted


def spare(sheet: Any, styles: str) -> Any:
    """Give a parsed style sheet that says nothing of marks and notes of elements that have none.

    The engine would work out eight more styles for each element. `styles` is the text of the document's own styles,
    which may make list items and notes of other elements; then nothing is left out.
    """
    spared = copy(sheet)
    has_notes = any(who.strip() != f".{_NOTED}" for who in _MAKES_NOTE.findall(_COMMENT.sub("", styles)))
    corners = _PLACES - set(_NAMED.findall(styles)) - ({"@note-area"} if has_notes else set())
    spared.page_rules = [
        (rule, [selector for selector in selectors if selector[1] not in corners], declarations)
        for rule, selectors, declarations in sheet.page_rules
    ]
    kind = Naming if sheet is UA_STYLESHEET else Sparing
    spared.matcher = kind(
        sheet.matcher,
        has_lists=bool(_MAKES_LIST.search(styles)),
        has_notes=has_notes,
    )
    return spared


class Sparing:
    """Matches selectors with elements as another matcher does, but for pseudo-elements that are never made."""

    def __init__(self, matcher: Any, *, has_lists: bool, has_notes: bool) -> None:
        self._matcher, self._has_lists, self._has_notes = matcher, has_lists, has_notes

    def match(self, element: ElementWrapper) -> list[Any]:
        """Give (specificity, order, pseudo-element, (declarations, layer)) of each selector, the strongest last."""
        found: list[Any] = self._matcher.match(element)
        left_out = set(_NOTES) if not self._has_notes and _NOTED not in element.classes else set()
        if not self._has_lists and element.local_name not in _LISTED:
            left_out.add("marker")
        if element.local_name not in _FILLED:
            left_out |= _FILLABLE - {match[2] for match in found if match[2] in _FILLABLE and _fills(match)}
        return [match for match in found if match[2] not in left_out]


class Naming(Sparing):
    """Matches the engine's own selectors, which mostly ask what an element and those around it are called."""

    def __init__(self, matcher: Any, **more: bool) -> None:
        super().__init__(matcher, **more)
        self._known: dict[tuple[Any, ...], list[Any]] = {}

    def match(self, element: ElementWrapper) -> list[Any]:
        """Give what `Sparing` gives; elements of the same names are looked at once."""
        names = _names(element)
        if names is None:
            return super().match(element)
        key = (names, "href" in element.etree_element.attrib, _NOTED in element.classes)
        if key not in self._known:
            self._known[key] = super().match(element)
        return self._known[key]


def _names(element: ElementWrapper) -> tuple[str, ...] | None:
    """Give what an element and those around it are called, outermost first; None where more than that is asked."""
    known = element.__dict__
    if "names" not in known:
        around = _names(element.parent) if element.parent else ()
        is_plain = element.local_name not in _FORMS and all(map(_is_silent, element.etree_element.attrib))
        known["names"] = (*around, element.local_name) if is_plain and around is not None else None
    names: tuple[str, ...] | None = known["names"]
    return names


def _is_silent(attribute: str) -> bool:
    return attribute in _SILENT or attribute.startswith("data-")


def _fills(match: Any) -> bool:
    _specificity, _order, _pseudo, (declarations, _layer) = match
    return any(name == "content" for name, _value, _importance in declarations)
