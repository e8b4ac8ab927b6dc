"""Puts two versions of an asset side by side: their words, their records and their page pictures; it changes none."""

from __future__ import annotations

import re

from contentlib.domain.assets import PagePlace
from contentlib.domain.errors import NotFoundError
from contentlib.domain.people import Permission
from contentlib.domain.versions import ComparedPage, ComparedVersion, Comparison, compare_pages, compare_words
from contentlib.services import asset_rights
from contentlib.services.authoring.writing import name_of
from contentlib.services.governance.marking import find_changed_pages
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetPicture, AssetVersion

# What stands between the first two lines of dashes of an authored text.
_RECORD = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


def list_seen_versions(reading: UnitOfWork, asset: Asset) -> list[AssetVersion]:
    """List the versions that the actor may look at, newest first: what was published, and to some what waits."""
    return [
        version
        for version in queries.list_versions(reading.session, asset.id)
        if asset_rights.may_see_version(reading, asset, version)
    ]


def compare(reading: UnitOfWork, *, slug: str, number: int, against: int | None = None) -> Comparison:
    """Compare a version with an earlier one, by default the one that was seen before it.

    A first version is compared with nothing of its own: every page is new. NotFoundError for what may not be seen.
    """
    asset = asset_rights.get_seen(reading, slug)
    seen = {version.number: version for version in list_seen_versions(reading, asset)}
    if number not in seen or (against is not None and against not in seen):
        raise NotFoundError(f"“{asset.title}” has no version {against if number in seen else number} to look at.")
    earlier = [known for known in seen if known < number]
    published = [known for known in earlier if seen[known].published_at is not None]
    with_number = against or max(published or earlier, default=number)
    before, after = (_whole(reading, seen[each]) for each in (with_number, number))
    return compare_two(reading, asset, before, after)


def _whole(reading: UnitOfWork, version: AssetVersion) -> AssetVersion:
    """Read what a listed version says."""
    return queries.find_version(reading.session, version.id) or version


def compare_two(reading: UnitOfWork, asset: Asset, before: AssetVersion, after: AssetVersion) -> Comparison:
    """Compare two versions of one asset; nothing of `before` counts where both are the same one."""
    is_first = before.id == after.id
    pictures = queries.pictures_by_version(reading.session, [before.id, after.id])
    old = () if is_first else _places(asset, before, pictures.get(before.id, {}))
    new = _places(asset, after, pictures.get(after.id, {}))
    drawn = pictures.get(before.id, {}), pictures.get(after.id, {})
    differing = find_changed_pages(reading, before, after, (old, new), drawn)
    return Comparison(
        before=_told(reading, asset, before, old),
        after=_told(reading, asset, after, new),
        changes=() if is_first else compare_pages(_words(before), _words(after)),
        record=() if is_first else compare_words(_record(before), _record(after)),
        changed_pages=differing if new else (),
        same_pages=len(new) - sum(each.after is not None for each in differing),
    )


def _record(version: AssetVersion) -> str:
    found = _RECORD.match(version.source)
    return found[1] if found else version.title


def _words(version: AssetVersion) -> list[ComparedPage]:
    return [ComparedPage(number=page["number"], title=page["title"], text=page["text"]) for page in version.pages]


def _places(asset: Asset, version: AssetVersion, pictures: dict[int, AssetPicture]) -> tuple[PagePlace, ...]:
    titles = {page["number"]: page["title"] for page in version.pages} if asset.kind.slug == "deck" else {}
    return tuple(
        PagePlace(
            number=number,
            title=titles.get(number, ""),
            blob=picture.blob,
            width=picture.width,
            height=picture.height,
            text=picture.text,
        )
        for number, picture in sorted(pictures.items())
    )


def _told(reading: UnitOfWork, asset: Asset, version: AssetVersion, pages: tuple[PagePlace, ...]) -> ComparedVersion:
    names = name_of(reading, version) if reading.actor.may(Permission.SEE_REVIEWS) else None
    return ComparedVersion(
        number=version.number,
        title=version.title,
        note=version.note,
        made_by=names,
        made_at=version.made_at,
        is_current=version.id == asset.current_version_id,
        pages=pages,
    )
