"""How assets get out to customers and back: moves, reviews, dates, owners, and taking a deed back.

The rules stand in `domain/governance.py`; here they are judged against rows, and what follows is enqueued and told.
"""

from __future__ import annotations

from contentlib.services.governance.dates import has_news, list_due, tell_of_dates
from contentlib.services.governance.keeping import hand_over, set_dates, set_owner, verify
from contentlib.services.governance.moves import PreparedMove, prepare, record
from contentlib.services.governance.orders import Done, Order, Refused
from contentlib.services.governance.restoring import restore
from contentlib.services.governance.saving import record_save
from contentlib.services.governance.undoing import undo

__all__ = [
    "Done",
    "Order",
    "PreparedMove",
    "Refused",
    "hand_over",
    "has_news",
    "list_due",
    "prepare",
    "record",
    "record_save",
    "restore",
    "set_dates",
    "set_owner",
    "tell_of_dates",
    "undo",
    "verify",
]
