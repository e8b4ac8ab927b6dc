"""Joins what one answer is made from: a generation, the tuning, and the figures of use; it answers nothing itself.

The figures move by use and by the clock, so they are handed in from outside and never written to the index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from contentlib.domain.search import Figures, Freshness, Visibility
from contentlib.search import counting
from contentlib.search.meaning import Meanings
from contentlib.search.segments import Mask, Numbers
from contentlib.search.snapshots import Snapshot
from contentlib.search.tuning import Tuning

# A lift from which an asset has the whole share: ten points, about the most that honest numbers show.
FULL_LIFT = 0.10


# Ways to see that are kept of one state: a role's on a day. More are asked for only by who tries days out.
KEPT_SIGHTS = 16


@dataclass(frozen=True, eq=False)
class Sight:
    """What a person may see of a generation on a day, and how fresh that is."""

    visible: Mask
    freshness: Mapping[Freshness, Mask]


@dataclass(frozen=True, eq=False)
class View:
    """What answers, as it stood at one moment; `token` names it to whoever wants the next page."""

    token: str
    snapshot: Snapshot
    tuning: Tuning
    figures: Mapping[int, Figures]
    meanings: Meanings | None = None

    def sight_of(self, visibility: Visibility) -> Sight:
        """Give what somebody may see; the same for all who may see the same."""
        found = self._sights.get(visibility)
        if found is None:
            found = Sight(counting.visible_to(self.snapshot, visibility), counting.freshness(self.snapshot, visibility))
            if len(self._sights) >= KEPT_SIGHTS:
                self._sights.clear()
            self._sights[visibility] = found
        return found

    @cached_property
    def _sights(self) -> dict[Visibility, Sight]:
        return {}

    @cached_property
    def uses(self) -> Numbers:
        """Give each document's uses."""
        return self._column({asset_id: float(one.uses) for asset_id, one in self.figures.items() if one.uses})

    @cached_property
    def lift(self) -> Numbers:
        """Give each document's usage-to-close as a share of the lift that counts in full, from -1 to 1."""
        known = {asset_id: one.lift for asset_id, one in self.figures.items() if one.lift}
        return np.clip(self._column(known) / FULL_LIFT, -1.0, 1.0)

    @cached_property
    def use(self) -> Numbers:
        """Give each document's uses as a share of the most used one's, from 0 to 1; the first uses tell the most."""
        told = np.log1p(self.uses)
        most = float(told.max(initial=0.0))
        return told / most if most else told

    def _column(self, known: Mapping[int, float]) -> Numbers:
        column = np.zeros(self.snapshot.size)
        if known:
            ids = np.array(sorted(known), np.int64)
            values = np.array([known[int(one)] for one in ids])
            at = np.minimum(np.searchsorted(ids, self.snapshot.asset_ids), len(ids) - 1)
            is_known = ids[at] == self.snapshot.asset_ids
            column[is_known] = values[at[is_known]]
        return column
