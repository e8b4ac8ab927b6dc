"""What deeds on assets are called: on buttons, over the page that asks, and when they are done to many; no deeds."""

from __future__ import annotations

from contentlib.domain.governance import Move
from contentlib.domain.library import BulkDeed

# What a move is called on a button and over the page that asks before it.
MOVE_WORDS = {
    Move.SUBMIT: "Submit for review",
    Move.WITHDRAW: "Take it back",
    Move.APPROVE: "Approve",
    Move.SEND_BACK: "Send back",
    Move.PUBLISH: "Publish",
    Move.ARCHIVE: "Archive",
    Move.BRING_BACK: "Bring back",
}

# What a deed on many is called on a button and over the page that asks, and what it came to: those that are offered for
# any assets, and those that mend what was found wrong, which are offered where it stands.
OFFERED_WORDS = {
    BulkDeed.TAG: ("Add a tag", "tagged"),
    BulkDeed.UNTAG: ("Remove a tag", "untagged"),
    BulkDeed.STAGE: ("Add a funnel stage", "given the stage"),
    BulkDeed.OWNER: ("Change owner", "handed over"),
    BulkDeed.DATES: ("Set dates", "given the dates"),
    BulkDeed.VERIFY: ("Still right", "marked as still right"),
    BulkDeed.SUBMIT: (MOVE_WORDS[Move.SUBMIT], "submitted"),
    BulkDeed.ARCHIVE: (MOVE_WORDS[Move.ARCHIVE], "archived"),
}
BULK_WORDS = OFFERED_WORDS | {
    BulkDeed.RELINK: ("Mend a link", "mended in a draft"),
    BulkDeed.ACCEPT: ("Accept what is off-brand", "accepted as they are"),
    BulkDeed.ASK: ("Ask their owners", "put to their owners"),
    BulkDeed.SHEET: ("Bring a CSV in", "changed"),
}
