"""Prints what it costs to find, among all assets of a library, those that say much of what a file says."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import near_duplicates
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.settings import Settings
from contentlib.storage.tables import Asset, AssetKind, AssetVersion

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

WORDS = [f"word{number}" for number in range(5000)]
FILES = 20


def fill(uow: UnitOfWork, assets: int) -> list[str]:
    """Put assets of 200 to 900 words in, and give what each says."""
    rng = random.Random(1)
    kind = uow.session.scalars(sa.select(AssetKind)).first()
    assert kind is not None
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(200, 900))) for _ in range(assets)]
    for number, text in enumerate(texts):
        asset = Asset(
            slug=f"asset-{number}", title=f"Asset {number}", kind_id=kind.id, created_at=uow.now, updated_at=uow.now,
            status=AssetStatus.PUBLISHED,
        )  # fmt: skip
        uow.session.add(asset)
        uow.session.flush()
        version = AssetVersion(
            asset_id=asset.id, number=1, title=asset.title, source="", source_hash="", source_path="", html="",
            pages=[{"number": 1, "title": "", "text": text}], facts={}, media={}, findings=[], made_at=uow.now,
        )  # fmt: skip
        uow.session.add(version)
        uow.session.flush()
        asset.current_version_id = version.id
    return texts


def test_near_duplicates_are_found_among_all_assets(tmp_path: Path):
    assets = int(os.environ["BENCH_ASSETS"])
    with Library(Settings(data=tmp_path)) as library:
        with library.work(OPERATOR) as uow:
            texts = fill(uow, assets)
        with library.read(OPERATOR) as reading:
            ids = list(reading.session.scalars(sa.select(Asset.id)))
            started = time.perf_counter()
            samples = near_duplicates.prepare_samples(reading, ids)
            sampled = time.perf_counter() - started
        with library.work(OPERATOR) as uow:
            near_duplicates.record_samples(uow, samples)
        with library.read(OPERATOR) as reading:
            started = time.perf_counter()
            shelf = near_duplicates.read_shelf(reading)
            shelved = time.perf_counter() - started
            started = time.perf_counter()
            for number in range(FILES):
                words = texts[number * 7].split()
                words[50:80] = ["anew"] * 30
                pages = [{"number": 1, "text": " ".join(words)}]
                near = near_duplicates.find_near_duplicates(reading, pages=pages, shelf=shelf)
                assert near[0].slug == f"asset-{number * 7}"
            found = (time.perf_counter() - started) / FILES
    print(
        f"near duplicates among {assets:,}: {1000 * sampled / assets:.1f} ms to sample an asset, {shelved:.2f} s to "
        f"read all samples, {1000 * found:.0f} ms per file"
    )
