"""The facts at the top of an authored file, read with their line numbers; it judges values, never prose."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, NoReturn

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.findings import Finding, Level
from contentlib.markup.addresses import read_address
from contentlib.markup.head import Trail, load, refuse, split

__all__ = ["AuthoredAsset", "Quote", "Trail", "judge", "nearest", "parse", "quotes_of", "split"]

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")

TERM_KEYS = ("stages", "industries", "personas", "products", "regions", "tags")
CORE_KEYS = frozenset(TERM_KEYS) | {
    "title", "kind", "slug", "summary", "language", "audience", "owner", "status", "publish_on", "expires_on",
    "review_by", "brand", "version_note", "company",
}  # fmt: skip
FACT_KEYS = frozenset(
    {"kicker", "hero", "customer", "competitor", "metrics", "quotes", "cta", "legal", "specs", "subject"}
)
INNER_KEYS: Mapping[str, frozenset[str]] = {
    "customer": frozenset({"name", "logo", "industry", "region", "size", "products"}),
    "competitor": frozenset({"name", "note"}),
    "cta": frozenset({"heading", "text", "label", "url"}),
    "metrics": frozenset({"value", "label"}),
    "quotes": frozenset({"id", "text", "name", "role", "approved_by", "expires", "photo"}),
}
_ROWS = frozenset({"metrics", "quotes"})
_MAPPINGS = frozenset({"customer", "competitor", "cta", "specs"})


@dataclass(frozen=True, kw_only=True)
class AuthoredAsset:
    """What an authored file says of its asset; terms stand as written, `facts` hold plain JSON values.

    `company` is the customer or competitor the asset is about; `lines` tell where a fact stands, counted from 1.
    """

    slug: str
    title: str
    kind: str
    stages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str = ""
    language: str = "en"
    audience: Audience = Audience.EXTERNAL
    owner: str | None = None
    status: AssetStatus = AssetStatus.PUBLISHED
    publish_on: date | None = None
    expires_on: date | None = None
    review_by_on: date | None = None
    brand: str | None = None
    version_note: str = ""
    company: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[Trail, int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A quotation with its source; usable while approved and unexpired."""

    id: str
    text: str
    name: str = ""
    role: str = ""
    approved_by: str = ""
    expires_on: date | None = None
    photo: str = ""

    def is_usable(self, on: date) -> bool:
        """Tell whether the quotation may be printed on a day: approved, and its expiry day not reached."""
        return bool(self.approved_by) and (self.expires_on is None or on < self.expires_on)


def quotes_of(facts: Mapping[str, Any]) -> dict[str, Quote]:
    """Give the quotations among an asset's facts, by id, in the order of the file."""
    return {
        row["id"]: Quote(
            id=row["id"],
            text=row["text"],
            name=row.get("name", ""),
            role=row.get("role", ""),
            approved_by=row.get("approved_by", ""),
            expires_on=date.fromisoformat(row["expires"]) if row.get("expires") else None,
            photo=row.get("photo", ""),
        )
        for row in facts.get("quotes", ())
    }


def parse(text: str, *, path: str, kind: str) -> tuple[AuthoredAsset, list[Finding]]:
    """Read front matter (without its `---` lines); `kind` is the folder's, used where the file names none.

    Raises SourceRefusedError, with path and line, when it cannot be read, has no title, or its slug is not one.
    """
    values, lines = load(text, path)
    return _Reader(values, lines, path=path, kind=kind).read()


def judge(values: Mapping[str, Any], *, path: str, kind: str) -> tuple[AuthoredAsset, list[Finding]]:
    """Judge facts that stand in no text, as a form or a table gives them; `values` must name title and slug.

    Raises SourceRefusedError when one of the two is missing or the slug is not one.
    """
    asset, findings = _Reader(dict(values), {}, path=path, kind=kind).read()
    return asset, [replace(finding, line=None) for finding in findings]


def nearest(word: str, known: frozenset[str] | set[str]) -> str | None:
    """Give the known word that was probably meant, or None."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


class _Reader:
    """Turns loaded front matter into an asset, noting what cannot be taken as it is."""

    def __init__(self, values: dict[str, Any], lines: dict[Trail, int], *, path: str, kind: str) -> None:
        self.values, self.lines, self.path, self.folder = values, lines, path, kind
        self.findings: list[Finding] = []
        self.is_held_back = False

    def read(self) -> tuple[AuthoredAsset, list[Finding]]:
        title = self.text("title")
        if not title:
            self.refuse_untitled()
        self.note_unknown(self.values, CORE_KEYS | FACT_KEYS, ())
        facts = {key: value for key in sorted(FACT_KEYS) if (value := self.fact(key))}
        dates = {key: self.day(key) for key in ("publish_on", "expires_on", "review_by")}
        if dates["publish_on"] and dates["expires_on"] and dates["expires_on"] <= dates["publish_on"]:
            message = "It expires before it is published, so nobody would ever find it."
            self.warn(("expires_on",), "dates-crossed", message, mend="Put expires_on after publish_on.")
        audience = self.choice("audience", Audience, default=Audience.EXTERNAL, otherwise=Audience.INTERNAL)
        status = self.choice("status", AssetStatus, default=AssetStatus.PUBLISHED, otherwise=AssetStatus.DRAFT)
        asset = AuthoredAsset(
            slug=self.slug(),
            title=title,
            kind=self.text("kind") or self.folder,
            **{key: self.terms(key) for key in TERM_KEYS},
            summary=self.text("summary"),
            language=self.language(),
            audience=audience,
            owner=self.text("owner") or None,
            status=AssetStatus.DRAFT if self.is_held_back else status,
            publish_on=dates["publish_on"],
            expires_on=dates["expires_on"],
            review_by_on=dates["review_by"],
            brand=self.text("brand") or None,
            version_note=self.text("version_note"),
            company=self.text("company") or self.company(facts),
            facts=facts,
            lines=self.lines,
        )
        return asset, self.findings

    def refuse_untitled(self) -> NoReturn:
        line, value = self.lines.get(("title",), 1), self.values.get("title")
        if isinstance(value, list | dict):
            said, mend = "The title is to be one line of text.", "Put the whole title between double quotes."
            refuse(self.path, line, "no-title", said, mend)
        other = next((key for key in self.values if key.lower() == "title" and key != "title"), None)
        mend = f"Write title in place of {other}." if other else "Write title: … in the front matter."
        refuse(self.path, self.lines.get((other,), line) if other else line, "no-title", "The file has no title.", mend)

    def warn(self, trail: Trail, code: str, message: str, *, mend: str | None = None, near: str | None = None) -> None:
        line = self.lines.get(trail, 1)
        self.findings.append(
            Finding(
                level=Level.WARNING, code=code, message=message, mend=mend, path=self.path, line=line,
                nearest=near, field=".".join(str(step) for step in trail) or None,
            )
        )  # fmt: skip

    def note_unknown(self, values: Mapping[str, Any], known: frozenset[str], trail: Trail) -> None:
        for key in values:
            if key not in known:
                near = nearest(key, known)
                message = f"The key “{key}” is not known."
                mend = None if near else "Correct its name, or take the line out."
                if near:
                    message += f" Did you mean “{near}”?"
                elif trail and values[key] is None:  # {label: a, b}: what the author means as one value
                    message = f"“{key}” is read as a key of its own and lost."
                    mend = "Put the whole value before it between double quotes."
                self.warn((*trail, key), "unknown-key", message, mend=mend, near=near)

    def words(self, value: object, trail: Trail) -> str:
        """Give a scalar's text on one line, without characters that cannot be printed."""
        if value is None:
            return ""
        if not isinstance(value, str):
            row = f"Row {int(trail[-1]) + 1} of “{trail[-2]}”" if isinstance(trail[-1], int) else f"“{trail[-1]}”"
            self.warn(trail, "wrong-type", f"{row} is to be one line of text.", mend="Put it between double quotes.")
            return ""
        return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in value).split())

    def text(self, key: str) -> str:
        return self.words(self.values.get(key), (key,))

    def terms(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        rows = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        if value is not None and not rows and value != []:
            self.warn((key,), "wrong-type", f"“{key}” is to be a list.")
        found = (self.words(row, (key, index)) for index, row in enumerate(rows))
        return tuple(dict.fromkeys(word for word in found if word))

    def slug(self) -> str:
        name = self.text("slug") or PurePosixPath(self.path.replace("\\", "/")).stem
        if not SLUG.match(name):
            message = f"“{name[:90]}” is not a slug: a-z, 0-9 and hyphens, at most 80 characters."
            refuse(self.path, self.lines.get(("slug",), 1), "bad-slug", message, "Rename the file, or write slug: …")
        return name

    def language(self) -> str:
        value = self.text("language") or "en"
        if LANGUAGE.match(value):
            return value
        message = f"“{value}” is not a language tag; en is used."
        self.warn(("language",), "bad-language", message, mend="Write it as en or de-CH.", near="en")
        return "en"

    def day(self, key: str) -> date | None:
        value = self.text(key)
        if not value:
            self.is_held_back = self.is_held_back or (bool(self.values.get(key)) and key != "review_by")
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            # A date that governs when an asset is seen must not vanish in silence: the asset waits as a draft.
            self.is_held_back = self.is_held_back or key != "review_by"
            kept = " Until it is, the asset is a draft." if key != "review_by" else ""
            self.warn((key,), "bad-date", f"“{value}” is not a date.{kept}", mend="Write it as 2026-09-30.")
            return None

    def choice(self, key: str, names: Any, *, default: Any, otherwise: Any) -> Any:
        value = self.text(key)
        if not value:
            return default
        allowed = {"published", "draft"} if key == "status" else {member.value for member in names}
        if value in allowed:
            return names(value)
        near = nearest(value, allowed)
        message = f"“{value}” is not a value of “{key}” ({', '.join(sorted(allowed))}); {otherwise.value} is used."
        self.warn((key,), "unknown-value", message, mend="Write one of them.", near=near)
        return otherwise

    def company(self, facts: Mapping[str, Any]) -> str:
        for key in ("customer", "competitor"):
            if name := facts.get(key, {}).get("name"):
                return str(name)
        return ""

    def fact(self, key: str) -> Any:
        value = self.values.get(key)
        if value is None:
            return None
        if key in _ROWS:
            return self.rows(key, value)
        if key in _MAPPINGS:
            return self.mapping(key, value)
        return self.words(value, (key,))

    def rows(self, key: str, value: object) -> list[dict[str, Any]] | None:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            wanted = ", ".join(sorted(INNER_KEYS[key]))
            self.warn((key,), "wrong-type", f"“{key}” is to be a list, each with {wanted}.")
            return None
        found = [self.inner(key, row, (key, index)) for index, row in enumerate(value)]
        needed = ("id", "text") if key == "quotes" else ("value", "label")
        kept: list[dict[str, Any]] = []
        for index, row in enumerate(found):
            missing = [name for name in needed if not row.get(name)]
            if not row and not any(value[index].values()):  # a row that waits to be written loses nothing
                continue
            if missing:
                message = f"“{key}” {index + 1} lacks {' and '.join(missing)}, so it is left out."
                mend = f"Write its {' and its '.join(missing)}, or take it out."
                self.warn((key, index), "incomplete-fact", message, mend=mend)
            elif key == "quotes" and not self.is_quote_sound(row, kept, index):
                continue
            else:
                kept.append(row)
        return kept

    def is_quote_sound(self, row: dict[str, Any], kept: list[dict[str, Any]], index: int) -> bool:
        """Check a quotation's id and date; a wrong date leaves the quotation out, as if it were expired."""
        trail = ("quotes", index)
        if not SLUG.match(row["id"]) or any(other["id"] == row["id"] for other in kept):
            wrong = "stands twice" if SLUG.match(row["id"]) else "is none: a-z, 0-9 and hyphens"
            message = f"The quote id “{row['id']}” {wrong}; the quote is left out."
            self.warn((*trail, "id"), "bad-quote-id", message, mend="Write another id.")
            return False
        try:
            date.fromisoformat(row.get("expires") or "9999-12-31")
        except ValueError:
            message = f"“{row['expires']}” is not a date; the quote is left out."
            self.warn((*trail, "expires"), "bad-date", message, mend="Write it as 2026-09-30.")
            return False
        if not row.get("approved_by"):
            message = f"The quote “{row['id']}” is approved by nobody, so no document can use it."
            self.warn(trail, "quote-not-approved", message, mend="Write approved_by: who approved it, and when.")
        return True

    def mapping(self, key: str, value: object) -> dict[str, Any] | None:
        if isinstance(value, str) and key in {"customer", "competitor"}:
            value = {"name": value}
        if not isinstance(value, dict):
            self.warn((key,), "wrong-type", f"“{key}” is to be a list of keys with values.")
            return None
        return self.inner(key, value, (key,))

    def inner(self, key: str, value: dict[str, Any], trail: Trail) -> dict[str, Any]:
        known = INNER_KEYS.get(key)
        if known is not None:
            self.note_unknown(value, known, trail)
        found: dict[str, Any] = {}
        for name, inner in value.items():
            if known is not None and name not in known:
                continue
            if isinstance(inner, list) and name == "products":
                found[name] = [self.words(row, (*trail, name, index)) for index, row in enumerate(inner)]
            elif words := self.words(inner, (*trail, name)):
                found[name] = read_address(words) if (key, name) == ("cta", "url") else words
            elif known is None and inner is None:
                message = f"“{name}” says nothing, so it is left out."
                self.warn((*trail, name), "incomplete-fact", message, mend="Write what it is, or take it out.")
        return found
