"""An asset and its filled fields as the HTML of a document; it lays out nothing and fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import html as lxml_html
from lxml.html import HtmlElement
from markupsafe import Markup

from contentlib.branding.parts import Brand, Ground, LogoSize
from contentlib.domain.documents import RenderRequest
from contentlib.domain.people import is_address
from contentlib.markup import blocks, convert
from contentlib.markup.dialect import Body, Section
from contentlib.markup.front_matter import AuthoredAsset, quotes_of
from contentlib.markup.schema import Flow, KindSchema
from contentlib.markup.slides import Slide
from contentlib.rendering import breaking, glyphs, kind_files, letters
from contentlib.rendering.answers import Frozen
from contentlib.rendering.values import Filled

# A table of so many columns is set without measuring its words.
_PAIR = 2
# Signs that a line holds of a head which stands in a margin of its own.
_PER_LINE_OF_SIDE_HEAD = 13


@dataclass(frozen=True, kw_only=True)
class Manuscript:
    """Everything the HTML of one document is made from."""

    request: RenderRequest
    schema: KindSchema
    asset: AuthoredAsset
    body: Body
    brand: Brand
    filled: Filled
    broken: frozenset[str] = frozenset()


def environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """Make the environment that document templates run in: sandboxed, escaping, and strict about names."""
    jinja = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    jinja.tests["tall"] = glyphs.is_tall
    jinja.tests["address"] = is_address
    jinja.filters |= {"balanced": breaking.balance, "kept_together": breaking.keep_last,
                      "letters": glyphs.count_letters, "height": glyphs.height_of}  # fmt: skip
    return jinja


def compose(manuscript: Manuscript, frozen: Frozen, jinja: ImmutableSandboxedEnvironment, address: Any) -> str:
    """Write the document's HTML; `address` turns a path into the address it is served under."""
    schema = manuscript.schema
    context: dict[str, Any] = {
        "doc": _facts(manuscript, address),
        "brand": _brand(manuscript.brand, address),
        "open": _open(manuscript, address),
        "is_broken": bool(manuscript.broken),
        "variables": f"--fit: {frozen.fit:.4f}; --quote-height: {_length(frozen.quote_height)}",
    }
    if schema.flow is Flow.SLIDES:
        chosen = arrange(manuscript.body.slides, manuscript.filled.slides)
        context["slides"] = _slides(chosen, manuscript.broken)
        context["section_count"] = sum(slide.composition == "section" for slide in chosen)
    else:
        texts = manuscript.filled.texts if schema.email is not None else {}
        sections = _sections(manuscript.body.sections, address, texts)
        context["sections"] = [section for section in sections if not section["is_side"]]
        context["sides"] = [section for section in sections if section["is_side"]]
    return kind_files.fill(jinja, f"{schema.slug}/document.html", context)


def _length(pixels: float) -> str:
    return f"{pixels:.2f}px" if pixels else "auto"


def arrange(slides: tuple[Slide, ...], chosen: tuple[str, ...] | None) -> tuple[Slide, ...]:
    """Give the slides in the order they are shown: optional ones that were not chosen are left out.

    Chosen ones change places among themselves: the places they hold as written are filled in the order chosen.
    """
    if chosen is None:
        return slides
    by_id = {slide.id: slide for slide in slides if slide.is_optional and slide.id in chosen}
    order = iter([by_id[name] for name in chosen if name in by_id])
    return tuple(
        next(order) if slide.is_optional else slide for slide in slides if not slide.is_optional or slide.id in by_id
    )


def _facts(manuscript: Manuscript, address: Any) -> dict[str, Any]:
    asset, facts = manuscript.asset, manuscript.asset.facts
    customer: dict[str, Any] = dict.fromkeys(("name", "logo", "industry", "region", "size"), "")
    customer |= {"products": []} | facts.get("customer", {})
    customer["logo"] = address(customer["logo"]) if customer["logo"] else ""
    cta = dict.fromkeys(("heading", "text", "label", "url"), "") | facts.get("cta", {})
    # An address the author typed is followed by readers: only the two schemes the dialect knows.
    cta["url"] = cta["url"] if cta["url"].startswith(("https://", "mailto:")) else ""
    return {
        "title": asset.title,
        "summary": asset.summary,
        "language": asset.language,
        "kicker": facts.get("kicker", ""),
        "hero": address(facts["hero"]) if facts.get("hero") else "",
        "customer": customer,
        "metrics": facts.get("metrics", []),
        "cta": cta,
        "legal": facts.get("legal", ""),
        "competitor": {"name": "", "note": ""} | facts.get("competitor", {}),
        "subject": letters.fill_in_line(facts.get("subject", ""), manuscript.filled.texts),
        "specs": [{"label": label, "value": value} for label, value in facts.get("specs", {}).items()],
        "audience": asset.audience.value,
        "dated_on": manuscript.request.dated_on.isoformat(),
        "paper": manuscript.filled.paper.value,
    }


def _brand(brand: Brand, address: Any) -> dict[str, Any]:
    home = brand.links.get("home", "")
    return {
        "name": brand.name,
        "full_name": brand.full_name,
        "tagline": brand.tagline,
        "notice": brand.legal.notice or "",
        "home": home,
        "home_label": home.removeprefix("https://").rstrip("/"),
        "logos": {
            ground.value: address(f"brand/{brand.logo(LogoSize.MEDIUM, ground).path}") for ground in Ground
        },
    }  # fmt: skip


def write_message(manuscript: Manuscript, letter: letters.Letter, jinja: ImmutableSandboxedEnvironment) -> str:
    """Write what an e-mail holds from greeting to signature, with the colours that mail programs are told in words."""
    brand = manuscript.brand
    colours = {name: brand.colour(name) for name in ("foreground", "primary", "secondary", "tertiary", "warning")}
    context = {
        "letter": _markup(letter.html), "rep": manuscript.filled.rep.__dict__ if manuscript.filled.rep else None,
        "colours": colours, "brand": _brand(brand, lambda path: path), "language": manuscript.asset.language,
    }  # fmt: skip
    return kind_files.fill(jinja, f"{manuscript.schema.slug}/email.html", context)


def _open(manuscript: Manuscript, address: Any) -> dict[str, Any]:
    filled = manuscript.filled
    quote = None
    if manuscript.schema.places_quote and filled.quote:
        drawn = blocks.draw_quote(quotes_of(manuscript.asset.facts)[filled.quote])
        _keep_last_words(drawn)
        quote = _markup(convert.outer_html(drawn))
    return {
        "prospect": {
            "name": filled.prospect_name,
            "logo": address("request/prospect.png") if filled.has_logo else None,
        },
        "note": filled.note,
        "texts": {each.name: filled.texts.get(each.name) for each in manuscript.schema.fields},
        "quote": quote,
        "rep": filled.rep.__dict__ if filled.rep else None,
    }


def _sections(sections: tuple[Section, ...], address: Any, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    trees = [_tree(section.html, address) for section in sections]
    for tree in trees:
        letters.fill_in(tree, texts)
    notes = _take_notes(trees)
    for tree in trees:
        _place_notes(tree, notes)
    return [
        {
            "id": section.id,
            "title": section.title,
            "html": _markup(convert.inner_html(tree)),
            "is_side": section.is_side,
        }
        for section, tree in zip(sections, trees, strict=True)
    ]


def set_for_paper(slide: Slide, address: Any) -> Slide:
    """Give a slide with its HTML fit for paper and its pictures by address; nothing of that hangs on what is filled in.

    `address` turns a path into the address it is served under.
    """
    background = slide.background
    if not background and slide.composition == "photo" and slide.pictures:
        background = lxml_html.fromstring(slide.pictures[0]).find(".//img").get("src", "")
    return replace(
        slide,
        content=_print(slide.content, address),
        pictures=tuple(_print(picture, address) for picture in slide.pictures),
        background=address(background) if background else "",
    )


def _slides(slides: tuple[Slide, ...], broken: frozenset[str]) -> list[dict[str, Any]]:
    found, sections = [], 0
    for at, slide in enumerate(slides):
        sections += slide.composition == "section"
        found.append(
            {
                "id": slide.id, "composition": slide.composition, "title": slide.title,
                "marks": [*slide.marks, glyphs.height_of(slide.text)],
                "level": 1 if at == 0 else 2, "heading": _markup(slide.heading), "section_number": sections,
                "content": _markup(slide.content), "is_broken": slide.id in broken,
                "pictures": [*map(_markup, slide.pictures)], "background": slide.background,
            }
        )  # fmt: skip
    return found


def _print(html: str, address: Any) -> str:
    tree = _tree(html, address, is_slide=True)
    _place_notes(tree, _take_notes([tree]))
    return convert.inner_html(tree)


def _markup(html: str) -> Markup:
    """Let HTML pass that was sanitised when it was read, and has held nothing but our own marks since."""
    return Markup(html)  # noqa: S704


def _tree(html: str, address: Any, *, is_slide: bool = False) -> HtmlElement:
    """Parse page HTML with pictures by address, tables of two columns marked, and bars with a width."""
    root = lxml_html.fragment_fromstring(html or "<div></div>", create_parent="div")
    for picture in root.iter("img"):
        picture.set("src", address(picture.get("src", "")))
    _keep_last_words(root, is_slide=is_slide)
    for part in root.iter("section"):
        if len(part) and part[0].tag == "h2":
            # What stands beside its head is at least as high as that.
            lines = breaking.count_lines(part[0].text_content(), _PER_LINE_OF_SIDE_HEAD)
            part.set("style", f"--lines: {lines}")
    for heading in root.iter("h1", "h2", "h3"):
        if height := glyphs.height_of(heading.text_content()):
            heading.classes.add(height)
    for table in root.iter("table"):
        if len(table.find(".//tr")) == _PAIR:
            table.classes.add("pair")
    for bar in list(root.iter("progress")):
        bar.tag = "div"
        bar.set("style", f"width: {int(bar.get('value', '0'))}%")
        for name in ("max", "value", "aria-label"):
            bar.attrib.pop(name, None)
    return root


def _keep_last_words(tree: HtmlElement, *, is_slide: bool = False) -> None:
    """Let no quotation and no point end in a line of one short word; on slides, no paragraph either."""
    quoted = [words for quote in tree.iter("blockquote") for words in quote.iter("p")]
    for words in {*quoted, *tree.iter("li"), *(tree.iter("p") if is_slide else ())}:
        if len(words) and words[-1].tail:
            words[-1].tail = breaking.keep_last(words[-1].tail)
        elif words.text and not len(words):
            words.text = breaking.keep_last(words.text)
    for words in tree.find_class("what"):
        if words.text and not len(words):
            words.text = breaking.keep_last(words.text, breaking.LONGEST_KEPT_OF_STEP)


def _take_notes(trees: list[HtmlElement]) -> dict[str, HtmlElement]:
    """Take the footnotes out of where Markdown collects them."""
    notes: dict[str, HtmlElement] = {}
    for holder in [holder for tree in trees for holder in tree.find_class("footnote")]:
        for item in holder.iter("li"):
            for back in item.find_class("footnote-backref"):
                back.drop_tree()
            notes[item.get("id", "")] = item
        holder.drop_tree()
    return notes


def _place_notes(tree: HtmlElement, notes: dict[str, HtmlElement]) -> None:
    """Put footnotes where they are called; the style sheet floats them to the foot of that page."""
    for call in list(tree.find_class("footnote-ref")):
        sup = call.getparent()
        note = notes.get(call.get("href", "").removeprefix("#"))
        if sup is None or note is None:
            continue
        inner = note[0] if len(note) and note[0].tag == "p" else note
        span = blocks.make("span", "fn", *list(inner), text=(inner.text or "").strip())
        _trim_end(span)
        span.tail = sup.tail
        sup.getparent().replace(sup, span)


def _trim_end(span: HtmlElement) -> None:
    """Take the space off that stood before the way back."""
    if len(span):
        span[-1].tail = (span[-1].tail or "").rstrip() or None
    else:
        span.text = (span.text or "").rstrip()


def text_of(html: str) -> str:
    """Give all text of a document's HTML, for checks of characters."""
    text: str = lxml_html.fromstring(html).text_content()
    return text
