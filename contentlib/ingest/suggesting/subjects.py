"""What a file is about: a company, industries, products, personas and tags of the library's own lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from contentlib.domain.assets import Vocabulary
from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile
from contentlib.ingest.suggesting.sectors import SECTORS, Sector
from contentlib.ingest.suggesting.words import Found, WordsByPage, fold, quote, strongest, tokens

# A line that names the company a page is about.
_LABELLED = re.compile(
    r"^[ \t•–-]*(?:company|customer|client|kunde|firma|unternehmen|entreprise|société|empresa|cliente|azienda|bedrijf"
    r"|klant|会社名|회사|公司)(?: name)? ?[|:：] ?(?P<name>[^|:\n]{2,80})",
    re.IGNORECASE | re.MULTILINE,
)
_STORY = re.compile(
    r"^(?P<name>[^:–—|]{2,60}?)(?:’s|'s)? (?:case study|customer story|success story|user story)\b", re.IGNORECASE
)
# Words of a company's name that are left out when people speak of it.
_LEGAL = re.compile(
    r"[\s,]+(?:incorporated|inc|ltd|limited|llc|plc|gmbh|ag|s\.?a\.?|n\.?v\.?|b\.?v\.?|co|corp|corporation|company"
    r"|group|holding|holdings|se|kg|oy|ab|srl|s\.?p\.?a\.?|株式会社|株)\.?$",
    re.IGNORECASE,
)
# A word of the vocabulary that stands so often, or in the title, is what a file is about.
_OFTEN = 3
# A word of a trade alone stands in texts about anything; so often it is what a text is about.
_ALONE = 5
# The box of facts at the beginning of a story, and the words beside an industry's name in it.
_HEAD_LINES, _FACT_WORDS = 8, 7
_INDUSTRY = re.compile(
    r"^(?:industry|sector|vertical|branche|industrie|secteur|settore|業種|業界|산업|行业)"
    r"[ \t]*[:：|][ \t]*(?P<name>.+)$",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,;/|•&]")
_FILLING = frozenset(
    (
        "and",
        "or",
        "the",
        "of",
        "for",
        "und",
        "et",
        "e",
        "y",
        "en",
        "service",
        "industry",
        "sector",
        "company",
        "provider",
        "business",
        "solution",
        "software",
        "technology",
        "tech",
        "global",
        "online",
        "app",
        "platform",
        "group",
    )
)
# A name that stands once, in a list of users say, is not what a file is about.
_ENOUGH = 4
# What a page begins with is what it is about, more than what comes later.
_HEAD_SIGNS = 600
_MOST_TERMS = {Vocabulary.INDUSTRY: 2, Vocabulary.PRODUCT: 3, Vocabulary.PERSONA: 3, Vocabulary.TAG: 5}
_FIELDS = {
    Vocabulary.INDUSTRY: SuggestedField.INDUSTRIES,
    Vocabulary.PERSONA: SuggestedField.PERSONAS,
    Vocabulary.PRODUCT: SuggestedField.PRODUCTS,
    Vocabulary.TAG: SuggestedField.TAGS,
}


@lru_cache(maxsize=32_768)
def short_name(company: str) -> str:
    """Give a company's name as people say it, without its legal form."""
    name = " ".join(company.split()).strip(" .,&")
    while (cut := _LEGAL.sub("", name)) and cut != name:
        name = cut.strip(" .,&")
    return name


def suggest_company(file: ExtractedFile, words: WordsByPage, known: KnownWords, title: str) -> Suggestion | None:
    """Suggest the known company that a file names most, its title before its pages; else one that a line names."""
    own = {fold(short_name(name)) for name in known.own_names}
    by_short: dict[str, str] = {}
    for name in known.companies:
        short = short_name(name)
        if len(short) > 1 and fold(short) not in own:
            by_short.setdefault(short, name)
    found = {short: places for short, places in words.count(by_short).items() if _counts_as_name(short, file, places)}
    # A longer name holds the shorter one: “Orrin Dairy” is not also “Orrin”.
    names = [s for s in found if not any(s != other and fold(s) in fold(other) for other in found)]
    labelled = _labelled(file)
    head = fold(file.pages[0].text[:_HEAD_SIGNS]) if file.pages else ""
    weights = {short: _weight(short, found[short], labelled) + 2 * (fold(short) in head) for short in names}
    ranked = sorted(names, key=lambda short: (-weights[short], short))
    if ranked and (weight := weights[ranked[0]]) >= _ENOUGH:
        best, second = ranked[0], weights[ranked[1]] if len(ranked) > 1 else 0
        return _company(by_short[best], best, found[best], is_sure=weight >= max(2 * second, 6))
    for name, page, line in labelled:
        if fold(short_name(name)) not in own and len(tokens(name)) <= 6 and not name.lower().startswith("anonym"):
            why = f"{quote(line)}, page {page}. It is not in the library yet."
            return Suggestion(field=SuggestedField.COMPANY, values=(name,), why=why, page=page, is_sure=False)
    if (told := _STORY.match(title)) and fold(told["name"]) not in own and tokens(told["name"])[0] not in _NO_NAMES:
        why = f"{quote(told[0])}, its title. It is not in the library yet."
        return Suggestion(field=SuggestedField.COMPANY, values=(told["name"],), why=why, is_sure=False)
    return None


_NO_NAMES = frozenset({"a", "an", "the", "official", "our", "customer", "user", "example", "sample", "new"})


def _company(name: str, said: str, places: Found, *, is_sure: bool) -> Suggestion:
    why = f"{quote(said)} {places.say()}."
    return Suggestion(field=SuggestedField.COMPANY, values=(name,), why=why, page=places.page, is_sure=is_sure)


def _labelled(file: ExtractedFile) -> list[tuple[str, int, str]]:
    return [
        (found["name"].strip(), page.number, found[0].strip())
        for page in file.pages[:4]
        for found in _LABELLED.finditer(page.text[:4000])
    ]


def _weight(short: str, places: Found, labelled: Sequence[tuple[str, int, str]]) -> float:
    """Weigh mentions: the name of the file and a line that says so for much, a page for its first mentions."""
    by_label = any(fold(short) in fold(name) for name, _, _ in labelled)
    mentions = sum(min(times, 5) for page, times in places.places.items() if page)
    if not (places.is_named or by_label or 1 in places.places):
        return 0
    return 6 * places.is_named + 6 * by_label + (2 if 1 in places.places else 0) + mentions


def _counts_as_name(short: str, file: ExtractedFile, places: Found) -> bool:
    """Leave out names that are usual words, “Target” say, where the text does not write them as a name."""
    if places.is_named or " " in short or not short[:1].isalpha() or not short.isascii():
        return True
    whole = re.compile(rf"\b{re.escape(short)}\b")
    return any(whole.search(page.text) for page in file.pages)


def suggest_terms(words: WordsByPage, known: KnownWords, vocabulary: Vocabulary) -> Suggestion | None:
    """Suggest terms of a vocabulary that the title has, or the pages often enough."""
    terms = known.terms.get(vocabulary, ())
    found = words.count(label for _, label in terms)
    told = {slug: found[label] for slug, label in terms if label in found and _is_told(found[label])}
    best = strongest(told, _MOST_TERMS[vocabulary])
    if not best:
        return None
    labels = dict(terms)
    why = "; ".join(f"{quote(labels[slug])} {told[slug].say()}" for slug in best) + "."
    is_sure = told[best[0]].is_named or told[best[0]].total >= 2 * _OFTEN
    page = told[best[0]].page
    return Suggestion(field=_FIELDS[vocabulary], values=tuple(best), why=why, page=page, is_sure=is_sure)


def _is_told(places: Found) -> bool:
    return places.is_named or places.total >= _OFTEN


def suggest_industries(file: ExtractedFile, words: WordsByPage, known: KnownWords, company: str) -> Suggestion | None:
    """Suggest industries: those of the company it is about, else by a line that names one, labels and trades' words."""
    terms = dict(known.terms.get(Vocabulary.INDUSTRY, ()))
    of_company = [slug for slug in known.industries_of.get(company.casefold(), ()) if slug in terms]
    if of_company:
        labels = ", ".join(terms[slug] for slug in of_company)
        return _industries(of_company[:2], f"{company} is in {labels} here.", None, is_sure=True)
    if (headed := _headed(file, terms)) is not None:
        return headed
    trades = {slug: _words_of_trade(label) for slug, label in terms.items()}
    found = words.count([*terms.values(), *(word for words_of in trades.values() for word in words_of)])
    told = {slug: _told_by(found, label, trades[slug]) for slug, label in terms.items()}
    scores = {slug: sum(_score(places) * (3 if phrase == terms[slug] else 1) for phrase, places in each.items())
              for slug, each in told.items()}  # fmt: skip
    ranked = sorted((slug for slug in terms if scores[slug] >= _OFTEN), key=lambda slug: (-scores[slug], slug))
    if not ranked:
        return None
    best = ranked[0]
    why = ", ".join(f"{quote(phrase)} {told[best][phrase].say()}" for phrase in strongest(told[best])) + "."
    # One that a second comes close to is a guess.
    second = scores[ranked[1]] if len(ranked) > 1 else 0
    page = min((places.page for places in told[best].values() if places.page), default=None)
    return _industries([best], why, page, is_sure=scores[best] >= 1.5 * second)


def _told_by(found: Mapping[str, Found], label: str, trade: Sequence[str]) -> dict[str, Found]:
    """Give the words that speak for an industry: its label, and of its trade two or one that comes again and again."""
    own = {label: found[label]} if label in found and _is_told(found[label]) else {}
    others = {word: found[word] for word in trade if word in found and fold(word) != fold(label)}
    is_enough = own or len(others) > 1 or any(places.total >= _ALONE for places in others.values())
    return {**own, **others} if is_enough else {}


def _headed(file: ExtractedFile, terms: Mapping[str, str]) -> Suggestion | None:
    """Find the line near the beginning that says which industry a page is about, alone or after “Industry:”."""
    lines = [line.strip() for line in (file.pages[0].text[:_HEAD_SIGNS] if file.pages else "").splitlines()]
    for number, line in enumerate([line for line in lines if line][:_HEAD_LINES]):
        label = _INDUSTRY.match(line)
        # The title is no box of facts, nor is a sentence.
        if label is None and (number == 0 or len(line.split()) > _FACT_WORDS or line[-1] in ".:!?"):
            continue
        own: dict[str, None] = {}
        for part in _PARTED.split(label["name"] if label else line):
            said = {word for word in tokens(part) if word not in _FILLING}
            met = [slug for slug, name in terms.items() if said and said <= _names_of(name)]
            own.update(dict.fromkeys(met if len(met) == 1 else ()))
        if 0 < len(own) <= _MOST_TERMS[Vocabulary.INDUSTRY]:
            page = file.pages[0].number
            return _industries([*own], f"{quote(line)}, page {page}.", page, is_sure=True)
    return None


def _names_of(label: str) -> set[str]:
    """Give the words by which an industry is called: those of its label and of the trades that it belongs to."""
    return {word for phrase in (label, *_names_of_trade(label)) for word in tokens(phrase)}


def _industries(slugs: Sequence[str], why: str, page: int | None, *, is_sure: bool) -> Suggestion:
    return Suggestion(field=SuggestedField.INDUSTRIES, values=tuple(slugs), why=why, page=page, is_sure=is_sure)


def _score(places: Found) -> float:
    """Weigh a phrase: more mentions tell more, the twentieth hardly anything."""
    mentions = places.total - places.places.get(0, 0)
    return 3 * places.is_named + min(mentions, 8) + (1 if 1 in places.places else 0)


def _words_of_trade(label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for sector in _sectors_of(label) for word in sector.words))


def _names_of_trade(label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for sector in _sectors_of(label) for name in sector.names))


def _sectors_of(label: str) -> list[Sector]:
    folded, joined = set(tokens(label)), " ".join(tokens(label))
    return [
        sector
        for sector in SECTORS.values()
        if any(name in folded or (" " in name and name in joined) for name in sector.names)
    ]
