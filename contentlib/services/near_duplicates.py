"""Assets that say much the same: found by samples of their words, then compared word by word; it merges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contentlib.domain.near_duplicates import NearDuplicate
from contentlib.domain.people import Permission
from contentlib.ingest import shingles
from contentlib.ingest.shingles import Shingled
from contentlib.services import asset_rights
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import sketches as queries
from contentlib.storage.tables import Asset, AssetVersion, VersionSketch

# Under a third, files share a template or a notice; what is shorter than two sentences is like many others.
_LEAST, _FEWEST = 0.33, 20
# A page stands in another asset as it is when nearly all its word sequences do.
_SAME_PAGE = 0.9
# So many of the likeliest are compared word by word; sketches that are still missing are made for so many.
_MOST_COMPARED, _MOST_MISSING = 8, 500


@dataclass(frozen=True)
class Shelf:
    """The samples of everything that files are compared with, read once for many files."""

    versions: list[int]
    assets: NDArray[np.int64]
    totals: NDArray[np.int64]
    hashes: shingles.Hashes
    owners: NDArray[np.int64]


def read_shelf(reading: UnitOfWork) -> Shelf:
    """Read the samples of what all assets say today; archived ones are left out."""
    reading.require(Permission.EDIT_ASSETS)
    rows = queries.list_compared(reading.session)
    for version_id, asset_id, pages in queries.list_missing(reading.session, limit=_MOST_MISSING):
        rows.append((version_id, asset_id, *_sample(pages)))
    rows = [row for row in rows if row[2]]
    return Shelf(
        versions=[version for version, _, _, _ in rows],
        assets=np.fromiter((asset for _, asset, _, _ in rows), np.int64, len(rows)),
        totals=np.fromiter((total for _, _, total, _ in rows), np.int64, len(rows)),
        hashes=np.frombuffer(b"".join(hashes for _, _, _, hashes in rows), np.uint64),
        owners=np.repeat(np.arange(len(rows)), [len(hashes) // 8 for _, _, _, hashes in rows]),
    )


def find_near_duplicates(
    reading: UnitOfWork,
    *,
    pages: Sequence[Mapping[str, Any]],
    but: int | None = None,
    most: int = 3,
    shelf: Shelf | None = None,
) -> tuple[NearDuplicate, ...]:
    """Find the assets that say much of what a file's pages ({number, text}) say, the nearest first.

    `but` is the row of an asset that is left out: its own. Whoever asks for many files hands in the `shelf`.
    """
    reading.require(Permission.EDIT_ASSETS)
    read = [(int(page["number"]), str(page["text"]), shingles.shingle(str(page["text"]))) for page in pages]
    mine = shingles.of_pages([page for _, _, page in read])
    if len(mine) < _FEWEST:
        return ()
    near = _likely(shelf or read_shelf(reading), mine, but)
    found = []
    for asset, version in queries.read_versions(reading.session, near).values():
        told = _compare(asset, version, read, mine)
        if max(told.overlap, told.back) >= _LEAST:
            found.append(told)
    found.sort(key=lambda one: (-max(one.overlap, one.back), one.slug))
    return tuple(found[:most])


def _likely(shelf: Shelf, mine: shingles.Hashes, but: int | None) -> list[int]:
    """Give the versions that seem to share most with some shingles, by their samples."""
    if not shelf.versions:
        return []
    shared = shingles.estimate_shared(shingles.sketch(mine), len(mine), shelf.hashes, shelf.owners, shelf.totals)
    # Half of what is asked for in the end, since a sample may be wrong by so much.
    share = np.maximum(shared / len(mine), shared / shelf.totals)
    if but is not None:
        share[shelf.assets == but] = 0
    best = np.argsort(-share, kind="stable")[:_MOST_COMPARED]
    return [shelf.versions[place] for place in best if share[place] >= _LEAST / 2]


def _compare(
    asset: Asset, version: AssetVersion, read: Sequence[tuple[int, str, Shingled]], mine: shingles.Hashes
) -> NearDuplicate:
    theirs = shingles.of_pages([shingles.shingle(page["text"]) for page in version.pages])
    passages = [(number, shingles.longest_passage(text, page, theirs)) for number, text, page in read]
    page, passage = max(passages, key=lambda one: len(one[1]))
    same = tuple(
        number
        for number, _, page in read
        if len(page.hashes) and shingles.share_in(np.unique(page.hashes), theirs) >= _SAME_PAGE
    )
    return NearDuplicate(
        slug=asset.slug,
        title=asset.title,
        version=version.number,
        overlap=shingles.share_in(mine, theirs),
        back=shingles.share_in(theirs, mine),
        passage=passage,
        page=page,
        pages=same,
        of=len(read),
        kept_by=(asset.source_path or "") if asset_rights.is_kept(asset) else "",
    )


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The sample of one version's words, ready to be kept."""

    version_id: int
    total: int
    hashes: bytes


def prepare_samples(reading: UnitOfWork, asset_ids: Sequence[int]) -> tuple[Sample, ...]:
    """Make the samples that are missing of what some assets say today."""
    found = []
    for version_id, _, pages in queries.list_missing(reading.session, asset_ids=asset_ids):
        total, hashes = _sample(pages)
        found.append(Sample(version_id=version_id, total=total, hashes=hashes))
    return tuple(found)


def record_samples(uow: UnitOfWork, samples: Sequence[Sample]) -> None:
    """Keep samples; a version that is gone, or that somebody else's runner has done meanwhile, is left alone."""
    wanted = queries.still_missing(uow.session, [sample.version_id for sample in samples])
    for sample in samples:
        if sample.version_id in wanted:
            row = VersionSketch(version_id=sample.version_id, total=sample.total, hashes=sample.hashes)
            uow.session.add(row)
    uow.session.flush()


def _sample(pages: Sequence[Mapping[str, Any]]) -> tuple[int, bytes]:
    hashes = shingles.of_pages([shingles.shingle(str(page["text"])) for page in pages])
    return len(hashes), shingles.sketch(hashes).tobytes()
