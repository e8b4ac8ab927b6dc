from dataclasses import replace

import numpy as np
import pytest

from contentlib.stats.facts import NONE, positions
from tests.factories.facts import facts_of, ints, won


def test_columns_of_one_prefix_must_be_equally_long():
    facts = facts_of([won(30)])
    with pytest.raises(ValueError, match="deal_owner has 2 rows, the other deal columns 1"):
        replace(facts, deal_owner=ints([1, 2]))


@pytest.mark.parametrize(
    ("column", "value"),
    [("stage_deal", 1), ("stage_deal", -1), ("usage_deal", 7), ("usage_asset", 3), ("deal_pipeline", 1)],
)
def test_positions_must_point_somewhere(column, value):
    facts = facts_of([won(30, uses=[(0, 1)])])
    with pytest.raises(ValueError, match=f"{column} points outside"):
        replace(facts, **{column: ints([value])})


def test_positions_among_row_ids():
    assert positions(ints([40, 7, 8]), ints([7, 9, 40])).tolist() == [2, 0, NONE]
    assert positions(ints([4]), np.empty(0, np.int64)).tolist() == [NONE]
