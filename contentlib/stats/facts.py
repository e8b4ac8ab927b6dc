"""The columns that statistics are computed from, as a query fills them; it reads no database itself.

One array per column, no object per event. Instants are UTC seconds since 1970 (int64). Codes are any integers at
or above 0, for instance the row ids of terms and people; `NONE` stands for a missing code, `MISSING` for a missing
instant or amount. Rows of histories and usage may come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE = -1
MISSING = int(np.iinfo(np.int64).min)

WON = 1
LOST = 0
OPEN = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """Everything usage-to-close is computed from; columns with the same prefix have the same length.

    Deals (every deal, open ones too): `deal_id` is the id of the system a deal came from, or our own; its bytes
    decide the cross-fit fold, so it must not change between runs. `deal_outcome` is WON, LOST or OPEN.
    `deal_pipeline` is a position in `pipeline_open_stages`, which holds the number of open stages of each pipeline.

    Stage history: `stage_deal` is a position in the deal columns, `stage_position` the stage's place among the open
    stages of its pipeline, from 0, as kept with the history row; rows of Won and Lost have NONE and are passed over.

    Health history: `health_level` 0 to 3.

    Usage (all events, on open deals and on none as well): `usage_deal` is a position in the deal columns or NONE,
    `usage_asset` a position in the asset columns, `usage_is_use` tells a use from a view or an internal asset's
    download.

    Assets: `asset_id` comes back in the report's rows, `asset_is_paperwork` is set by kind.

    Raises ValueError when columns of one prefix differ in length or a position points nowhere.
    """

    deal_id: tuple[str, ...]
    deal_opened_at: Ints
    deal_closed_at: Ints
    deal_outcome: Ints
    deal_industry: Ints
    deal_size: Ints
    deal_region: Ints
    deal_amount_minor: Ints
    deal_currency: Ints
    deal_owner: Ints
    deal_pipeline: Ints
    pipeline_open_stages: Ints
    stage_deal: Ints
    stage_position: Ints
    stage_entered_at: Ints
    health_deal: Ints
    health_at: Ints
    health_level: Ints
    usage_deal: Ints
    usage_asset: Ints
    usage_at: Ints
    usage_is_use: Bools
    asset_id: Ints
    asset_is_paperwork: Bools

    def __post_init__(self) -> None:
        lengths: dict[str, int] = {}
        for column in fields(self):
            prefix, length = column.name.split("_")[0], len(getattr(self, column.name))
            if lengths.setdefault(prefix, length) != length:
                raise ValueError(f"{column.name} has {length} rows, the other {prefix} columns {lengths[prefix]}")
        for name, limit, lowest in (
            ("stage_deal", lengths["deal"], 0),
            ("health_deal", lengths["deal"], 0),
            ("usage_deal", lengths["deal"], NONE),
            ("usage_asset", lengths["asset"], 0),
            ("deal_pipeline", lengths["pipeline"], 0),
        ):
            column_values = getattr(self, name)
            if len(column_values) and not lowest <= column_values.min() <= column_values.max() < limit:
                raise ValueError(f"{name} points outside the {limit} rows it refers to")


def positions(keys: Ints, among: Ints) -> Ints:
    """Give the position of each key among ascending keys, NONE where it does not occur.

    For a query that reads row ids: `stage_deal=positions(deal_ids_of_rows, ids_of_deals)`.
    """
    if not len(among):
        return np.full(len(keys), NONE, dtype=np.int64)
    found = np.minimum(np.searchsorted(among, keys), len(among) - 1).astype(np.int64)
    return np.where(among[found] == keys, found, NONE)
