"""Tells who may see which documents, which of them are fresh, and how many have which value; it ranks nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import Facet, FacetCount, Freshness, Visibility
from contentlib.search.segments import Mask
from contentlib.search.snapshots import Snapshot

# Days before its expiry from which an asset counts as expiring; the same as the trust line on the page.
EXPIRING_DAYS = 30

NO_COUNTS: Mapping[Facet, tuple[FacetCount, ...]] = dict.fromkeys(Facet, ())


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


class Counter:
    """Filters and counts the documents of one generation by facet."""

    def __init__(
        self, snapshot: Snapshot, fresh: Mapping[Freshness, Mask], chosen: Mapping[Facet, frozenset[str]]
    ) -> None:
        """Take the generation, what the day decides, and the chosen values; a facet without values filters nothing."""
        self._snapshot = snapshot
        self._fresh = fresh
        self._filters = {facet: self.with_any(facet, names) for facet, names in chosen.items() if names}
        refused = np.zeros(snapshot.size, np.int16)
        for allowed in self._filters.values():
            refused += ~allowed
        self._refused = refused

    @property
    def passes(self) -> Mask:
        """Tell which documents pass all filters."""
        passed: Mask = self._refused == 0
        return passed

    def with_any(self, facet: Facet, names: frozenset[str]) -> Mask:
        """Tell which documents have any of a facet's values."""
        held = np.zeros(self._snapshot.size, np.bool_)
        for name in names:
            if facet is not Facet.FRESHNESS:
                held |= self._snapshot.with_value(facet, name)
            elif name in self._fresh:
                held |= self._fresh[Freshness(name)]
        return held

    def count(self, matched: Mask) -> dict[Facet, tuple[FacetCount, ...]]:
        """Count each facet's values under all filters but the facet's own, the most frequent first."""
        passed = matched & self.passes
        answer: dict[Facet, tuple[FacetCount, ...]] = {}
        for facet in Facet:
            counted = self._count(facet, matched & self._others_pass(facet) if facet in self._filters else passed)
            answer[facet] = tuple(
                FacetCount(value=value, count=count)
                for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
            )
        return answer

    def count_without(self, matched: Mask) -> dict[Facet, int]:
        """Count what there would be without one filter, for each that makes a difference, the most first."""
        left = {facet: int((matched & self._others_pass(facet)).sum()) for facet in self._filters}
        return {facet: count for facet, count in sorted(left.items(), key=lambda item: -item[1]) if count}

    def _others_pass(self, facet: Facet) -> Mask:
        passed: Mask = (self._refused - ~self._filters[facet]) == 0
        return passed

    def _count(self, facet: Facet, docs: Mask) -> dict[str, int]:
        if facet is Facet.FRESHNESS:
            states = {state.value: int((docs & held).sum()) for state, held in self._fresh.items()}
            return {value: count for value, count in states.items() if count}
        names, counts = self._snapshot.values[facet], self._snapshot.tallies.count(facet, docs)
        return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
