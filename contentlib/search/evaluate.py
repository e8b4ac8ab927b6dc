"""Answers a question from one generation: who may see what, which words were found, in what order, counted exactly.

Permissions, filters and counts are computed here, never by Whoosh, whose empty filter shows everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import (
    Facet,
    FacetCount,
    Freshness,
    IndexHit,
    ScorePart,
    SearchAnswer,
    SearchRequest,
    Sort,
    Visibility,
)
from contentlib.search import matching, queries, schema, snippets, suggest, words
from contentlib.search.matching import Found, Matcher
from contentlib.search.segments import Ids, Mask, Numbers
from contentlib.search.snapshots import Snapshot

MAX_LIMIT = 200
# Days before its expiry from which an asset counts as expiring; the same as the trust line on the page.
EXPIRING_DAYS = 30

_NO_FACETS: Mapping[Facet, tuple[FacetCount, ...]] = dict.fromkeys(Facet, ())


def answer(snapshot: Snapshot, request: SearchRequest) -> SearchAnswer:
    """Answer a question. A person who may see nothing is shown, counted and suggested nothing."""
    question = queries.parse(request.text)
    visible = visible_to(snapshot, request.visibility)
    if not visible.any():
        return SearchAnswer(total=0, hits=(), facets=_NO_FACETS, ignored_words=question.ignored)
    found = _Evaluation(snapshot, request, question, visible)
    better = suggest.correct(snapshot, question, found.lacking, visible)
    if better is not None and not found.matched.any():
        # Nothing at all was found: the better question is answered, and the answer says so.
        corrected = _Evaluation(snapshot, request, queries.parse(better), visible)
        if corrected.matched.any():
            return replace(corrected.answer(), did_you_mean=better, is_corrected=True)
    return replace(found.answer(), did_you_mean=better)


def visible_to(snapshot: Snapshot, visibility: Visibility) -> Mask:
    """Tell which documents a person may see on their day; published assets only from publish to expiry day."""
    today = visibility.on.toordinal()
    statuses = [code for code, status in enumerate(AssetStatus) if status in visibility.statuses]
    audiences = [code for code, audience in enumerate(Audience) if audience in visibility.audiences]
    allowed = np.isin(snapshot.statuses, statuses) & np.isin(snapshot.audiences, audiences)
    begun = ~snapshot.has_date(snapshot.publish_on) | (snapshot.publish_on <= today)
    over = snapshot.has_date(snapshot.expires_on) & (snapshot.expires_on <= today)
    is_published = snapshot.statuses == list(AssetStatus).index(AssetStatus.PUBLISHED)
    seen: Mask = snapshot.alive & allowed & (~is_published | (begun & ~over))
    return seen


def freshness(snapshot: Snapshot, visibility: Visibility) -> dict[Freshness, Mask]:
    """Tell which documents are verified, due for review, or about to expire; an asset may be two of these."""
    today = visibility.on.toordinal()
    reviewed, expires = snapshot.has_date(snapshot.review_by_on), snapshot.has_date(snapshot.expires_on)
    left = snapshot.expires_on.astype(np.int64) - today
    return {
        Freshness.VERIFIED: reviewed & (snapshot.review_by_on >= today),
        Freshness.REVIEW_DUE: reviewed & (snapshot.review_by_on < today),
        Freshness.EXPIRING: expires & (left > 0) & (left <= EXPIRING_DAYS),
    }


@dataclass(frozen=True)
class _Boost:
    """A small part of the score that does not come from words: a share of what the words gave."""

    what: str
    where: str
    share: float
    docs: Mask


@dataclass(frozen=True)
class _Scored:
    """The scores of the documents that matched, and what they are made of.

    `scores` goes with the documents asked about; `text` is what words gave, `lost` what missing words take from it,
    both for every document of the generation.
    """

    scores: Numbers
    text: Numbers
    lost: Numbers
    boosts: list[_Boost]
    head_start: float


class _Evaluation:
    """One question on one generation, from words to order."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest, question: queries.Question, visible: Mask) -> None:
        self.snapshot, self.request, self.question, self.visible = snapshot, request, question, visible
        self.freshness = freshness(snapshot, request.visibility)
        terms = [clause for clause in question.clauses if isinstance(clause, queries.Term)]
        self.matcher = matcher = Matcher(snapshot, terms, {state.value: docs for state, docs in self.freshness.items()})
        self.plan = matching.plan(question, matcher.languages)
        self.wanted = [found for clause in self.plan.wanted for found in self._find_wanted(clause)]
        self.required = [matcher.find(clause) for clause in self.plan.required]
        self._match([matcher.find(clause) for clause in self.plan.excluded])
        self.filters = {facet: self._with_any(facet, names) for facet, names in request.filters.items() if names}

    def _find_wanted(self, clause: queries.Node) -> list[Found]:
        """Find a clause; a compound that no visible asset holds in one piece, a pasted slug say, word by word."""
        found = self.matcher.find(clause)
        if isinstance(clause, queries.Term) and not (found.docs & self.visible).any():
            pieces = queries.pieces(clause)
            if len(pieces) > 1:
                return [self.matcher.find(piece) for piece in pieces]
        return [found]

    def _match(self, excluded: Sequence[Found]) -> None:
        """Find what matches at all. It depends on words and visibility alone, so that every facet's count is what
        choosing it gives."""
        snapshot = self.snapshot
        reachable = self.visible.copy()
        for one in self.required:
            reachable &= one.docs
        for one in excluded:
            reachable &= ~one.docs
        self.full = reachable.copy()
        for one in self.wanted:
            self.full &= one.docs
        # How much of the question a document holds: rare words tell more. Counted among visible documents only.
        counts = [int((one.docs & self.visible).sum()) for one in self.wanted]
        self.lacking = [one.clause for one, count in zip(self.wanted, counts, strict=True) if not count]
        total = float(self.visible.sum())
        weights = [np.log1p(total / count) if count else 0.0 for count in counts]
        self.coverage: Numbers = np.ones(snapshot.size)
        if self.wanted:
            held = np.zeros(snapshot.size)
            for one, weight in zip(self.wanted, weights, strict=True):
                held += weight * one.docs
            self.coverage = held / (sum(weights) or 1.0)
            if not any(one.parts for one in self.required):
                reachable &= held > 0
            if reachable.any():
                reachable &= self.coverage >= schema.KEPT_COVERAGE * self.coverage[reachable].max()
        if self.request.sort is not Sort.RELEVANCE and self.full.any():
            # An order by date or title has no end to put near misses at, so they are left out.
            reachable = self.full
        self.matched = reachable

    def _with_any(self, facet: Facet, names: frozenset[str]) -> Mask:
        if facet is Facet.FRESHNESS:
            columns = [docs for state, docs in self.freshness.items() if state.value in names]
        else:
            columns = [self.snapshot.with_value(facet, name) for name in sorted(names)]
        held = np.zeros(self.snapshot.size, np.bool_)
        for column in columns:
            held |= column
        return held

    def answer(self) -> SearchAnswer:
        """Order what matched under all filters, cut one page of hits, and count."""
        hits = self.matched.copy()
        for allowed in self.filters.values():
            hits &= allowed
        docs = np.flatnonzero(hits).astype(np.int32)
        scored = self._score(docs)
        offset, limit = max(self.request.offset, 0), min(max(self.request.limit, 1), MAX_LIMIT)
        page = self._order(docs, scored.scores)[offset : offset + limit]
        cutter = snippets.Cutter(self._marks())
        return SearchAnswer(
            total=len(docs),
            hits=tuple(self._hit(int(docs[at]), float(scored.scores[at]), scored, cutter) for at in page),
            facets=self._facets(),
            relaxed=bool(len(docs)) and not bool(self.full[docs].any()),
            ignored_words=(*self.plan.common, *self.question.ignored),
        )

    # Order

    def _score(self, docs: Ids) -> _Scored:
        """Add up what words gave and the small boosts, so that documents with all words come before all others."""
        wanted, required = np.zeros(self.snapshot.size), np.zeros(self.snapshot.size)
        for one in self.wanted:
            wanted += one.scores
        for one in self.required:
            required += one.scores
        full = self.full[docs]
        # What lacks words counts less than the words it has: two of three words by chance are no answer.
        lost = np.where(self.full, 0.0, wanted * (1 - self.coverage))
        held = (required + wanted - lost)[docs]
        boosts = self._boosts() if held.any() else []
        scores = held * (1 + sum((boost.share * boost.docs[docs] for boost in boosts), np.zeros(len(docs))))
        head_start = 0.0
        if full.any() and not full.all():
            head_start = float(scores[~full].max())
            scores = scores + head_start * full
        return _Scored(scores, required + wanted, lost, boosts, head_start)

    def _preferences(self) -> list[_Boost]:
        return [
            _Boost(
                "fits the deal",
                facet.value,
                schema.PREFERENCE_SHARES.get(facet, schema.OTHER_PREFERENCE_SHARE),
                self._with_any(facet, names),
            )
            for facet, names in self.request.prefers.items()
            if names
        ]

    def _boosts(self) -> list[_Boost]:
        return [
            *self._preferences(),
            _Boost("verified", "freshness", schema.VERIFIED_SHARE, self.freshness[Freshness.VERIFIED]),
            _Boost("review due", "freshness", schema.REVIEW_DUE_SHARE, self.freshness[Freshness.REVIEW_DUE]),
        ]

    def _order(self, docs: Ids, scores: Numbers) -> Ids:
        """Give the places of `docs` in the order asked for; ties by newest, then by number, so that pages hold.

        Where nothing was asked for, all are equally relevant: then what fits the deal comes first.
        """
        newest = (self.snapshot.asset_ids[docs], -self.snapshot.updated_at[docs])
        match self.request.sort:
            case Sort.NEWEST:
                order = np.lexsort(newest)
            case Sort.TITLE:
                order = np.lexsort((*newest, self.snapshot.title_ranks()[docs]))
            case Sort.RELEVANCE:
                fit = sum((kept.share * kept.docs[docs] for kept in self._preferences()), np.zeros(len(docs)))
                order = np.lexsort((*newest, -fit, -scores))
        return order.astype(np.int32)

    # Hits

    def _hit(self, doc: int, score: float, scored: _Scored, cutter: snippets.Cutter) -> IndexHit:
        snippet = cutter.cut(self.snapshot.texts(doc))
        return IndexHit(
            asset_id=int(self.snapshot.asset_ids[doc]),
            version_id=int(self.snapshot.version_ids[doc]),
            score=score,
            snippet=snippet.fragments,
            page=snippet.page,
            page_title=snippet.page_title,
            why=tuple(self._why(doc, scored)),
            missing=tuple(queries.show(one.clause) for one in self.wanted if not one.docs[doc]),
        )

    def _why(self, doc: int, scored: _Scored) -> list[ScorePart]:
        """List the parts of a hit's score, words first, the greatest first; they add up to it."""
        given: dict[tuple[str, str], float] = {}
        for one in (*self.required, *self.wanted):
            if not one.docs[doc]:
                continue
            for part in one.parts:
                at = int(np.searchsorted(part.docs, doc))
                if at < len(part.docs) and part.docs[at] == doc:
                    key = (part.what, part.where)
                    given[key] = given.get(key, 0.0) + float(part.scores[at])
        parts = [ScorePart(what=what, where=where, score=score) for (what, where), score in given.items()]
        parts.sort(key=lambda part: -part.score)
        held, lost = float(scored.text[doc]), float(scored.lost[doc])
        if lost:
            parts.append(ScorePart(what="some words are missing", where="", score=-lost))
            held -= lost
        parts += [
            ScorePart(what=boost.what, where=boost.where, score=held * boost.share)
            for boost in scored.boosts
            if boost.docs[doc]
        ]
        if scored.head_start and self.full[doc]:
            parts.append(ScorePart(what="all words together", where="", score=scored.head_start))
        return parts

    def _marks(self) -> list[snippets.Mark]:
        """List what snippets mark: the terms of each word asked for, and how much the word tells."""
        marks = []
        for one in (*self.required, *self.wanted):
            in_sight = one.clause.field if isinstance(one.clause, queries.InField) else "body"
            if in_sight not in {"body", "summary", "headings"}:
                continue
            seen = int((one.docs & self.visible).sum()) or 1
            for word in queries.words_of(one.clause):
                weight = float(np.log1p(self.visible.sum() / seen))
                is_run = isinstance(word, queries.Term) and words.is_unspaced(word.text)
                letters = len(queries.show(word)) if is_run else 1
                marks.append(snippets.Mark(self.matcher.terms(word), weight, letters))
        return marks

    # Counts

    def _facets(self) -> dict[Facet, tuple[FacetCount, ...]]:
        """Count each facet's values under all filters but the facet's own."""
        refused = np.zeros(self.snapshot.size, np.int16)
        for allowed in self.filters.values():
            refused += ~allowed
        answer: dict[Facet, tuple[FacetCount, ...]] = {}
        for facet in Facet:
            by_others = refused - ~self.filters[facet] if facet in self.filters else refused
            counted = self._count(facet, self.matched & (by_others == 0))
            answer[facet] = tuple(
                FacetCount(value=value, count=count)
                for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
            )
        return answer

    def _count(self, facet: Facet, docs: Mask) -> dict[str, int]:
        if facet is Facet.FRESHNESS:
            states = {state.value: int((docs & held).sum()) for state, held in self.freshness.items()}
            return {value: count for value, count in states.items() if count}
        pairs, names = self.snapshot.pairs[facet], self.snapshot.values[facet]
        counts = np.bincount(pairs.codes[docs[pairs.docs]], minlength=len(names))
        return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
