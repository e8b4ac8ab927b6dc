"""From sufficient statistics on, every figure equals the recorded reference to 1e-9."""

import numpy as np
import pytest

from contentlib.stats.comparison import Lifts, compare
from contentlib.stats.paperwork import is_used_late
from contentlib.stats.shrinkage import shrink
from contentlib.stats.spread import learn_spread, widen
from contentlib.stats.sufficient import summarise
from contentlib.stats.verdicts import judge
from tests.factories.facts import DATA

RECORDINGS = ("world_20", "world_60", "drawn", "few")
SUMS = {
    "moments": "N",
    "outcomes": "X",
    "first_uses": "n1",
    "first_use_outcomes": "x1",
    "removed": "rn",
    "removed_outcomes": "rx",
    "design_effect": "deff",
}


@pytest.fixture(params=RECORDINGS)
def recorded(request):
    with np.load(DATA / f"reference_{request.param}.npz") as file:
        return {name: file[name] for name in file.files}


def sums_of(recorded):
    kept = recorded["moment_is_open_after"]
    moments = {name: recorded[f"moment_{name}"][kept].astype(np.int64) for name in ("deal", "window", "stratum", "won")}
    return summarise(
        assets=int(recorded["assets"]),
        strata=int(recorded["strata"]),
        moment_deal=moments["deal"],
        moment_window=moments["window"],
        moment_stratum=moments["stratum"],
        moment_outcome=moments["won"].astype(np.float64),
        first_asset=recorded["first_asset"].astype(np.int64),
        first_deal=recorded["first_deal"].astype(np.int64),
        first_window=recorded["first_window"].astype(np.int64),
    )


def same(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_sums_equal_the_reference(recorded):
    sums = sums_of(recorded)
    for ours, theirs in SUMS.items():
        same(getattr(sums, ours), recorded[f"sum_{theirs}"])


def test_every_figure_equals_the_reference(recorded):
    lifts = compare(sums_of(recorded))
    used = recorded["lift_n"] > 0
    same(lifts.uses, recorded["lift_n"])
    same(lifts.won, recorded["lift_won"])
    same(lifts.expected[used], recorded["lift_expected"][used])
    for name in ("lift", "lo", "hi", "se"):
        same(getattr(lifts, name), recorded[f"lift_{name}"])

    rated = ~recorded["is_paperwork"]
    spread = learn_spread(lifts, rated)
    assert spread.tau == pytest.approx(float(recorded["tau"]), abs=1e-9)
    ranges = widen(lifts, spread.tau)
    same(ranges.lo, recorded["lo_h"])
    same(ranges.hi, recorded["hi_h"])
    same(ranges.se, recorded["se_h"])
    shrunk = shrink(lifts, ranges, rated)
    same(shrunk.lift, recorded["shrunk"])
    same(shrunk.wrong_sign, recorded["wrong_sign"])

    verdicts = judge(lifts, ranges, shrunk, recorded["is_paperwork"], recorded["smd"])
    assert [verdict.value for verdict in verdicts] == recorded["label"].tolist()
    verdicts = judge(lifts, ranges, shrunk, recorded["is_paperwork"])
    assert [verdict.value for verdict in verdicts] == recorded["label_without_balance"].tolist()


def test_the_recordings_hold_every_verdict():
    labels = set()
    for name in RECORDINGS:
        with np.load(DATA / f"reference_{name}.npz") as file:
            labels |= set(file["label"].tolist())
    assert labels == {"paperwork", "not enough data", "helps", "review", "cannot tell", "no clear difference"}


def test_late_use_screen_equals_the_reference():
    with np.load(DATA / "reference_paperwork.npz") as file:
        found = is_used_late(
            uses=file["uses"],
            late=file["late_share"] * file["uses"],
            soon=file["soon"],
            soon_expected=file["soon_expected"],
        )
        assert found.tolist() == file["is_paperwork"].tolist()
        assert found.any()
        assert not found.all()


def test_an_asset_without_a_use_has_no_figures(recorded):
    lifts = compare(sums_of(recorded))
    unused = lifts.uses == 0
    for name in ("expected", "lift", "lo", "hi", "se"):
        assert np.isnan(getattr(lifts, name)[unused]).all()
    assert isinstance(lifts, Lifts)
