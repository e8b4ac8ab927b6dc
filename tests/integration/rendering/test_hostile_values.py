"""Whatever is typed into the open fields gives a clean PDF, or an error that names the field and the reason."""

from __future__ import annotations

import pytest

from tests.integration.rendering import hostile
from tests.integration.rendering.conftest import PERSONAL

# One light page each, so that most of the suite's personalisations cost little; `make soak` takes all kinds alike.
QUICK = (*["proposal-cover"] * 7, *["outreach-email"] * 19)
ROUNDS, BATCH = 8, 25


# A batch that fails is long to print; what failed in it comes with the failure.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.slow
def test_two_hundred_hostile_personalisations_end_well(sandbox, printer, make_request):
    kinds = (*QUICK, *PERSONAL)
    ended = hostile.play(sandbox, printer, make_request, kinds=kinds, rounds=ROUNDS, batch=BATCH)
    assert ended.total() >= ROUNDS * BATCH
    assert min(ended["drawn"], ended["refused"]) > 30, f"hardly any of one sort was judged: {ended}"
