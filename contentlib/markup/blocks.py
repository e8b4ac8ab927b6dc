"""The `:::` blocks drawn as plain HTML that pages and documents style; it knows no colours and no paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import html as lxml_html
from lxml.html import HtmlElement

from contentlib.domain.findings import Level
from contentlib.markup import bars
from contentlib.markup.convert import Converter
from contentlib.markup.front_matter import Quote, nearest
from contentlib.markup.normalise import RawBlock

Draw = Callable[["BlockContext", RawBlock], HtmlElement | None]


@dataclass(kw_only=True)
class BlockContext:
    """What blocks are drawn with; `chosen_quote` takes the place of the first quote block's.

    `quotes_used` lists the ids in the order of their blocks, as the author placed them.
    """

    converter: Converter
    allowed: frozenset[str]
    facts: Mapping[str, Any]
    quotes: Mapping[str, Quote]
    chosen_quote: str | None = None
    kind: str = ""
    quotes_used: list[tuple[str, int]] = field(default_factory=list)


def draw(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    """Draw one block; None when it cannot be, with a finding at its line."""
    maker = _MAKERS.get(block.name)
    if maker is None:
        near = nearest(block.name, frozenset(_MAKERS))
        mend = f"Did you mean “{near}”?" if near else f"There are {', '.join(sorted(_MAKERS))}."
        context.converter.find("unknown-block", f"There is no block “{block.name}”.", block.line, mend=mend)
        return None
    if block.name not in context.allowed:
        message = f"The block “{block.name}” has no place in a {context.kind.replace('-', ' ')}."
        mend = f"Use one of {', '.join(sorted(context.allowed))}."
        context.converter.find("block-not-here", message, block.line, mend=mend)
        return None
    return maker(context, block)


def make(tag: str, class_: str = "", *children: HtmlElement, text: str = "") -> HtmlElement:
    """Make an element; text is escaped when it is written out."""
    element = lxml_html.Element(tag)
    if class_:
        element.set("class", class_)
    element.text = text or None
    element.extend(children)
    return element


def draw_quote(quote: Quote) -> HtmlElement:
    """Draw a quotation with its source."""
    by = [make("span", "name", text=quote.name)] if quote.name else []
    if quote.role:
        by.append(make("span", "role", text=quote.role))
    words = make("blockquote", "", make("p", "", text=quote.text))
    return make("figure", "quote", words, make("figcaption", "", *by))


def draw_metrics(rows: list[tuple[str, str]]) -> HtmlElement:
    """Draw figures with what they count."""
    items = []
    for value, label in rows:
        strong = make("strong", "value", text=value)
        items.append(make("li", "", strong, make("span", "label", text=label)))
    # A figure of more than five signs needs smaller type to stay on one line.
    length = " long" if max(len(value) for value, _label in rows) > 5 else ""
    return make("ul", f"metrics of-{len(rows)}{length}", *items)


def items_of(root: HtmlElement) -> list[tuple[str, HtmlElement]]:
    """Give the items of the first list in a tree: the strong words each begins with, and the rest of it."""
    found = []
    list_element = next((child for child in root.iter("ul", "ol")), None)
    for item in list_element if list_element is not None else ():
        holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
        name = ""
        rest = make("div")
        if len(holder) and holder[0].tag == "strong" and not (holder.text or "").strip():
            name = " ".join(holder[0].text_content().split())
            rest.text = (holder[0].tail or "").lstrip(" :.–—") or None
            rest.extend(list(holder)[1:])
        else:
            rest.text = (holder.text or "").strip() or None
            rest.extend(list(holder))
        if holder is not item:
            rest.extend(list(item)[1:])
        found.append((name, rest))
    return found


def columns_of(root: HtmlElement) -> tuple[list[HtmlElement], list[tuple[HtmlElement, HtmlElement]]]:
    """Part a tree at its h3: what stands before, and pairs of heading and what follows it."""
    before: list[HtmlElement] = []
    found: list[tuple[HtmlElement, HtmlElement]] = []
    for child in list(root):
        if child.tag == "h3":
            found.append((child, make("div")))
        elif found:
            found[-1][1].append(child)
        else:
            before.append(child)
    return before, found


def _inner(context: BlockContext, block: RawBlock) -> HtmlElement:
    return context.converter.tree(block.lines, block.line + 1)


def words_of(elements: Iterable[HtmlElement]) -> str:
    """Give the words of some elements, and what their pictures are called; empty when nothing would be seen of them."""
    found = (f"{each.text_content()} {' '.join(img.get('src', '') for img in each.iter('img'))}" for each in elements)
    return " ".join(" ".join(found).split())


def _tell_lost(context: BlockContext, block: RawBlock, words: str) -> None:
    """Tell of words in a block that is drawn from other parts of it alone; without any there is nothing to tell."""
    if words:
        message = f"The block “{block.name}” has no place for “{words[:60]}”, which would be lost."
        context.converter.find("block-shape", message, block.line, mend="Put it before or after the block.")


def _beside_list(root: HtmlElement) -> str:
    listed = next((child for child in root.iter("ul", "ol")), None)
    return words_of(child for child in root if child is not listed)


def _wrong(context: BlockContext, block: RawBlock, wanted: str, mend: str) -> None:
    context.converter.find("block-shape", f"The block “{block.name}” holds {wanted}.", block.line, mend=mend)


def _tell_title(context: BlockContext, block: RawBlock) -> None:
    """Tell of words behind the name of a block that has no title."""
    _tell_lost(context, block, block.argument)


def _title(context: BlockContext, block: RawBlock, tag: str, class_: str = "", *, text: str = "") -> HtmlElement:
    """Give what follows a block's name as its title, with its strong words and links."""
    words = text or block.argument
    drawn = list(context.converter.tree([words], block.line))
    if len(drawn) != 1 or drawn[0].tag != "p":  # a title may begin like a list
        return make(tag, class_, text=words)
    title = drawn[0]
    title.tag, title.tail = tag, None
    if class_:
        title.set("class", class_)
    return title


def _tell_empty(context: BlockContext, block: RawBlock) -> None:
    if not block.argument and not any(line.strip() for line in block.lines):
        message = f"The block “{block.name}” is empty."
        mend = "Write its words before the line :::, or take the block out."
        context.converter.find("block-shape", message, block.line, mend=mend, level=Level.WARNING)


def _quote(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    first, _, further = block.argument.partition(" ")
    name = first.strip("#\"'“”{}")
    context.quotes_used.append((name, block.line))
    is_open = len(context.quotes_used) == 1
    quote = context.quotes.get(context.chosen_quote if is_open and context.chosen_quote else name)
    if quote is None:
        near = nearest(name, frozenset(context.quotes))
        known = (
            f"Write one of {', '.join(context.quotes)} behind “quote”."
            if context.quotes
            else "Write quotes: in the front matter first, each with its id."
        )
        mend = f"Did you mean “{near}”?" if near else known
        message = f"There is no quote “{name}”." if name else "This block does not say which quote it shows."
        context.converter.find("unknown-quote", message, block.line, mend=mend)
        return None
    _tell_lost(context, block, " ".join(" ".join([further, *block.lines]).split()))
    drawn = draw_quote(quote)
    if is_open:
        drawn.set("data-field", "quote")
    return drawn


def _metrics(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    rows = [(row["value"], row["label"]) for row in context.facts.get("metrics", ())]
    _tell_title(context, block)
    if any(line.strip() for line in block.lines):
        inner = _inner(context, block)
        _tell_lost(context, block, _beside_list(inner))
        items = items_of(inner)
        _tell_lost(context, block, " ".join(img.get("src", "") for _name, rest in items for img in rest.iter("img")))
        rows = [(name, " ".join(rest.text_content().split())) for name, rest in items]
    if not 2 <= len(rows) <= 4 or not all(value and label for value, label in rows):
        mend = "Set each figure between ** and **, with what it is behind it."
        _wrong(context, block, "two to four lines “- **61%** what it is”, or the metrics of the front matter", mend)
        return None
    return draw_metrics(rows)


def _note(context: BlockContext, block: RawBlock) -> HtmlElement:
    inner = _inner(context, block)
    inner.tag = "aside"
    inner.set("class", "note")
    if block.argument:
        inner.insert(0, _title(context, block, "p", "note-title"))
    _tell_empty(context, block)
    return inner


def _steps(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    inner = _inner(context, block)
    items = items_of(inner)
    _tell_title(context, block)
    if not 2 <= len(items) <= 6:
        mend = "Begin each with 1." if len(items) < 2 else "Put some of them into another block."
        _wrong(context, block, "a list of three to five steps", mend)
        return None
    _tell_lost(context, block, _beside_list(inner))
    return draw_steps(items)


def draw_steps(items: list[tuple[str, HtmlElement]]) -> HtmlElement:
    """Draw numbered steps, each with its name and what happens."""
    drawn = make("ol", f"steps of-{len(items)}")
    for name, rest in items:
        rest.tag = "div"
        rest.set("class", "what")
        drawn.append(make("li", "", *([make("strong", "step", text=name)] if name else []), rest))
    return drawn


def _columns(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    before, columns = columns_of(_inner(context, block))
    _tell_title(context, block)
    if not 2 <= len(columns) <= 4:
        mend = "Begin each with ### and its name." if len(columns) < 2 else "Put some of them into another block."
        _wrong(context, block, "two to four pieces, each begun by ###", mend)
        return None
    _tell_lost(context, block, words_of(before))
    return draw_columns(block.name, columns)


def draw_columns(name: str, columns: list[tuple[HtmlElement, HtmlElement]]) -> HtmlElement:
    """Draw pieces side by side under the class `name`."""
    drawn = make("div", f"{name} of-{len(columns)}")
    for heading, body in columns:
        heading.tail = None
        drawn.append(make("div", "piece", heading, *list(body)))
    return drawn


def _bars(context: BlockContext, block: RawBlock) -> HtmlElement | None:
    rows, faults = bars.read_rows(block.lines)
    for fault in faults:
        line = block.line if fault.index is None else block.line + 1 + fault.index
        context.converter.find("block-shape", fault.message, line, mend=fault.mend, level=fault.level)
    if any(fault.level is Level.ERROR for fault in faults):
        return None
    largest = max(row.size for row in rows)
    body = make("tbody")
    for row in rows:
        label = " ".join(context.converter.tree([row.label], block.line).text_content().split()) or row.label
        bar = make("progress", "bar largest" if row.size == largest else "bar")
        bar.set("max", "100")
        bar.set("value", str(max(round(100 * row.size / largest), 1) if row.size else 0))
        bar.set("aria-label", f"{label}: {row.figure}")
        head = make("th", "", text=label)
        head.set("scope", "row")
        body.append(make("tr", "", head, make("td", "track", bar), make("td", "figure", text=row.figure)))
    title = [_title(context, block, "p", "bars-title")] if block.argument else []
    return make("div", f"bars of-{len(rows)}", *title, make("table", "", body))


def _side(context: BlockContext, block: RawBlock) -> HtmlElement:
    inner = _inner(context, block)
    inner.tag = "section"
    inner.set("class", "side")
    if block.argument:
        inner.insert(0, _title(context, block, "h2"))
    _tell_empty(context, block)
    return inner


def _answer(context: BlockContext, block: RawBlock) -> HtmlElement:
    inner = _inner(context, block)
    inner.set("class", "answer")
    if block.argument:
        inner.insert(0, _title(context, block, "p", "answer-title", text=block.argument.strip('"“”')))
    _tell_empty(context, block)
    return inner


_MAKERS: Mapping[str, Draw] = {
    "quote": _quote, "metrics": _metrics, "note": _note, "steps": _steps, "compare": _columns, "cards": _columns,
    "bars": _bars, "side": _side, "answer": _answer,
}  # fmt: skip
