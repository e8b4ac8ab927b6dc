"""What versions mean, as vectors to find them by; derived, and made anew whenever it is missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from contentlib.storage.tables.base import Base
from contentlib.storage.types import Instant


class VersionMeaning(Base, kw_only=True):
    """A vector for the whole of a version and one for each page, in the order of `pages`, as 16-bit numbers.

    `mark` differs when the model does, or any of the words that it read.
    """

    __tablename__ = "version_meaning"

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_version.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(40))
    pages: Mapped[list[int]] = mapped_column(JSON)
    vectors: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
