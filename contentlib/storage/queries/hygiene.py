"""Questions about what nobody looks after; archived assets need nobody, and are left out of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.storage.parts import in_parts
from contentlib.storage.queries.usage import uses_of_assets
from contentlib.storage.tables import (
    Asset,
    AssetFile,
    AssetKind,
    AssetSlug,
    AssetStage,
    AssetTerm,
    AssetVersion,
    DealStage,
    FunnelStage,
    Person,
    UsageEvent,
)

_KEPT = Asset.status != AssetStatus.ARCHIVED
# Assets with the findings of their versions, as these are stored.
FindingsByAsset = list[tuple[int, list[dict[str, Any]]]]


def _out(on: date) -> sa.ColumnElement[bool]:
    """Say what readers find on a day."""
    begun = sa.or_(Asset.publish_on.is_(None), Asset.publish_on <= on)
    lasts = sa.or_(Asset.expires_on.is_(None), Asset.expires_on > on)
    return sa.and_(Asset.status == AssetStatus.PUBLISHED, begun, lasts)


class NamedAsset(NamedTuple):
    """What an asset is called, and whose it is."""

    slug: str
    title: str
    owner_id: int | None
    owner: str


def name_assets(session: Session, ids: Sequence[int]) -> dict[int, NamedAsset]:
    """Map assets to what they are called and whose they are."""
    found: dict[int, NamedAsset] = {}
    columns = (Asset.id, Asset.slug, Asset.title, Asset.owner_id, sa.func.coalesce(Person.name, ""))
    for part in in_parts(ids):
        query = sa.select(*columns).outerjoin(Person, Person.id == Asset.owner_id)
        rows = session.execute(query.where(Asset.id.in_(part)))
        found |= {row_id: NamedAsset(slug, title, owner_id, owner) for row_id, slug, title, owner_id, owner in rows}
    return found


def list_waiting_texts(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    """List (asset, text) of the newest versions of some assets that wait behind what people see."""
    newer = aliased(AssetVersion)
    is_newest = ~sa.exists().where(newer.asset_id == AssetVersion.asset_id, newer.number > AssetVersion.number)
    found: list[tuple[int, str]] = []
    for part in in_parts(ids):
        rows = session.execute(
            sa.select(Asset.id, AssetVersion.source)
            .join(AssetVersion, AssetVersion.asset_id == Asset.id)
            .where(
                Asset.id.in_(part),
                is_newest,
                AssetVersion.id != Asset.current_version_id,
                AssetVersion.source != "",
            )
        )
        found += [(row_id, source) for row_id, source in rows]
    return found


def list_same(session: Session) -> list[tuple[str, int]]:
    """List (hash, asset) of the assets whose text or file is, byte for byte, another's too."""
    current = sa.join(Asset, AssetVersion, AssetVersion.id == Asset.current_version_id)
    twice = (
        sa.select(AssetVersion.source_hash)
        .select_from(current)
        .where(_KEPT)
        .group_by(AssetVersion.source_hash)
        .having(sa.func.count() > 1)
    )
    rows = session.execute(
        sa.select(AssetVersion.source_hash, Asset.id)
        .select_from(current)
        .where(_KEPT, AssetVersion.source_hash.in_(twice))
        .order_by(Asset.id)
    )
    return [(source, row_id) for source, row_id in rows]


def count_uses(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Map assets to the number of deals they were used on."""
    found: dict[int, int] = {}
    for part in in_parts(ids):
        rows = session.execute(uses_of_assets().where(UsageEvent.asset_id.in_(part)))
        found |= {row_id: number for row_id, number in rows}  # noqa: C416
    return found


def list_linking(session: Session, part: str) -> list[tuple[int, str, dict[str, Any]]]:
    """List (asset, page, facts of its file) of those whose text or file links to an address that begins so."""
    rows = session.execute(
        sa.select(Asset.id, AssetVersion.html, AssetFile.facts)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .outerjoin(AssetFile, AssetFile.version_id == AssetVersion.id)
        .where(
            _KEPT,
            sa.or_(
                AssetVersion.html.contains(part, autoescape=True),
                sa.cast(AssetFile.facts, sa.Text).contains(part, autoescape=True),
            ),
        )
        .order_by(Asset.id)
    )
    return [(row_id, html, facts or {}) for row_id, html, facts in rows]


def list_reachable(session: Session, on: date) -> set[str]:
    """List every slug under which a reader finds an asset today, old ones too."""
    old = sa.select(AssetSlug.slug).join(Asset, Asset.id == AssetSlug.asset_id).where(_out(on))
    return {*session.scalars(sa.select(Asset.slug).where(_out(on))), *session.scalars(old)}


def list_findings(session: Session) -> FindingsByAsset:
    """List (asset, findings) of the versions that people see, where they hold any."""
    rows = session.execute(
        sa.select(Asset.id, AssetVersion.findings)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(_KEPT, sa.cast(AssetVersion.findings, sa.Text) != "[]")
        .order_by(Asset.id)
    )
    return [(row_id, findings) for row_id, findings in rows]


def list_orphans(session: Session) -> list[tuple[int, str | None]]:
    """List (asset, name of its owner) of those whose owner is disabled, or that have none."""
    rows = session.execute(
        sa.select(Asset.id, Person.name)
        .outerjoin(Person, Person.id == Asset.owner_id)
        .where(_KEPT, sa.or_(Asset.owner_id.is_(None), ~Person.is_active))
        .order_by(Asset.id)
    )
    return [(row_id, name) for row_id, name in rows]


def likeliest_owner(session: Session, ids: Sequence[int]) -> tuple[str, str] | None:
    """Find who owns most assets of the same kinds, as e-mail address and name."""
    kinds = sa.select(Asset.kind_id).where(Asset.id.in_(ids))
    row = session.execute(
        sa.select(Person.email, Person.name)
        .join(Asset, Asset.owner_id == Person.id)
        .where(Person.is_active, _KEPT, Asset.kind_id.in_(kinds))
        .group_by(Person.id, Person.email, Person.name)
        .order_by(sa.func.count().desc(), Person.email)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def list_untagged(session: Session) -> list[int]:
    """List assets without a term of any vocabulary."""
    held = sa.exists().where(AssetTerm.asset_id == Asset.id)
    return list(session.scalars(sa.select(Asset.id).where(_KEPT, ~held).order_by(Asset.id)))


def list_without_stage(session: Session) -> list[int]:
    """List assets without a funnel stage, but for paperwork, which goes with every deal."""
    held = sa.exists().where(AssetStage.asset_id == Asset.id)
    query = sa.select(Asset.id).join(AssetKind).where(_KEPT, ~held, ~AssetKind.is_paperwork)
    return list(session.scalars(query.order_by(Asset.id)))


def likeliest_stage(session: Session, ids: Sequence[int]) -> tuple[str, str] | None:
    """Find the funnel stage in which some assets were used most, as slug and label."""
    row = session.execute(
        sa.select(FunnelStage.slug, FunnelStage.label)
        .join(DealStage, DealStage.funnel_stage_id == FunnelStage.id)
        .join(UsageEvent, UsageEvent.stage_id == DealStage.id)
        .where(UsageEvent.asset_id.in_(ids), UsageEvent.undone_at.is_(None), FunnelStage.retired_at.is_(None))
        .group_by(FunnelStage.id, FunnelStage.slug, FunnelStage.label)
        .order_by(sa.func.count().desc(), FunnelStage.slug)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def list_overdue(session: Session, on: date) -> list[tuple[int, date]]:
    """List (asset, day) of what is published and past its review-by date, the longest first."""
    rows = session.execute(
        sa.select(Asset.id, Asset.review_by_on)
        .where(_out(on), Asset.review_by_on < on)
        .order_by(Asset.review_by_on, Asset.id)
    )
    return [(row_id, day) for row_id, day in rows if day is not None]


def list_hot(
    session: Session, *, on: date, since: datetime, unseen_since: datetime, least: int
) -> list[tuple[int, int, datetime | None]]:
    """List (asset, deals, last verified) of what at least so many deals used lately and nobody looked at for long."""
    uses = uses_of_assets().where(UsageEvent.occurred_at >= since).subquery()
    rows = session.execute(
        sa.select(Asset.id, uses.c.deals, Asset.verified_at)
        .join(uses, uses.c.asset_id == Asset.id)
        .where(_out(on), uses.c.deals >= least, sa.or_(Asset.verified_at.is_(None), Asset.verified_at < unseen_since))
        .order_by(uses.c.deals.desc(), Asset.id)
    )
    return [(row_id, deals, at) for row_id, deals, at in rows]


def list_unused(session: Session, *, on: date, published_before: datetime) -> list[tuple[int, datetime]]:
    """List (asset, since when) of what customers may have, is no paperwork, and was never used."""
    used = sa.exists().where(UsageEvent.asset_id == Asset.id, UsageEvent.undone_at.is_(None))
    rows = session.execute(
        sa.select(Asset.id, Asset.published_at)
        .join(AssetKind)
        .where(
            _out(on),
            Asset.published_at < published_before,
            Asset.audience == Audience.EXTERNAL,
            ~AssetKind.is_paperwork,
            ~used,
        )
        .order_by(Asset.published_at, Asset.id)
    )
    return [(row_id, at) for row_id, at in rows if at is not None]
