"""Pictures that were added while writing, until and after a version shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class AddedPicture(Base, kw_only=True):
    """A picture under the path that texts write for it; `blob` is its SHA-256."""

    __tablename__ = "added_picture"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    path: Mapped[str] = mapped_column(String(200), unique=True)
    blob: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), default=None)
    made_at: Mapped[datetime] = mapped_column(Instant)
