"""Which funnel stage a file serves: by the words that its stages are told with, else as others of its kind."""

from __future__ import annotations

from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.ingest.suggesting.words import WordsByPage, quote, strongest, tokens

# How assets of the four stages that a library begins with speak; a company's own stages go by label and meaning.
_PHRASES = {
    "awareness": (
        "what is", "why it matters", "introduction to", "guide", "trend", "cost of", "did you know", "what a stop cost",
        "state of the", "in brief", "education", "white paper", "first meeting",
    ),
    "consideration": (
        "how it works", "compare", "comparison", "feature", "product tour", "case study", "customer story", "overview",
        "at a glance", "data sheet", "specification", "architecture", "versus", "integration",
    ),
    "decision": (
        "price", "pricing", "business case", "return on investment", "roi", "payback", "proposal", "pilot",
        "security questionnaire", "order form", "contract", "reference", "total cost", "terms and condition",
        "data processing agreement", "non disclosure agreement", "service level",
    ),
    "onboarding": (
        "onboarding", "getting started", "roll out", "rollout", "first thirty day", "first 30 day", "go live",
        "kick off", "training", "checklist", "user guide", "administrator", "implementation plan", "welcome",
    ),
}  # fmt: skip
# Words of descriptions that say nothing of a stage.
_EMPTY = frozenset(
    ("they", "that", "their", "them", "with", "from", "have", "what", "this", "which", "among", "when", "will", "your",
     "ours", "solve", "about", "know", "name")
)  # fmt: skip
# In name and title a word counts as much as in five places of the text.
_NAMED, _ENOUGH, _CLEARLY = 5, 4, 1.2


def suggest(words: WordsByPage, known: KnownWords, kind: str) -> Suggestion | None:
    """Suggest the stage whose words a file uses; without such words, where the library's assets of its kind serve."""
    phrases = {slug: _phrases(slug, label) for slug, label, _ in known.stages}
    meanings = {slug: _content(meaning, phrases[slug]) for slug, _, meaning in known.stages}
    found = words.count({phrase for own in (*phrases.values(), *meanings.values()) for phrase in own})
    scores = {
        slug: sum(
            _NAMED * found[phrase].is_named + min(found[phrase].total - found[phrase].places.get(0, 0), 3)
            for phrase in own
            if phrase in found
        )
        # A description is a sentence: that its words occur says a little, how often says nothing.
        + sum(word in found for word in meanings[slug])
        for slug, own in phrases.items()
    }
    ranked = sorted(scores, key=lambda slug: -scores[slug])
    second = scores[ranked[1]] if len(ranked) > 1 else 0
    if ranked and scores[ranked[0]] >= _ENOUGH and scores[ranked[0]] > _CLEARLY * second:
        best = ranked[0]
        told = {phrase: found[phrase] for phrase in (*phrases[best], *meanings[best]) if phrase in found}
        first = strongest({p: f for p, f in told.items() if f.is_named} or told)
        why = ", ".join(f"{quote(phrase)} {told[phrase].say()}" for phrase in first) + "."
        is_named = any(told[phrase].is_named for phrase in first)
        return Suggestion(
            field=SuggestedField.STAGES, values=(best,), why=why, page=told[first[0]].page, is_sure=is_named
        )
    return _as_others(known, kind)


def _as_others(known: KnownWords, kind: str) -> Suggestion | None:
    counts = known.stages_of_kind.get(kind, {})
    labels = {slug: label for slug, label, _ in known.stages}
    counts = {slug: number for slug, number in counts.items() if slug in labels and number}
    if not counts:
        return None
    best = max(counts, key=lambda slug: counts[slug])
    total = sum(counts.values())
    label = next((label for slug, label in known.kinds if slug == kind), kind).lower()
    why = (
        f"{counts[best]} of {total} uses of a stage by {label}s here are {labels[best]}; no words of its own decide it."
    )
    return Suggestion(field=SuggestedField.STAGES, values=(best,), why=why, is_sure=False)


def _phrases(slug: str, label: str) -> tuple[str, ...]:
    own = _PHRASES.get(slug, ())
    return own if label.casefold() in own else (label, *own)


def _content(meaning: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Give the words of a stage's description that say something."""
    own = (word for word in tokens(meaning) if len(word) > 3 and word not in _EMPTY)
    return tuple(dict.fromkeys(word for word in own if word not in phrases))
