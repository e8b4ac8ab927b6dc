"""Which funnel stage a file serves: by the words that its stages are told with, else as others of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Set

from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.ingest.suggesting.words import Found, WordsByPage, quote, strongest, tokens

# How assets of the four stages that a library begins with speak; a company's own stages go by label and meaning.
_PHRASES = {
    "awareness": (
        "what is", "why it matters", "introduction to", "guide", "trend", "cost of", "did you know", "what a stop cost",
        "state of the", "in brief", "white paper", "first meeting",
    ),
    "consideration": (
        "how it works", "compare", "comparison", "feature", "product tour", "case study", "customer story", "overview",
        "at a glance", "data sheet", "specification", "architecture", "versus", "integration",
    ),
    "decision": (
        "price", "pricing", "business case", "return on investment", "roi", "payback", "proposal", "pilot",
        "security questionnaire", "order form", "contract", "customer reference", "reference call", "total cost",
        "terms and condition", "data processing agreement", "non disclosure agreement", "service level",
    ),
    "onboarding": (
        "onboarding", "getting started", "roll out", "rollout", "first thirty day", "first 30 day", "go live",
        "kick off", "training", "checklist", "user guide", "admin guide", "administrator guide",
        "implementation plan", "welcome",
    ),
}  # fmt: skip
# These name a kind, whose assets here may serve another stage than elsewhere; where there are none, they tell.
_KINDS = frozenset(
    ("case study", "customer story", "data sheet", "security questionnaire", "order form", "contract",
     "data processing agreement", "non disclosure agreement")
)  # fmt: skip
# Words of descriptions that say nothing of a stage.
_EMPTY = frozenset(
    ("they", "that", "their", "them", "with", "from", "have", "what", "this", "which", "among", "when", "will", "your",
     "ours", "solve", "about", "know", "name")
)  # fmt: skip
# In the text it takes two of its words, so many times together, and twice as many as of any other stage.
_ENOUGH, _CLEARLY = 6, 2.0
_MOST_TIMES, _FEWEST_WORDS = 3, 2
# Where assets of a kind serve this and that, its kind tells nothing.
_USUAL = 0.6


def suggest(words: WordsByPage, known: KnownWords, kind: str) -> Suggestion | None:
    """Suggest the stage that a file's name tells, else that others of its kind serve here, else whose words it uses."""
    phrases = {slug: _phrases(slug, label) for slug, label, _ in known.stages}
    spoken = {slug: (*phrases[slug], *_content(slug, meaning)) for slug, _, meaning in known.stages}
    found = words.count({phrase for own in spoken.values() for phrase in own})
    named = {phrase for phrase, places in found.items() if places.is_named}
    return (
        _by_name(found, phrases, named - _KINDS)
        or _as_others(known, kind)
        or _by_name(found, phrases, named)
        or _by_text(found, spoken)
    )


def _by_name(found: Mapping[str, Found], phrases: Mapping[str, tuple[str, ...]], named: Set[str]) -> Suggestion | None:
    # A “user guide” is no guide to anything else.
    whole = {phrase for phrase in named if not any(phrase != other and phrase in other for other in named)}
    told = {
        slug: {phrase: found[phrase] for phrase in own if phrase in whole}
        for slug, own in phrases.items()
        if whole.intersection(own)
    }
    # A name that speaks of two stages tells neither.
    return _told(*next(iter(told.items())), is_sure=True) if len(told) == 1 else None


def _by_text(found: Mapping[str, Found], spoken: Mapping[str, tuple[str, ...]]) -> Suggestion | None:
    told = {slug: {phrase: found[phrase] for phrase in own if phrase in found} for slug, own in spoken.items()}
    scores = {slug: sum(min(places.total, _MOST_TIMES) for places in each.values()) for slug, each in told.items()}
    ranked = sorted(scores, key=lambda slug: -scores[slug])
    second = scores[ranked[1]] if len(ranked) > 1 else 0
    if not ranked or scores[ranked[0]] < _ENOUGH or scores[ranked[0]] < _CLEARLY * second:
        return None
    best = told[ranked[0]]
    return _told(ranked[0], best, is_sure=False) if len(best) >= _FEWEST_WORDS else None


def _told(slug: str, told: Mapping[str, Found], *, is_sure: bool) -> Suggestion:
    first = strongest(told)
    why = ", ".join(f"{quote(phrase)} {told[phrase].say()}" for phrase in first) + "."
    return Suggestion(field=SuggestedField.STAGES, values=(slug,), why=why, page=told[first[0]].page, is_sure=is_sure)


def _as_others(known: KnownWords, kind: str) -> Suggestion | None:
    counts = known.stages_of_kind.get(kind, {})
    labels = {slug: label for slug, label, _ in known.stages}
    counts = {slug: number for slug, number in counts.items() if slug in labels and number}
    if not counts:
        return None
    best = max(counts, key=lambda slug: counts[slug])
    total = sum(counts.values())
    if counts[best] < _USUAL * total:
        return None
    label = next((label for slug, label in known.kinds if slug == kind), kind).lower()
    why = (
        f"{counts[best]} of {total} uses of a stage by {label}s here are {labels[best]}; no words of its own decide it."
    )
    return Suggestion(field=SuggestedField.STAGES, values=(best,), why=why, is_sure=False)


def _phrases(slug: str, label: str) -> tuple[str, ...]:
    own = _PHRASES.get(slug, ())
    return own if label.casefold() in own else (label, *own)


def _content(slug: str, meaning: str) -> tuple[str, ...]:
    """Give the words that say something in the description of a company's own stage; the usual ones are known."""
    if slug in _PHRASES:
        return ()
    return tuple(dict.fromkeys(word for word in tokens(meaning) if len(word) > 3 and word not in _EMPTY))
