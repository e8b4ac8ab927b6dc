"""An asset's facts compared with what its kind's document needs, has room for and shows; it draws nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from contentlib.domain.counting import count as counted
from contentlib.domain.findings import Finding, Level
from contentlib.markup.front_matter import FACT_KEYS, AuthoredAsset
from contentlib.markup.schema import KindSchema

_FACT = re.compile(r"\bdoc\.(\w+)")


def check(schema: KindSchema, asset: AuthoredAsset, *, path: str) -> list[Finding]:
    """Compare an asset's facts with what its kind's document needs; what is missing or too long is a warning."""
    if not schema.has_document:
        return []
    found = [_missing(schema, asset, need, path) for need in schema.needs if not _values(asset, need)]
    found += _unshown(schema, asset, path)
    for key, (least, most) in schema.limits.items():
        if key in {"metrics", "quotes", "specs"}:
            count = len(asset.facts.get(key, ()))
            if count and not least <= count <= most:
                message = f"“{key}” holds {counted(count, 'row')}; the document has room for {least} to {most}."
                mend = "Write another." if count < least else "Take some of them out."
                found.append(_warning(asset, key, path, "wrong-count", message, mend=mend))
            continue
        for trail, text in _values(asset, key):
            if len(text) > most:
                message = f"“{key}” is {len(text)} characters long; the document has room for {most}."
                found.append(_warning(asset, trail, path, "too-long", message, mend="Shorten it.", text=text))
    return found


def _unshown(schema: KindSchema, asset: AuthoredAsset, path: str) -> list[Finding]:
    """Tell of facts that a kind's document has no place for; whom an asset is about is known to the library anyway."""
    shown = (_shown_by(schema.template) or FACT_KEYS) | {"customer", "competitor"}
    if schema.places_quote or "quote" in schema.blocks:
        shown |= {"quotes"}
    if "metrics" in schema.blocks:
        shown |= {"metrics"}
    return [
        _warning(asset, key, path, "fact-not-shown", f"The document of {schema.with_article} does not show “{key}”.",
                 mend="Say it in the text, or take it out.", level=Level.NOTE)
        for key in asset.facts
        if key not in shown
    ]  # fmt: skip


def _shown_by(template: Path | None) -> frozenset[str] | None:
    """Give the facts that a kind's template names as it is now, None where that is not known."""
    try:
        return _named_in(template, template.stat().st_mtime_ns) if template else None
    except OSError:
        return None


@cache
def _named_in(template: Path, _changed: int) -> frozenset[str]:
    return frozenset(_FACT.findall(template.read_text(encoding="utf-8", errors="replace")))


def _missing(schema: KindSchema, asset: AuthoredAsset, need: str, path: str) -> Finding:
    message = f"There is no “{need}”, which {schema.with_article} needs."
    return _warning(asset, need, path, "missing-fact", message, mend=f"Write {need} in the front matter.")


def _warning(
    asset: AuthoredAsset,
    trail: str,
    path: str,
    code: str,
    message: str,
    *,
    mend: str | None = None,
    text: str | None = None,
    level: Level = Level.WARNING,
) -> Finding:
    steps = tuple(int(step) if step.isdigit() else step for step in trail.split("."))
    line = next((asset.lines[steps[:n]] for n in range(len(steps), 0, -1) if steps[:n] in asset.lines), 1)
    return Finding(level=level, code=code, message=message, mend=mend, path=path, line=line, field=trail, text=text)


def _values(asset: AuthoredAsset, key: str) -> list[tuple[str, str]]:
    """Give the texts a key stands for with their trail; "quotes.text" stands for the text of every quotation."""
    head, _, rest = key.partition(".")
    value = asset.facts.get(head) if head in FACT_KEYS else getattr(asset, head, None)
    if not value:
        return []
    if isinstance(value, list):
        found = ((f"{head}.{index}.{rest}", row.get(rest, "")) for index, row in enumerate(value))
        return [(trail, text) for trail, text in found if text] if rest else [(head, str(value))]
    if isinstance(value, dict):
        return [(key, value[rest])] if value.get(rest) else [] if rest else [(head, str(value))]
    return [(key, str(value))]
