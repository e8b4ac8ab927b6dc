"""What the menu beside a text offers: blocks and slides of its kind, its quotes and figures, the library's pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contentlib.markup.front_matter import AuthoredAsset, Quote, quotes_of
from contentlib.markup.schema import Flow, KindSchema
from contentlib.services.authoring.writing import LibraryPicture

# What each block looks like as it is written.
_BLOCKS = {
    "metrics": ("Figures", "::: metrics\n- **61%** what it is\n- **12 h** what it is\n:::"),
    "note": ("Note", "::: note What it is called\nWhat has to be said beside the text.\n:::"),
    "steps": ("Steps", "::: steps\n1. **First** What happens.\n2. **Then** What happens.\n:::"),
    "compare": ("Comparison", "::: compare\n### Before\n\n- A point\n\n### After\n\n- A point\n:::"),
    "cards": ("Cards", "::: cards\n### One\n\nA sentence.\n\n### Two\n\nA sentence.\n:::"),
    "bars": ("Bars", "::: bars What they count\n- One: 82\n- Two: 52\n:::"),
    "side": ("Side box", "::: side What it is called\n- A point\n- A point\n:::"),
    "answer": ("Answer", "::: answer “What they say.”\nWhat is true.\n:::"),
}
_SLIDES = {
    "lead": ("Cover", "# The one sentence to remember"),
    "section": ("Part", "## What the part is called"),
    "split": ("Text and picture", "## What it says\n\n- A point\n\n![What it shows](media/…)"),
    "metrics": ("Figures", "## What they say\n\n- **61%** what it is\n- **12 h** what it is"),
    "cards": ("Cards", "## What they share\n\n### One\n\nA sentence.\n\n### Two\n\nA sentence."),
    "timeline": ("Timeline", "## How it goes\n\n1. **First** One thing\n2. **Then** The next\n3. **Last** The end"),
    "compare": ("Comparison", "## What differs\n\n### Before\n\n- A point\n\n### After\n\n- A point"),
    "bars": ("Bars", "## What they count\n\n- One: 82\n- Two: 52"),
    "quote": ("Quote", "::: quote id\n:::"),
    "photo": ("Picture", "![bg](media/…)\n\n## What it shows"),
    "closing": ("End", "## What comes next"),
}  # fmt: skip
_PLAIN = (
    ("Table", "| Measure | Before | After |\n|:--------|-------:|------:|\n| One     | 38     | 21    |"),
    ("Footnote", "[^1]\n\n[^1]: Where it comes from."),
)
_FACTS = {
    "metrics": ("Figure", '  - {value: "61%", label: "what it is"}'),
    "quotes": (
        "Quote",
        '  - id: name\n    text: ""\n    name: \n    role: \n    approved_by: \n    expires: ',
    ),
}


@dataclass(frozen=True, kw_only=True)
class Insertion:
    """Something to put into a text: at the caret, or as a row of the fact `fact` at the top."""

    label: str
    text: str
    detail: str = ""
    fact: str = ""


@dataclass(frozen=True, kw_only=True)
class InsertionGroup:
    """Insertions of one sort; `name` is its heading."""

    name: str
    rows: tuple[Insertion, ...]


def list_insertions(
    schema: KindSchema, asset: AuthoredAsset | None, pictures: Sequence[LibraryPicture], on: date
) -> tuple[InsertionGroup, ...]:
    """List what a text of a kind may hold; quotes that are not approved or out of date are not offered."""
    quotes = [quote for quote in quotes_of(asset.facts).values() if quote.is_usable(on)] if asset else []
    metrics = asset.facts.get("metrics", ()) if asset else ()
    groups = (
        ("Approved quotes", [_quote(quote) for quote in quotes] if "quote" in schema.blocks else []),
        ("Figures of this text", [_figure(row) for row in metrics]),
        ("Slides", _slides(schema)),
        ("Blocks", [Insertion(label=la, text=tx) for name, (la, tx) in _BLOCKS.items() if name in schema.blocks]),
        ("Plain", [Insertion(label=label, text=text) for label, text in _PLAIN]),
        ("At the top", [Insertion(label=la, text=tx, fact=key) for key, (la, tx) in _FACTS.items()]),
        ("Pictures", [_picture(picture) for picture in pictures]),
    )
    return tuple(InsertionGroup(name=name, rows=tuple(rows)) for name, rows in groups if rows)


def _quote(quote: Quote) -> Insertion:
    until = f" Until {quote.expires_on.isoformat()}." if quote.expires_on else ""
    return Insertion(label=quote.text, text=f"::: quote {quote.id}\n:::", detail=f"{quote.name}, {quote.role}.{until}")


def _figure(row: dict[str, str]) -> Insertion:
    text = f"**{row['value']}** {row['label']}"
    return Insertion(label=row["value"], text=text, detail=row["label"])


def _slides(schema: KindSchema) -> list[Insertion]:
    if schema.flow is not Flow.SLIDES:
        return []
    known = [
        (name, *_SLIDES.get(name, (name.capitalize(), "## What it says"))) for name in sorted(schema.slide_classes)
    ]
    return [Insertion(label=label, text=f"---\n\n<!-- _class: {name} -->\n{text}") for name, label, text in known]


def _picture(picture: LibraryPicture) -> Insertion:
    return Insertion(label=picture.path, text=f"![What it shows]({picture.path})", detail=picture.asset_slug)
