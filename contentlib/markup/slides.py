"""A deck's body as slides: each with its composition, its parts and its line; it draws no page."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.html import HtmlElement

from contentlib.domain.findings import Level
from contentlib.markup import blocks, plain_text
from contentlib.markup.blocks import BlockContext
from contentlib.markup.convert import ID_PREFIX, drop_refused, inner_html, outer_html
from contentlib.markup.front_matter import SLUG, Quote, nearest
from contentlib.markup.normalise import Comment, Prepared

_DIRECTIVE = re.compile(r"_(\w+)\s*:\s*(.*)\Z")
# What looks like a directive and is none: the underscore or the colon is missing, or it is of another program.
_ALMOST = re.compile(r"_(?:class|id|optional)\b(?!\s*:).*\Z|(?:class|id|optional|theme|paginate|marp)\s*:\s*\S.*\Z")
_HEADING = re.compile(r"[ >]*(?:[-*+•]\s+|\d+[.)]\s+)?#{1,2}[^#]")
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
# The compositions that draw a background; in the others a picture stands as an element of its own.
_BACKGROUNDS = frozenset({"lead", "section", "photo"})
MODIFIERS = frozenset({"dense"})
# How many pieces each composition has room for, and what to call them.
_PIECES = {"metrics": (2, 4, "lines “- **61%** what it is”"), "timeline": (3, 6, "numbered steps"),
           "cards": (2, 4, "pieces, each begun by ###"), "compare": (2, 2, "pieces, each begun by ###")}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One slide: `composition` is its class, `content` what stands on it beside heading and pictures, as HTML.

    `number` counts as written, from 1; `line` is where it begins; `marks` are further classes that styling may use.
    """

    number: int
    id: str
    composition: str
    marks: tuple[str, ...]
    line: int
    title: str
    heading: str
    content: str
    pictures: tuple[str, ...]
    background: str
    text: str
    notes: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def page_html(self) -> str:
        """Give the slide as part of the asset's web page."""
        heading = f"<h2>{self.heading}</h2>" if self.heading else ""
        pictures = "".join(self.pictures)
        return f'<section class="slide" id="{ID_PREFIX}{self.id}">{heading}{pictures}{self.content}</section>'


def read_slides(
    prepared: Prepared, context: BlockContext, drawn: dict[str, HtmlElement | None], known: frozenset[str]
) -> tuple[Slide, ...]:
    """Part a prepared deck at its `---` lines and read each slide; empty ones are left out."""
    ends = [*prepared.breaks, prepared.first_line + len(prepared.lines)]
    found: list[Slide] = []
    ids: set[str] = set()
    first = prepared.first_line
    for end in ends:
        lines = prepared.lines[first - prepared.first_line : end - prepared.first_line]
        comments = [comment for comment in prepared.comments if first <= comment.line < end]
        if any(line.strip() for line in lines):
            found.append(_SlideReader(context, drawn, known, lines, first, comments).read(len(found) + 1, ids))
        elif comments:
            message = "This slide holds nothing but comments, so it and they would be lost."
            mend = "Give the slide a heading, or move the comments to another slide."
            context.converter.find("empty-slide", message, comments[0].line, mend=mend)
        first = end + 1
    return tuple(found)


# Up to this many rows and signs a table may be set larger, so that its slide does not look empty; a list while its
# lines, and one for each gap between them, come to no more than what the slide holds at that size.
FEW_ROWS, FEW_SIGNS = 6, 420
SIGNS_PER_LINE, MOST_LINES = 42, 11


class _SlideReader:
    def __init__(
        self, context: BlockContext, drawn: dict[str, HtmlElement | None], known: frozenset[str],
        lines: list[str], first_line: int, comments: list[Comment],
    ) -> None:  # fmt: skip
        self.context, self.drawn, self.known = context, drawn, known
        self.lines, self.comments = lines, comments
        filled = next((n for n, line in enumerate(lines) if line.strip()), 0)
        self.first_line, self.line = first_line, first_line + filled
        self.directives: dict[str, tuple[str, int]] = {}
        self.notes: list[str] = []
        self.title = ""

    def read(self, number: int, ids: set[str]) -> Slide:
        self.sort_comments()
        composition, marks = self.classes()
        root = self.context.converter.tree(self.lines, self.first_line)
        place_blocks(root, self.drawn)
        first = next(iter(root.iter("h1", "h2")), None)
        self.title = " ".join(first.text_content().split()) if first is not None else ""
        refused = [each for each in root.iter("img") if not each.get("src")]
        background = self.take_background(root, composition)
        drop_refused(root)
        heading = self.take_heading(root)
        text = "\n".join(part for part in (self.title, plain_text.of_tree(root)) if part)
        pictures = self.take_pictures(root) if composition in {"split", "photo"} else ()
        self.compose(root, composition)
        if composition == "split" and not (pictures or refused):
            has_one = next(root.iter("img"), None) is not None
            mend = "Let it stand alone between blank lines." if has_one else "Add ![What it shows](media/…)."
            self.wrong("A split slide shows a picture beside its text.", mend)
        if composition == "photo" and not (background or pictures or refused):
            self.wrong("A photo slide fills the page with a picture.", "Add ![bg](media/…).")
        if composition == "photo" and (lost := pictures if background else pictures[1:]):
            name = lxml_html.fromstring(lost[0]).find(".//img").get("src", "")
            self.wrong(f"A photo slide has one picture; “{name}” would be lost.", "Put it on another slide.")
        if heading is None and composition != "quote":
            self.wrong("This slide has no heading.", "Begin it with ## and what it says.")
        if not composition:
            marks = (*marks, *_shapes(root))
        return Slide(
            number=number, id=self.name(number, ids), composition=composition or "plain", marks=marks, line=self.line,
            title=self.title, heading=inner_html(heading) if heading is not None else "", content=inner_html(root),
            pictures=pictures, background=background, text=text, notes=tuple(self.notes),
            is_optional=self.is_optional(),
        )  # fmt: skip

    def sort_comments(self) -> None:
        for comment in self.comments:
            said = [(comment.line + n, line.strip()) for n, line in enumerate(comment.text.split("\n")) if line.strip()]
            directives = [(number, match) for number, line in said if (match := _DIRECTIVE.match(line))]
            if said and len(directives) == len(said):
                for number, match in directives:
                    self.direct(number, match[1], match[2])
                continue
            if said and _ALMOST.match(said[0][1]):
                message = f"“{said[0][1][:60]}” is taken for a speaker note."
                mend = "A directive is written <!-- _class: split -->; there are _class, _id and _optional."
                self.context.converter.find("unknown-directive", message, said[0][0], mend=mend, level=Level.WARNING)
            self.notes.append(comment.text)

    def direct(self, line: int, written: str, value: str) -> None:
        """Follow a directive; a second _class adds to the first, of the others the last would win in silence."""
        name, value = written.lower(), " ".join(value.split())
        find = self.context.converter.find
        if name not in {"class", "id", "optional"}:
            near = nearest(name, {"class", "id", "optional"})
            mend = f"Did you mean “_{near}”?" if near else "There are _class, _id and _optional."
            find("unknown-directive", f"“_{name}” is not known.", line, mend=mend)
        elif not value:
            find("unknown-directive", f"“_{name}” says nothing.", line, mend="Write its value, or take it out.")
        elif name == "class" and "class" in self.directives:
            before, first = self.directives["class"]
            self.directives["class"] = (f"{before} {value}", first)
        elif name in self.directives:
            find("unknown-directive", f"“_{name}” stands twice on this slide.", line, mend="Keep one of the two.")
        else:
            self.directives[name] = (value, line)

    def is_optional(self) -> bool:
        value, line = self.directives.get("optional", ("no", 0))
        if value.lower() not in _TRUTHS:
            message = f"“_optional: {value[:40]}” says neither yes nor no."
            mend = "Write _optional: true, or take it out."
            self.context.converter.find("unknown-directive", message, line, mend=mend)
        return _TRUTHS.get(value.lower(), False)

    def classes(self) -> tuple[str, tuple[str, ...]]:
        composition, marks = "", []
        said, line = self.directives.get("class", ("", self.line))
        for name in dict.fromkeys(said.replace(",", " ").split()):
            if name in MODIFIERS:
                marks.append(name)
            elif name in self.known and not composition:
                composition = name
            elif name in self.known:
                message = f"A slide has one composition; this one names “{composition}” and “{name}”."
                self.wrong(message, "Keep one.", line)
            else:
                near = nearest(name.lower(), self.known | MODIFIERS)
                mend = f"Did you mean “{near}”?" if near else f"There are {', '.join(sorted(self.known | MODIFIERS))}."
                self.context.converter.find("unknown-class", f"There is no slide “{name}”.", line, mend=mend)
        return composition, tuple(marks)

    def wrong(self, message: str, mend: str, line: int | None = None) -> None:
        where = f"Slide “{self.title}”: " if self.title else ""
        self.context.converter.find("slide-shape", f"{where}{message}", line or self.line, mend=mend)

    def name(self, number: int, ids: set[str]) -> str:
        wanted, line = self.directives.get("id", ("", 0))
        if wanted and not SLUG.match(wanted):
            self.wrong(f"“{wanted}” is not an id: a-z, 0-9 and hyphens.", "Write another.", line)
            wanted = ""
        plain = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")[:48].strip("-")
        name = wanted or plain or f"slide-{number}"
        while name in ids:
            if wanted:
                self.wrong(f"Two slides are called “{name}”.", "Write another _id.", line)
                wanted = ""
            name = f"{name}-{number}"
        ids.add(name)
        return name

    def take_background(self, root: HtmlElement, composition: str) -> str:
        """Take the pictures that are called bg off a slide, of which one can be its background."""
        pictures = [each for each in root.iter("img") if (each.get("alt") or "").split(" ")[0] == "bg"]
        names = [name for picture in pictures if (name := str(picture.get("src", "")))]
        for picture in pictures:
            holder = picture.getparent()
            picture.drop_tree()
            if holder is not None and holder.tag == "p" and not len(holder) and not holder.text_content().strip():
                holder.drop_tree()
        if len(names) > 1:
            self.wrong(f"A slide has one background; “{names[1]}” would be lost.", "Keep one ![bg](…).")
        if names and composition not in _BACKGROUNDS:
            drawn = "this one" if not composition else f"a {composition} slide"
            message = f"Only lead, section and photo slides have a background; on {drawn} “{names[0]}” would be lost."
            self.wrong(message, "Say what it shows in place of bg, or write <!-- _class: photo -->.")
        return names[0] if names else ""

    def take_heading(self, root: HtmlElement) -> HtmlElement | None:
        found: HtmlElement | None = None
        told: set[int] = set()
        lines = [self.first_line + n for n, line in enumerate(self.lines) if _HEADING.match(line)]
        for number, element in enumerate(list(root.iter("h1", "h2"))):
            if found is None:
                found = element
                element.drop_tree()
                element.tail = None
            else:
                at = lines[number] if number < len(lines) else self.line
                if at not in told:
                    mend = "Use ### here, or begin another slide with --- above it."
                    self.wrong("A slide has one heading.", mend, at)
                told.add(at)
                element.tag = "h3"
        return found

    def take_pictures(self, root: HtmlElement) -> tuple[str, ...]:
        found = [element for element in root.iter("figure") if element.get("class") == "picture"]
        for element in found:
            element.drop_tree()
            element.tail = None
        return tuple(outer_html(element) for element in found)

    def compose(self, root: HtmlElement, composition: str) -> None:
        """Turn lists and pieces into the parts that the composition is drawn with."""
        copied = deepcopy(root)  # what has another shape stays as it is, so that none of its words are missed
        if composition in {"metrics", "timeline"}:
            items = blocks.items_of(copied)
            old = next((child for child in root if child.tag in {"ul", "ol"}), None)
            if not self.has_room(composition, len(items)) or old is None:
                return
            rows = [(name, " ".join(rest.text_content().split())) for name, rest in items]
            if composition == "metrics" and any(rest.find(".//img") is not None for _name, rest in items):
                self.wrong("A figure has no place for a picture, which would be lost.", "Take it out.")
            if composition == "metrics" and not all(value and label for value, label in rows):
                self.wrong("Each figure is “- **61%** what it is”.", "Set the figure between two asterisks.")
                return
            new = blocks.draw_metrics(rows) if composition == "metrics" else blocks.draw_steps(items)
            root.replace(old, new)
        elif composition in {"cards", "compare"}:
            before, columns = blocks.columns_of(copied)
            if self.has_room(composition, len(columns)):
                root[:] = [*before, blocks.draw_columns(composition, columns)]
        elif composition == "quote":
            self.compose_quote(root)
        elif composition == "bars" and not root.find_class("bars") and not self.has_block():
            self.wrong("A bars slide holds a block ::: bars.", "Add one.")

    def has_block(self) -> bool:
        """Tell whether a block stands on the slide, drawn or not: what is wrong with it was said."""
        return any(line in self.drawn for line in self.lines)

    def has_room(self, composition: str, count: int) -> bool:
        least, most, what = _PIECES[composition]
        if not least <= count <= most:
            span = str(least) if least == most else f"{least} to {most}"
            mend = "Make two slides of it." if count > most else "Write more of them, or choose another _class."
            self.wrong(f"A {composition} slide holds {span} {what}; this one holds {count}.", mend)
        return least <= count <= most

    def compose_quote(self, root: HtmlElement) -> None:
        if root.find_class("quote"):
            return
        words = root.find("blockquote")
        if words is None and self.has_block():
            return
        if words is None:
            self.wrong("A quote slide holds a block ::: quote id, or a line > quotation.", "Add one.")
            return
        by = next((each for each in words.itersiblings() if each.tag == "p"), None)
        if lost := blocks.words_of(child for child in root if child is not words and child is not by):
            self.wrong(
                f"A quote slide has no place for “{lost[:60]}”, which would be lost.", "Put it on another slide."
            )
        name, _, role = (" ".join(by.text_content().split()) if by is not None else "").partition(",")
        quote = Quote(
            id="typed", text=" ".join(words.text_content().split()), name=name.lstrip("–— "), role=role.strip()
        )
        root[:] = [blocks.draw_quote(quote)]


def place_blocks(root: HtmlElement, drawn: dict[str, HtmlElement | None]) -> None:
    """Put drawn blocks where their marks stand."""
    for paragraph in list(root.iter("p")):
        mark = (paragraph.text or "").strip()
        if mark not in drawn or len(paragraph):
            continue
        block, parent = drawn[mark], paragraph.getparent()
        if block is None or parent is None:
            paragraph.drop_tree()
        else:
            block.tail = paragraph.tail
            parent.replace(paragraph, block)


def _shapes(root: HtmlElement) -> tuple[str, ...]:
    """Tell what a slide without a composition is made of, so that each can be laid out well."""
    tags = [child.tag for child in root]
    found = []
    if tags == ["ol"]:
        found.append("agenda")
    if "table" in tags:
        found.append("has-table")
    if any(child.get("class") == "picture" for child in root):
        found.append("has-picture")
    if _is_roomy(root):
        found.append("few")
    return tuple(found)


def _is_roomy(root: HtmlElement) -> bool:
    """Tell whether what stands on a plain slide leaves room to set it larger."""
    rows = list(root.iter("tr"))
    if rows:
        return len(rows) <= FEW_ROWS and len(root.text_content()) <= FEW_SIGNS
    items = list(root.iter("li"))
    lines = sum(len(item.text_content()) // SIGNS_PER_LINE + 1 for item in items)
    return bool(items) and len(root) == 1 and lines + len(items) <= MOST_LINES
