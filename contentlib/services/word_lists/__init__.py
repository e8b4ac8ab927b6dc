"""The company's words as their keepers change them: shown with what hangs on them, changed, merged, retired."""

from contentlib.services.word_lists.changing import add, bring_back, change, move, remove_unused, retire
from contentlib.services.word_lists.looking import ListOverview, get_word, list_words, overview, todays_name
from contentlib.services.word_lists.merging import list_merged, merge, unmerge, why_not_merge

__all__ = [
    "ListOverview",
    "add",
    "bring_back",
    "change",
    "get_word",
    "list_merged",
    "list_words",
    "merge",
    "move",
    "overview",
    "remove_unused",
    "retire",
    "todays_name",
    "unmerge",
    "why_not_merge",
]
