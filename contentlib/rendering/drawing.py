"""One request from authored source to a judged PDF, inside the sandbox; it keeps nothing between requests."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from contentlib import __version__
from contentlib.branding.phrases import find_phrases
from contentlib.domain.documents import (
    Certificate,
    ComposedEmail,
    FieldPlace,
    OpenField,
    Paper,
    RenderRequest,
    RepContact,
)
from contentlib.domain.errors import DocumentRefusedError, FieldError
from contentlib.domain.findings import Finding, Level
from contentlib.markup import emails, front_matter, needs, plain_text, schema
from contentlib.markup.dialect import Body
from contentlib.markup.front_matter import AuthoredAsset, quotes_of
from contentlib.markup.schema import Fit, Flow, KindSchema
from contentlib.rendering import audit, bodies, boxes, fit, glyphs, html, letters, overflow
from contentlib.rendering.answers import Drawn, Frozen
from contentlib.rendering.boxes import Found
from contentlib.rendering.fetcher import LibraryFetcher, address_of
from contentlib.rendering.hashes import source_hash
from contentlib.rendering.html import Manuscript
from contentlib.rendering.press import Listening, Noted, Press
from contentlib.rendering.values import Filled, Filling, fill_up

PAGE_POINTS = {Paper.A4: (595.28, 841.89), Paper.LETTER: (612.0, 792.0)}
SLIDE_POINTS = (960.0, 540.0)
# What is only a warning on the asset's page stands in the way of its document.
BLOCKING = frozenset({"missing-fact", "wrong-count"})
TOO_LONG, SHEET = "too-long-for-one-page", "sheet"
# A prospect is named or shown by logo in one and the same place.
_SHARED_PLACE = ("prospect.name", "prospect.logo")
# Body lines of a slide are some 35 CSS pixels apart; "about 7 lines" counts in these.
SLIDE_LEADING = 35.5


@dataclass(kw_only=True)
class Drawing:
    """The work on one request; `on` is the day quotations are judged by, `packed` the body where it was read before."""

    request: RenderRequest
    press: Press
    template_hash: str
    on: date
    packed: bytes = b""
    errors: list[FieldError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    images: dict[str, Any] = field(default_factory=dict)
    laid_out: tuple[str, Any, Found] | None = None

    def __post_init__(self) -> None:
        head, self.text, self.first_line = front_matter.split(self.request.source, path=self.request.path)
        self.asset: AuthoredAsset
        self.asset, found = front_matter.parse(head, path=self.request.path, kind=self.request.kind)
        self.schema: KindSchema = schema.load(self.press.templates, self.asset.kind)
        if not self.schema.has_document:
            raise DocumentRefusedError(f"There is no PDF for the kind “{self.asset.kind}”: it has no template.")
        if self.schema.is_internal and (self.request.is_personalised or self.request.logo is not None):
            raise DocumentRefusedError(f"{self.schema.with_article.capitalize()} is internal, never a customer's own.")
        found += needs.check(self.schema, self.asset, path=self.request.path)
        # What else there is to say of the facts stands on the asset's page, not on every copy's certificate.
        self.findings += [replace(f, level=Level.ERROR) for f in found if f.code in BLOCKING]
        self.body = bodies.unpack(self.packed) if self.packed else self._read_body(None)
        self.fetcher = LibraryFetcher(
            brand=self.press.brand_folder, templates=self.press.templates, media=self.request.media,
            extra={"request/prospect.png": self.request.logo} if self.request.logo else {},
        )  # fmt: skip

    def fields(self) -> tuple[OpenField, ...]:
        """Give the open fields of this asset with their choices."""
        return self._filling().choices()

    def draw(self, content_key: str, frozen: Frozen | None, guess: Frozen | None = None) -> Drawn:
        """Make the document; raise DocumentRefusedError with everything that stands in the way, at once.

        `guess` is what may be frozen, where something else is found only with more work.
        """
        filled = self._fill()
        body = self._body_for(filled)
        self.findings += body.findings
        self._check_quotes(filled)
        self._refuse_unless_clean()
        with Listening() as noted:
            frozen = frozen or self.freeze(guess)
            document, found, text = self._lay_out(filled, body, frozen)
            self._check_layout(found, body)
            if self.request.is_draft and (broken := self._broken(body)):
                document, found, text = self._lay_out(filled, body, frozen, broken)
            self._check_characters(text)
            certificate = self._certificate(content_key, filled)
            pdf = self.press.write(document, certificate=certificate)
        facts = audit.look(pdf)
        self.findings += audit.judge(facts, self.press.brand, size=self._page_size(filled), pages=self._pages(filled))
        self._check_noted(noted)
        self._refuse_unless_clean()
        fallback = audit.fallback_fonts(facts.families, self.press.brand)
        return Drawn(
            pdf=pdf, pages=facts.pages, paper="16:9" if self.schema.flow is Flow.SLIDES else filled.paper.value,
            fonts=facts.fonts, fallback_fonts=fallback, checks=self._checks(filled, fallback),
            findings=tuple(dict.fromkeys(self.findings)), frozen=frozen, certificate_id=certificate["id"],
            brand_name=self.press.brand.name, is_sample_brand=self.press.brand.is_sample,
            good_until=self._good_until(filled), body=self.packed or bodies.pack(self.body),
        )  # fmt: skip

    def places(self, frozen: Frozen | None) -> tuple[FieldPlace, ...]:
        """Tell where each open field stands, in millimetres, whether or not it is filled yet."""
        filled = self._fill()
        sample = replace(
            filled,
            prospect_name=filled.prospect_name or "Prospect",
            note=filled.note or "A personal note",
            texts={each.name: filled.texts.get(each.name) or each.label for each in self.fields()},
            rep=filled.rep or RepContact(name="Contact", title="Title", email="contact@example.com", phone="0"),
        )
        body = self._body_for(sample)
        with Listening():
            frozen = frozen or self.freeze()
            _document, found, _text = self._lay_out(sample, body, frozen)
        known = {each.name for each in self.fields()}
        millimetre = overflow.MM_PER_PX
        places = []
        for place in found.places:
            names = _SHARED_PLACE if place.field in _SHARED_PLACE else (place.field,)
            rect = place.rect
            places += [
                FieldPlace(
                    field=name, page=place.page, x=round(rect.x * millimetre, 2), y=round(rect.y * millimetre, 2),
                    width=round(rect.width * millimetre, 2), height=round(rect.height * millimetre, 2),
                )
                for name in names if name in known
            ]  # fmt: skip
        return tuple(places)

    def survey(self) -> tuple[Finding, ...]:
        """Give what only laying the plain document out can tell; what reading its source tells is left to that."""
        filled, self.findings = self._fill(), []
        if not self.schema.is_internal:  # what is left open has its room, or no copy could be made
            filled = fill_up(filled, self.fields())
        if self.schema.places_quote and (choices := self._filling().open_quotes()):
            filled = replace(filled, quote=max(choices, key=lambda quote: len(quote.text)).id)
        body = self._body_for(filled)
        self._check_quotes(filled)
        least = (self.schema.fit or Fit()).least if self.schema.flow is Flow.SHEET else 1.0
        with Listening() as noted:
            _document, found, text = self._lay_out(filled, body, Frozen(fit=least))
            self._check_layout(found, body)
            self._check_characters(text)
        self._check_noted(noted)
        return tuple(dict.fromkeys(self.findings))

    def write_email(self, content_key: str) -> ComposedEmail:
        """Write an outreach e-mail out, with everything that stands in its way; it refuses nothing itself."""
        rules, brand = self.schema.email, self.press.brand
        if rules is None:
            raise DocumentRefusedError(f"{self.schema.with_article.capitalize()} is no e-mail.")
        filled = self._fill()
        subject = self.asset.facts.get("subject", "")
        letter = letters.write(self.body, subject, filled.texts, brand)
        self.findings += self.body.findings
        names = emails.placeholders(subject, self.body.placeholders)
        found = emails.check(rules, letter.body, names, path=self.request.path, line=self.first_line)
        self.findings += [replace(finding, level=Level.ERROR) for finding in found]
        self.findings += find_phrases(f"{letter.subject}\n{letter.body}", brand.phrases, kind=self.schema.slug)
        message = html.write_message(self._manuscript(filled, self.body), letter, self.press.jinja)
        certificate = self._certificate(content_key, filled)
        findings = tuple(dict.fromkeys(self.findings))
        return ComposedEmail(
            subject=letter.subject,
            html=letters.wrap(message, subject=letter.subject, language=self.asset.language),
            body_html=message,
            text=letters.sign(letter.plain, filled.rep, brand),
            words=plain_text.count_words(letter.body),
            least=rules.words[0],
            most=rules.words[1],
            asks=emails.count_asks(letter.body),
            errors=tuple(self.errors),
            findings=findings,
            content_key=content_key,
            certificate=Certificate(
                id=certificate["id"], asset=self.request.slug, version=self.request.version, kind=self.schema.slug,
                brand=brand.name, brand_hash=brand.hash, template_hash=self.template_hash,
                source_hash=certificate["source"], engine=f"contentlib {__version__}", paper="e-mail", pages=1,
                fonts=(), checks=letters.CHECKS, findings=findings, is_sample_brand=brand.is_sample,
                brand_slug=self.request.brand,
            ),
        )  # fmt: skip

    def freeze(self, guess: Frozen | None = None) -> Frozen:
        """Find the scale and the quotation's room that all copies of this version share on this paper.

        Raises DocumentRefusedError, naming parts and millimetres, when a one-page document does not fit.
        """
        elsewhere = {name for name, _line in self.body.quotes_used[1:]}
        has_place = self.schema.places_quote or bool(self.body.quotes_used)
        known = quotes_of(self.asset.facts).values()
        # Approved ones, in date or not: the frame must not change on the day that a quotation expires.
        quotes = [q.id for q in known if q.approved_by and q.id not in elsewhere] if has_place else []
        if self.schema.flow is Flow.SLIDES:
            return Frozen()
        filled = Filled(paper=self._fill().paper)

        def lay_out(frozen: Frozen, quote: str | None) -> Found:
            with_quote = replace(filled, quote=quote)
            _document, found, _text = self._lay_out(with_quote, self._body_for(with_quote), frozen)
            return found

        if self.schema.flow is Flow.PAGES:
            return fit.freeze_pages(lay_out, quotes, self.schema.fit, guess)
        frozen, too_long = fit.freeze_sheet(lay_out, quotes, self.schema.fit or Fit(), guess)
        if too_long is not None:
            self._tell_too_long(too_long)
        return frozen

    def _read_body(self, chosen_quote: str | None) -> Body:
        return bodies.read(
            self.text, asset=self.asset, schema=self.schema, path=self.request.path, first_line=self.first_line,
            chosen_quote=chosen_quote,
        )  # fmt: skip

    def _body_for(self, filled: Filled) -> Body:
        used = self.body.quotes_used
        if self.schema.places_quote or not used or filled.quote in {None, used[0][0]}:
            return self.body
        return self._read_body(filled.quote)

    def _filling(self) -> Filling:
        return Filling(
            request=self.request, schema=self.schema, asset=self.asset, body=self.body, on=self.on,
            phrases=self.press.brand.phrases,
        )  # fmt: skip

    def _fill(self) -> Filled:
        filling = self._filling()
        filled = filling.fill()
        self.errors = list(filling.errors)
        contact = filled.rep.__dict__ if filled.rep else {}
        typed = {**filled.texts, **{f"rep.{name}": line for name, line in contact.items()}}
        self.errors += glyphs.judge(typed, self.press.brand)
        self.findings += [found for found in filling.findings if found not in self.findings]
        return filled

    def _lay_out(
        self, filled: Filled, body: Body, frozen: Frozen, broken: frozenset[str] = frozenset()
    ) -> tuple[Any, Found, str]:
        manuscript = self._manuscript(filled, body, broken)
        source = html.compose(manuscript, frozen, self.press.jinja, address_of)
        # The last that was tried to find a scale is often the very one that is drawn.
        if self.laid_out is None or self.laid_out[0] != source:
            paper = None if self.schema.flow is Flow.SLIDES else filled.paper.value
            document = self.press.layout(
                source, kind=self.schema.slug, paper=paper, fetcher=self.fetcher, images=self.images
            )
            self.laid_out = (source, document, boxes.read(document))
        return *self.laid_out[1:], html.text_of(source)

    def _manuscript(self, filled: Filled, body: Body, broken: frozenset[str] = frozenset()) -> Manuscript:
        return Manuscript(
            request=self.request, schema=self.schema, asset=self.asset, body=body, brand=self.press.brand,
            filled=filled, broken=broken,
        )  # fmt: skip

    def _check_quotes(self, filled: Filled) -> None:
        """Refuse quotations that are not approved or out of date wherever the author fixed them."""
        known = quotes_of(self.asset.facts)
        placed = list(self.body.quotes_used)
        if placed and filled.quote and filled.quote != placed[0][0]:
            placed = placed[1:]
        for name, line in placed:
            quote = known.get(name)
            if quote is None or quote.is_usable(self.on):
                continue
            why = f"may not be used since {quote.expires_on:%d %b %Y}" if quote.approved_by else "is not approved"
            message = f"The quote “{name}” {why}."
            mend = "Choose another quote, or have this one approved anew."
            self.findings.append(
                Finding(level=Level.ERROR, code="quote-not-usable", message=message, mend=mend,
                        path=self.request.path, line=line, field="quote")
            )  # fmt: skip

    def _check_layout(self, found: Found, body: Body) -> None:
        wheres = {
            each.id: overflow.Where.of_slide(each.number, each.title, line=each.line, leading=SLIDE_LEADING)
            for each in body.slides
        }
        checker = overflow.Checker(
            found, wheres, path=self.request.path, source=self.request.source,
            is_quote_chosen="quote" in self.request.values,
        )  # fmt: skip
        checker.check()
        self.findings += checker.findings
        self.errors += [error for error in checker.errors if error not in self.errors]
        if self.schema.flow is Flow.SHEET and len(found.sizes) > 1:
            self._tell_too_long(found)

    def _tell_too_long(self, found: Found) -> None:
        """Say which parts of a sheet run over it, and by how much; only a draft is drawn nevertheless."""
        over = overflow.parts_over(found)
        parts = "; ".join(f"“{name}” by {millimetres} mm" for name, millimetres in over)
        message = f"The text does not fit on one page, not even set small: {parts or 'it runs over'}."
        finding = Finding(
            level=Level.ERROR, code=TOO_LONG, message=message, mend="Shorten what stands above.",
            path=self.request.path, line=self.first_line, page=1,
        )  # fmt: skip
        if not self.request.is_draft:
            raise DocumentRefusedError(message, findings=(*self.findings, finding), fields=tuple(self.errors))
        if all(known.code != TOO_LONG for known in self.findings):
            self.findings.append(finding)

    def _broken(self, body: Body) -> frozenset[str]:
        """Name the slides, or the sheet, that a draft shows with a red bar."""
        wrong = [found for found in self.findings if found.level is Level.ERROR]
        slides = {slide.id for slide in body.slides if slide.line in {found.line for found in wrong}}
        return frozenset(slides | {SHEET for found in wrong if found.code == TOO_LONG})

    def _check_characters(self, text: str) -> None:
        signs = glyphs.undrawable(text, self.press.brand)
        if signs:
            message = f"The brand has no font for these signs: {' '.join(signs[:12])}"
            self.findings.append(
                Finding(level=Level.ERROR, code="no-glyph", message=message, path=self.request.path,
                        mend="Write it otherwise, or add a fallback font to the brand.")
            )  # fmt: skip

    def _check_noted(self, noted: Noted) -> None:
        for address, reason in self.fetcher.refused:
            message = f"“{address.removeprefix('https://lib.invalid/')}” {reason}, so it was not loaded."
            self.findings.append(Finding(level=Level.ERROR, code="not-loaded", message=message, path=self.request.path))
        for level, words in noted.records:
            if words.startswith(("Failed to load", "Image ")) and self.fetcher.refused:
                continue  # said above, in words that help
            # An empty box where a sign should stand is never sent, whatever the engine thinks of it.
            severe = level >= logging.ERROR or words.startswith(".notdef glyph")
            self.findings.append(
                Finding(level=Level.ERROR if severe else Level.WARNING, code="engine", message=words[:200])
            )

    def _refuse_unless_clean(self) -> None:
        told = {error.field for error in self.errors}
        blocking = [f for f in self.findings if f.level is Level.ERROR and (f.field is None or f.field not in told)]
        if self.errors or (blocking and not self.request.is_draft):
            said = self.errors[0].message if self.errors else blocking[0].message
            more = len(self.errors) + len(blocking) - 1
            rest = f" There {'is one thing' if more == 1 else f'are {more} things'} more to mend." if more else ""
            raise DocumentRefusedError(
                said + rest, fields=tuple(self.errors), findings=tuple(dict.fromkeys(self.findings))
            )

    def _page_size(self, filled: Filled) -> tuple[float, float]:
        return SLIDE_POINTS if self.schema.flow is Flow.SLIDES else PAGE_POINTS[filled.paper]

    def _pages(self, filled: Filled) -> int | None:
        if self.schema.flow is Flow.SHEET:
            return 1
        if self.schema.flow is Flow.SLIDES:
            return len(html.arrange(self.body.slides, filled.slides))
        return None

    def _good_until(self, filled: Filled) -> date | None:
        """Give the first day on which a quotation in the document expires."""
        known = quotes_of(self.asset.facts)
        names = {name for name, _line in self.body.quotes_used[1:]} | ({filled.quote} if filled.quote else set())
        days = [known[name].expires_on for name in names if name in known]
        return min((day for day in days if day is not None), default=None)

    def _certificate(self, content_key: str, filled: Filled) -> dict[str, str]:
        chosen = json.dumps([content_key, filled.quote or ""])
        return {
            "id": hashlib.sha256(chosen.encode()).hexdigest()[:32],
            "asset": self.request.slug,
            "version": str(self.request.version),
            "kind": self.schema.slug,
            "brand": f"{self.press.brand.name} {self.press.brand.hash}",
            "template": self.template_hash,
            "source": source_hash(self.request),
            "values": content_key,
        }

    def _checks(self, filled: Filled, fallback: tuple[str, ...]) -> tuple[str, ...]:
        """Name what was looked at; a fallback font is named, since the brand allows it only where it must."""
        checks = ["Brand fonts only, embedded", "Page size and number of pages", "Tagged for assistive technology",
                  "Alternative texts", "Nothing cut off, nothing overlaps", "No sample text left",
                  "Quotes approved and in date", "Nothing loaded from outside"]  # fmt: skip
        if filled.note:
            checks.append("Phrases of the note")
        if fallback:
            checks.append(f"Fallback fonts of the brand: {', '.join(fallback)}")
        return tuple(checks)
