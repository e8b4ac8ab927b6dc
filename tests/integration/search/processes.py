"""A reader in a process of its own, beside a writer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import SEES_ALL, SHELF_ROWS, ask, entry

ORRIN = entry(SHELF_ROWS[0], 1)


def read(folder: str) -> None:
    """Ask until there are 40 assets; fail when the count ever goes down; print 0 when the first question has been
    answered, and in the end how many it took.
    """
    index = WhooshIndex(Path(folder))
    before = asked = 0
    while before < 40:
        total = index.answer(ask("dairy", visibility=SEES_ALL)).total
        assert total >= before, (total, before)
        if asked == 0:
            print(0, flush=True)
        before, asked = total, asked + 1
    print(json.dumps({"asked": asked}))


if __name__ == "__main__":
    read(sys.argv[1])
