"""What a kind of document asks for and leaves open, from its `schema.yml`; it draws nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contentlib.domain.counting import count as counted
from contentlib.domain.documents import DocumentKind, FieldType, OpenField
from contentlib.domain.errors import InvalidInputError, NotFoundError
from contentlib.domain.findings import Finding, Level
from contentlib.markup.front_matter import FACT_KEYS, SLUG, AuthoredAsset, nearest

_FACT = re.compile(r"\bdoc\.(\w+)")
ALL_BLOCKS = frozenset({"quote", "metrics", "note", "steps", "compare", "cards", "bars", "side", "answer"})


class Flow(StrEnum):
    """How the pages of a kind come about."""

    PAGES = "pages"
    SHEET = "sheet"
    SLIDES = "slides"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Between which scales a document's type may be set."""

    least: float = 0.86
    most: float = 1.14


@dataclass(frozen=True, kw_only=True)
class EmailRules:
    """What a kind that is sent as an e-mail keeps to: how many words it has, and how many things it asks for."""

    words: tuple[int, int]
    asks: int = 1


@dataclass(frozen=True, kw_only=True)
class KindSchema:
    """What documents of a kind are like.

    `needs` are facts without which there is no document ("customer.name"); `limits` are the most characters of a
    fact, or [least, most] rows; `classes` may stand behind a heading or paragraph, `slide_classes` on a slide.
    With `places_quote` the kind itself places the quotation that a rep may choose, else it stands in the first quote
    block. What is of an internal kind never leaves the company, whatever its file says; `email` is set for what is sent
    as an e-mail, whose `[[words]]` are open fields. `shows` are the facts that its document prints, None where that is
    not known. `fault` says why the kind's folder cannot be used, and is empty where it can.
    """

    slug: str
    title: str
    page: str
    flow: Flow
    fit: Fit | None = None
    fields: tuple[OpenField, ...] = ()
    needs: tuple[str, ...] = ()
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    blocks: frozenset[str] = ALL_BLOCKS
    classes: frozenset[str] = frozenset()
    slide_classes: frozenset[str] = frozenset()
    has_document: bool = True
    places_quote: bool = False
    is_internal: bool = False
    email: EmailRules | None = None
    fault: str = ""
    shows: frozenset[str] | None = None

    @property
    def document_kind(self) -> DocumentKind:
        """Give what the other rooms know of this kind."""
        return DocumentKind(
            slug=self.slug, title=self.title, page=self.page, fields=self.fields, is_internal=self.is_internal,
            is_email=self.email is not None,
        )  # fmt: skip

    def takes(self, fact: str) -> bool:
        """Tell whether texts of this kind have a place for the rows of a fact, such as metrics or quotes."""
        heads = {name.partition(".")[0] for name in (*self.needs, *self.limits)}
        return fact in heads or fact.removesuffix("s") in self.blocks or fact in self.blocks

    def find_field(self, name: str) -> OpenField | None:
        """Give the open field with a name, or None."""
        return next((each for each in self.fields if each.name == name), None)


def load(templates: Path, kind: str) -> KindSchema:
    """Give a kind's schema; a kind without a folder has all blocks and no document.

    Raises InvalidInputError when `schema.yml` does not hold.
    """
    found = find(templates, kind)
    if found is not None and found.fault:
        raise InvalidInputError(found.fault)
    return found or KindSchema(slug=kind, title=kind, page="", flow=Flow.PAGES, has_document=False)


def find(templates: Path, kind: str) -> KindSchema | None:
    """Give the schema of a kind that has a folder, or None; one that does not hold says so in its `fault`."""
    file = templates / kind / "schema.yml"
    if not SLUG.match(kind):
        return None
    try:  # asked of every hit of a list, so the disk is asked once
        changed = file.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _read(file, kind, changed)


def list_folders(templates: Path) -> tuple[KindSchema, ...]:
    """Give the schemas of all kinds that have a folder, by its name, those with a fault among them.

    Folders whose names begin with _ hold what kinds share.
    """
    if not templates.is_dir():
        raise NotFoundError(f"The folder of document templates, {templates}, is not there.")
    names = sorted(path.name for path in templates.iterdir() if path.is_dir() and path.name[0] not in "._")
    return tuple(find(templates, name) or _broken(name, _why_none(name)) for name in names)


def _why_none(name: str) -> str:
    if not SLUG.match(name):
        return f"The folder “{name}” is no kind: the name of one is a-z, 0-9 and hyphens."
    return f"{name}/schema.yml is not there."


def _broken(kind: str, fault: str) -> KindSchema:
    return KindSchema(slug=kind, title=kind, page="", flow=Flow.PAGES, has_document=False, fault=fault)


def list_kinds(templates: Path) -> tuple[KindSchema, ...]:
    """Give the schemas of all kinds that can be used, by name of the folder."""
    return tuple(schema for schema in list_folders(templates) if not schema.fault)


_KEYS = frozenset(
    {
        "title", "page", "flow", "fit", "fields", "needs", "limits", "blocks", "classes", "slide_classes",
        "places_quote", "internal", "email",
    }
)  # fmt: skip
_SHAPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("fields", "needs", "blocks", "classes", "slide_classes"), (list, "a list")),
    **dict.fromkeys(("fit", "limits", "email"), (dict, "a list of keys")),
    **dict.fromkeys(("title", "page"), (str, "text")),
}
_FIELD_KEYS = frozenset({"name", "label", "type", "limit", "required", "hint", "mark"})
_FIT_KEYS, _EMAIL_KEYS = frozenset({"least", "most"}), frozenset({"words", "asks"})


@cache
def _read(file: Path, kind: str, _changed: int) -> KindSchema:
    try:
        return _parse(file, kind)
    except InvalidInputError as fault:
        return _broken(kind, str(fault))


def _parse(file: Path, kind: str) -> KindSchema:
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a template's own file: quick where it may be
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe ones
    except yaml.MarkedYAMLError as fault:
        at = f", line {fault.problem_mark.line + 1}" if fault.problem_mark else ""
        raise InvalidInputError(f"{kind}/schema.yml{at} cannot be read: {fault.problem}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InvalidInputError(f"{kind}/schema.yml cannot be read: {fault}") from None
    if not isinstance(raw, dict):
        raise InvalidInputError(f"{kind}/schema.yml is not a list of keys.")
    _only(raw, _KEYS, kind)
    lacking = [key for key in ("title", "page", "flow") if not raw.get(key)]
    if lacking:
        raise InvalidInputError(f"{kind}/schema.yml does not say: {', '.join(lacking)}.")
    if raw["flow"] not in set(Flow):
        raise InvalidInputError(f"{kind}/schema.yml: flow is one of {', '.join(Flow)}, not “{raw['flow']}”.")
    for key, (shape, told) in _SHAPES.items():
        if key in raw and not isinstance(raw[key], shape):
            raise InvalidInputError(f"{kind}/schema.yml: {key} is {told}, not “{raw[key]}”.")
    unknown = set(map(str, raw.get("blocks", ()))) - ALL_BLOCKS
    if unknown:
        raise InvalidInputError(f"{kind}/schema.yml names blocks that do not exist: {', '.join(sorted(unknown))}.")
    try:
        return KindSchema(
            slug=kind,
            title=raw["title"],
            page=raw["page"],
            flow=Flow(raw["flow"]),
            fit=_fit(raw["fit"], kind) if "fit" in raw else None,
            fields=tuple(_field(row, kind) for row in raw.get("fields", ())),
            needs=tuple(raw.get("needs", ())),
            limits={key: _span(value, key, kind) for key, value in raw.get("limits", {}).items()},
            blocks=frozenset(raw.get("blocks", ALL_BLOCKS)),
            classes=frozenset(raw.get("classes", ())),
            slide_classes=frozenset(raw.get("slide_classes", ())),
            places_quote=bool(raw.get("places_quote", False)),
            is_internal=bool(raw.get("internal", False)),
            email=_email(raw["email"], kind) if "email" in raw else None,
            shows=_shown_by(file.with_name("document.html")),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise InvalidInputError(f"{kind}/schema.yml does not hold: {fault}") from None


def _field(row: dict[str, Any], kind: str) -> OpenField:
    if not isinstance(row, dict) or not row.get("name"):
        raise InvalidInputError(f"{kind}/schema.yml holds a field without a name.")
    _only(row, _FIELD_KEYS, kind)
    if row.get("type") not in set(FieldType):
        told = f"the type of {row['name']} is one of {', '.join(FieldType)}, not “{row.get('type', '')}”"
        raise InvalidInputError(f"{kind}/schema.yml: {told}.")
    return OpenField(**{**row, "type": FieldType(row["type"])})


def _fit(row: dict[str, Any], kind: str) -> Fit:
    _only(row, _FIT_KEYS, kind)
    fit = Fit(**{key: float(value) for key, value in row.items()})
    if not 0 < fit.least <= fit.most:
        raise InvalidInputError(f"{kind}/schema.yml: fit goes from a scale above 0 to a larger one.")
    return fit


def _email(row: dict[str, Any], kind: str) -> EmailRules:
    _only(row, _EMAIL_KEYS, kind)
    return EmailRules(**{**row, "words": _span(row.get("words"), "words", kind)})


def _span(value: Any, key: str, kind: str) -> tuple[int, int]:
    spans: list[Any] = value if isinstance(value, list) else [0, value]
    if len(spans) != 2 or not all(type(each) is int for each in spans) or spans[0] > spans[1]:
        raise InvalidInputError(f"{kind}/schema.yml: “{key}” is a number or [least, most], not “{value}”.")
    return spans[0], spans[1]


def _shown_by(template: Path) -> frozenset[str] | None:
    """Give the facts that a kind's template names."""
    if not template.is_file():
        return None
    return frozenset(_FACT.findall(template.read_text(encoding="utf-8", errors="replace")))


def _only(row: dict[str, Any], known: frozenset[str], kind: str) -> None:
    for key in row:
        if key not in known:
            near = nearest(str(key), known)
            guess = f" Did you mean “{near}”?" if near else ""
            raise InvalidInputError(f"{kind}/schema.yml has an unknown key “{key}”.{guess}")


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
    shown = (schema.shows or FACT_KEYS) | {"customer", "competitor"}
    if schema.places_quote or "quote" in schema.blocks:
        shown |= {"quotes"}
    if "metrics" in schema.blocks:
        shown |= {"metrics"}
    return [
        _warning(asset, key, path, "fact-not-shown", f"The document of {_a(schema)} does not show “{key}”.",
                 mend="Say it in the text, or take it out.", level=Level.NOTE)
        for key in asset.facts
        if key not in shown
    ]  # fmt: skip


def _a(schema: KindSchema) -> str:
    title = schema.title.lower()
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"


def _missing(schema: KindSchema, asset: AuthoredAsset, need: str, path: str) -> Finding:
    message = f"There is no “{need}”, which {_a(schema)} needs."
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
