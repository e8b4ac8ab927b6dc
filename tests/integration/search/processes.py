"""What the tests run in processes of their own: a writer to be killed, and a reader beside a writer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from contentlib.search.index import WhooshIndex
from tests.integration.search.shelf import SEES_ALL, SHELF_ROWS, ask, entry

ORRIN = entry(SHELF_ROWS[0], 1)


def write(folder: str, first: str) -> None:
    """Put in assets 1 to 5 again and again, all with one version each time; print the version after each commit."""
    index = WhooshIndex(Path(folder))
    version = int(first)
    while True:
        index.apply([replace(ORRIN, asset_id=number, version_id=version) for number in range(1, 6)])
        print(version, flush=True)
        if version % 7 == 0:
            index.rebuild([replace(ORRIN, asset_id=number, version_id=version) for number in range(1, 6)])
        version += 1


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
    {"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
