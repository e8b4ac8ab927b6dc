"""What tests of authored files ask of the library after a sync."""

from __future__ import annotations

import sqlalchemy as sa

from contentlib.domain.imports import SyncAnswer
from contentlib.domain.people import OPERATOR
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetVersion
from tests.factories.shops import Shop


def asset_of(shop: Shop, slug: str) -> Asset:
    with shop.library.read(OPERATOR) as reading:
        return queries.get_by_slug(reading.session, slug)


def versions_of(shop: Shop, slug: str) -> list[AssetVersion]:
    with shop.library.read(OPERATOR) as reading:
        asset = queries.get_by_slug(reading.session, slug).id
        wanted = sa.select(AssetVersion).where(AssetVersion.asset_id == asset).order_by(AssetVersion.number.desc())
        return list(reading.session.scalars(wanted))


def counts(answer: SyncAnswer) -> dict[str, int]:
    told = {name: getattr(answer, name) for name in ("created", "changed", "unchanged", "vanished")}
    return {name: number for name, number in (told | {"refused": len(answer.refused)}).items() if number}
