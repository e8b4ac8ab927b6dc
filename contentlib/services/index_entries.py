"""What the index is told of assets: the words and facts by which they are found; it asks the index nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contentlib.domain.assets import Vocabulary
from contentlib.domain.search import IndexEntry, PageText
from contentlib.services import assets as asset_services
from contentlib.services.asset_pages import is_paged_as_drawn
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.parts import in_parts
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetPicture, AssetVersion


def list_entries(reading: UnitOfWork, asset_ids: Sequence[int]) -> list[IndexEntry]:
    """Give the index entries of assets; ids that are gone, or have nothing to show yet, are left out."""
    assets = queries.list_by_ids(reading.session, asset_ids)
    pictures = queries.pictures_by_version(
        reading.session, [a.current_version_id for a in assets.values() if a.current_version_id is not None]
    )
    return [_entry(asset, pictures.get(asset.current_version_id or 0, {})) for asset in assets.values()]


def iter_entries(reading: UnitOfWork) -> Iterator[IndexEntry]:
    """Give the index entries of the whole library, a few hundred in memory at a time."""
    ids = queries.list_ids(reading.session)
    for part in in_parts(ids, 200):
        yield from list_entries(reading, part)
        reading.session.expunge_all()


def _entry(asset: Asset, pictures: Mapping[int, AssetPicture]) -> IndexEntry:
    slugs = {v: tuple(t.slug for t in asset.terms if t.vocabulary is v) for v in Vocabulary}
    return IndexEntry(
        asset_id=asset.id,
        version_id=asset.current_version_id or 0,
        slug=asset.slug,
        title=asset.title,
        summary=asset.summary,
        company=asset.company,
        kind=asset.kind.slug,
        kind_label=asset.kind.label,
        language=asset.language,
        status=asset.status,
        audience=asset.audience,
        publish_on=asset.publish_on,
        expires_on=asset.expires_on,
        review_by_on=asset.review_by_on,
        updated_at=asset.updated_at.timestamp(),
        stages=tuple(stage.slug for stage in asset.stages),
        industries=slugs[Vocabulary.INDUSTRY],
        personas=slugs[Vocabulary.PERSONA],
        products=slugs[Vocabulary.PRODUCT],
        regions=slugs[Vocabulary.REGION],
        tags=slugs[Vocabulary.TAG],
        labels=tuple(term.label for term in asset.terms) + tuple(stage.label for stage in asset.stages),
        pages=_pages(asset, pictures),
    )


def _pages(asset: Asset, pictures: Mapping[int, AssetPicture]) -> tuple[PageText, ...]:
    """Give the words of an asset by the pages that people will see."""
    version = asset.current_version
    if version is None:
        return ()
    if is_paged_as_drawn(version, pictures):
        return tuple(_as_drawn(version, pictures))
    if asset_services.is_upload(asset):  # notes too, which no page shows
        return tuple(
            PageText(
                number=page["number"],
                title=page["title"],
                text="\n".join(filter(None, (page["text"], page.get("notes", "")))),
            )
            for page in version.pages
        )
    if not pictures:
        return tuple(PageText(**page) for page in version.pages)
    titles = {page["number"]: page["title"] for page in version.pages} if asset.kind.slug == "deck" else {}
    return tuple(
        PageText(number=number, title=titles.get(number, ""), text=picture.text)
        for number, picture in sorted(pictures.items())
    )


def _as_drawn(version: AssetVersion, pictures: Mapping[int, AssetPicture]) -> Iterator[PageText]:
    """Give the words of each drawn page, and on the last one those of the file that no page shows."""
    shown = {word for picture in pictures.values() for word in picture.text.split()}
    said = (f"{page['text']}\n{page.get('notes', '')}".split() for page in version.pages)
    unshown = " ".join(word for words in said for word in words if word not in shown)
    last = max(pictures)
    for number, picture in sorted(pictures.items()):
        text = f"{picture.text}\n{unshown}" if number == last else picture.text
        yield PageText(number=number, title="", text=text)
