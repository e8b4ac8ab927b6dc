"""What the menu beside a text offers: blocks and slides of its kind, its quotes and figures, the library's pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contentlib.markup import examples
from contentlib.markup.front_matter import AuthoredAsset, Quote, quotes_of
from contentlib.markup.schema import Flow, KindSchema
from contentlib.services.authoring.writing import LibraryPicture


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
        (
            "Blocks",
            [Insertion(label=la, text=tx) for name, (la, tx) in examples.BLOCKS.items() if name in schema.blocks],
        ),
        ("Plain", [Insertion(label=label, text=text) for label, text in examples.PLAIN]),
        (
            "At the top",
            [
                Insertion(label=label, text=text, fact=key)
                for key, (label, text) in examples.FACTS.items()
                if schema.takes(key)
            ],
        ),
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
        (name, *examples.SLIDES.get(name, (name.capitalize(), "## What it says")))
        for name in sorted(schema.slide_classes)
    ]
    return [Insertion(label=label, text=f"---\n\n<!-- _class: {name} -->\n{text}") for name, label, text in known]


def _picture(picture: LibraryPicture) -> Insertion:
    return Insertion(label=picture.path, text=f"![What it shows]({picture.path})", detail=picture.asset_slug)
