"""One small library behind the web door: a person of each role, one asset, one deal of the rep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import flask
import pytest

from contentlib.app import create_app
from contentlib.domain.imports import DealRow
from contentlib.domain.people import OPERATOR, Role
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import deal_imports, people
from contentlib.settings import Settings

ASSET, DEAL = "quartz-harbour", "D-1"
SOURCE = """---
title: Quartz Harbour saves a day a week
stages: [decision]
summary: How a port stopped waiting for its cranes.
---

## What was wrong

The cranes stood still on Mondays.
"""


def email_of(role: Role) -> str:
    """The address of the person who has this role and no other."""
    return f"{role.value}@tarnwell.example"


@pytest.fixture(scope="session")
def house_library(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Library]:
    """The library, with work that follows its commits left undone."""
    data, content = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("content")
    (content / "case-study").mkdir()
    (content / "case-study" / f"{ASSET}.md").write_text(SOURCE)
    with Library(Settings(data=data), sandbox=sandbox) as library:
        with library.work(OPERATOR) as uow:
            for role in Role:
                people.add(uow, email=email_of(role), name=f"A {role.value}", roles=[role])
        answer = library.sync_content(OPERATOR, content)
        assert answer.created == 1, answer
        opened_at = datetime(2026, 3, 2, tzinfo=UTC)
        row = DealRow(line=2, deal=DEAL, account="Quartz Harbour", owner=email_of(Role.REP), opened_at=opened_at)
        assert library.import_rows(OPERATOR, deal_imports.import_deals, [row]).created == 1
        yield library


@pytest.fixture(scope="session")
def app(house_library: Library) -> flask.Flask:
    """The web application of the library; forms are taken without their token, which has tests of its own."""
    made = create_app(house_library, is_on_loopback=True)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made
