"""What counts as a use and what is frozen at its moment; it records nothing."""

from __future__ import annotations

from enum import StrEnum

from contentlib.domain.assets import Audience


class Channel(StrEnum):
    """How an asset was used; `viewed` is a buyer's opening of a link."""

    VIEWED = "viewed"
    DOWNLOADED = "downloaded"
    PERSONALISED = "personalised"
    SHARED = "shared"
    PRESENTED = "presented"


USE_CHANNELS = frozenset(Channel) - {Channel.VIEWED}


def is_use(channel: Channel, audience: Audience) -> bool:
    """Tell whether a usage event is a use that the statistics count: customer-facing, on an external asset."""
    return channel in USE_CHANNELS and audience is Audience.EXTERNAL
