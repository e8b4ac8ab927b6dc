from pathlib import Path

from contentlib.demo.effects import ASSETS, PAPERWORK
from contentlib.demo.featured import FEATURED

INTERNAL_KINDS = {"battlecard"}
# What marketing finished lately and nobody has used yet, as every library holds.
UNUSED = {"rounds-and-signal-proposal", "ledger-proposal", "network-proposal"}
CONTENT = Path(__file__).parents[3] / "content"


def test_the_table_names_exactly_the_external_assets_of_the_content_folder():
    authored = {(path.parent.name, path.stem) for path in CONTENT.glob("*/*.md")}
    external = {(kind, slug) for kind, slug in authored if kind not in INTERNAL_KINDS}
    truths = {(asset.kind, asset.slug) for asset in (*ASSETS, *PAPERWORK)}
    assert {slug for _, slug in external - truths} == UNUSED
    assert truths <= external


def test_popularity_ranks_are_one_to_n():
    assert sorted(asset.rank for asset in ASSETS) == list(range(1, len(ASSETS) + 1))


def test_some_assets_work_and_most_do_nothing():
    effects = [asset.effect for asset in ASSETS]
    assert 4 <= sum(effect > 0 for effect in effects) <= 10
    assert sum(effect == 0 for effect in effects) > len(effects) / 2


def test_hand_written_deals_use_assets_of_the_table():
    known = {asset.slug for asset in (*ASSETS, *PAPERWORK)}
    for deal in FEATURED:
        assert {use.slug for use in deal.story.uses} <= known
        assert deal.story.closed is None
