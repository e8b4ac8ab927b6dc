"""What a kind of document asks for and leaves open, from its `schema.yml`; it draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contentlib.domain.documents import DocumentKind, FieldType, OpenField
from contentlib.domain.errors import InvalidInputError, NotFoundError
from contentlib.markup.front_matter import SLUG, nearest

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
    as an e-mail, whose `[[words]]` are open fields. `template` is the file that its documents are drawn with. `fault`
    says why the kind's folder cannot be used, and is empty where it can.
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
    template: Path | None = None

    @property
    def document_kind(self) -> DocumentKind:
        """Give what the other rooms know of this kind."""
        return DocumentKind(
            slug=self.slug, title=self.title, page=self.page, fields=self.fields, is_internal=self.is_internal,
            is_email=self.email is not None,
        )  # fmt: skip

    @property
    def with_article(self) -> str:
        """Give the kind's title as it stands within a sentence: “a case study”."""
        title = self.title.lower()
        # “One” begins like “won”.
        return f"{'an' if title[0] in 'aeiou' and not title.startswith('one') else 'a'} {title}"

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
_Shapes = dict[str, tuple[type, str]]
_TEXT, _LIST, _KEYED = (str, "text"), (list, "a list"), (dict, "a list of keys")
_SHAPES: _Shapes = {
    **dict.fromkeys(("title", "page"), _TEXT),
    **dict.fromkeys(("fields", "needs", "blocks", "classes", "slide_classes"), _LIST),
    **dict.fromkeys(("fit", "limits", "email"), _KEYED),
}
_FIELD_SHAPES: _Shapes = {
    **dict.fromkeys(("name", "label", "type", "hint", "mark"), _TEXT),
    "limit": (int, "a number"),
    "required": (bool, "true or false"),
}
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
    except OSError as fault:
        raise InvalidInputError(f"{kind}/schema.yml cannot be opened: {fault.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
        raise InvalidInputError(f"{kind}/schema.yml cannot be read: {fault}") from None
    if not isinstance(raw, dict):
        raise InvalidInputError(f"{kind}/schema.yml is not a list of keys.")
    _only(raw, _KEYS, kind)
    lacking = [key for key in ("title", "page", "flow") if not raw.get(key)]
    if lacking:
        raise InvalidInputError(f"{kind}/schema.yml does not say: {', '.join(lacking)}.")
    if str(raw["flow"]) not in set(Flow):
        raise InvalidInputError(f"{kind}/schema.yml: flow is one of {', '.join(Flow)}, not “{raw['flow']}”.")
    _shaped(raw, _SHAPES, f"{kind}/schema.yml")
    for key in ("needs", "limits", "blocks", "classes", "slide_classes"):
        if not all(isinstance(name, str) for name in raw.get(key, ())):
            raise InvalidInputError(f"{kind}/schema.yml: {key} holds something that is no name.")
    if unknown := set(raw.get("blocks", ())) - ALL_BLOCKS:
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
            template=file.with_name("document.html"),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise InvalidInputError(f"{kind}/schema.yml does not hold: {fault}") from None


def _field(row: dict[str, Any], kind: str) -> OpenField:
    if not isinstance(row, dict) or not row.get("name"):
        raise InvalidInputError(f"{kind}/schema.yml holds a field without a name.")
    _only(row, _FIELD_SHAPES, kind)
    _shaped(row, _FIELD_SHAPES, f"{kind}/schema.yml, field “{row['name']}”")
    if row.get("type") not in set(FieldType):
        told = f"the type of {row['name']} is one of {', '.join(FieldType)}, not “{row.get('type', '')}”"
        raise InvalidInputError(f"{kind}/schema.yml: {told}.")
    if not row.get("label"):
        raise InvalidInputError(f"{kind}/schema.yml: the field “{row['name']}” has no label.")
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


def _only(row: dict[str, Any], known: Iterable[str], kind: str) -> None:
    for key in row:
        if key not in known:
            near = nearest(str(key), frozenset(known))
            guess = f" Did you mean “{near}”?" if near else ""
            raise InvalidInputError(f"{kind}/schema.yml has an unknown key “{key}”.{guess}")


def _shaped(row: dict[str, Any], shapes: _Shapes, where: str) -> None:
    for key, (shape, told) in shapes.items():
        if key in row and not isinstance(row[key], shape):
            raise InvalidInputError(f"{where}: {key} is {told}, not “{row[key]}”.")
