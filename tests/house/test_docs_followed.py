"""What README and docs tell people to type works, and says what the page shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from contentlib.sandbox.parent import Sandbox
from tests.house.follow import Follower, says
from tests.house.guide import Page, pages

# Recipes for changing the code are followed in a copy of it: test_docs_recipes.py.
RUN = [page for page in pages() if any(block.steps and block.mark != "not run" for block in page.blocks)]
FOLLOWED = [page for page in RUN if page.name != "docs/development.md"]


@pytest.fixture
def follower(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follower]:
    """Someone at a machine with nothing on it."""
    yield Follower(tmp_path, sandbox, monkeypatch)
    structlog.reset_defaults()


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.name)
def test_what_a_page_shows_works(page: Page, follower: Follower, request: pytest.FixtureRequest):
    if page.wants_demo:
        shutil.copytree(request.getfixturevalue("demo_template"), follower.data)
    follower.follow(page)
    assert follower.followed


def test_every_page_with_commands_is_followed():
    assert {page.name for page in FOLLOWED} >= {
        "docs/first-library.md", "docs/authoring.md", "docs/import.md", "docs/deals.md", "docs/administration.md",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "shown", "same"),
    [
        ("46 assets in 12 ms\n", "46 assets in … ms", True),
        ("a\nb\nc\n", "a\n…\nc", True),
        ("a\nb\n", "a", False),
        ("a\n", "a\nb", False),
        ("a  \n", "a", True),
        ("3 files: 1 new.\n", "4 files: 1 new.", False),
    ],
)
def test_what_is_shown_is_compared(said: str, shown: str, same: bool):
    assert says(said, shown) is same
