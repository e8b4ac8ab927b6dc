"""How a source lays its files out, from one declarative file; it reads layouts alone, never what they describe.

A layout is `layouts/<name>.toml`: which files, where the facts stand, what their values mean here, how the body is
written. `plain` is what is used when none is named.
"""

from __future__ import annotations

import codecs
import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contentlib.domain.errors import InvalidInputError

LAYOUTS = Path(__file__).parent / "layouts"
PLAIN = "plain"

# The facts a layout can name, and the key of an authored file that each becomes.
FACTS: Mapping[str, str] = {
    "title": "title", "slug": "slug", "kind": "kind", "summary": "summary", "company": "company",
    "industry": "industries", "region": "regions", "date": "publish_on", "expires": "expires_on",
    "review_by": "review_by", "language": "language", "persona": "personas", "product": "products", "stage": "stages",
    "tag": "tags", "audience": "audience", "owner": "owner", "status": "status", "brand": "brand",
    "version_note": "version_note",
}  # fmt: skip
LISTS = frozenset({"industry", "region", "persona", "product", "stage", "tag"})
# Vocabularies that may grow with an import.
VOCABULARIES = frozenset({"industries", "regions", "personas", "products", "tags"})
FORMATS = frozenset({"markdown", "html", "fields"})

_KEYS = frozenset(
    {"title", "files", "encoding", "site", "dates", "new_terms", "ignore", "keep", "fields", "constants", "values",
     "split", "pictures", "body"}
)  # fmt: skip
_BODY_KEYS = frozenset({"format", "drop", "shortcodes", "parts"})
_RULE_KEYS = frozenset({"html", "after", "path", "heading", "script", "folder"})
_SHORTCODE_KEYS = frozenset({"as", "text", "by", "label", "url", "items", "image"})
_SHORTCODE_FORMS = frozenset({"quotation", "text", "link", "list", "drop"})
_PART_KEYS = frozenset({"field", "as", "title", "text", "by"})
_PART_FORMS = frozenset({"heading", "paragraphs", "quotations", "list"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One place where a fact may stand; exactly one of the places is named.

    `key` is a dotted key of the front matter; `html` a CSS selector, with `after` the words that stand before the
    value in it; `path` a pattern on the folder's name and the path, whose first group is the value; `heading` the
    body's first heading of a level; `script` tells a language by its letters; `folder` is the name of the folder,
    where that is a kind of the library.
    """

    key: str = ""
    html: str = ""
    after: tuple[str, ...] = ()
    path: re.Pattern[str] | None = None
    heading: int = 0
    script: bool = False
    folder: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcode:
    """What becomes of a template tag in a body: a quotation, its inner text, a link, a list, or nothing.

    `text`, `by`, `label`, `items` and `image` name arguments (several are tried or joined); `url` is one too, or an
    address with {1} for the first argument.
    """

    form: str
    text: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    url: str = ""
    items: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a body that is put together from fields."""

    field: str
    form: str
    title: str = ""
    text: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A layout, checked; `digest` changes with any change of its file."""

    name: str
    title: str
    files: tuple[str, ...]
    digest: str
    encoding: str = "utf-8"
    site: str = ""
    dates: tuple[str, ...] = ()
    new_terms: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    fields: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    format: str = "markdown"
    drop: tuple[str, ...] = ()
    shortcodes: Mapping[str, Shortcode] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


def list_names() -> list[str]:
    """List the layouts that are there, by name."""
    return sorted(path.stem for path in LAYOUTS.glob("*.toml"))


def find(name: str | None) -> Layout:
    """Give a layout by its name, or by the path of a .toml file; without a name the plain one.

    Raises InvalidInputError when there is none, or when it does not hold.
    """
    wanted = name or PLAIN
    file = Path(wanted) if wanted.endswith(".toml") else LAYOUTS / f"{wanted}.toml"
    if not wanted.endswith(".toml") and wanted not in list_names():
        near = difflib.get_close_matches(wanted.lower(), list_names(), n=1)
        guess = f" Did you mean “{near[0]}”?" if near else ""
        raise InvalidInputError(f"There is no layout “{wanted}”.{guess} Layouts: {', '.join(list_names())}.")
    try:
        data = file.read_bytes()
        raw = tomllib.loads(data.decode("utf-8"))
    except OSError as fault:
        raise InvalidInputError(f"The layout {file} cannot be opened: {fault.strerror}.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InvalidInputError(f"The layout {file.name} cannot be read: {fault}.") from fault
    return _Checker(file.name).layout(file.stem, raw, hashlib.sha256(data).hexdigest())


class _Checker:
    """Turns what a TOML file says into a layout and names what it should not say."""

    def __init__(self, name: str) -> None:
        self.name = name

    def layout(self, name: str, raw: Mapping[str, Any], digest: str) -> Layout:
        self.only(raw, _KEYS, "")
        body = self.table(raw, "body")
        self.only(body, _BODY_KEYS, "body.")
        fields = self.table(raw, "fields")
        constants = self.table(raw, "constants")
        for place, table in (
            ("fields.", fields),
            ("constants.", constants),
            ("values.", self.table(raw, "values")),
            ("split.", self.table(raw, "split")),
        ):
            self.only(table, FACTS, place)
        form = self.choice(body.get("format", "markdown"), FORMATS, "body.format")
        return Layout(
            name=name,
            title=str(raw.get("title", name)),
            files=self.patterns(raw.get("files", ())),
            digest=digest,
            encoding=self.encoding(str(raw.get("encoding", "utf-8"))),
            site=str(raw.get("site", "")).rstrip("/"),
            dates=self.words(raw.get("dates", ()), "dates"),
            new_terms=frozenset(
                self.choice(word, VOCABULARIES, "new_terms") for word in self.words(raw.get("new_terms", ()), "")
            ),
            ignore=frozenset(self.words(raw.get("ignore", ()), "ignore")),
            keep=frozenset(self.words(raw.get("keep", ()), "keep")),
            fields={fact: self.rules(value, f"fields.{fact}") for fact, value in fields.items()},
            constants={fact: str(value) for fact, value in constants.items()},
            values={
                fact: {str(key).casefold(): str(value) for key, value in self.inner(table, f"values.{fact}").items()}
                for fact, table in self.table(raw, "values").items()
            },
            split={fact: str(value) for fact, value in self.table(raw, "split").items()},
            pictures=self.words(raw.get("pictures", ()), "pictures"),
            format=form,
            drop=tuple(self.selector(row) for row in self.words(body.get("drop", ()), "body.drop")),
            shortcodes={
                name: self.shortcode(self.inner(row, f"body.shortcodes.{name}"), f"body.shortcodes.{name}")
                for name, row in self.table(body, "shortcodes").items()
            },
            parts=tuple(self.part(self.inner(row, "body.parts")) for row in self.rows(body, "parts")),
        )

    def rules(self, value: Any, place: str) -> tuple[Rule, ...]:
        return tuple(self.rule(row, place) for row in (value if isinstance(value, list) else [value]))

    def rule(self, row: Any, place: str) -> Rule:
        if isinstance(row, str):
            return Rule(key=row)
        values = self.inner(row, place)
        self.only(values, _RULE_KEYS, place + ".")
        if len(values.keys() - {"after"}) != 1:
            self.refuse(f"“{place}” is to name one place each time")
        pattern = values.get("path")
        try:
            path = re.compile(pattern) if pattern else None
        except re.error as fault:
            self.refuse(f"the pattern of “{place}” does not hold: {fault}")
        if path is not None and not path.groups:
            self.refuse(f"the pattern of “{place}” has no group ( ) to take the value from")
        return Rule(
            html=self.selector(str(values["html"])) if "html" in values else "",
            after=self.words(values.get("after", ()), place),
            path=path,
            heading=int(values.get("heading", 0)),
            script=values.get("script") is True,
            folder=values.get("folder") is True,
        )

    def shortcode(self, row: Mapping[str, Any], place: str) -> Shortcode:
        self.only(row, _SHORTCODE_KEYS, place + ".")
        return Shortcode(
            form=self.choice(row.get("as", ""), _SHORTCODE_FORMS, place + ".as"),
            text=self.words(row.get("text", ()), place),
            by=self.words(row.get("by", ()), place),
            label=self.words(row.get("label", ()), place),
            url=str(row.get("url", "")),
            items=self.words(row.get("items", ()), place),
            image=str(row.get("image", "")),
        )

    def part(self, row: Mapping[str, Any]) -> Part:
        self.only(row, _PART_KEYS, "body.parts.")
        return Part(
            field=str(row.get("field") or self.refuse("a part of the body names no “field”")),
            form=self.choice(row.get("as", "paragraphs"), _PART_FORMS, "body.parts.as"),
            title=str(row.get("title", "")),
            text=str(row.get("text", "")),
            by=self.words(row.get("by", ()), "body.parts.by"),
        )

    def patterns(self, value: Any) -> tuple[str, ...]:
        patterns = self.words(value, "files")
        for pattern in patterns:
            steps = pattern.split("/")
            if not all(steps) or ".." in steps or any("**" in step and step != "**" for step in steps):
                self.refuse(f"“{pattern}” is no pattern of files below a folder", " Write it like **/*.md.")
        return patterns or tuple(self.refuse("“files” is missing: which files are meant"))

    def encoding(self, name: str) -> str:
        try:
            return codecs.lookup(name).name
        except LookupError:
            return str(self.refuse(f"“{name}” is no encoding", " Write it like utf-8, utf-16 or windows-1252."))

    def selector(self, text: str) -> str:
        from contentlib.ingest import html_body  # HTML is parsed in the sandbox; no command loads that for nothing

        return text if html_body.is_selector(text) else str(self.refuse(f"“{text}” is no CSS selector"))

    def only(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        names = sorted(known)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                guess = f" Did you mean “{place}{near[0]}”?" if near else f" Known: {', '.join(names)}."
                self.refuse(f"the key “{place}{key}” is not known", guess)

    def choice(self, value: Any, known: frozenset[str], place: str) -> str:
        if value not in known:
            self.refuse(f"“{value}” is no value of “{place}”", f" Known: {', '.join(sorted(known))}.")
        return str(value)

    def table(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        return self.inner(raw.get(key, {}), key)

    def inner(self, value: Any, place: str) -> Mapping[str, Any]:
        return value if isinstance(value, dict) else self.refuse(f"“{place}” is to be a table of keys with values")

    def rows(self, raw: Mapping[str, Any], key: str) -> list[Any]:
        value = raw.get(key, [])
        return value if isinstance(value, list) else self.refuse(f"“{key}” is to be a list")

    def words(self, value: Any, place: str) -> tuple[str, ...]:
        rows = [value] if isinstance(value, str) else value
        if not all(isinstance(row, str) for row in rows):
            self.refuse(f"“{place}” is to be a word or a list of words")
        return tuple(rows)

    def refuse(self, what: str, more: str = "") -> Any:
        raise InvalidInputError(f"The layout {self.name} does not hold: {what}.{more}")
