"""Plain counts over closed deals, kept to be shown beside the comparison they must not be taken for."""

from __future__ import annotations

import numpy as np

from contentlib.stats.facts import MISSING, NONE, OPEN, WON, Facts
from contentlib.stats.report import RawNumbers


def count_raw(facts: Facts) -> tuple[RawNumbers, ...]:
    """Give win rates with and without each asset, and the won amounts it was used on, over all closed deals.

    Deals without dates or stage history count here; uses after a deal's close never do.
    """
    assets = len(facts.asset_id)
    is_closed = facts.deal_outcome != OPEN
    is_won = facts.deal_outcome == WON
    counts = facts.usage_is_use & (facts.usage_deal != NONE)
    deal = facts.usage_deal[counts]
    closed = facts.deal_closed_at[deal]
    in_time = is_closed[deal] & ((closed == MISSING) | (facts.usage_at[counts] <= closed))
    deals = len(facts.deal_id)
    pairs = np.unique(facts.usage_asset[counts][in_time] * deals + deal[in_time])
    pair_asset, pair_deal = (pairs // deals, pairs % deals) if deals else (pairs, pairs)
    used = np.bincount(pair_asset, minlength=assets)
    won = np.bincount(pair_asset, is_won[pair_deal], minlength=assets).astype(np.int64)

    influenced: list[dict[int, int]] = [{} for _ in range(assets)]
    has_amount = is_won[pair_deal] & (facts.deal_amount_minor[pair_deal] != MISSING)
    for asset, currency, minor in zip(
        pair_asset[has_amount].tolist(),
        facts.deal_currency[pair_deal[has_amount]].tolist(),
        facts.deal_amount_minor[pair_deal[has_amount]].tolist(),
        strict=True,
    ):
        influenced[asset][currency] = influenced[asset].get(currency, 0) + minor

    all_deals, all_won = int(is_closed.sum()), int(is_won.sum())
    return tuple(
        RawNumbers(
            deals_with=with_it,
            wins_with=won_with_it,
            win_rate_with=_share(won_with_it, with_it),
            win_rate_without=_share(all_won - won_with_it, all_deals - with_it),
            influenced_minor=minor_by_currency,
        )
        for with_it, won_with_it, minor_by_currency in zip(used.tolist(), won.tolist(), influenced, strict=True)
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
