"""Looks whether database, files, index and figures agree, and makes anew what can be made from the rest.

What only a backup can bring back is named and left as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from contentlib.domain.errors import ContentlibError, IndexUnavailableError
from contentlib.domain.findings import Finding, Level
from contentlib.domain.people import Permission
from contentlib.services import documents, index_entries, meaning, reports
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage import jobs, soundness
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import documents as document_queries
from contentlib.storage.queries import operations as queries
from contentlib.storage.queries import reports as report_queries

# Shows how far a step of known size has come; called with the steps made.
Progress = Callable[[int | None, str], AbstractContextManager[Callable[[int], None]]]

_RESTORE = "Restore it from a backup: contentlib restore."
_MEND = "Run: contentlib verify --mend"

# Figures are computed by the same code from the same rows; another database may add them up in another order.
_SAME = 1e-9


class _Sort(StrEnum):
    DATABASE = "database-damaged"
    ASSET = "asset-strayed"
    DOCUMENT = "document-unrecorded"
    FILE = "file-lost"
    PICTURE = "picture-lost"
    INDEX = "index-differs"
    INDEX_GONE = "index-unavailable"
    MEANING = "meaning-differs"
    FIGURES = "figures-differ"
    JOB = "job-dead"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two parts of a library that do not agree; `subject` is the row and `blob` the file that it is about."""

    sort: _Sort
    message: str
    subject: int = 0
    blob: str = ""
    evidence: str | None = None

    @property
    def may_be_mended(self) -> bool:
        """Tell whether it can be made anew from the rest; a lost file only if it is found somewhere."""
        return self.sort not in {_Sort.DATABASE, _Sort.ASSET, _Sort.DOCUMENT}

    def as_finding(self, *, is_left: bool = False) -> Finding:
        """Give it as a finding, with the line that mends it; `is_left` after mending has been tried."""
        return Finding(
            level=Level.ERROR,
            code=self.sort.value,
            message=self.message,
            mend=_MEND if self.may_be_mended and not is_left else _RESTORE,
            evidence=self.evidence,
        )


def verify(reading: UnitOfWork, progress: Progress) -> tuple[Difference, ...]:
    """Compare the whole library with itself; an empty answer means that everything agrees.

    What a job that is still to come will bring in line is no difference. Beside a server, what was just being written
    may seem to be one: what is, is found again.
    """
    reading.require(Permission.OPERATE)
    broken = soundness.list_faults(reading.session)
    if broken:  # nothing that a damaged database says of the rest is worth comparing
        return tuple(Difference(sort=_Sort.DATABASE, message=fault) for fault in broken)
    return (
        *_compare_rows(reading),
        *_compare_files(reading, progress),
        *_compare_index(reading),
        *_compare_meaning(reading),
        *_compare_figures(reading),
        *_list_dead(reading),
    )


def _compare_rows(reading: UnitOfWork) -> list[Difference]:
    strayed = [
        Difference(sort=_Sort.ASSET, message=f"The current version of “{slug}” belongs to another asset.")
        for slug in queries.list_strayed_assets(reading.session)
    ]
    unrecorded = [
        Difference(sort=_Sort.DOCUMENT, message=f"Document {id_} was kept without its use.", subject=id_)
        for id_ in queries.list_unrecorded_documents(reading.session)
    ]
    return strayed + unrecorded


def _compare_files(reading: UnitOfWork, progress: Progress) -> list[Difference]:
    """Read every stored file that a row names and compare its bytes with its name."""
    named: dict[str, list[queries.StoredFile]] = {}
    for file in queries.iter_files(reading.session):
        named.setdefault(file.blob, []).append(file)
    differences = []
    with progress(len(named), "Stored files") as step:
        for blob, files in named.items():
            fault = reading.blobs.fault_of(blob)
            step(1)
            if fault is None:
                continue
            # A picture is drawn anew; bytes that are also something else must be found.
            is_picture = all(file.is_picture for file in files)
            first, more = files[0], len(files) - 1
            message = f"The stored file of {first.meaning} is {fault}" + (f", and of {more} more." if more else ".")
            differences.append(
                Difference(
                    sort=_Sort.PICTURE if is_picture else _Sort.FILE,
                    message=message,
                    subject=first.subject,
                    blob=blob,
                    evidence=blob,
                )
            )
    return differences


def _compare_index(reading: UnitOfWork) -> list[Difference]:
    """Compare what the index holds with what it should; it is looked at twice, since a server may be writing it."""
    try:
        before = reading.index.held()
        outdated = reading.index.list_outdated(index_entries.iter_entries(reading))
        expected = queries.versions_to_index(reading.session)
        pending = queries.pending_subjects(reading.session, JobKind.INDEX_ASSET)
        after = reading.index.held()
    except IndexUnavailableError as fault:
        return [Difference(sort=_Sort.INDEX_GONE, message=fault.message)]
    differences = []
    for asset in sorted({*before, *expected, *after} - pending):
        wanted = expected.get(asset)
        if wanted in (before.get(asset), after.get(asset)) and asset not in outdated:
            continue
        held = after.get(asset)
        message = (
            f"The index holds asset {asset}, which the library does not."
            if wanted is None
            else f"The index does not hold asset {asset}."
            if held is None
            else f"The index holds another version of asset {asset} than the current one."
            if held != wanted
            else f"The index holds other words or facts of asset {asset} than the library."
        )
        differences.append(
            Difference(sort=_Sort.INDEX, message=message, subject=asset, evidence=f"version {held}, not {wanted}")
        )
    return differences


def _compare_meaning(reading: UnitOfWork) -> list[Difference]:
    """Compare the words that vectors were made of with those of today, where assets are found by meaning."""
    outdated = meaning.list_outdated(reading)
    for kind in (JobKind.INDEX_ASSET, JobKind.READ_MEANING):
        outdated -= queries.pending_subjects(reading.session, kind)
    return [
        Difference(sort=_Sort.MEANING, message=f"Asset {asset} is not found by what it means today.", subject=asset)
        for asset in sorted(outdated)
    ]


def _compare_figures(reading: UnitOfWork) -> list[Difference]:
    """Compute usage-to-close anew and compare it with the rows that pages show."""
    if jobs.is_pending(reading.session, JobKind.RATE_USAGE, 0):
        return []
    fresh = reports.prepare_rating(reading)
    wanted = {columns["asset_id"]: columns for columns in reports.lift_columns(fresh)}
    run = report_queries.find_run(reading.session, report_queries.USAGE_TO_CLOSE)
    if run is None:
        return [Difference(sort=_Sort.FIGURES, message="Usage-to-close was never computed.")] if wanted else []
    stored = report_queries.lifts_by_asset(reading.session)
    differing = [
        asset
        for asset in sorted({*wanted, *stored})
        if asset not in stored or asset not in wanted or not _agrees(stored[asset], wanted[asset])
    ]
    if not _is_same(run.summary, reports.summary_of(fresh)):
        message = "The totals of usage-to-close are not what deals and usage give."
        return [Difference(sort=_Sort.FIGURES, message=message, evidence=f"{len(differing)} assets")]
    if not differing:
        return []
    message = f"The figures of usage-to-close are not what deals and usage give, for {len(differing)} assets."
    return [Difference(sort=_Sort.FIGURES, message=message, evidence=", ".join(map(str, differing[:10])))]


def _agrees(stored: Any, wanted: Mapping[str, Any]) -> bool:
    return all(_is_same(getattr(stored, name), value) for name, value in wanted.items())


def _is_same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=_SAME, abs_tol=_SAME)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_is_same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_is_same, ours, theirs))
    return bool(ours == theirs)


def _list_dead(reading: UnitOfWork) -> list[Difference]:
    return [
        Difference(
            sort=_Sort.JOB,
            message=f"The work “{job.kind}” for {job.subject} was given up after {job.attempts} attempts.",
            subject=job.id,
            evidence=job.error or None,
        )
        for job in queries.list_dead_jobs(reading.session)
    ]


def find_bytes(differences: Sequence[Difference], places: Iterable[Path]) -> dict[str, Path]:
    """Look for lost files by their hash in folders that may hold the same bytes: authored media, kept documents."""
    wanted = {difference.blob for difference in differences if difference.sort is _Sort.FILE}
    found: dict[str, Path] = {}
    if not wanted:
        return found
    for place in places:
        for path in sorted(place.rglob("*")):
            if path.is_file() and len(found) < len(wanted):
                with path.open("rb") as candidate:
                    digest = hashlib.file_digest(candidate, "sha256").hexdigest()
                if digest in wanted:
                    found.setdefault(digest, path)
    return found


def make_documents_again(reading: UnitOfWork, differences: Sequence[Difference], found: Mapping[str, Path]) -> None:
    """Make lost documents again, where brand and template still are what they were, and store them.

    `found` is what `find_bytes` gave, which needs no making. What would not be the same to the byte is left alone.
    """
    for difference in differences:
        if difference.sort is not _Sort.FILE or difference.blob in found:
            continue
        made = document_queries.find_by_bytes(reading.session, difference.blob)
        if made is None:
            continue
        with contextlib.suppress(ContentlibError):  # the difference stays, and says what to do
            pdf = documents.make_again(reading, made.id).pdf
            if hashlib.sha256(pdf).hexdigest() == difference.blob:
                reading.blobs.forget(difference.blob)
                reading.blobs.put(pdf)


def mend(uow: UnitOfWork, differences: Sequence[Difference], found: Mapping[str, Path]) -> None:
    """Write the work that makes anew what can be: index entries, figures, pictures, dead jobs; put found files back.

    `found` is what `find_bytes` gave. The work itself is done by the runner.
    """
    uow.require(Permission.OPERATE)
    for difference in differences:
        if difference.sort is _Sort.INDEX:
            uow.enqueue(JobKind.INDEX_ASSET, difference.subject)
        elif difference.sort is _Sort.MEANING:
            uow.enqueue(JobKind.READ_MEANING, difference.subject)
        elif difference.sort is _Sort.FIGURES:
            uow.enqueue(JobKind.RATE_USAGE)
        elif difference.sort is _Sort.JOB:
            jobs.revive(uow.session, difference.subject, at=uow.now)
        elif difference.sort is _Sort.PICTURE:
            _draw_anew(uow, difference.blob)
        elif difference.blob in found:
            uow.blobs.forget(difference.blob)
            uow.blobs.put(found[difference.blob].read_bytes())
    mended = Counter(difference.sort.value for difference in differences if difference.may_be_mended)
    if mended:
        uow.audit("mended the library", "library", 0, **mended)


def remove_unnamed_files(uow: UnitOfWork, differences: Sequence[Difference]) -> int:
    """Remove stored files older than an hour that no row names; gives how many.

    A damaged database names none of them for certain: then nothing is removed. Nobody else writes rows meanwhile.
    """
    uow.require(Permission.OPERATE)
    if any(difference.sort is _Sort.DATABASE for difference in differences):
        return 0
    removed = uow.blobs.forget_unnamed(frozenset(queries.list_blobs(uow.session)))
    if removed:
        uow.audit("removed files that nothing names", "library", 0, files=removed)
    return removed


def _draw_anew(uow: UnitOfWork, blob: str) -> None:
    """Forget the pictures of every version that shows a lost one, and have them drawn."""
    uow.blobs.forget(blob)
    for version in document_queries.versions_showing(uow.session, blob):
        document_queries.forget_pictures(uow.session, version)
        uow.enqueue(JobKind.DRAW_PICTURES, version)
        # Until they are drawn, the asset is found by its source's words.
        uow.enqueue(JobKind.INDEX_ASSET, document_queries.asset_of(uow.session, version))
