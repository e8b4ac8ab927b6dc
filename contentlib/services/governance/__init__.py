"""How assets get out to customers and back: moves, reviews, dates, owners, and taking a deed back.

The rules stand in `domain/governance.py`; here they are judged against rows, and what follows is enqueued and told.
"""

from __future__ import annotations

from contentlib.services.governance.comparing import compare
from contentlib.services.governance.dates import has_news, list_due, send_back_order, tell_of_dates
from contentlib.services.governance.keeping import set_dates, set_dates_of_one, set_owner, verify, verify_one
from contentlib.services.governance.looking import (
    PER_PAGE,
    AssetBar,
    ReviewLine,
    ReviewPage,
    ReviewQueue,
    SideLine,
    count_queue,
    find_owner,
    get_bar,
    get_review,
    list_keepers,
    list_queue,
    list_sales_reviewers,
)
from contentlib.services.governance.moves import PreparedMove, move_one, prepare, record
from contentlib.services.governance.orders import Done, Order
from contentlib.services.governance.restoring import restore
from contentlib.services.governance.saving import record_save
from contentlib.services.governance.undoing import undo, undo_each

__all__ = [
    "PER_PAGE",
    "AssetBar",
    "Done",
    "Order",
    "PreparedMove",
    "ReviewLine",
    "ReviewPage",
    "ReviewQueue",
    "SideLine",
    "compare",
    "count_queue",
    "find_owner",
    "get_bar",
    "get_review",
    "has_news",
    "list_due",
    "list_keepers",
    "list_queue",
    "list_sales_reviewers",
    "move_one",
    "prepare",
    "record",
    "record_save",
    "restore",
    "send_back_order",
    "set_dates",
    "set_dates_of_one",
    "set_owner",
    "tell_of_dates",
    "undo",
    "undo_each",
    "verify",
    "verify_one",
]
