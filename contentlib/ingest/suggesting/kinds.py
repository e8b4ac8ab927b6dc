"""What kind of asset a file is, and whom it is for: by words it uses of itself, else by the shape of its pages."""

from __future__ import annotations

import re

from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile, UploadFormat
from contentlib.ingest.suggesting.words import WordsByPage, quote

# How files of the kinds that a library begins with call themselves; a kind of a company's own goes by its label.
_NAMES = {
    "case-study": ("case study", "customer story", "success story", "user story", "reference story", "fallstudie",
                   "anwenderbericht", "kundenreferenz", "étude de cas", "caso de éxito", "caso di studio", "導入事例"),
    "battlecard": ("battlecard", "battle card", "competitive comparison", "kill sheet", "objection handling"),
    "data-sheet": ("data sheet", "datasheet", "technical specifications", "datenblatt", "fiche technique",
                   "ficha técnica", "scheda tecnica"),
    "one-sheeter": ("one pager", "onepager", "one sheeter", "at a glance", "flyer", "leaflet", "handout",
                    "one slide overview"),
    "outreach-email": ("outreach email", "email template", "subject line"),
    "proposal-cover": ("proposal cover", "cover letter"),
    "order-form": ("order form", "purchase order", "bestellformular", "bon de commande"),
    "security-questionnaire": ("security questionnaire", "vendor assessment", "sig lite", "caiq"),
    "dpa": ("data processing agreement", "auftragsverarbeitung", "data processing addendum"),
    "nda": ("non disclosure agreement", "mutual nda", "confidentiality agreement", "geheimhaltungsvereinbarung"),
    "contract": ("master services agreement", "terms and conditions", "service agreement", "rahmenvertrag"),
    "invoice": ("invoice number", "invoice", "rechnung", "facture"),
    "deck": ("slide deck", "training slides", "onboarding slides", "presentation", "präsentation", "slides"),
}  # fmt: skip
# Where a page says of itself what it is: the name, the title, the first page.
_FRONT = (0, 1)
_SUBJECT = re.compile(r"^\s*(subject|betreff|objet|asunto|oggetto|onderwerp)\s*:", re.IGNORECASE | re.MULTILINE)
# What is written on files that may not leave the house.
_INTERNAL = re.compile(
    r"(?:for )?internal (?:use )?only|company internal|do not (?:share|send|forward|distribute)|not for distribution"
    r"|nur f(?:ü|ue)r den internen gebrauch|streng vertraulich|usage interne|uso interno|社外秘",
    re.IGNORECASE,
)
_CONFIDENTIAL = re.compile(r"\bconfidential\b|\bvertraulich\b|\bconfidentiel\b", re.IGNORECASE)


def suggest(file: ExtractedFile, words: WordsByPage, known: KnownWords) -> Suggestion | None:
    """Suggest one of the library's kinds."""
    kinds = dict(known.kinds)
    found = words.count([*kinds.values(), *(name for slug in kinds for name in _NAMES.get(slug, ()))])
    best: tuple[int, int, str, str] | None = None
    for order, (slug, label) in enumerate(kinds.items()):
        for phrase in (label, *_NAMES.get(slug, ())):
            if phrase not in found:
                continue
            places = found[phrase].places
            weight = 3 * bool(places.get(0)) + 2 * bool(places.get(1))
            # “Presentation” and “slides” stand in texts about presentations too; the shape of the pages decides there.
            if slug == "deck":
                weight = 1 if places.get(0) else 0
            if weight and (best is None or (weight, -order) > best[:2]):
                best = (weight, -order, slug, f"{quote(phrase)} {found[phrase].say()}.")
    if best is not None:
        page = None if best[0] == 3 else 1
        return Suggestion(field=SuggestedField.KIND, values=(best[2],), why=best[3], page=page, is_sure=best[0] >= 3)
    return _by_shape(file, words, kinds)


def _by_shape(file: ExtractedFile, words: WordsByPage, kinds: dict[str, str]) -> Suggestion | None:
    pages = len(file.pages)
    width, height = float(file.facts.get("width_mm", 0) or 0), float(file.facts.get("height_mm", 0) or 0)
    is_wide = height > 0 and width > height
    shape = "16:9" if is_wide and abs(width / height - 16 / 9) < 0.03 else "4:3" if is_wide else "upright"
    slug, why = "", ""
    if file.format is UploadFormat.PPTX or (is_wide and file.format is UploadFormat.PDF and pages > 2):
        has_notes = any(page.notes for page in file.pages)
        thing = "slide" if pages == 1 else "slides"
        slug, why = "deck", f"{pages} {thing} in {shape}{' with speaker notes' if has_notes else ''}."
    elif file.format is UploadFormat.MARKDOWN and file.pages and _SUBJECT.search(file.pages[0].text[:400]):
        slug, why = "outreach-email", "It begins with a subject line."
    elif 0 < pages <= 2 and file.format in {UploadFormat.PDF, UploadFormat.DOCX} and words.total:
        slug, why = "one-sheeter", f"{'1 page' if pages == 1 else '2 pages'}, {words.total:,} words."
    if slug not in kinds:
        return None
    is_sure = slug == "deck" and file.format is UploadFormat.PPTX
    return Suggestion(field=SuggestedField.KIND, values=(slug,), why=why, is_sure=is_sure)


def suggest_audience(file: ExtractedFile) -> Suggestion | None:
    """Suggest “internal” where a page or its notes say so; a person always looks at it."""
    for page in file.pages:
        for place, text in (("", page.text), ("in the notes of ", page.notes)):
            if found := _INTERNAL.search(text):
                return _internal(found, text, f"{place}page {page.number}", page.number)
    for page in file.pages[:2]:
        if found := _CONFIDENTIAL.search(page.text):
            return _internal(found, page.text, f"page {page.number}", page.number)
    return None


def _internal(found: re.Match[str], text: str, place: str, page: int) -> Suggestion:
    begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    said = text[max(begin, found.start() - 40) : end if end >= 0 else len(text)]
    return Suggestion(
        field=SuggestedField.AUDIENCE, values=("internal",), why=f"{quote(said)}, {place}.", page=page, is_sure=False
    )
