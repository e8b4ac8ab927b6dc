"""One thing done to many assets, each by itself: what refuses is told and stops none of the others.

Shown before it is done by doing it without writing it, so that what is promised is what happens.
"""

from __future__ import annotations

from contentlib.services.bulk.deeds import find_word, list_choices
from contentlib.services.bulk.doing import do, note_many, prepare, rehearse, tell_given, undo

__all__ = ["do", "find_word", "list_choices", "note_many", "prepare", "rehearse", "tell_given", "undo"]
