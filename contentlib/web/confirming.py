"""The form in which uploaded files are confirmed: what stands in its fields, suggested or typed, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from contentlib.domain.assets import Audience, Vocabulary
from contentlib.domain.errors import FieldError
from contentlib.domain.intake import DESCRIBED, Becoming, Described, WaitingFile
from contentlib.domain.suggestions import KnownWords, SuggestedField
from contentlib.domain.taxonomy import LANGUAGES
from contentlib.web.requests import to_day

Choices = Sequence[tuple[str, str]]

LISTS = {
    Vocabulary.INDUSTRY: SuggestedField.INDUSTRIES.value,
    Vocabulary.PRODUCT: SuggestedField.PRODUCTS.value,
    Vocabulary.PERSONA: SuggestedField.PERSONAS.value,
    Vocabulary.TAG: SuggestedField.TAGS.value,
}
_TEXTS = ("title", "summary", "kind", "company", "language", "date", "audience")
_MOST_FILES = 500


@dataclass(frozen=True, kw_only=True)
class Confirming:
    """What stands in the fields of one file, as people typed it."""

    slug: str
    becomes: str
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    faults: tuple[FieldError, ...] = ()

    @classmethod
    def of(cls, file: WaitingFile) -> Confirming:
        """Fill the fields with what is suggested."""
        found = {field.value: one.values for field, one in file.suggestions.items()}
        given = {"title": file.title, "kind": file.kind, "language": "en", "audience": "external"}
        return cls(
            slug=file.slug,
            becomes=Becoming.NEW.value,
            texts={name: (found.get(name) or (given.get(name, ""),))[0] for name in _TEXTS},
            lists={name: found.get(name, ()) for name in ("stages", *LISTS.values())},
        )

    def with_faults(self, faults: Sequence[FieldError]) -> Confirming:
        """Add what was found wrong with this file's fields."""
        own = [fault for fault in faults if fault.field.rpartition(".")[0] == self.slug and fault not in self.faults]
        return replace(self, faults=(*self.faults, *own))

    def fault(self, name: str) -> str | None:
        """Give what is wrong with a field."""
        return next((fault.message for fault in self.faults if fault.field == f"{self.slug}.{name}"), None)

    def told(self, file: WaitingFile) -> frozenset[str]:
        """Name the fields that the file tells something for, or somebody has filled in or wrongly filled in."""
        suggested = {field.value for field in file.suggestions}
        filled = {name for name, value in (*self.texts.items(), *self.lists.items()) if value}
        return frozenset(suggested | filled | {fault.field.rpartition(".")[2] for fault in self.faults})

    @property
    def described(self) -> Described:
        """Give what is said, in the words of the library; what cannot be read is left as it would be unsaid."""
        becomes, _, target = self.becomes.partition(":")
        audience = self.texts["audience"]
        return Described(
            slug=self.slug,
            becomes=Becoming(becomes) if becomes in set(Becoming) else Becoming.NEW,
            target=target,
            title=self.texts["title"],
            summary=self.texts["summary"],
            kind=self.texts["kind"],
            stages=self.lists["stages"],
            terms={vocabulary: self.lists[LISTS[vocabulary]] for vocabulary in DESCRIBED},
            company=self.texts["company"],
            language=self.texts["language"].strip(),
            audience=Audience(audience) if audience in set(Audience) else Audience.EXTERNAL,
            dated_on=to_day(self.texts["date"]),
        )


def read_form(form: MultiDict[str, str]) -> list[Confirming]:
    """Read what was typed of each file, and say what of it cannot be read at all."""
    found = []
    for slug in list(dict.fromkeys(form.getlist("file")))[:_MOST_FILES]:
        typed = Confirming(
            slug=slug,
            becomes=form.get(f"{slug}.becomes", Becoming.NEW.value),
            texts={name: form.get(f"{slug}.{name}", "").replace("\r\n", "\n").strip() for name in _TEXTS},
            lists={name: tuple(form.getlist(f"{slug}.{name}")) for name in ("stages", *LISTS.values())},
        )
        found.append(typed.with_faults(tuple(_unreadable(typed))))
    return found


def _unreadable(typed: Confirming) -> list[FieldError]:
    faults = []
    if typed.becomes.partition(":")[0] not in set(Becoming):
        faults.append(FieldError(field=f"{typed.slug}.becomes", message="Choose what becomes of this file."))
    if typed.texts["audience"] not in set(Audience):
        faults.append(FieldError(field=f"{typed.slug}.audience", message="Choose whether it may be shared."))
    if typed.texts["date"] and to_day(typed.texts["date"]) is None:
        message = "Write the day as year-month-day: 2026-10-08."
        faults.append(FieldError(field=f"{typed.slug}.date", message=message))
    return faults


def choices_of(known: KnownWords) -> dict[str, Choices]:
    """Give what each field can be chosen from: (value, label)."""
    return {
        "kind": known.kinds,
        "stages": [(slug, label) for slug, label, _ in known.stages],
        "language": list(LANGUAGES.items()),
        **{name: known.terms.get(vocabulary, ()) for vocabulary, name in LISTS.items()},
    }
