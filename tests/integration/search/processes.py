"""A reader in a process of its own, beside a writer."""

from __future__ import annotations

import json
import sys

from tests.integration.search.places import find
from tests.integration.search.shelf import SEES_ALL, SHELF_ROWS, ask, entry

ORRIN = entry(SHELF_ROWS[0], 1)


def read(address: str) -> None:
    """Ask until there are 20 assets; fail when the count ever goes down; print 0 when the first question has been
    answered, and in the end how many it took.
    """
    index = find(address).open()
    before = asked = 0
    while before < 20:
        total = index.answer(ask("dairy", visibility=SEES_ALL)).total
        assert total >= before, (total, before)
        if asked == 0:
            print(0, flush=True)
        before, asked = total, asked + 1
    print(json.dumps({"asked": asked}))


if __name__ == "__main__":
    read(sys.argv[1])
