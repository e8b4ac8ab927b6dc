"""Which effect each kind of job has; every effect reads the current rows, so doing it twice does no harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contentlib.domain.errors import IndexUnavailableError
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.services import documents, index_entries, meaning, near_duplicates
from contentlib.storage.jobs import JobKind


def index_assets(library: Library, asset_ids: Sequence[int]) -> None:
    """Make assets found as they are now, in one commit of the index; assets that are gone are taken out."""
    with library.read(OPERATOR) as reading:
        entries = index_entries.list_entries(reading, asset_ids)
        samples = near_duplicates.prepare_samples(reading, asset_ids)
    removed = sorted(set(asset_ids) - {entry.asset_id for entry in entries})
    try:
        library.index.apply(entries, removed)
    except IndexUnavailableError:
        library.rebuild_index()
    if samples or library.index.encoder is not None:
        with library.work(OPERATOR) as uow:
            near_duplicates.record_samples(uow, samples)
            meaning.enqueue(uow, [entry.asset_id for entry in entries])


def read_meaning(library: Library, asset_ids: Sequence[int]) -> None:
    """Have assets found by what they mean."""
    library.read_meaning(asset_ids)
    library.hand_meanings_to_search()


def draw_pictures(library: Library, version_ids: Sequence[int]) -> None:
    """Draw the page pictures of versions."""
    for version_id in version_ids:
        library.draw_pictures(version_id)


def draw_other_paper(library: Library, version_ids: Sequence[int]) -> None:
    """Draw versions on the paper that their pictures do not show, so that whoever asks for it need not wait."""
    for version_id in version_ids:
        with library.read(OPERATOR) as reading:
            documents.draw_other_paper(reading, version_id)


def rate_usage(library: Library, _: Sequence[int]) -> None:
    """Compute usage-to-close."""
    library.rate_usage()


def send_letters(library: Library, people: Sequence[int]) -> None:
    """Send people what is new for them."""
    library.letters.send(people)


def change_many(library: Library, runs: Sequence[int]) -> None:
    """Take the next step of deeds on many assets."""
    for run_id in runs:
        library.go_on(run_id)


EFFECTS: Mapping[JobKind, Callable[[Library, Sequence[int]], None]] = {
    JobKind.INDEX_ASSET: index_assets,
    JobKind.RATE_USAGE: rate_usage,
    JobKind.DRAW_PICTURES: draw_pictures,
    JobKind.DRAW_OTHER_PAPER: draw_other_paper,
    JobKind.SEND_LETTER: send_letters,
    JobKind.CHANGE_MANY: change_many,
    JobKind.READ_MEANING: read_meaning,
}

# How many jobs one effect takes at a time: the index commits a batch at once, a picture is one job's work.
BATCHES: Mapping[JobKind, int] = {
    JobKind.INDEX_ASSET: 200,
    JobKind.RATE_USAGE: 50,
    JobKind.DRAW_PICTURES: 1,
    JobKind.DRAW_OTHER_PAPER: 1,
    JobKind.SEND_LETTER: 1,
    JobKind.CHANGE_MANY: 1,
    JobKind.READ_MEANING: 10,
}

QUICK: tuple[JobKind, ...] = (JobKind.INDEX_ASSET, JobKind.RATE_USAGE)
# In this order: what people wait for comes first, what they see next, then what they may ask for; letters take moments
# and wait for none of it.
SLOW: tuple[JobKind, ...] = (
    JobKind.SEND_LETTER,
    JobKind.CHANGE_MANY,
    JobKind.READ_MEANING,
    JobKind.DRAW_PICTURES,
    JobKind.DRAW_OTHER_PAPER,
)
