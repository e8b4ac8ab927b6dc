"""An authored body read whole: sections or slides, blocks in place, media, findings; it knows no file and no paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from lxml.html import HtmlElement

from contentlib.domain.errors import LimitExceededError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.search import PageText
from contentlib.markup import blocks, plain_text
from contentlib.markup.blocks import BlockContext
from contentlib.markup.convert import ID_PREFIX, Converter, drop_refused, outer_html
from contentlib.markup.front_matter import AuthoredAsset, Trail, quotes_of
from contentlib.markup.normalise import prepare, written_lines
from contentlib.markup.oversights import find_oversights, footnotes_in
from contentlib.markup.schema import Flow, KindSchema
from contentlib.markup.slides import Slide, place_blocks, read_slides

# Each opening bracket makes the converter look for its end: 20,000 of them take minutes, these a second.
MOST_BRACKETS = 2_000
_PLACE = re.compile(rf'\bid="{ID_PREFIX}([^"]+)"')
_WITHIN = re.compile(rf'\bhref="#{ID_PREFIX}([^"]+)"')
_TITLE = re.compile(r" {0,3}#[^#]")
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a body under its h2; the part before the first one has no title."""

    id: str
    title: str
    html: str
    text: str
    is_side: bool = False


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a body holds; `quotes_used` are the ids of quote blocks in their order, with their lines."""

    sections: tuple[Section, ...] = ()
    slides: tuple[Slide, ...] = ()
    media: tuple[str, ...] = ()
    quotes_used: tuple[tuple[str, int], ...] = ()
    placeholders: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @property
    def html(self) -> str:
        """Give the body as the asset's web page shows it."""
        if self.slides:
            return "".join(slide.page_html for slide in self.slides)
        return "".join(section.html for section in self.sections)

    @property
    def text(self) -> str:
        """Give the body's words."""
        return "\n".join(part.text for part in self.slides or self.sections)


def read_body(
    body: str, *, asset: AuthoredAsset, schema: KindSchema, path: str, first_line: int, chosen_quote: str | None = None
) -> Body:
    """Read a body in the dialect; `chosen_quote` stands in for the first quote block's.

    Raises LimitExceededError when it is a bomb, or nested beyond what can be followed.
    """
    if body.count("[") > MOST_BRACKETS:
        raise LimitExceededError(f"The text holds more than {MOST_BRACKETS:,} opening brackets.")
    try:
        return _read_body(body, asset, schema, path, first_line, chosen_quote)
    except RecursionError:
        raise LimitExceededError("The text is nested too deeply to be read.") from None


def _read_body(
    body: str, asset: AuthoredAsset, schema: KindSchema, path: str, first_line: int, chosen_quote: str | None
) -> Body:
    prepared = prepare(body, path=path, first_line=first_line)
    converter = Converter(
        path=path, language=asset.language, classes=schema.classes,
        marks=frozenset(block.mark for block in prepared.blocks),
        footnotes=footnotes_in(prepared.lines, *(block.lines for block in prepared.blocks)),
        findings=list(prepared.findings),
    )  # fmt: skip
    context = BlockContext(
        converter=converter, allowed=schema.blocks, facts=asset.facts, quotes=quotes_of(asset.facts),
        chosen_quote=chosen_quote, kind=schema.slug,
    )  # fmt: skip
    drawn = {block.mark: blocks.draw(context, block) for block in prepared.blocks}
    sections: tuple[Section, ...] = ()
    slides: tuple[Slide, ...] = ()
    if schema.flow is Flow.SLIDES:
        slides = read_slides(prepared, context, drawn, schema.slide_classes)
        if not slides:
            converter.find("no-slides", "The deck holds no slide.", first_line)
    else:
        root = converter.tree(prepared.lines, first_line)
        place_blocks(root, drawn)
        drop_refused(root)
        _level_headings(root, converter, written_lines(prepared), first_line)
        sections = _part(root)
    _note_fact_media(asset, converter)
    _note_fact_link(asset, converter)
    shown = "".join([*(each.html for each in sections), *(each.page_html for each in slides)])
    _note_lost_anchors(shown, prepared.lines, first_line, converter)
    placeholders = _placeholders(sections, slides)
    converter.findings += find_oversights(written_lines(prepared), path=path, first_line=first_line)
    if not body.strip():
        message = "There is no text yet, so nothing says what this asset is about."
        converter.find("no-text", message, first_line, mend="Write it below the front matter.", level=Level.WARNING)
    _note_placeholders(placeholders if schema.email is None else (), body, first_line, schema, converter)
    return Body(
        sections=sections, slides=slides, media=tuple(converter.media), quotes_used=tuple(context.quotes_used),
        placeholders=placeholders, findings=tuple(sorted(converter.findings, key=lambda f: (f.line or 0, f.code))),
    )  # fmt: skip


def pages_of(body: Body, asset: AuthoredAsset) -> tuple[PageText, ...]:
    """Give the words of an asset part by part, slides or sections, for search; facts stand with the first part."""
    facts = [asset.facts.get("customer", {}).get(key, "") for key in ("industry", "region", "size")]
    facts += [f"{row['value']} {row['label']}" for row in asset.facts.get("metrics", ())]
    facts += [f"{key}: {value}" for key, value in asset.facts.get("specs", {}).items()]
    facts += [f"{q.text} {q.name}, {q.role}" for q in quotes_of(asset.facts).values()]
    facts += [asset.facts.get("subject", ""), asset.facts.get("cta", {}).get("heading", "")]
    opening = "\n".join(fact for fact in facts if fact)
    parts = [(part.title, part.text) for part in body.slides or body.sections]
    if not body.slides and (not parts or parts[0][0]):
        parts.insert(0, ("", ""))
    if not parts:
        return ()
    parts[0] = (parts[0][0] or asset.title, "\n".join(text for text in (parts[0][1], opening) if text))
    return tuple(PageText(number=n, title=title, text=text) for n, (title, text) in enumerate(parts, start=1))


def _part(root: HtmlElement) -> tuple[Section, ...]:
    """Part a tree at its h2; a `side` block is a part of its own."""
    groups: list[list[HtmlElement]] = [[]]
    for child in list(root):
        is_side = child.tag == "section"
        if child.tag == "h2" or is_side or (groups[-1] and groups[-1][0].tag == "section"):
            groups.append([])
        groups[-1].append(child)
    found = []
    for group in groups:
        if not group:
            continue
        heading = group[0] if group[0].tag == "h2" else None
        if group[0].tag == "section":
            section, heading = group[0], group[0].find("h2")
        else:
            section = blocks.make("section")
            if heading is not None and (classes := heading.attrib.pop("class", "")):
                section.set("class", classes)
            section.extend(group)
        found.append(
            Section(
                id=heading.get("id", "") if heading is not None else "",
                title=" ".join(heading.text_content().split()) if heading is not None else "",
                html=outer_html(section),
                text=plain_text.of_tree(section),
                is_side=section.get("class") == "side",
            )
        )
    return tuple(found)


def _level_headings(root: HtmlElement, converter: Converter, lines: list[str], first_line: int) -> None:
    """Let headings descend one level at a time, as readers of the page by ear need it."""
    titles = [number for number, line in enumerate(lines, start=first_line) if _TITLE.match(line)]
    above: list[int] = []
    for heading in list(root.iter(*_LEVELS)):
        level = _LEVELS[str(heading.tag)]
        if level == 1:
            message = f"“{heading.text_content()[:60]}” is set as a title, and the title stands in the front matter."
            line = titles.pop(0) if titles else first_line
            converter.find("second-title", message, line, mend="Use ##.", level=Level.WARNING)
        level = max(level, 2)
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.tag = f"h{len(above) + 1}"


def _note_fact_media(asset: AuthoredAsset, converter: Converter) -> None:
    wanted: list[tuple[Trail, str | None]] = [
        (("hero",), asset.facts.get("hero")),
        (("customer", "logo"), asset.facts.get("customer", {}).get("logo")),
    ]
    wanted += [(("quotes", n, "photo"), row.get("photo")) for n, row in enumerate(asset.facts.get("quotes", ()))]
    for trail, name in wanted:
        if name:
            converter.note_media(name, asset.lines.get(trail, 1))


def _note_fact_link(asset: AuthoredAsset, converter: Converter) -> None:
    """Tell of a button that leads nowhere, which documents leave out."""
    address = asset.facts.get("cta", {}).get("url", "")
    if address and not address.startswith(("https://", "mailto:")):
        message = f"The button’s link “{address[:60]}” leads nowhere, so the button is left out."
        line = asset.lines.get(("cta", "url"), 1)
        converter.find("link", message, line, mend="Begin it with https:// or mailto:.", level=Level.WARNING)


def _note_lost_anchors(html: str, lines: list[str], first_line: int, converter: Converter) -> None:
    """Tell of links and footnotes whose other end is not in this text; with such a link no PDF can be made."""
    places = {unescape(place) for place in _PLACE.findall(html)}
    for address in dict.fromkeys(_WITHIN.findall(html)):
        name = unquote(unescape(address))
        note = name.partition("fnref:")[2]
        if name in places or note in converter.lost_footnotes:
            continue
        if note:
            code, sought, message = "unused-footnote", f"[^{note}]:", f"The footnote “{note}” is used nowhere."
            mend = f"Set [^{note}] where it belongs, or take it out."
        else:
            code, sought = "link", f"(#{name}"
            message = f"The link to “#{name[:60]}” leads nowhere: no heading here is called that."
            mend = "Write the heading in small letters with hyphens, or take the link out."
        line = next((first_line + n for n, text in enumerate(lines) if sought in text), first_line)
        converter.find(code, message, line, mend=mend, level=Level.WARNING)


def _placeholders(sections: tuple[Section, ...], slides: tuple[Slide, ...]) -> tuple[str, ...]:
    mark, end = '<mark class="change">', "</mark>"
    found: dict[str, None] = {}
    for html in (*(s.html for s in sections), *(s.heading + s.content for s in slides)):
        for piece in html.split(mark)[1:]:
            found[piece.split(end)[0]] = None
    return tuple(found)


def _note_placeholders(
    names: tuple[str, ...], body: str, first_line: int, schema: KindSchema, converter: Converter
) -> None:
    """Tell what waits to be filled in: no document may hold it, a page that is copied from only says so."""
    for name in names:
        line = next((first_line + n for n, text in enumerate(body.split("\n")) if f"[[{name}]]" in text), first_line)
        if schema.has_document:
            message = f"“[[{name}]]” waits to be filled in, and a document must hold nothing unfinished."
            converter.find("placeholder", message, line, mend="Write what belongs there, or take it out.")
        else:
            message = f"“[[{name}]]” waits to be filled in by whoever uses this."
            converter.find("placeholder", message, line, level=Level.NOTE)
