"""What counts as a use and what is frozen at its moment; it records nothing."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How an asset was used; `viewed` is a buyer's opening of a link."""

    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
    PERSONALISED = "personalised"
    SHARED = "shared"
    PRESENTED = "presented"


USE_CHANNELS = frozenset(Channel) - {Channel.VIEWED}
