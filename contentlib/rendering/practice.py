"""Draws a text with one of everything of a kind: to have learned how beforehand, and to find faults of its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from contentlib.domain.documents import FieldType, OpenField, Paper, RenderRequest, RepContact
from contentlib.domain.errors import DocumentRefusedError
from contentlib.domain.findings import Finding, Level
from contentlib.markup import examples
from contentlib.markup.schema import Flow, KindSchema
from contentlib.rendering import kind_files
from contentlib.rendering.drawing import Drawing
from contentlib.rendering.press import Press

# What is said of a document that its kind's files alone can be the cause of; the rest may be the text's.
_CODES = frozenset(
    {kind_files.CODE, "engine", "not-loaded", "font", "font-not-embedded", "page-size", "not-tagged", "alt-missing"}
)
_PLACED = frozenset({FieldType.TEXT, FieldType.NOTE, FieldType.LOGO, FieldType.REP})
_CONTACT = RepContact(name="A. Person", title="Engineer", email="person@practice.example", phone="+44 113 496 0000")


def request_for(kind: KindSchema) -> RenderRequest:
    """Give the request for a kind's text with one of everything, its open fields filled where it has any."""
    is_personal = not kind.is_internal and kind.email is None
    texts = [each.name for each in kind.fields if each.type in {FieldType.TEXT, FieldType.NOTE}]
    return RenderRequest(
        kind=kind.slug, slug="practice", source=examples.write_everything(kind), path="practice.md", language="en",
        version=0, dated_on=date(2026, 1, 1), media={}, is_draft=True, is_personalised=is_personal,
        values=dict.fromkeys(texts, "Practice & Sons") if is_personal else {}, rep=_CONTACT if is_personal else None,
    )  # fmt: skip


def find_faults(kind: KindSchema, press: Press) -> tuple[Finding, ...]:
    """Give what is wrong with the files of a kind: what keeps them from being used, and what they leave out."""
    request = request_for(kind)
    papers = (Paper.A4,) if kind.flow is Flow.SLIDES else tuple(Paper)
    found: list[Finding] = []
    try:
        found += press.judge_styles(kind.slug)
        for paper in papers:
            drawing = _drawing(replace(request, paper=paper), press)
            found += drawing.draw("0" * 64, None).findings
        found += _find_unplaced(kind, _drawing(request, press))
    except DocumentRefusedError as refused:
        found += refused.findings
    named = (replace(each, path=kind.slug, line=None) if each.path == request.path else each for each in found)
    return tuple(dict.fromkeys(each for each in named if each.code in _CODES))


def _drawing(request: RenderRequest, press: Press) -> Drawing:
    return Drawing(request=request, press=press, template_hash="", on=request.dated_on)


def _find_unplaced(kind: KindSchema, drawing: Drawing) -> Iterator[Finding]:
    """Tell of open fields that are declared and stand nowhere on the page."""
    if kind.email is not None:
        return
    placed = {place.field for place in drawing.places(None)}
    for each in kind.fields:
        if each.type in _PLACED and each.name not in placed:
            yield _unplaced(kind, each)


def _unplaced(kind: KindSchema, field: OpenField) -> Finding:
    return Finding(
        level=Level.ERROR, code=kind_files.CODE, path=f"{kind.slug}/document.html", field=field.name,
        message=f"The open field {field.name} stands nowhere on the page, so what is typed there would be lost.",
        mend=f'Give its element data-field="{field.name}", or take the field out of schema.yml.',
    )  # fmt: skip
