"""Which asset a rep reaches for, and how it reaches the customer; what it does there is told in `stories`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from contentlib.demo.effects import ASSETS, NEGOTIATION, PAPERWORK, AssetTruth
from contentlib.domain.usage import Channel

POPULARITY_EXPONENT = 1.1
OUT_OF_STAGE = 0.10  # reps do send a data sheet too early now and then
OUT_OF_INDUSTRY = 0.08
IN_INDUSTRY = 3.0
BAND_CENTRES = (-1.6, -0.7, 0.0, 0.7, 1.6)  # of the fifths of a standard normal, for `leaning`

_CHANNELS = {
    "deck": {Channel.PRESENTED: 6, Channel.SHARED: 2, Channel.PERSONALISED: 2, Channel.DOWNLOADED: 1},
    "case-study": {Channel.PERSONALISED: 5, Channel.SHARED: 4, Channel.DOWNLOADED: 2},
    "one-sheeter": {Channel.PERSONALISED: 4, Channel.SHARED: 4, Channel.DOWNLOADED: 3},
    "data-sheet": {Channel.DOWNLOADED: 5, Channel.SHARED: 5},
    "outreach-email": {Channel.SHARED: 1},
}
_PAPERWORK_CHANNELS = {Channel.SHARED: 3, Channel.DOWNLOADED: 1}


class Shelf:
    """The external assets as a rep sees them: weights by stage, industry and how the deal looks."""

    def __init__(self, assets: Sequence[AssetTruth] = ASSETS) -> None:
        self._assets = assets
        self._weights: dict[tuple[int, str, int], list[float]] = {}

    def reach(self, rng: Random, *, stage: int, industry: str, strength: float) -> AssetTruth:
        """Draw the asset a rep uses at a stage on a deal of an industry that looks `strength` SDs above others."""
        band = sum(strength > edge for edge in (-1.1, -0.35, 0.35, 1.1))
        key = (stage, industry, band)
        if key not in self._weights:
            self._weights[key] = list(accumulate(_weight(asset, *key) for asset in self._assets))
        return rng.choices(self._assets, cum_weights=self._weights[key])[0]


def draw_channel(rng: Random, kind: str) -> Channel:
    """Draw how an asset of a kind is used."""
    return _draw(rng, _CHANNELS[kind])


def draw_paperwork_channel(rng: Random) -> Channel:
    """Draw how paperwork goes out."""
    return _draw(rng, _PAPERWORK_CHANNELS)


def draw_paperwork(rng: Random, *, stage: int, has_said_yes: bool) -> list[str]:
    """Draw the paperwork sent in one week: only in the last stage, and mostly after the customer's yes."""
    if stage != NEGOTIATION:
        return []
    return [
        paper.slug
        for paper in PAPERWORK
        if rng.random() < (paper.chance_after_yes if has_said_yes else paper.chance_before_yes)
    ]


def _draw(rng: Random, channels: dict[Channel, int]) -> Channel:
    return rng.choices(list(channels), weights=list(channels.values()))[0]


def _weight(asset: AssetTruth, stage: int, industry: str, band: int) -> float:
    weight = math.pow(asset.rank, -POPULARITY_EXPONENT)
    weight *= 1.0 if stage in asset.stages else OUT_OF_STAGE
    if asset.industry is not None:
        weight *= IN_INDUSTRY if asset.industry == industry else OUT_OF_INDUSTRY
    return weight * math.exp(asset.leaning * BAND_CENTRES[band])
