"""Tells what a rebuild has still to write, batch by batch, and what came meanwhile; it writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from contentlib.domain.search import IndexEntry
from contentlib.search import entries
from contentlib.search.snapshots import Snapshot

# A rebuild commits in batches: one commit of a large library would hold all its postings in memory, and what is
# committed need not be done again after a kill.
REBUILD_BATCH = 2_000

# Takes documents out and puts others in, as one step.
Commit = Callable[[Iterable[entries.Document], Iterable[int]], None]


def fill(
    every: Iterable[IndexEntry], done: Mapping[int, str], on_progress: Callable[[int], None], commit: Commit
) -> None:
    """Write all entries of which `done` does not hold the mark already, and take out what is no longer among them."""
    source = iter(every)
    seen: set[int] = set()
    while batch := entries.coalesce(islice(source, REBUILD_BATCH)):
        changed = {asset_id: one for asset_id, one in batch.items() if done.get(asset_id) != entries.mark_of(one)}
        gone = changed.keys() & (seen | done.keys())
        documents = _documents(batch, changed, seen, on_progress)
        if changed:
            commit(documents, gone)
        else:
            for _ in documents:
                pass
    if left := done.keys() - seen:
        commit([], left)


def _documents(
    batch: Mapping[int, IndexEntry],
    changed: Mapping[int, IndexEntry],
    seen: set[int],
    on_progress: Callable[[int], None],
) -> Iterator[entries.Document]:
    """Give the documents of what changed, and tell of each entry that is done."""
    for asset_id in batch:
        if asset_id in changed:
            yield entries.to_document(changed[asset_id])
        seen.add(asset_id)
        on_progress(len(seen))


def taken_in_since(before: Mapping[int, str], snapshot: Snapshot) -> tuple[list[entries.Document], set[int]]:
    """Give what an index took in since it held these marks, as documents, and the assets that these replace or miss."""
    now = snapshot.marks()
    changed = {asset_id for asset_id, mark in now.items() if before.get(asset_id) != mark}
    documents = [
        snapshot.document(doc)
        for doc, asset_id in enumerate(snapshot.asset_ids.tolist())
        if asset_id in changed and snapshot.alive[doc]
    ]
    return documents, (before.keys() - now.keys()) | changed
