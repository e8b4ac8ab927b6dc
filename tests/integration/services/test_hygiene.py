"""What nobody looks after is found, each sort once planted and nothing else; what is offered mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import ForbiddenError
from contentlib.domain.findings import Level
from contentlib.domain.hygiene import FAULTS, Fault, FaultGroup
from contentlib.domain.library import BulkDeed, BulkOrder
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.services import bulk, hygiene
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AssetStage, AssetTerm, AssetVersion, Person, Term
from tests.cast import LEO, MARCO, RITA
from tests.factories.shops import Shop

ONE = "round-at-a-glance"
HOME = "https://library.tarnwell.example"
WORDS = " ".join(f"word{number} stands here" for number in range(60))


def examine(shop: Shop) -> dict[Fault, FaultGroup]:
    with shop.library.read(shop.actor(LEO)) as reading:
        return {group.fault: group for group in hygiene.examine(reading, public_url=HOME)}


def found(shop: Shop) -> dict[Fault, list[str]]:
    return {fault: [asset.slug for asset in group.assets] for fault, group in examine(shop).items()}


@pytest.fixture
def tidy(shop: Shop) -> Shop:
    """The small library as somebody keeps it who looks after everything."""
    with shop.library.work(OPERATOR) as uow:
        marco = people_queries.get_by_email(uow.session, MARCO.email)
        owned = {"owner_id": marco.id, "review_by_on": date(2027, 1, 1), "verified_at": uow.now}
        uow.session.execute(sa.update(Asset).values(**owned))
        word = uow.session.scalars(sa.select(Term)).first()
        paper = queries.get_by_slug(uow.session, "order-form")
        paper.terms = [word] if word is not None else []
    for slug in found(shop)[Fault.UNUSED]:
        use(shop, slug)
    assert found(shop) == {}
    return shop


def use(shop: Shop, slug: str, deal: str = "K-1") -> None:
    shop.use(RITA, slug, deal=deal, channel=Channel.PRESENTED, key=f"web:{slug}-{deal}")


def change(shop: Shop, slug: str = ONE, **values: object) -> None:
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(Asset).where(Asset.slug == slug).values(**values))


def change_version(shop: Shop, slug: str = ONE, **values: object) -> None:
    with shop.library.work(OPERATOR) as uow:
        current = sa.select(Asset.current_version_id).where(Asset.slug == slug).scalar_subquery()
        uow.session.execute(sa.update(AssetVersion).where(AssetVersion.id == current).values(**values))


def text(title: str, words: str) -> str:
    head = f"title: {title}\nsummary: A text.\nstages: [decision]\ntags: [uptime]\nowner: {MARCO.email}\n"
    return f"---\n{head}---\n\n## One\n\n{words}\n"


def plant_same(shop: Shop) -> list[str]:
    shop.write("deck/first-of-two.md", text("The same", WORDS))
    shop.write("deck/second-of-two.md", text("The same", WORDS))
    shop.sync()
    use(shop, "second-of-two")
    return ["first-of-two"]


def plant_near(shop: Shop) -> list[str]:
    shop.write("deck/first-of-two.md", text("One of two", WORDS))
    shop.write("deck/second-of-two.md", text("Another of two", WORDS + " And a little more at its end."))
    shop.sync()
    return ["second-of-two"]


def plant_dead_link(shop: Shop) -> list[str]:
    links = f"See [this]({HOME}/assets/nowhere?page=2) and [that]({HOME}/assets/{ONE})."
    shop.write("deck/linking.md", text("Linking", links))
    shop.sync()
    return ["linking"]


def plant_failed(shop: Shop) -> list[str]:
    finding = {"level": "warning", "code": "no-text", "message": "No text on pages 3–5."}
    change_version(shop, findings=[finding, {"level": "note", "code": "comments", "message": "It has comments."}])
    return [ONE]


def plant_orphan(shop: Shop) -> list[str]:
    with shop.library.work(OPERATOR) as uow:
        otto = uow.session.scalars(sa.select(Person).where(~Person.is_active)).first()
    change(shop, owner_id=otto.id if otto else None)
    change(shop, "short-tour", owner_id=None)
    return sorted([ONE, "short-tour"])


def plant_off_brand(shop: Shop) -> list[str]:
    kept = {"level": "error", "code": "phrase-banned", "message": "It says so.", "ignored": "The customer's words"}
    change_version(shop, "short-tour", findings=[kept])
    change_version(shop, findings=[{"level": "warning", "code": "colour", "message": "A blue that is 7 off."}])
    return [ONE]


def plant_overdue(shop: Shop) -> list[str]:
    change(shop, review_by_on=date(2026, 8, 31))
    change(shop, "spring-offer", review_by_on=date(2026, 1, 1))  # expired, so nobody has to look at it
    return [ONE]


def plant_stale(shop: Shop) -> list[str]:
    for deal in ("K-2", "K-3", "K-4", "K-5"):
        with shop.library.work(OPERATOR) as uow:
            row = uow.session.scalars(sa.select(Asset).where(Asset.slug == ONE)).one()
            row.verified_at = uow.now - timedelta(days=200)
        shop.use(LEO, ONE, deal=deal, channel=Channel.PRESENTED, key=f"web:hot-{deal}")
    return [ONE]


def plant_no_stage(shop: Shop) -> list[str]:
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.delete(AssetStage))
    every = found(shop)[Fault.STAGE]
    assert "order-form" not in every  # paperwork goes with every deal
    return every


def plant_untagged(shop: Shop) -> list[str]:
    with shop.library.work(OPERATOR) as uow:
        row = sa.select(Asset.id).where(Asset.slug == ONE).scalar_subquery()
        uow.session.execute(sa.delete(AssetTerm).where(AssetTerm.asset_id == row))
    return [ONE]


def plant_unused(shop: Shop) -> list[str]:
    shop.write("deck/forgotten.md", text("Forgotten", "Nobody has read these few words yet."))
    shop.sync()
    change(shop, "forgotten", published_at=shop.clock() - timedelta(days=91))
    return ["forgotten"]


PLANTED: dict[Fault, Callable[[Shop], list[str]]] = {
    Fault.SAME: plant_same,
    Fault.NEAR: plant_near,
    Fault.LINK: plant_dead_link,
    Fault.EXTRACTION: plant_failed,
    Fault.OWNER: plant_orphan,
    Fault.BRAND: plant_off_brand,
    Fault.OVERDUE: plant_overdue,
    Fault.STALE: plant_stale,
    Fault.STAGE: plant_no_stage,
    Fault.TAGS: plant_untagged,
    Fault.UNUSED: plant_unused,
}


@pytest.mark.parametrize("fault", Fault)
def test_what_is_planted_is_found_and_nothing_else(tidy: Shop, fault: Fault):
    planted = PLANTED[fault](tidy)
    assert {sort: sorted(slugs) for sort, slugs in found(tidy).items()} == {fault: sorted(planted)}
    (first, *_) = examine(tidy)[fault].as_findings()
    assert (first.level, first.code, first.path in planted) == (FAULTS[fault].level, fault.value, True)
    for mend in examine(tidy)[fault].mends[:1]:
        order = BulkOrder(deed=mend.deed, word=mend.word, owner=mend.owner, reason=mend.reason)
        if mend.deed is BulkDeed.TAG:
            order = BulkOrder(deed=mend.deed, word="tags:uptime")
        with tidy.library.work(tidy.actor(LEO)) as uow:
            assert len(bulk.do(uow, order, planted).done) == len(planted)
        assert found(tidy) == {}


def test_where_orphans_go_and_which_stage_is_meant_is_told(tidy: Shop):
    plant_orphan(tidy)
    assert examine(tidy)[Fault.OWNER].mends[0].owner == MARCO.email
    plant_no_stage(tidy)
    assert examine(tidy)[Fault.STAGE].mends[0].word == "stages:consideration"  # K-1 stands in Evaluation


def test_what_is_archived_needs_nobody(tidy: Shop):
    plant_dead_link(tidy)
    with tidy.library.work(OPERATOR) as uow:
        bulk.do(uow, BulkOrder(deed=BulkDeed.ARCHIVE, reason="Gone"), ["linking"])
    assert found(tidy) == {}


def test_errors_are_told_from_notes_and_reps_are_not_asked(tidy: Shop):
    assert {FAULTS[fault].level for fault in Fault} == set(Level)
    with tidy.library.read(tidy.actor(RITA)) as reading, pytest.raises(ForbiddenError):
        hygiene.examine(reading, public_url=HOME)
