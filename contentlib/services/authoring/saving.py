"""Saves what was written as its asset's next version, and keeps what a colleague saved meanwhile; it draws nothing.

A text that a sync keeps equal to a file is saved nowhere, until it is taken over.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contentlib.branding.parts import Phrase
from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, InvalidInputError
from contentlib.domain.findings import has_errors
from contentlib.domain.governance import ReviewState
from contentlib.domain.imports import RefusedSource
from contentlib.domain.people import Permission
from contentlib.services import asset_rights, reviews
from contentlib.services.authoring.describing import Describer
from contentlib.services.authoring.plan import SourceRead
from contentlib.services.authoring.writing import NAMELESS, OpenText, check_read, name_of, read_changed, read_text
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.jobs import JobKind
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetVersion, Review

# Lines around a difference that make it understood.
_AROUND = 1


@dataclass(frozen=True, kw_only=True)
class PreparedText:
    """A text that was read and may be saved; `base` is the number of the version it was written on, 0 for none."""

    slug: str | None
    base: int
    text: str = field(repr=False)
    read: SourceRead = field(repr=False)
    is_to_publish: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class SavedText:
    """Where a saved text stands now.

    `entry` is the deed's line in the audit trail where it can be taken back, 0 where it cannot; `waits_for` names who
    must agree before it is published.
    """

    slug: str
    number: int
    is_published: bool
    entry: int = field(default=0, compare=False)
    waits_for: str = ""


@dataclass(frozen=True, kw_only=True)
class DiffLine:
    """One line of a comparison: in both texts, only in theirs or only in mine; `number` counts in its own text."""

    side: str
    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class NewerText:
    """What somebody else saved meanwhile, and where it differs from the text that is not saved yet."""

    number: int
    made_by: str | None
    made_at: datetime
    note: str
    text: str
    differences: tuple[DiffLine, ...]


def prepare_save(
    reading: UnitOfWork,
    *,
    slug: str | None,
    kind: str,
    text: str,
    base: int,
    publish: bool,
    note: str = "",
    phrases: Sequence[Phrase] = (),
) -> PreparedText:
    """Read a text that is to be saved on version `base`; nothing is written.

    Raises InvalidInputError with findings when it cannot be read, or holds what keeps it from being published.
    """
    _require(reading, publish=publish)
    read = read_text(reading, slug=slug, kind=kind, text=text)
    if isinstance(read, RefusedSource):
        raise InvalidInputError(f"The text cannot be saved yet: {read.reason}", findings=(read.as_finding(),))
    if publish:
        checked = check_read(reading, read, text=text, phrases=phrases)
        if has_errors(checked.findings):
            raise InvalidInputError("What blocks must be settled before this is published.", findings=checked.findings)
    if slug is None and ("slug",) not in read.source.asset.lines:
        free = free_slug(reading, read.source.asset.title, NAMELESS)
        asset = replace(read.source.asset, slug=free)
        file = replace(read.file, path=f"{kind}/{free}.md")
        read = replace(read, file=file, source=replace(read.source, asset=asset))
    return PreparedText(slug=slug, base=base, text=text, read=read, is_to_publish=publish, note=note.strip())


def prepare_drafts(
    reading: UnitOfWork, changed: Sequence[tuple[OpenText, str]], *, note: str
) -> Iterator[PreparedText | InvalidInputError]:
    """Read texts that are to wait in the place of what was opened, many at once; of one that cannot be, why not."""
    _require(reading, publish=False)
    for (opened, text), read in zip(changed, read_changed(reading, changed), strict=True):
        if isinstance(read, RefusedSource):
            said = f"The text cannot be saved yet: {read.reason}"
            yield InvalidInputError(said, findings=(read.as_finding(),))
        else:
            yield PreparedText(
                slug=opened.slug, base=opened.number, text=text, read=read, is_to_publish=False, note=note.strip()
            )


def _require(uow: UnitOfWork, *, publish: bool) -> None:
    uow.require(Permission.EDIT_ASSETS)
    if publish:
        uow.require(Permission.APPROVE_ASSETS)


def free_slug(reading: UnitOfWork, title: str, otherwise: str) -> str:
    """Make a slug of a title that no asset has; `otherwise` for one without Latin letters."""
    taken = queries.list_taken_slugs(reading.session)
    stem = to_slug(title) or otherwise
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem[:74]}-{number}", number + 1
    return slug


def record_save(uow: UnitOfWork, prepared: PreparedText, **detail: Any) -> SavedText:
    """Keep a text as its asset's next version: published at once, or a draft that waits behind what is published.

    `detail` goes into the audit trail.

    Raises ConflictError when somebody saved meanwhile or a file keeps the asset, InvalidInputError when nothing
    changed or the slug is taken.
    """
    _require(uow, publish=prepared.is_to_publish)
    describer, read = Describer(uow), prepared.read
    asset = asset_rights.get_seen(uow, prepared.slug) if prepared.slug else None
    _refuse_taken(describer, prepared, asset)
    is_new = asset is None
    if asset is None:
        asset = describer.begin(read)
    newest = None if is_new else queries.find_newest_version(uow.session, asset.id)
    _refuse_unless_free(asset, newest, prepared)
    is_same = newest is not None and (newest.source, newest.media) == (prepared.text, read.media)
    is_published = asset.status is AssetStatus.PUBLISHED
    is_out = newest is not None and is_published and asset.current_version_id == newest.id
    if is_same and newest is not None and (is_out or not prepared.is_to_publish):
        raise InvalidInputError(f"Nothing has changed since version {newest.number}.")
    if is_same and newest is not None:
        version = newest
    else:
        version = describer.add_version(read, asset, newest.number + 1 if newest else 1, note=prepared.note)
    if prepared.is_to_publish or not is_published:
        describer.describe(read, asset, version, is_published=prepared.is_to_publish)
        uow.enqueue(JobKind.DRAW_PICTURES, version.id)
    deed = "publish" if prepared.is_to_publish else "begin" if is_new else "save draft"
    entry = describer.note_change(asset, deed, **detail)
    taken_back_by = entry if detail else 0
    return SavedText(slug=asset.slug, number=version.number, is_published=prepared.is_to_publish, entry=taken_back_by)


def keep_draft(
    uow: UnitOfWork,
    describer: Describer,
    asset: Asset,
    prepared: PreparedText,
    *,
    newest: AssetVersion | None,
    review: Review | None,
) -> int:
    """Keep a text as the next version of an asset, one of many, that waits to be agreed to; gives its number.

    `newest` and `review` are the version and the open review that the asset has, as they were read for all of them.
    Raises ConflictError as `record_save` does.
    """
    _require(uow, publish=False)
    _refuse_unless_free(asset, newest, prepared)
    if describer.slug_of(prepared.read, asset) != asset.slug:
        _refuse_taken(describer, prepared, asset)
    if review is not None:
        reviews.close(uow, review, ReviewState.WITHDRAWN)
    version = describer.make_version(prepared.read, asset, prepared.base + 1, note=prepared.note)
    if asset.status is not AssetStatus.PUBLISHED:

        def describe() -> None:
            describer.describe(prepared.read, asset, version, is_published=False)
            uow.enqueue(JobKind.DRAW_PICTURES, version.id)

        uow.when_written(describe)
    return version.number


def _refuse_taken(describer: Describer, prepared: PreparedText, asset: Asset | None) -> None:
    if (holder := describer.slug_holder(prepared.read, asset)) is not None:
        raise InvalidInputError(
            f"The slug “{prepared.read.source.asset.slug}” belongs to {holder}. Write another slug."
        )


def _refuse_unless_free(asset: Asset, newest: AssetVersion | None, prepared: PreparedText) -> None:
    asset_rights.refuse_kept(asset)
    if newest is not None and newest.number != prepared.base:
        raise ConflictError(f"Version {newest.number} of “{asset.title}” was saved while you wrote.")


def find_newer(reading: UnitOfWork, *, slug: str, base: int, text: str) -> NewerText | None:
    """Give what was saved after version `base`, compared with a text; None when nothing was."""
    asset = asset_rights.get_seen(reading, slug)
    newest = queries.find_newest_version(reading.session, asset.id)
    if newest is None or newest.number == base:
        return None
    return NewerText(
        number=newest.number,
        made_by=name_of(reading, newest),
        made_at=newest.made_at,
        note=newest.note,
        text=newest.source,
        differences=compare(newest.source, text),
    )


def compare(theirs: str, mine: str) -> tuple[DiffLine, ...]:
    """Compare two texts line by line: what differs, with a line around it."""
    old, new = theirs.splitlines(), mine.splitlines()
    found: list[DiffLine] = []
    for group in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(_AROUND):
        for sort, a, b, c, d in group:
            if sort == "equal":
                found += [DiffLine(side="both", number=n + 1, text=new[n]) for n in range(c, d)]
                continue
            found += [DiffLine(side="theirs", number=n + 1, text=old[n]) for n in range(a, b)]
            found += [DiffLine(side="mine", number=n + 1, text=new[n]) for n in range(c, d)]
    return tuple(found)


def take_over(uow: UnitOfWork, slug: str) -> None:
    """Make an asset the library's own that a sync has kept equal to its file; the file is left alone from now on.

    Raises ConflictError for an asset that no file keeps.
    """
    uow.require(Permission.EDIT_ASSETS)
    asset = asset_rights.get_seen(uow, slug)
    if not asset_rights.is_kept(asset):
        raise ConflictError(f"“{asset.title}” is the library's own already.")
    asset.taken_over_at = uow.now
    Describer(uow).note_change(asset, "take over")
