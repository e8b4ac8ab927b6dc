"""The library as a sheet that is written out; it is taken back elsewhere, as a deed on many assets."""

from __future__ import annotations

from collections.abc import Iterator

from contentlib.domain.library import LibraryFilter, SheetRow
from contentlib.domain.people import Permission
from contentlib.domain.taxonomy import VOCABULARY_OF, WordList
from contentlib.services.library_table import by_todays_names
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.parts import in_parts
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import library as queries
from contentlib.storage.tables import Asset

# The lists that have a column of their own, and the terms that stand in it.
LISTS = {WordList(name): vocabulary for name, vocabulary in VOCABULARY_OF.items() if name is not WordList.SIZES}


def iter_sheet(reading: UnitOfWork, wanted: LibraryFilter) -> Iterator[SheetRow]:
    """Give the assets asked for as rows, by slug, few in memory at a time."""
    reading.require(Permission.SEE_UNPUBLISHED)
    slugs = queries.list_slugs(reading.session, by_todays_names(reading, wanted), on=reading.today)
    for part in in_parts(slugs):
        assets = asset_queries.list_to_change(reading.session, slugs=part)
        yield from (to_row(asset) for asset in sorted(assets, key=lambda asset: asset.slug))
        reading.session.expunge_all()


def to_row(asset: Asset) -> SheetRow:
    """Give an asset as a row."""
    words = {
        words.value: tuple(sorted(term.slug for term in asset.terms if term.vocabulary is vocabulary))
        for words, vocabulary in LISTS.items()
    }
    return SheetRow(
        slug=asset.slug,
        fixed={"title": asset.title, "kind": asset.kind.slug, "status": asset.status.value},
        owner=asset.owner.email if asset.owner else "",
        words={"stages": tuple(stage.slug for stage in asset.stages)} | words,
        days={
            "publish_on": asset.publish_on,
            "expires_on": asset.expires_on,
            "review_by": asset.review_by_on,
        },
    )
