"""What deeds on assets are called: on buttons, over the page that asks, and when they are done to many; no deeds."""

from __future__ import annotations

from contentlib.domain.governance import Move
from contentlib.domain.library import BulkDeed

# What a move is called on a button, and what stands over the page that asks before it.
MOVE_WORDS = {
    Move.SUBMIT: ("Submit for review", "Submit for review"),
    Move.WITHDRAW: ("Take it back", "Take back from review"),
    Move.APPROVE: ("Approve", "Approve"),
    Move.SEND_BACK: ("Send back", "Send back to its author"),
    Move.PUBLISH: ("Publish", "Publish"),
    Move.ARCHIVE: ("Archive", "Archive"),
    Move.BRING_BACK: ("Bring back", "Bring back"),
}

# What a deed on many is called on a button and over the page that asks, and what it came to.
BULK_WORDS = {
    BulkDeed.TAG: ("Add a tag", "tagged"),
    BulkDeed.UNTAG: ("Remove a tag", "untagged"),
    BulkDeed.STAGE: ("Add a funnel stage", "given the stage"),
    BulkDeed.OWNER: ("Change owner", "handed over"),
    BulkDeed.DATES: ("Set dates", "given the dates"),
    BulkDeed.VERIFY: ("Still right", "still right"),
    BulkDeed.SUBMIT: (MOVE_WORDS[Move.SUBMIT][0], "submitted"),
    BulkDeed.ARCHIVE: (MOVE_WORDS[Move.ARCHIVE][0], "archived"),
    BulkDeed.RELINK: ("Mend a link", "mended in a draft"),
    BulkDeed.ACCEPT: ("Accept what is off-brand", "accepted as they are"),
    BulkDeed.ASK: ("Ask their owners", "put to their owners"),
}
# The last three mend what was found wrong, and are offered where it stands.
OFFERED = tuple((deed, asked) for deed, (asked, _) in BULK_WORDS.items())[:8]
