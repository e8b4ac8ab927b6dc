"""What a person filled into the open fields, judged before anything is drawn; values are text and never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contentlib.branding.parts import Phrase
from contentlib.branding.phrases import find_phrases
from contentlib.domain.documents import FieldType, OpenField, Paper, RenderRequest, RepContact
from contentlib.domain.errors import FieldError
from contentlib.domain.findings import Finding, Level
from contentlib.markup import emails
from contentlib.markup.dialect import Body
from contentlib.markup.front_matter import AuthoredAsset, Quote, nearest, quotes_of
from contentlib.markup.schema import KindSchema

# Joiners are letters' business in Persian, Hindi and others; every other invisible sign only hides something.
_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff\uffa0") | frozenset(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),
              *range(0xFFF9, 0xFFFC), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE01F0)])
)  # fmt: skip
# More marks on one letter than any script uses only pile up over the lines above.
_MOST_MARKS = 3
_REP_LIMITS = {"name": 48, "title": 56, "email": 64, "phone": 28}
ALL_SLIDES_OUT = "none"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The open fields as they will be drawn; what is None is left out together with its label.

    `quote` is the id of the quotation in the open place; `slides` are the ids of the optional slides in their order,
    None for all of them as written; `texts` are all fields of text that hold something, those of one kind included.
    """

    prospect_name: str | None = None
    has_logo: bool = False
    note: str | None = None
    quote: str | None = None
    slides: tuple[str, ...] | None = None
    rep: RepContact | None = None
    paper: Paper = Paper.A4
    texts: Mapping[str, str] = field(default_factory=dict)


def fill_up(filled: Filled, fields: Iterable[OpenField]) -> Filled:
    """Give what a copy may hold at most where nothing is filled in yet: every text at its limit, a logo aside."""
    limits = {each.name: each.limit or 0 for each in fields}
    texts = {name: _words(limit) for name, limit in limits.items() if limit}
    rep = RepContact(name="Contact Person", title="Title", email="contact@company.example", phone="+44 113 496 0000")
    return replace(
        filled,
        prospect_name=filled.prospect_name or texts.get("prospect.name"),
        note=filled.note or texts.get("note"),
        texts={**texts, **filled.texts},
        rep=filled.rep or (rep if "rep" in limits else None),
    )


def _words(limit: int) -> str:
    return ("A name or a note as long as one may be, " * (limit // 40 + 1))[: limit - 1].rstrip() + "."


@dataclass(kw_only=True)
class Filling:
    """The judging of one request's values."""

    request: RenderRequest
    schema: KindSchema
    asset: AuthoredAsset
    body: Body
    on: date
    phrases: tuple[Phrase, ...] = ()
    errors: list[FieldError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fill(self) -> Filled:
        """Judge every value; what is wrong stands in `errors`, all of it, each at its field."""
        values = {key: value for key, value in self.request.values.items() if value.strip()}
        self._refuse_unknown(values)
        is_personal = self.request.is_personalised or self.request.logo is not None or set(values) - {"paper"} != set()
        texts = {each.name: text for each in self.fields() if (text := self._text(each, values.get(each.name)))}
        filled = Filled(
            prospect_name=texts.get("prospect.name"),
            has_logo=self.request.logo is not None and self.schema.find_field("prospect.logo") is not None,
            note=texts.get("note"),
            quote=self._quote(values.get("quote")),
            slides=self._slides(values.get("slides")),
            rep=self._rep() if is_personal else None,
            paper=self._paper(values.get("paper")),
            texts=texts,
        )
        if is_personal:
            self._require(values)
        return filled

    def fields(self) -> tuple[OpenField, ...]:
        """Give the open fields of the kind, and those that the words of this one e-mail ask for."""
        if self.schema.email is None:
            return self.schema.fields
        names = emails.placeholders(self.asset.facts.get("subject", ""), self.body.placeholders)
        return (*self.schema.fields, *emails.open_fields(names))

    def choices(self) -> tuple[OpenField, ...]:
        """Give the open fields that this asset has, with what can be chosen in each."""
        found = []
        for each in self.fields():
            offered = self._offered(each)
            if offered is not None:
                found.append(OpenField(**{**each.__dict__, "choices": offered}))
        return tuple(found)

    def _offered(self, each: OpenField) -> tuple[tuple[str, str], ...] | None:
        """Give a field's choices; None when this asset has no place for it."""
        if each.type is FieldType.PAPER:
            return tuple((paper.value, paper.value) for paper in Paper)
        if each.type is FieldType.QUOTE:
            return tuple((q.id, _label(q)) for q in self.open_quotes()) or None
        if each.type is FieldType.SLIDES:
            return tuple((slide.id, slide.title) for slide in self.body.slides if slide.is_optional) or None
        return ()

    def open_quotes(self) -> tuple[Quote, ...]:
        """Give the quotations that may stand in the open place: approved, in date, not used in another place."""
        if not self.schema.places_quote and not self.body.quotes_used:
            return ()
        elsewhere = {name for name, _line in self.body.quotes_used[1:]}
        known = quotes_of(self.asset.facts).values()
        return tuple(quote for quote in known if quote.is_usable(self.on) and quote.id not in elsewhere)

    def _refuse_unknown(self, values: Mapping[str, str]) -> None:
        names = {each.name for each in self.fields()}
        if self.request.logo is not None and "prospect.logo" not in names:
            self._error("prospect.logo", f"This {self.schema.title.lower()} has no place for a logo; leave it out.")
        for key in values:
            if key == "rep" or key.startswith("rep."):
                self._error(key, "Your contact comes from your profile and is not typed here.")
            elif key == "prospect.logo" and self.request.logo is None:
                self._error(key, "The logo could not be read; give a PNG, JPEG or SVG file.")
            elif key not in names:
                near = nearest(key, names)
                guess = f" Did you mean “{near}”?" if near else f" There are {', '.join(sorted(names))}."
                self._error(key, f"“{key[:60]}” is not an open field of this {self.schema.title.lower()}.{guess}")

    def _require(self, values: Mapping[str, str]) -> None:
        for each in self.fields():
            if each.required and each.name not in values:
                self._error(each.name, f"{each.label} is needed before this can go out.")

    def _text(self, each: OpenField, value: str | None) -> str | None:
        if value is None or each.type not in {FieldType.TEXT, FieldType.NOTE}:
            return None
        text = self._clean(each, value)
        if text and each.type is FieldType.NOTE:
            for found in find_phrases(text, self.phrases, kind=self.schema.slug, field=each.name):
                self.findings.append(found)
                if found.level is Level.ERROR:
                    self._error(each.name, f"{found.message} {found.mend or ''}".strip())
        return text

    def _clean(self, each: OpenField, value: str) -> str | None:
        text = unicodedata.normalize("NFC", " ".join(value.split()))
        for sign in text:
            is_hidden = sign in _INVISIBLE and sign not in _JOINERS
            if is_hidden or unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}:
                self._error(each.name, f"{each.label} holds a sign that cannot be printed (U+{ord(sign):04X}).")
                return None
        if _piles_marks(text) or _has_stray_joiner(text):
            self._error(each.name, f"{each.label} holds signs that no script combines like that.")
            return None
        if each.limit and len(text) > each.limit:
            self._error(each.name, f"{each.label} has room for {each.limit} characters; these are {len(text)}.")
            return None
        return text

    def _quote(self, wanted: str | None) -> str | None:
        if self.schema.find_field("quote") is None:
            return None
        choices = {quote.id: quote for quote in self.open_quotes()}
        if wanted:
            if wanted not in choices:
                self._error("quote", self._why_not(wanted, choices))
            else:
                return wanted
        if self.schema.places_quote:
            return next(iter(choices), None)
        return self.body.quotes_used[0][0] if self.body.quotes_used else None

    def _why_not(self, wanted: str, choices: Mapping[str, Quote]) -> str:
        quote = quotes_of(self.asset.facts).get(wanted)
        offered = f" Choose {' or '.join(map(_named, choices.values()))}." if choices else ""
        if quote is None:
            return f"There is no quote “{wanted[:60]}”.{offered}"
        if not quote.approved_by:
            return f"The quote {_named(quote)} is not approved.{offered}"
        if not quote.is_usable(self.on):
            return f"The quote {_named(quote)} may not be used since {quote.expires_on:%d %b %Y}.{offered}"
        return f"The quote {_named(quote)} already stands elsewhere, or has no place here.{offered}"

    def _slides(self, wanted: str | None) -> tuple[str, ...] | None:
        optional = [slide.id for slide in self.body.slides if slide.is_optional]
        if wanted is None or self.schema.find_field("slides") is None:
            return None
        if wanted.strip().lower() == ALL_SLIDES_OUT:
            return ()
        chosen = tuple(part.strip() for part in wanted.split(",") if part.strip())
        for name in dict.fromkeys(chosen):
            if name not in optional:
                known = f"Choose among {', '.join(optional)}." if optional else "This deck has no optional slides."
                self._error("slides", f"“{name[:60]}” is not an optional slide. {known}")
        if len(set(chosen)) != len(chosen):
            self._error("slides", "A slide is named twice.")
        return chosen

    def _rep(self) -> RepContact | None:
        rep = self.request.rep
        if rep is None or self.schema.find_field("rep") is None:
            return None
        fields = {
            name: OpenField(name=f"rep.{name}", label=f"Your {name} in the profile", type=FieldType.REP, limit=limit)
            for name, limit in _REP_LIMITS.items()
        }
        return RepContact(**{name: self._clean(field, getattr(rep, name)) or "" for name, field in fields.items()})

    def _paper(self, wanted: str | None) -> Paper:
        if wanted is None:
            return self.request.paper
        try:
            return Paper(wanted.strip())
        except ValueError:
            self._error("paper", f"“{wanted[:40]}” is not a paper; there are A4 and Letter.")
            return self.request.paper

    def _error(self, name: str, message: str) -> None:
        self.errors.append(FieldError(field=name, message=message))


def _named(quote: Quote) -> str:
    """Name a quotation by its id and, as it is chosen on the page, by whose words it is."""
    return f"“{quote.id}” by {quote.name}" if quote.name else f"“{quote.id}”"


def _label(quote: Quote) -> str:
    by = ", ".join(part for part in (quote.name, quote.role) if part)
    until = f" (until {quote.expires_on:%d %b %Y})" if quote.expires_on else ""
    return f"“{quote.text}” {by}{until}"


def _piles_marks(text: str) -> bool:
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run > _MOST_MARKS:
            return True
    return False


def _has_stray_joiner(text: str) -> bool:
    """Tell whether a joiner stands anywhere but between two letters of a script other than Latin."""
    for at, sign in enumerate(text):
        if sign in _JOINERS:
            around = text[at - 1 : at] + text[at + 1 : at + 2]
            if len(around) != 2 or not all(ord(c) > 0x0590 and unicodedata.category(c)[0] in "LM" for c in around):
                return True
    return False
