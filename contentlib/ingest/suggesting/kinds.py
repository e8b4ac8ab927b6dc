"""What kind of asset a file is, and whom it is for: by words it uses of itself, else by the shape of its pages."""

from __future__ import annotations

import re
from dataclasses import replace

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
# What the parts of a case study are headed: how it was, what was done, what came of it. All three, or it is none.
_PARTS = {
    "how it was": r"(?:the |our )?(?:customer |business )?(?:challenges?|background|situation|problem)"
                  r"|ausgangslage|(?:die )?herausforderung(?:en)?|(?:le )?d[ée]fi|contexte|(?:el )?reto|(?:la )?sfida"
                  r"|課題|과제|挑战",
    "what was done": r"(?:the |our )?(?:solutions?|approach)(?: (?:and|&) (?:results?|impact))?"
                     r"|(?:die )?l[öo]sung|(?:la )?solution|(?:la )?soluci[óo]n|(?:la )?soluzione"
                     r"|解決(?:策)?|ソリューション|해결|解决方案",
    "what came of it": r"(?:the )?(?:results?|impact|outcomes?|benefits?)"
                       r"|(?:the |our )?solutions? (?:and|&) (?:results?|impact)"
                       r"|(?:die )?ergebnisse?|(?:der )?nutzen|(?:les )?r[ée]sultats?|(?:los )?resultados"
                       r"|(?:i )?risultati|効果|結果|影響|影响|결과",
}  # fmt: skip
_HEADED = {
    part: re.compile(rf"^[ \t]*(?P<head>{words})[ \t]*(?:$|[:：].*$)", re.IGNORECASE | re.MULTILINE)
    for part, words in _PARTS.items()
}
_VERSUS = re.compile(r"\b\S+(?: \S+)? (?:vs\.?|versus) \S+", re.IGNORECASE)
# A one-sheeter is handed over, so it ends with whom to ask; a note of one page does not.
_ASK = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\bwww\.[\w-]+\.\w+|\+\d[\d ()/-]{7,}")
_SHORT_PAGES, _END_SIGNS = 2, 300
_MOST_HEADED, _HEADED_SIGNS = 6, 20_000
# Leaflets are called so with a few pages more; a leaflet of twenty pages is a brochure.
_LEAFLET_PAGES = 4
# A page says of itself what it is among its first lines, in a line of few words.
_FRONT_LINES, _FRONT_WORDS, _FRONT_SIGNS = 15, 7, 4_000
_SUBJECT = re.compile(r"^\s*(subject|betreff|objet|asunto|oggetto|onderwerp)\s*:", re.IGNORECASE | re.MULTILINE)
# What is written on files that may not leave the company.
_INTERNAL = re.compile(
    r"(?:for )?internal (?:use )?only|company internal|do not (?:share|send|forward|distribute)|not for distribution"
    r"|nur f(?:ü|ue)r den internen gebrauch|streng vertraulich|usage interne|uso interno|社外秘",
    re.IGNORECASE,
)
_CONFIDENTIAL = re.compile(r"\bconfidential\b|\bvertraulich\b|\bconfidentiel\b", re.IGNORECASE)


def suggest(file: ExtractedFile, words: WordsByPage, known: KnownWords) -> Suggestion | None:
    """Suggest one of the library's kinds: by its names in the file's name and title, its parts, or its shape."""
    kinds = dict(known.kinds)
    return _by_name(file, words, kinds) or _by_parts(file, words, kinds) or _by_shape(file, words, kinds)


def _by_name(file: ExtractedFile, words: WordsByPage, kinds: dict[str, str]) -> Suggestion | None:
    names = {slug: (label, *_NAMES.get(slug, ())) for slug, label in kinds.items() if _may_be(slug, file)}
    found = words.count([name for of_kind in names.values() for name in of_kind])
    headed = WordsByPage([replace(page, text=_front(page.text)) for page in file.pages[:1]], "").count(found)
    best: tuple[int, int, str, str] | None = None
    for order, (slug, phrases) in enumerate(names.items()):
        for phrase in (phrase for phrase in phrases if phrase in found):
            weight = 3 * found[phrase].is_named + 2 * (phrase in headed)
            # “Presentation” and “slides” stand in texts about presentations too; the shape of the pages decides there.
            if slug == "deck":
                weight = 1 if found[phrase].is_named else 0
            if weight and (best is None or (weight, -order) > best[:2]):
                best = (weight, -order, slug, f"{quote(phrase)} {found[phrase].say()}.")
    if best is None:
        return None
    page = None if best[0] == 3 else 1
    return Suggestion(field=SuggestedField.KIND, values=(best[2],), why=best[3], page=page, is_sure=best[0] >= 3)


def _may_be(slug: str, file: ExtractedFile) -> bool:
    return slug != "one-sheeter" or len(file.pages) <= _LEAFLET_PAGES


def _front(text: str) -> str:
    """Give the short lines in which a page says what it is: its first ones, and those that go on after a colon."""
    lines = [line for line in text[:_FRONT_SIGNS].splitlines() if line.strip()]
    told = (line for at, line in enumerate(lines) if at < _FRONT_LINES or ":" in line)
    return "\n".join(line for line in told if len(line.split()) <= _FRONT_WORDS)


def _by_parts(file: ExtractedFile, words: WordsByPage, kinds: dict[str, str]) -> Suggestion | None:
    """Tell case studies by what their parts are headed, and comparisons by their title."""
    if "battlecard" in kinds and (versus := _VERSUS.search(words.called)):
        why = f"{quote(versus.group())} in the file’s name or title."
        return Suggestion(field=SuggestedField.KIND, values=("battlecard",), why=why, is_sure=False)
    if "case-study" not in kinds:
        return None
    heads: dict[str, tuple[str, int]] = {}
    for page in file.pages[:_MOST_HEADED]:
        for part, pattern in _HEADED.items():
            if part not in heads and (found := pattern.search(page.text[:_HEADED_SIGNS])):
                heads[part] = (found["head"], page.number)
    if len(heads) < len(_HEADED):
        return None
    told = ", ".join(dict.fromkeys(quote(head) for head, _ in heads.values()))
    first = min(page for _, page in heads.values())
    return Suggestion(
        field=SuggestedField.KIND,
        values=("case-study",),
        why=f"{told} stand above its parts.",
        page=first,
        is_sure=False,
    )


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
    elif 0 < pages <= _SHORT_PAGES and file.format is UploadFormat.PDF and (ask := _ask(file)):
        slug, why = "one-sheeter", f"{'1 page' if pages == 1 else '2 pages'}, {words.total:,} words, {quote(ask)}."
    if slug not in kinds:
        return None
    is_sure = slug == "deck" and file.format is UploadFormat.PPTX
    return Suggestion(field=SuggestedField.KIND, values=(slug,), why=why, is_sure=is_sure)


def _ask(file: ExtractedFile) -> str:
    """Give the address or number at which a short file ends, where whoever reads it is to ask."""
    found = _ASK.search(file.pages[-1].text[-_END_SIGNS:])
    return found.group() if found else ""


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
