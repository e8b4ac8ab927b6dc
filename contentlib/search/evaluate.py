"""Answers a question from one generation: which words were found, in what order, and why.

Permissions, filters and counts are computed here and beside, never by Whoosh, whose empty filter shows everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contentlib.domain.search import Facet, Freshness, IndexHit, ScorePart, SearchAnswer, SearchRequest, Sort
from contentlib.search import counting, entries, matching, meaning, queries, snippets, suggest, words
from contentlib.search.matching import Found, Matcher
from contentlib.search.segments import Ids, Mask, Numbers
from contentlib.search.views import View

MAX_LIMIT = 200
# An asset that has half of what was asked keeps this power of it: a little more than half, for people ask with words
# that their piece does not use.
COVERAGE_POWER = 0.75


def answer(view: View, request: SearchRequest) -> SearchAnswer:
    """Answer a question. A person who may see nothing is shown, counted and suggested nothing."""
    question = queries.parse(request.text)
    visible = view.sight_of(request.visibility).visible
    if not visible.any():
        return SearchAnswer(total=0, hits=(), facets=counting.NO_COUNTS, ignored_words=question.ignored)
    found, better, is_corrected = _evaluate(view, request, question, visible)
    found.look_for_meaning()
    return replace(found.answer(), did_you_mean=better, is_corrected=is_corrected)


def list_ids(view: View, request: SearchRequest) -> tuple[int, ...]:
    """List everything that answers a question, under all filters, in no order."""
    visible = view.sight_of(request.visibility).visible
    if not visible.any():
        return ()
    found, _, _ = _evaluate(view, request, queries.parse(request.text), visible)
    return tuple(view.snapshot.asset_ids[found.matched & found.counter.passes].tolist())


def _evaluate(
    view: View, request: SearchRequest, question: queries.Question, visible: Mask
) -> tuple[_Evaluation, str | None, bool]:
    """Find what answers a question, with a better question if there is one, and whether that is answered instead."""
    found = _Evaluation(view, request, question, visible)
    speller = suggest.Speller(view.snapshot, visible)
    better = speller.correct(question, found.lacking)
    if better is not None and not found.matched.any():
        # Nothing at all was found: the better question is answered, and the answer says so.
        corrected = _Evaluation(view, request, queries.parse(better), visible)
        if corrected.matched.any():
            return corrected, better, True
    near = speller.near(found.lacking)
    return _Evaluation(view, request, question, visible, near) if near else found, better, False


@dataclass(frozen=True)
class _Boost:
    """A small part of the score that does not come from words: a share of what the words gave, for each document."""

    what: str
    where: str
    shares: Numbers


@dataclass(frozen=True)
class _Scored:
    """The scores of the documents that matched, and what they are made of.

    `docs` are those documents, ascending, and `scores` goes with them; `text` is what words gave, `lost` what missing
    words take from it, both for every document of the generation. Where meaning has a say, `kept` is the share of what
    words gave that counts, and `near` what meaning gives, both going with `docs`.
    """

    docs: Ids
    scores: Numbers
    text: Numbers
    lost: Numbers
    boosts: list[_Boost]
    head_start: float
    kept: Numbers | None = None
    near: Numbers | None = None


def _shares(docs: Mask, share: float) -> Numbers:
    return np.where(docs, share, 0.0)


def _sorted(keys: Sequence[Numbers | Ids | Mask], count: int | None) -> Ids:
    """Give the places in ascending order of the last key, ties by the one before it; the first `count` at least."""
    leading = keys[-1]
    if count is None or count >= len(leading):
        return np.lexsort(keys).astype(np.int32)
    # A page needs the first few of thousands; those that tie with the last of them belong to the race.
    first = np.flatnonzero(leading <= np.partition(leading, count - 1)[count - 1])
    return first[np.lexsort([key[first] for key in keys])].astype(np.int32)


class _Evaluation:
    """One question on one generation, from words to order."""

    def __init__(
        self,
        view: View,
        request: SearchRequest,
        question: queries.Question,
        visible: Mask,
        near: suggest.Near | None = None,
    ) -> None:
        """`near` are other spellings of words that no visible document holds, tried as well."""
        self.view, self.snapshot, self.tuning = view, view.snapshot, view.tuning
        self.request, self.question, self.visible = request, question, visible
        self.freshness = view.sight_of(request.visibility).freshness
        terms = [clause for clause in question.clauses if isinstance(clause, queries.Term)]
        by_state = {state.value: docs for state, docs in self.freshness.items()}
        self.matcher = matcher = Matcher(self.snapshot, self.tuning, terms, by_state)
        matcher.reader.forgive(near or {})
        self.plan = matching.plan(question, self.tuning, self.snapshot.languages())
        self.wanted = [found for clause in self.plan.wanted for found in self._find_wanted(clause)]
        self.required = [matcher.find(clause) for clause in self.plan.required]
        self._match([matcher.find(clause) for clause in self.plan.excluded])
        self.near, self.only_near = meaning.NOTHING_NEAR, np.zeros(self.snapshot.size, np.bool_)
        self.counter = counting.Counter(self.snapshot, self.freshness, request.filters)

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
        self.allowed, self.full = reachable.copy(), reachable.copy()
        for one in self.wanted:
            self.full &= one.docs
        # How much of the question a document holds: rare words tell more. Counted among visible documents only.
        counts = [int((one.docs & self.visible).sum()) for one in self.wanted]
        self.lacking = [one.clause for one, count in zip(self.wanted, counts, strict=True) if not count]
        self.lacking += [one.clause for one in self.required if not (one.docs & self.visible).any()]
        total = float(self.visible.sum())
        weights = [np.log1p(total / count) if count else 0.0 for count in counts]
        # Of a long question every asset holds the half by chance: a word counts as much as it tells beside the rarest.
        self.tells = [weight / (max(weights) or 1.0) for weight in weights]
        self.coverage: Numbers = np.ones(snapshot.size)
        if self.wanted:
            held = np.zeros(snapshot.size)
            for one, weight in zip(self.wanted, weights, strict=True):
                held += weight * one.docs
            self.coverage = held / (sum(weights) or 1.0)
            if not any(one.parts for one in self.required):
                reachable &= held > 0
            if reachable.any():
                reachable &= self.coverage >= self.tuning.finds["kept"] * self.coverage[reachable].max()
        if self.request.sort is not Sort.RELEVANCE and self.full.any():
            # An order by date or title has no end to put near misses at, so they are left out.
            reachable = self.full
        self.matched = reachable

    def look_for_meaning(self) -> None:
        """Let what means the same match as well, where the order is by relevance and plain words are asked for.

        What people may see, and what they demand or shut out, holds as for words.
        """
        if self.view.meanings is None or not self.wanted or self.request.sort is not Sort.RELEVANCE:
            return
        plain = (queries.Term, queries.Prefix, queries.Any)
        asked = [word for one in self.question.clauses if isinstance(one, plain) for word in queries.words_of(one)]
        text = " ".join(queries.show(word) for word in asked)
        self.near = self.view.meanings.near(text, self.snapshot, self.allowed)
        self.only_near[self.near.docs] = ~self.matched[self.near.docs]
        self.matched |= self.only_near

    def answer(self) -> SearchAnswer:
        """Order what matched under all filters, cut one page of hits, and count."""
        docs = np.flatnonzero(self.matched & self.counter.passes).astype(np.int32)
        scored = self._fuse(self._score(docs))
        offset, limit = max(self.request.offset, 0), min(max(self.request.limit, 1), MAX_LIMIT)
        page = self._order(docs, scored.scores, offset + limit)[offset : offset + limit]
        marks = self._marks()
        cutter = snippets.Cutter([mark for _, mark in marks])
        self.holders = [one.docs for one, _ in marks]
        given = self._given(docs[page])
        texts = self.snapshot.texts(docs[page].tolist())
        self.near_pages = dict(zip(self.near.docs.tolist(), self.near.pages.tolist(), strict=True))
        return SearchAnswer(
            total=len(docs),
            hits=tuple(
                self._hit(at, scored, self._snippet(int(docs[at]), cutter, one), some)
                for at, one, some in zip(page.tolist(), texts, given, strict=True)
            ),
            facets=self.counter.count(self.matched),
            relaxed=bool(len(docs)) and not bool(self.full[docs].any()),
            ignored_words=(*self.plan.common, *self.question.ignored),
            token=self.view.token,
            without={} if len(docs) else self.counter.count_without(self.matched),
        )

    # Order

    def _score(self, docs: Ids) -> _Scored:
        """Add up what words gave and the small boosts, so that documents with all words come before all others."""
        wanted, required = np.zeros(self.snapshot.size), np.zeros(self.snapshot.size)
        for one, tells in zip(self.wanted, self.tells, strict=True):
            wanted += tells * one.scores
        for one in self.required:
            required += one.scores
        full = self.full[docs]
        # What lacks words counts less than the words it has: two of three words by chance are no answer.
        lost = np.where(self.full, 0.0, wanted * (1 - self.coverage**COVERAGE_POWER))
        held = (required + wanted - lost)[docs]
        boosts = self._boosts() if held.any() else []
        scores = held * (1 + sum((boost.shares[docs] for boost in boosts), np.zeros(len(docs))))
        head_start = 0.0
        if full.any() and not full.all():
            head_start = float(scores[~full].max())
            scores = scores + head_start * full
        return _Scored(docs, scores, required + wanted, lost, boosts, head_start)

    def _fuse(self, scored: _Scored) -> _Scored:
        """Join the order of words with that of meaning, where meaning found anything under the filters."""
        docs = scored.docs
        at = np.searchsorted(docs, self.near.docs)
        is_there = np.isin(self.near.docs, docs)
        if not is_there.any():
            return scored
        found = np.flatnonzero(~self.only_near[docs]).astype(np.int32)
        order = found[self._order(docs[found], scored.scores[found])]
        fused = meaning.fuse(scored.scores, order, at[is_there].astype(np.int32))
        kept = np.divide(fused.by_words, scored.scores, out=np.zeros(len(docs)), where=scored.scores > 0)
        return replace(scored, scores=kept * scored.scores + fused.by_meaning, kept=kept, near=fused.by_meaning)

    def _preferences(self) -> list[_Boost]:
        shares = self.tuning.shares
        by_facet = {Facet.STAGE: shares["fits_stage"], Facet.INDUSTRY: shares["fits_industry"]}
        return [
            _Boost(
                "fits the deal",
                facet.value,
                _shares(self.counter.with_any(facet, names), by_facet.get(facet, shares["fits_otherwise"])),
            )
            for facet, names in self.request.prefers.items()
            if names
        ]

    def _boosts(self) -> list[_Boost]:
        shares, fresh = self.tuning.shares, self.freshness
        boosts = [
            *self._preferences(),
            _Boost("verified", "freshness", _shares(fresh[Freshness.VERIFIED], shares["verified"])),
            _Boost("review due", "freshness", _shares(fresh[Freshness.REVIEW_DUE], shares["review_due"])),
        ]
        if words.is_latin(self.request.text):
            elsewhere = self.counter.with_any(Facet.LANGUAGE, self.snapshot.in_other_scripts())
            boosts.append(_Boost("in another script", "language", _shares(elsewhere, shares["other_script"])))
        if self.view.figures:
            boosts += [
                _Boost("often used", "usage", shares["used"] * self.view.use),
                _Boost("goes with deals that close", "usage-to-close", shares["helps_close"] * self.view.lift),
            ]
        return boosts

    def _order(self, docs: Ids, scores: Numbers, count: int | None = None) -> Ids:
        """Give the places of `docs`, the first `count` at least, in the order asked for; ties by newest, then by
        number, so that pages hold.

        Where nothing was asked for, all are equally relevant: then what fits the deal comes first.
        """
        snapshot = self.snapshot
        newest = (snapshot.asset_ids[docs], -snapshot.updated_at[docs])
        match self.request.sort:
            case Sort.NEWEST:
                return _sorted(newest, count)
            case Sort.TITLE:
                return _sorted((*newest, snapshot.title_ranks()[docs]), count)
            case Sort.MOST_USED:
                return _sorted((*newest, -self.view.uses[docs]), count)
            case Sort.VERIFIED:
                # The longer it is vouched for the better; then what nobody ever vouched for, last what is overdue.
                verified, due = (self.freshness[state][docs] for state in (Freshness.VERIFIED, Freshness.REVIEW_DUE))
                return _sorted((*newest, np.where(verified, -snapshot.review_by_on[docs], due), ~verified), count)
            case Sort.RELEVANCE:
                fit = sum((kept.shares[docs] for kept in self._preferences()), np.zeros(len(docs)))
                return _sorted((*newest, -fit, -scores), count)

    # Hits

    def _given(self, docs: Ids) -> list[dict[tuple[str, str], float]]:
        """Tell what each word gave to each of some documents: what was found where, and its part of the score."""
        rows: list[dict[tuple[str, str], float]] = [{} for _ in docs]
        all_tell = [1.0] * len(self.required)
        for one, tells in zip((*self.required, *self.wanted), (*all_tell, *self.tells), strict=True):
            held = one.docs[docs]
            for part in one.parts:
                at = np.minimum(part.docs.searchsorted(docs), len(part.docs) - 1)
                scores = (tells * part.scores[at]).tolist()
                key = (part.what, part.where)
                for row in np.flatnonzero(held & (part.docs[at] == docs)).tolist():
                    rows[row][key] = rows[row].get(key, 0.0) + scores[row]
        return rows

    def _snippet(self, doc: int, cutter: snippets.Cutter, texts: entries.Texts) -> snippets.Snippet:
        """Cut the passage where the words are; what has none of them shows the page that means the same."""
        if self.only_near[doc]:
            return snippets.begin(texts, self.near_pages[doc])
        return cutter.cut(texts, [bool(held[doc]) for held in self.holders])

    def _hit(
        self, at: int, scored: _Scored, snippet: snippets.Snippet, given: Mapping[tuple[str, str], float]
    ) -> IndexHit:
        """Write the hit of the document at one place of `scored.docs`."""
        doc = int(scored.docs[at])
        return IndexHit(
            asset_id=int(self.snapshot.asset_ids[doc]),
            version_id=int(self.snapshot.version_ids[doc]),
            score=float(scored.scores[at]),
            snippet=snippet.fragments,
            page=snippet.page,
            page_title=snippet.page_title,
            why=tuple(self._why(at, scored, given)),
            missing=tuple(queries.show(one.clause) for one in self.wanted if not one.docs[doc]),
        )

    def _why(self, at: int, scored: _Scored, given: Mapping[tuple[str, str], float]) -> list[ScorePart]:
        """List the parts of a hit's score, words first, the greatest first; they add up to it."""
        if scored.kept is None or scored.near is None:
            return self._why_by_words(int(scored.docs[at]), scored, given)
        kept, near, doc = float(scored.kept[at]), float(scored.near[at]), int(scored.docs[at])
        parts = self._why_by_words(doc, scored, given) if kept else []
        told = [replace(part, score=part.score * kept) for part in parts]
        if near:
            page = self.near_pages[doc]
            where = "as a whole" if page == meaning.WHOLE else f"page {page}"
            told.append(ScorePart(what=meaning.FOUND, where=where, score=near))
        return told

    def _why_by_words(self, doc: int, scored: _Scored, given: Mapping[tuple[str, str], float]) -> list[ScorePart]:
        parts = [ScorePart(what=what, where=where, score=score) for (what, where), score in given.items()]
        parts.sort(key=lambda part: -part.score)
        held, lost = float(scored.text[doc]), float(scored.lost[doc])
        if lost:
            parts.append(ScorePart(what="some words are missing", where="", score=-lost))
            held -= lost
        parts += [
            ScorePart(what=boost.what, where=boost.where, score=held * share)
            for boost in scored.boosts
            if (share := float(boost.shares[doc]))
        ]
        if scored.head_start and self.full[doc]:
            parts.append(ScorePart(what="all words together", where="", score=scored.head_start))
        return parts

    def _marks(self) -> list[tuple[Found, snippets.Mark]]:
        """List what snippets mark: the terms of each word asked for, and how much the word tells."""
        marks: list[tuple[Found, snippets.Mark]] = []
        for one in (*self.required, *self.wanted):
            in_sight = one.clause.field if isinstance(one.clause, queries.InField) else "body"
            if in_sight not in {"body", "summary", "headings"}:
                continue
            seen = int((one.docs & self.visible).sum()) or 1
            for word in queries.words_of(one.clause):
                weight = float(np.log1p(self.visible.sum() / seen))
                is_run = isinstance(word, queries.Term) and words.is_unspaced(word.text)
                letters = len(queries.show(word)) if is_run else 1
                marks.append((one, snippets.Mark(self.matcher.reader.marks(word), weight, letters)))
        return marks
