"""Documents that were made: with what, from which version, and what was checked; the bytes lie in the blobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.domain.documents import Paper
from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant, choice


class Document(Base, kw_only=True):
    """One finished PDF, with all that it takes to make the same bytes again.

    `values` are the open fields that were filled, `rep` the contact as the profile was on that day; `made_by_id` is
    None for the operator's, which are no use of the asset. `blob` is the SHA-256 of its bytes.
    """

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="RESTRICT"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="RESTRICT"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="RESTRICT"), index=True, default=None)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    paper: Mapped[Paper] = mapped_column(choice(Paper))
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    rep: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    is_personalised: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    logo: Mapped[str | None] = mapped_column(String(64), default=None)
    blob: Mapped[str] = mapped_column(String(64), index=True)
    pages: Mapped[int]
    content_key: Mapped[str] = mapped_column(String(64), index=True)
    certificate: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_name: Mapped[str] = mapped_column(String(200))
