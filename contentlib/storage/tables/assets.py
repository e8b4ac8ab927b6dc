"""Assets and their versions; the words of a version are kept as they were read, so that search needs no parser."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.uploads import UploadFormat
from contentlib.storage.tables.base import Base
from contentlib.storage.tables.people import Person
from contentlib.storage.tables.taxonomy import AssetKind, FunnelStage, Term
from contentlib.storage.types import Instant, choice


class Asset(Base, kw_only=True):
    """A thing marketing made for sales; its name in addresses is the slug, its content the current version.

    `imported_version` is the number of the version that the last import of its source wrote; None for what a sync
    keeps equal to its file, or what was made here. `taken_over_at` is when it stopped being kept equal to its file.
    """

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("source_root", "source_path"), Index(None, "status", "updated_at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    company: Mapped[str] = mapped_column(String(200), default="")
    kind_id: Mapped[int] = mapped_column(ForeignKey("asset_kind.id", ondelete="RESTRICT"), index=True)
    language: Mapped[str] = mapped_column(String(35), default="en")
    audience: Mapped[Audience] = mapped_column(choice(Audience), default=Audience.EXTERNAL)
    status: Mapped[AssetStatus] = mapped_column(choice(AssetStatus), default=AssetStatus.DRAFT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True, default=None)
    publish_on: Mapped[date | None] = mapped_column(default=None)
    expires_on: Mapped[date | None] = mapped_column(default=None)
    review_by_on: Mapped[date | None] = mapped_column(default=None)
    brand: Mapped[str] = mapped_column(String(80), default="")
    archived_reason: Mapped[str] = mapped_column(String(300), default="")
    verified_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    published_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("asset_version.id", ondelete="SET NULL", use_alter=True), default=None
    )
    source_root: Mapped[str | None] = mapped_column(String(1000), default=None)
    source_path: Mapped[str | None] = mapped_column(String(1000), default=None)
    source_hash: Mapped[str | None] = mapped_column(String(64), index=True, default=None)
    is_source_vanished: Mapped[bool] = mapped_column(default=False)
    imported_version: Mapped[int | None] = mapped_column(default=None)
    taken_over_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    kind: Mapped[AssetKind] = relationship(init=False, repr=False, lazy="raise")
    owner: Mapped[Person | None] = relationship(init=False, repr=False, lazy="raise")
    current_version: Mapped[AssetVersion | None] = relationship(
        init=False, repr=False, lazy="raise", foreign_keys=[current_version_id], post_update=True
    )
    stages: Mapped[list[FunnelStage]] = relationship(
        init=False,
        repr=False,
        lazy="raise",
        secondary="asset_stage",
        order_by=FunnelStage.position,
        passive_deletes=True,
    )
    terms: Mapped[list[Term]] = relationship(
        init=False, repr=False, lazy="raise", secondary="asset_term", order_by=Term.label, passive_deletes=True
    )


class AssetVersion(Base, kw_only=True):
    """What an asset said at a time; never changed once written, but for when it was last published.

    `pages` are its sections or slides: [{number, title, text}], those of an upload with {notes} where it has some.
    `media` maps the paths it uses to blob hashes. `facts` is the checked front matter beyond the asset's own columns;
    `source` the authored file itself, empty for an upload, which `file` tells of; `source_hash` is the SHA-256 of
    either.
    """

    __tablename__ = "asset_version"
    __table_args__ = (UniqueConstraint("asset_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(64), index=True)
    source_path: Mapped[str] = mapped_column(String(1000))
    html: Mapped[str] = mapped_column(Text)
    pages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    media: Mapped[dict[str, str]] = mapped_column(JSON)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    pictures: Mapped[list[AssetPicture]] = relationship(
        init=False, repr=False, lazy="raise", order_by="AssetPicture.number", passive_deletes="all"
    )
    file: Mapped[AssetFile | None] = relationship(
        init=False, repr=False, lazy="raise", passive_deletes="all", uselist=False
    )


class AssetFile(Base, kw_only=True):
    """The file that a version was uploaded as; `blob` is its SHA-256, `size` in bytes.

    `name` is what it was called, `facts` what it says of itself. `is_approximate` says of the version's pictures that
    another program than its own drew them.
    """

    __tablename__ = "asset_file"

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"), primary_key=True)
    blob: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(300))
    format: Mapped[UploadFormat] = mapped_column(choice(UploadFormat))
    size: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_approximate: Mapped[bool] = mapped_column(default=False)


class AssetPicture(Base, kw_only=True):
    """A page of a version's document as a picture; sizes in pixels, blobs are WebP, `plate` the small one for lists.

    `lines` are the lines of words on it: [[x, y, width, height, text]], in ten-thousandths of the page.
    """

    __tablename__ = "asset_picture"

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    blob: Mapped[str] = mapped_column(String(64), index=True)
    plate: Mapped[str | None] = mapped_column(String(64), index=True, default=None)
    text: Mapped[str] = mapped_column(Text, default="")
    # Lists of assets load many pictures and no lines; who needs those of one page asks for them.
    lines: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None, deferred=True)


class AssetSlug(Base, kw_only=True):
    """A slug that an asset once had; it redirects."""

    __tablename__ = "asset_slug"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), index=True)


class AssetStage(Base, kw_only=True):
    """An asset serves a funnel stage."""

    __tablename__ = "asset_stage"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("funnel_stage.id", ondelete="CASCADE"), primary_key=True)


class AssetTerm(Base, kw_only=True):
    """An asset carries a term."""

    __tablename__ = "asset_term"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id", ondelete="CASCADE"), primary_key=True)
