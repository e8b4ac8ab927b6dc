"""What nobody looks after is found, each sort once planted and nothing else; what is offered mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ForbiddenError, InvalidInputError
from contentlib.domain.findings import Level
from contentlib.domain.governance import Move
from contentlib.domain.hygiene import FAULTS, Fault, FaultGroup, Mend
from contentlib.domain.library import BulkDeed, BulkEffect, BulkOrder
from contentlib.domain.people import OPERATOR
from contentlib.domain.usage import Channel
from contentlib.services import bulk, hygiene, notices
from contentlib.services.governance import Order
from contentlib.storage.queries import assets as queries
from contentlib.storage.queries import people as people_queries
from contentlib.storage.tables import Asset, AssetStage, AssetTerm, AssetVersion, Person, Term
from tests.cast import LEO, MARCO, RITA, Member
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, versions_of

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
    words = WORDS.replace("word", "phrase")
    shop.write("deck/one-of-two.md", text("One of two", words))
    shop.write("deck/other-of-two.md", text("Another of two", words + " And a little more at its end."))
    shop.sync()
    return ["other-of-two"]


def write(shop: Shop, title: str, words: str, *, publish: bool = True) -> str:
    """Write a text here, as marketers do, and publish it."""
    saved = shop.library.save_text(
        shop.actor(LEO), slug=None, kind="order-form", text=text(title, words), base=0, publish=publish
    )
    return saved.slug


def plant_dead_link(shop: Shop) -> list[str]:
    links = f"See [this]({HOME}/assets/nowhere?page=2) and [that]({HOME}/assets/{ONE})."
    return [write(shop, "Linking", links)]


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


def mend(shop: Shop, order: BulkOrder, slugs: Sequence[str], by: Member = LEO) -> BulkEffect:
    return shop.library.do_many(shop.actor(by), order, slugs)


def order_of(mend: Mend, fault: Fault) -> BulkOrder:
    """What the page sends for a mend, with what a person would choose where it asks."""
    told = {name: getattr(mend, name) for name in ("word", "owner", "reason", "link", "to")}
    told["word"] = told["word"] or ("tags:uptime" if mend.deed is BulkDeed.TAG else "")
    told["reason"] = told["reason"] or "Looked at"
    return BulkOrder(deed=mend.deed, fault=fault.value, **told)


def test_what_is_planted_is_found_and_nothing_else_and_what_is_offered_mends_it_and_is_taken_back(tidy: Shop):
    for fault in Fault:
        planted = sorted(PLANTED[fault](tidy))
        groups = examine(tidy)
        slugs = {sort: sorted(asset.slug for asset in group.assets) for sort, group in groups.items()}
        assert slugs == {fault: planted}
        if fault is Fault.SAME:  # what is called alike is told apart
            assert groups[fault].assets[0].detail == "as “The same” (second-of-two)"
        (first, *_) = groups[fault].as_findings()
        assert (first.level, first.code, first.path in planted) == (FAULTS[fault].level, fault.value, True)
        mends = [each for each in groups[fault].mends if each.deed is not BulkDeed.ASK]
        if not mends:  # a file is brought in by who has it
            change_version(tidy, findings=[])
        for each in mends[:1]:
            effect = mend(tidy, order_of(each, fault), planted)
            assert len(effect.done) == len(planted), fault
            if fault in {Fault.LINK, Fault.BRAND}:  # what leaves more behind than a changed asset
                with tidy.library.work(tidy.actor(LEO)) as uow:
                    assert bulk.undo(uow, effect.entry or 0).refused == ()
                assert sorted(found(tidy)[fault]) == planted
                mend(tidy, order_of(each, fault), planted)
        assert found(tidy) == {}, fault


def test_a_dead_link_is_led_elsewhere_in_drafts_of_what_is_written_here_and_files_say_why_not(tidy: Shop):
    dead = f"{HOME}/assets/round-at-a-glanc"
    words = f"See [this]({dead}#two)."
    written = [write(tidy, "Linking", words), write(tidy, "Linking too", words + " And more.")]
    tidy.write("deck/in-a-file.md", text("In a file", words))
    tidy.sync()
    waits, gone = write(tidy, "Waiting", words, publish=False), write(tidy, "Put away", words)
    tidy.library.govern(tidy.actor(LEO), Order(move=Move.SUBMIT, slug=waits))
    tidy.library.govern(tidy.actor(LEO), Order(move=Move.ARCHIVE, slug=gone, reason="Not used"))
    offered, _ = examine(tidy)[Fault.LINK].mends
    assert (offered.link, offered.to, offered.number) == (dead, f"{HOME}/assets/{ONE}", 4)
    effect = mend(tidy, order_of(offered, Fault.LINK), [*written, waits, "in-a-file", gone, "short-tour"])
    assert [line.slug for line in effect.done] == [*written, waits]
    assert [line.slug for line in effect.already] == ["short-tour"]
    assert "kept equal to its file deck/in-a-file.md" in effect.refused[0].reason
    assert "in the archive" in effect.refused[1].reason
    draft = asset_of(tidy, waits)
    assert (draft.status, draft.current_version.number) == (AssetStatus.DRAFT, 2), "nobody has agreed to this text"
    assert [line.source.count(f"({HOME}/assets/{ONE})") for line in versions_of(tidy, written[0])] == [1, 0]
    assert asset_of(tidy, written[0]).current_version.number == 1, "what is published waits for its draft"
    assert found(tidy) == {Fault.LINK: ["in-a-file"]}
    with tidy.library.work(tidy.actor(LEO)) as uow:
        bulk.undo(uow, effect.entry or 0)
    assert [len(versions_of(tidy, slug)) for slug in (*written, waits)] == [1, 1, 1]
    assert asset_of(tidy, waits).status is AssetStatus.IN_REVIEW
    assert sorted(found(tidy)[Fault.LINK]) == sorted([*written, waits, "in-a-file"])
    for to, told in (
        ("nowhere", "whole address"),
        ("http://lan/assets/one", "alone, and this is http://lan/assets/one"),
    ):
        with pytest.raises(InvalidInputError, match=told):
            mend(tidy, BulkOrder(deed=BulkDeed.RELINK, link=dead, to=to), written)
    with tidy.library.read(tidy.actor(LEO)) as reading:
        assert hygiene.find_address(reading, f" {ONE} ", public_url=HOME) == f"{HOME}/assets/{ONE}"
        assert hygiene.find_address(reading, "nowhere", public_url=HOME) == "nowhere"


def test_owners_are_asked_once_and_see_their_own(tidy: Shop):
    planted = plant_orphan(tidy)
    change(tidy, ONE, owner_id=person(tidy, LEO))
    order = BulkOrder(deed=BulkDeed.ASK, fault=Fault.BRAND.value, reason="Before the fair.")
    effect = mend(tidy, order, [*planted, "order-form", "against-gridlark"])
    assert {line.slug: line.reason for line in effect.refused} == {
        ONE: "It is your own.", "short-tour": "Nobody who is here owns it. Hand it over first.",
    }  # fmt: skip
    with tidy.library.read(tidy.actor(MARCO)) as reading:
        (line,) = notices.list_mine(reading)[0]
    assert line.sentence == "Leo Castellan asks you to see to 2 assets: mend what is off-brand. Before the fair."
    with tidy.library.work(tidy.actor(LEO)) as uow:
        assert bulk.undo(uow, effect.entry or 0).refused == ()
    with tidy.library.read(tidy.actor(MARCO)) as reading:
        assert notices.list_mine(reading)[0] == ()
        assert hygiene.examine(reading, public_url=HOME, is_own=True) == ()
        assert hygiene.list_faulty(reading, Fault.OWNER, public_url=HOME) == ["short-tour"]


def person(shop: Shop, member: Member) -> int:
    return shop.actor(member).person_id or 0


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
