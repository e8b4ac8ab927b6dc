"""Markdown to a sanitised tree: the one place where prose becomes HTML; it knows no front matter and no template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import markdown
import nh3
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from markdown.blockparser import BlockParser
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.toc import slugify_unicode

from contentlib.domain.findings import Finding, Level
from contentlib.markup.addresses import WRITTEN, LinkAddresses, is_followed, mend_of
from contentlib.markup.normalise import find_fenced, straighten

_EXTENSIONS = [
    "tables", "attr_list", "footnotes", "admonition", "toc", "smarty", "def_list", "sane_lists", "abbr", "fenced_code",
]  # fmt: skip
_TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "img", "a", "hr", "br", "sup", "sub", "div", "span", "dl", "dt",
    "dd", "abbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id"}, "a": {"href", "title", WRITTEN}, "img": {"src", "alt", "title"}, "abbr": {"title"},
    "td": {"style"}, "th": {"style"}, "ol": {"start"},
}  # fmt: skip
_OWN_CLASSES = frozenset({"footnote", "footnote-ref", "footnote-backref", "admonition", "admonition-title"})
# What boxes are called that begin with !!!, as wikis and manuals have them; any other word there is the author's own.
_SORTS = frozenset({"attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning"})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_PLACEHOLDER = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,60})\]")
_EMPTY_HEADING = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*#{1,6}[ \t#]*\Z")
# Between braces stand classes, ids and settings; with any other word they would be lost, and stay the author's words.
# What one of them took (++) is never shared out anew among several: a long one without its brace would take for ever.
_SETTING = r"""[.#][\w-]++|[\w-]++=(?:"[^"\n]*"|'[^'\n]*'|[^\s}"']++)"""
_BRACES = rf"\{{:?[ ]*((?:(?:{_SETTING})[ ]*)+)\}}"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Ids come from authors; without a prefix they could take the place of ids that pages rely on.
ID_PREFIX = "s-"
MEDIA_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})


@dataclass(kw_only=True)
class Converter:
    """Converts the parts of one body, collecting media, placeholders and findings on the way."""

    path: str
    language: str = "en"
    classes: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    footnotes: frozenset[str] = frozenset()
    lost_footnotes: set[str] = field(default_factory=set)
    media: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _markdown: markdown.Markdown | None = None
    _untitled: list[str] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)

    def tree(self, lines: list[str] | tuple[str, ...], first_line: int) -> HtmlElement:
        """Convert lines of Markdown to a sanitised tree under one `div`.

        Raises RecursionError when it is nested beyond what the converter can follow.
        """
        converter = self._markdown or _make_markdown(self.language, self._untitled)
        self._markdown = converter
        converter.reset()
        html = converter.convert(straighten(lines, self.marks))
        clean = nh3.clean(
            html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "mailto"}, link_rel=None,
            filter_style_properties={"text-align"}, clean_content_tags={"script", "style"},
        )  # fmt: skip
        root = lxml_html.fragment_fromstring(clean, create_parent="div")
        source = _Source(lines, first_line)
        for element in list(root.iter()):
            if isinstance(element.tag, str):
                self._put_right(element, source)
        for sort in self._untitled:
            message = f"“{sort}” is an English word, so it is not printed above this box."
            mend = f'Write its title in the language of the text: !!! {sort} "…".'
            self.find("untitled-box", message, source.line_of(f"!!! {sort}"), mend=mend, level=Level.WARNING)
        self._untitled.clear()
        self._tell_apart_footnotes(root, source)
        _draw_figures(root)
        for picture in root.iter("img"):
            if caption := picture.get("title"):
                message = f"“{caption[:60]}” is printed only below a picture that stands alone."
                mend = "Put an empty line before and after the picture."
                self.find("caption-lost", message, source.line_of(caption), mend=mend, level=Level.WARNING)
        _mark_placeholders(root)
        return root

    def find(
        self,
        code: str,
        message: str,
        line: int,
        *,
        mend: str | None = None,
        level: Level = Level.ERROR,
        evidence: str | None = None,
    ) -> None:
        """Note a finding at a line of the file."""
        found = Finding(
            level=level, code=code, message=message, mend=mend, path=self.path, line=line, evidence=evidence
        )
        self.findings.append(found)

    def note_media(self, name: str, line: int) -> bool:
        """Keep a picture's path when it stands in the media folder; anything else is a finding."""
        path = PurePosixPath(name)
        is_sound = path.parts[:1] == ("media",) and ".." not in path.parts and path.suffix.lower() in MEDIA_TYPES
        if not is_sound:
            message = f"The picture “{name[:80]}” is not a file of media/ ending in .svg, .png, .jpg or .webp."
            self.find("picture-path", message, line, mend="Put it into media/ and write media/name.svg.")
        elif name not in self.media:
            self.media.append(name)
        return is_sound

    def _put_right(self, element: HtmlElement, source: _Source) -> None:
        if style := element.attrib.pop("style", ""):
            align = _ALIGN.search(style)
            if align and align[1] != "left":
                element.set("class", align[1])
        elif wanted := element.get("class"):
            kept = [name for name in wanted.split() if name in self.classes or name in _OWN_CLASSES]
            element.attrib.pop("class")
            if kept:
                element.set("class", " ".join(kept))
            self._tell_unknown(set(wanted.split()) - set(kept), source)
        if element.tag in _HEADINGS:
            self._name_heading(element, source)
        elif name := element.attrib.pop("id", ""):
            element.set("id", ID_PREFIX + name)
        if element.tag == "a":
            self._check_link(element, source)
        if element.tag == "th" and not element.text_content().strip() and not len(element):
            element.tag = "td"  # the empty corner of a table heads nothing, and a reader aloud would announce it
        if element.tag == "img":
            self._check_picture(element, source)

    def _tell_apart_footnotes(self, root: HtmlElement, source: _Source) -> None:
        """Tell of footnotes whose text stands in another slide or outside this block, where it is not found."""
        for name in dict.fromkeys(_FOOTNOTE.findall(_prose_of(root))):
            if name in self.footnotes:
                self.lost_footnotes.add(name)
                message = f"The footnote “{name}” is written elsewhere, so its sign would be printed as it stands."
                mend = f"Write [^{name}]: its text in the same slide or block, or set the sign outside the block."
                self.find("unknown-footnote", message, source.line_of(f"[^{name}]"), mend=mend, level=Level.WARNING)

    def _tell_unknown(self, names: set[str], source: _Source) -> None:
        """Tell which classes an author wrote that mean nothing here; the converter makes some of its own."""
        for name in sorted(names):
            if (line := source.find(f".{name}")) is not None:
                message = f"The class “{name}” means nothing here."
                mend = f"There are {', '.join(sorted(self.classes))}." if self.classes else "Take it out."
                self.find("unknown-class", message, line, mend=mend, level=Level.WARNING)

    def _check_link(self, element: HtmlElement, source: _Source) -> None:
        written, address = element.attrib.pop(WRITTEN, ""), element.get("href", "")
        words = " ".join(element.text_content().split())
        if address.startswith("#"):
            element.set("href", f"#{ID_PREFIX}{address[1:]}")
            return
        line = source.line_of(written or words)
        if not is_followed(address):
            element.attrib.pop("href", None)
            message = f"The link “{words[:60]}” leads nowhere: only https and mailto are followed."
            self.find("link", message, line, mend=mend_of(written), level=Level.WARNING, evidence=written or None)
        elif not words and not len(element):
            message = f"The link to {written[:60]} has no words, so nobody would see it."
            self.find("link", message, line, mend="Write them between its square brackets.", level=Level.WARNING)

    def _name_heading(self, element: HtmlElement, source: _Source) -> None:
        if not element.text_content().strip():
            element.attrib.pop("id", None)
            picture = element.find(".//img")
            line = source.line_of(picture.get("src", "")) if picture is not None else source.next_empty_heading()
            message = "This heading has no words, and who listens to the document would hear of a part without a name."
            self.find("empty-heading", message, line, mend="Write them after the # signs, or take the line out.")
            if picture is None:
                element.drop_tree()
            return
        name = element.attrib.pop("id", "") or slugify_unicode(element.text_content(), "-")
        name = re.sub(r"_\d+\Z", "", name)
        count = self._ids[name] = self._ids.get(name, 0) + 1
        element.set("id", ID_PREFIX + (f"{name}-{count}" if count > 1 else name))

    def _check_picture(self, element: HtmlElement, source: _Source) -> None:
        name = element.get("src", "")
        line = source.line_of(name)
        if not self.note_media(name, line):
            element.attrib.pop("src", None)
        if not (element.get("alt") or "").strip():
            message = f"The picture “{name[:80]}” does not say what it shows."
            self.find("alt-missing", message, line, mend="Write it between the brackets: ![What it shows](…).")


class _Source:
    """The lines a tree was made from, to find again where something stands: each time it is asked, the next place."""

    def __init__(self, lines: list[str] | tuple[str, ...], first_line: int) -> None:
        shown = ["" if inside else line for line, inside in zip(lines, find_fenced(lines), strict=True)]
        self._text, self._first = "\n".join(shown), first_line
        self._last: dict[str, int] = {}
        self._empty_headings = (n for n, line in enumerate(shown) if _EMPTY_HEADING.match(line))
        self._empty_heading = 0

    def line_of(self, words: str) -> int:
        """Give the number of the line that holds the words, else of the first line."""
        return self.find(words) or self._first

    def find(self, words: str) -> int | None:
        """Give the number of the line that holds the words, or None."""
        needle = words.strip().split("\n")[0][:30]
        if not needle:
            return None
        last = self._last.get(needle, -1)
        at = self._text.find(needle, last + len(needle) if last >= 0 else 0)
        at = self._last[needle] = at if at >= 0 else last
        return self._first + self._text.count("\n", 0, at) if at >= 0 else None

    def next_empty_heading(self) -> int:
        """Give the number of the next line that begins a heading and says nothing."""
        self._empty_heading = next(self._empty_headings, self._empty_heading)
        return self._first + self._empty_heading


class _Boxes(AdmonitionProcessor):
    """Reads boxes that begin with `!!!`; an English name of their sort is a title in English texts alone."""

    def __init__(self, parser: BlockParser, language: str, untitled: list[str]) -> None:
        super().__init__(parser)
        self._is_english = language.lower().split("-")[0] == "en"
        self._untitled = untitled

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        """Give the sort of a box and what is printed above it; sorts that are not printed are noted."""
        sort, title = super().get_class_and_title(match)
        name = match[1].split()[0]
        if match[2] is None and name.lower() in _SORTS and not self._is_english:
            self._untitled.append(name)
            return sort, None
        return sort, title


def _make_markdown(language: str, untitled: list[str]) -> markdown.Markdown:
    made = markdown.Markdown(
        extensions=_EXTENSIONS,
        output_format="html",
        extension_configs={"smarty": {"smart_angled_quotes": False}, "toc": {"slugify": slugify_unicode, "marker": ""}},
    )
    # Authors write no HTML: what looks like it is printed as text, and the linter says so.
    made.preprocessors.deregister("html_block")
    made.inlinePatterns.deregister("html")
    made.treeprocessors.register(LinkAddresses(made), "addresses", 5)
    made.parser.blockprocessors.register(_Boxes(made.parser, language, untitled), "admonition", 105)
    vars(made.treeprocessors["attr_list"]).update(
        HEADER_RE=re.compile(rf"[ ]+{_BRACES}[ ]*$"),
        BLOCK_RE=re.compile(rf"\n[ ]*{_BRACES}[ ]*$"),
        INLINE_RE=re.compile(rf"^{_BRACES}"),
    )
    return made


def _draw_figures(root: HtmlElement) -> None:
    """Make a figure of a picture that stands alone in its paragraph; its title becomes the caption."""
    for paragraph in list(root.iter("p")):
        pictures = [child for child in paragraph if child.tag == "img"]
        is_alone = len(pictures) == 1 == len(paragraph) and not paragraph.text_content().strip()
        if not is_alone or (pictures[0].get("alt") or "").split(" ")[0] == "bg":
            continue
        picture = pictures[0]
        paragraph.tag, picture.tail = "figure", None
        paragraph.set("class", "picture")
        if caption := picture.attrib.pop("title", ""):
            etree.SubElement(paragraph, "figcaption").text = caption


def _prose_of(root: HtmlElement) -> str:
    """Give the words of a tree without its code."""
    words: list[str] = root.xpath(".//text()[not(ancestor::code or ancestor::pre)]")
    return " ".join(words)


def _mark_placeholders(root: HtmlElement) -> None:
    for element in list(root.iter()):
        if element.tag in {"code", "pre", "mark"} or not isinstance(element.tag, str):
            continue
        _mark_text(element, None)
        for child in list(element):
            _mark_text(element, child)


def _mark_text(parent: HtmlElement, after: HtmlElement | None) -> None:
    text = (parent.text if after is None else after.tail) or ""
    pieces = _PLACEHOLDER.split(text)
    if len(pieces) == 1:
        return
    at = 0 if after is None else parent.index(after) + 1
    if after is None:
        parent.text = pieces[0]
    else:
        after.tail = pieces[0]
    for name, tail in zip(pieces[1::2], pieces[2::2], strict=True):
        mark = lxml_html.Element("mark")
        mark.set("class", "change")
        mark.text, mark.tail = name, tail
        parent.insert(at, mark)
        at += 1


def drop_refused(root: HtmlElement) -> None:
    """Take out pictures that were told to be none, which nothing could draw."""
    for picture in [each for each in root.iter("img") if not each.get("src")]:
        holder = picture.getparent()
        picture.drop_tree()
        is_empty = holder is not None and not len(holder) and not holder.text_content().strip()
        if holder is not None and is_empty and holder.tag in {"figure", "p"}:
            holder.drop_tree()


def inner_html(element: HtmlElement) -> str:
    """Give what stands inside an element as HTML."""
    inner: str = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return inner[inner.index(">") + 1 : inner.rindex("</")].strip()


def outer_html(element: HtmlElement) -> str:
    """Give an element as HTML."""
    outer: str = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return outer
