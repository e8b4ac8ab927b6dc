"""What pages of a large library cost: ten thousand assets in the table, a hundred thousand lines in the audit trail."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from contentlib.app import create_app
from contentlib.domain.people import OPERATOR
from contentlib.services import people
from contentlib.storage.tables import Asset, AssetStage, AssetTerm, AssetVersion, AuditEntry
from tests.cast import ADA
from tests.factories.shops import Shop

pytestmark = pytest.mark.skipif("BENCH_ASSETS" not in os.environ, reason="make bench measures; the suite does not")

ASSETS, LINES = int(os.environ.get("BENCH_ASSETS", "10000")), 100_000
# Of processor time, on any machine that somebody would run a library on; a tenth of it is usual.
MOST_SECONDS = 1.0
TIMES = 5
PAGES = (
    "/library",
    "/library?sort=title",
    "/library?sort=uses",
    "/library?page=90",
    "/library?text=deck",
    "/library?stage=decision&overdue=yes",
    "/admin/audit",
    "/admin/audit?page=900",
    "/admin/audit?deed=verify&by=marco%40tarnwell.example",
    "/admin/audit?about=round-at-a-glance",
)


@pytest.fixture
def visitor(shop: Shop) -> Iterator[FlaskClient]:
    """Ada in front of a library that has grown."""
    with shop.library.work(OPERATOR) as uow:
        session, dice = uow.session, random.Random(1)
        assets = [dict(row) for row in session.execute(sa.select(Asset.__table__)).mappings()]
        versions = {row["id"]: dict(row) for row in session.execute(sa.select(AssetVersion.__table__)).mappings()}
        stages = sorted(session.scalars(sa.select(AssetStage.stage_id).distinct()))
        terms = sorted(session.scalars(sa.select(AssetTerm.term_id).distinct()))
        ids = range(100_000, 100_000 + ASSETS)
        copies = [dice.choice(assets) | {"id": n, "slug": f"copy-{n}", "source_path": None} for n in ids]
        session.execute(sa.insert(Asset.__table__), [copy | {"current_version_id": None} for copy in copies])
        texts = [
            versions[copy["current_version_id"] or 1] | {"id": copy["id"], "asset_id": copy["id"]} for copy in copies
        ]
        session.execute(sa.insert(AssetVersion.__table__), texts)
        session.execute(sa.update(Asset).where(Asset.id >= ids[0]).values(current_version_id=Asset.id))
        session.execute(sa.insert(AssetStage), [{"asset_id": n, "stage_id": dice.choice(stages)} for n in ids])
        session.execute(sa.insert(AssetTerm), [{"asset_id": n, "term_id": t} for n in ids for t in terms[:3]])
        session.execute(
            sa.insert(AuditEntry), [_deed(dice, uow.now - timedelta(minutes=n)) for n in range(LINES, 0, -1)]
        )
        token = people.open_sign_in(uow, person_id=people.get(uow, email=ADA.email).id)
    client = create_app(shop.library).test_client()
    client.set_cookie("contentlib-sign-in", token)
    return client


def _deed(dice: random.Random, at: object) -> dict[str, object]:
    who, what = dice.randrange(1, 8), dice.choice(("verify", "shared", "downloaded", "set owner", "sign in"))
    subject = {"subject_kind": "asset", "subject_id": dice.randrange(1, 10), "detail": {"deal": 1}}
    return {"at": at, "by_id": who, "by_name": "Somebody", "deed": what} | subject


def test_a_page_costs_the_same_however_large_the_library_is(visitor: FlaskClient):
    slow = {}
    for page in PAGES:
        visitor.get(page)
        begun = time.process_time()
        for _ in range(TIMES):
            assert visitor.get(page).status_code == 200
        took = (time.process_time() - begun) / TIMES
        print(f"{took * 1000:6.0f} ms  {page}")
        if took > MOST_SECONDS:
            slow[page] = took
    assert not slow
