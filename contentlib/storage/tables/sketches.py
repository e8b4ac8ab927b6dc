"""What texts are compared by, one small sample per version; derived, and made anew whenever it is missing."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base


class VersionSketch(Base, kw_only=True):
    """The smallest hashes of a version's word sequences, eight bytes each, and how many sequences it has."""

    __tablename__ = "version_sketch"

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"), primary_key=True)
    total: Mapped[int]
    hashes: Mapped[bytes] = mapped_column(LargeBinary)
