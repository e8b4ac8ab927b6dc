"""A small company behind the web door: the cast, four assets of the sample library, three deals."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask
import pytest
from jinja2 import FileSystemBytecodeCache
from pydantic import SecretStr

from contentlib.app import create_app
from contentlib.domain.deals import Outcome
from contentlib.domain.imports import DealRow, StageRow
from contentlib.domain.people import OPERATOR, Role
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from contentlib.services import deal_imports, people
from contentlib.settings import Settings
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import people as people_queries
from tests import postgres
from tests.factories import shops
from tests.once import once
from tests.web.critic import Critic

ROOT = Path(__file__).resolve().parents[2]
DRAFT = """---
title: A draft nobody has read
status: draft
stages: [decision]
summary: Not for reps yet.
---

## Heading

Zeppelins are mentioned here and nowhere else.
"""
CAST = {
    "rita": ("Rita Vance", [Role.REP]),
    "sam": ("Sam Okafor", [Role.REP]),
    "marco": ("Marco Bellini", [Role.MARKETER]),
    "leo": ("Leo Castellan", [Role.CONTENT_LEAD]),
    "ada": ("Ada Norling", [Role.ADMIN]),
}
ASSETS = (
    "case-study/orrin-dairy-unplanned-stops",
    "one-sheeter/rounds-at-a-glance",
    "battlecard/against-fixpoint",
    "outreach-email/first-touch-food",
    "order-form/order-form",
)
ONE_SHEETER = "rounds-at-a-glance"
PASSWORD = "a quiet pump at three"


def key(deed: str) -> str:
    """The key that a form would carry for a deed, the same for the same words."""
    return f"web:{uuid.uuid5(uuid.NAMESPACE_URL, deed)}"


def email_of(who: str) -> str:
    """The address of somebody of the cast."""
    return f"{who}@tarnwell.example"


@pytest.fixture(scope="session")
def web_template(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """The data folder of the library that all pages are asked of, with the page pictures of one asset drawn."""
    return once(tmp_path_factory, "web", lambda folder: _make_library(folder, sandbox)) / "data"


@pytest.fixture(scope="session")
def web_library(
    web_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    sandbox: Sandbox,
    database: str,
    request: pytest.FixtureRequest,
) -> Iterator[Library]:
    """The library, indexed."""
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(web_template, data, dirs_exist_ok=True)
    if database == "sqlite":
        with Library(Settings(data=data), sandbox=sandbox) as library:
            yield library
        return
    server = request.getfixturevalue("postgresql_server")

    def carry_over(folder: Path) -> None:
        shops.carry_over(web_template, folder, sandbox, postgres.create_database(server, "web"))

    once(tmp_path_factory, "web-on-postgresql", carry_over)
    with (
        postgres.fresh_database(server, f"web-{uuid.uuid4().hex}", template="web") as url,
        Library(Settings(data=data, database_url=SecretStr(url)), sandbox=sandbox) as library,
    ):
        yield library


def _make_library(folder: Path, sandbox: Sandbox) -> None:
    content = folder / "content"
    shutil.copytree(ROOT / "content/media", content / "media")
    for asset in ASSETS:
        (content / asset).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "content" / f"{asset}.md", content / f"{asset}.md")
    (content / "case-study" / "a-draft.md").write_text(DRAFT)
    with Library(Settings(data=folder / "data"), sandbox=sandbox) as library:
        with library.work(OPERATOR) as uow:
            for who, (name, roles) in CAST.items():
                people.add(uow, email=email_of(who), name=name, roles=roles, title="Account Executive")
        with library.work(OPERATOR) as uow:
            token = people.invite(uow, email=email_of("rita"))
            people.set_password(uow, token=token, password=PASSWORD)
        assert library.sync_content(OPERATOR, content, create_terms=True).created == len(ASSETS) + 1
        _add_deals(library)
        with library.read(OPERATOR) as reading:
            version = asset_queries.get_by_slug(reading.session, ONE_SHEETER).current_version_id
        library.draw_pictures(version or 0)
        library.rebuild_index()


def _add_deals(library: Library) -> None:
    opened = datetime(2026, 3, 2, 9, tzinfo=UTC)
    rows = [
        DealRow(line=2, deal="D-1", account="Kestrel Dairies", owner=email_of("rita"), opened_at=opened,
                amount_minor=18_400_000, currency="EUR", industry="Food and drink", stage="proposal"),
        DealRow(line=3, deal="D-2", account="Brae Hill Creamery", owner=email_of("rita"), opened_at=opened,
                stage="discovery"),
        DealRow(line=4, deal="2026/113", account="Sundal Seafood", owner=email_of("sam"), opened_at=opened,
                closed_at=datetime(2026, 5, 1, tzinfo=UTC), outcome=Outcome.LOST, lost_reason="Price"),
    ]  # fmt: skip
    assert not library.import_rows(OPERATOR, deal_imports.import_deals, rows).refused
    stages = [
        StageRow(line=2, deal="D-1", stage="discovery", entered_at=opened),
        StageRow(line=3, deal="D-1", stage="proposal", entered_at=datetime(2026, 4, 6, tzinfo=UTC)),
    ]
    assert not library.import_rows(OPERATOR, deal_imports.import_stages, stages).refused


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled, which takes longer than most tests of the pages made from them."""
    return FileSystemBytecodeCache(str(once(tmp_path_factory, "compiled-pages", lambda _: None)))


@pytest.fixture(scope="session")
def web_app(web_library: Library, compiled_pages: FileSystemBytecodeCache) -> flask.Flask:
    """The web application; forms need their token, as in life, unless a test switches that off."""
    made = create_app(web_library, is_on_loopback=True)
    made.jinja_env.bytecode_cache = compiled_pages
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def as_person(web_app: flask.Flask, web_library: Library) -> Callable[[str | None], Critic]:
    """Open the door as somebody of the cast, freshly signed in, or as a stranger."""

    def enter(who: str | None) -> Critic:
        client = web_app.test_client()
        if who is not None:
            with web_library.work(OPERATOR) as uow:
                person = people_queries.get_by_email(uow.session, email_of(who))
                token = people.open_sign_in(uow, person_id=person.id)
            client.set_cookie("contentlib-sign-in", token)
        return Critic(client)

    return enter


@pytest.fixture
def rita(as_person: Callable[[str | None], Critic]) -> Critic:
    """Rita, a rep with two open deals, working on none."""
    return as_person("rita")


@pytest.fixture
def leo(as_person: Callable[[str | None], Critic]) -> Critic:
    """Leo, who leads content and sees all deals and reports."""
    return as_person("leo")
