"""Moves along the state machine, reviews by both sides, dates, owners, restored versions, and taking deeds back."""

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.governance import Move
from contentlib.domain.people import OPERATOR
from contentlib.services import asset_rights, assets, brand_findings, deals, governance, notices
from contentlib.services.governance import Done, Order
from contentlib.storage.queries import governance as queries
from contentlib.storage.tables import AssetKind, AssetVersion, Person
from tests.cast import LEO, MARCO, RITA, SAM, Member
from tests.factories.hostile import pdf
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, versions_of

SLUG = "what-a-round-finds"
TEXT = f"---\ntitle: What a round finds\nslug: {SLUG}\nowner: marco@tarnwell.example\nstages: [decision]\n---\n## Found\n\nA warm bearing.\n"  # noqa: E501


@pytest.fixture
def house(shop: Shop) -> Shop:
    """The shop with Sam as its sales reviewer."""
    with shop.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(Person).where(Person.email == SAM.email).values(is_sales_reviewer=True))
    return shop


def write(shop: Shop, text: str = TEXT, *, slug: str | None = None, base: int = 0, by: Member = MARCO, publish=False):
    return shop.library.save_text(
        shop.actor(by), slug=slug, kind="order-form", text=text, base=base, publish=publish, note="First."
    )


def make(shop: Shop, move: Move, by: Member, slug: str = SLUG, **order) -> Done:
    return shop.library.govern(shop.actor(by), Order(move=move, slug=slug, **order))


def told(shop: Shop, who: Member) -> list[str]:
    with shop.library.read(shop.actor(who)) as reading:
        return [line.sentence for line in notices.list_mine(reading)[0]]


def undo(shop: Shop, by: Member, entry: int) -> str:
    with shop.library.work(shop.actor(by)) as uow:
        return governance.undo(uow, entry=entry).sentence


def published(shop: Shop) -> None:
    write(shop)
    make(shop, Move.PUBLISH, LEO, reason="Nothing to sell in it.")


def test_a_decision_asset_goes_out_when_marketing_and_sales_have_agreed(house: Shop):
    write(house)
    assert make(house, Move.SUBMIT, MARCO).sentence == "Submitted. Version 1 waits for marketing and sales."
    assert asset_of(house, SLUG).status is AssetStatus.IN_REVIEW
    asks = "Marco Bellini asks for your review of “What a round finds”, version 1."
    assert (told(house, LEO), told(house, SAM), told(house, RITA)) == ([asks], [asks], [])
    assert make(house, Move.APPROVE, SAM).sentence == "Approved for sales. Version 1 waits for marketing."
    assert told(house, MARCO) == ["Sam Okafor approved “What a round finds”, version 1, for sales."]
    with house.library.read(house.actor(SAM)) as reading:
        assert notices.count_unseen(reading) == 0, "who answered need not be told again"
    assert make(house, Move.APPROVE, LEO).sentence == "Version 1 is published."
    assert asset_of(house, SLUG).status is AssetStatus.PUBLISHED
    assert told(house, MARCO)[0] == "“What a round finds”, version 1, is published."
    with house.library.read(house.actor(RITA)) as reading:
        page = assets.get_page(reading, SLUG)
    assert [line.deed for line in page.history][:3] == [
        "Approved, version 1", "Approved, version 1", "Submitted for review, version 1",
    ]  # fmt: skip


def test_a_sales_reviewer_sees_what_was_sent_to_them_and_only_that(house: Shop):
    write(house)
    for who, sees in ((SAM, False), (RITA, False)):
        assert _sees(house, who) is sees
    make(house, Move.SUBMIT, MARCO)
    assert (_sees(house, SAM), _sees(house, RITA)) == (True, False)
    with pytest.raises(NotFoundError):
        make(house, Move.APPROVE, RITA)
    make(house, Move.SEND_BACK, SAM, reason="Say which bearing.", reasons=("source",))
    assert _sees(house, SAM) is False
    assert told(house, MARCO) == [
        "Sam Okafor sent “What a round finds”, version 1, back: A figure needs a source. Say which bearing."
    ]
    assert asset_of(house, SLUG).status is AssetStatus.DRAFT
    make(house, Move.SUBMIT, MARCO, reviewer=SAM.email)
    for is_there, sees in ((True, False), (False, True)):  # who was asked leaves: any other sales reviewer can answer
        with house.library.work(OPERATOR) as uow:
            uow.session.execute(sa.update(Person).where(Person.email == SAM.email).values(is_active=is_there))
            uow.session.execute(sa.update(Person).where(Person.email == RITA.email).values(is_sales_reviewer=True))
        assert _sees(house, RITA) is sees
        with house.library.read(house.actor(RITA)) as reading:
            assert governance.list_queue(reading).total == sees
    assert make(house, Move.APPROVE, RITA).sentence == "Approved for sales. Version 1 waits for marketing."


def _sees(shop: Shop, who: Member) -> bool:
    with shop.library.read(shop.actor(who)) as reading:
        return asset_rights.may_see(reading, asset_of(shop, SLUG))


def test_without_a_sales_reviewer_marketing_decides_alone(shop: Shop):
    write(shop)
    assert make(shop, Move.SUBMIT, MARCO).sentence == "Submitted. Version 1 waits for marketing."
    assert make(shop, Move.APPROVE, LEO).sentence == "Version 1 is published."


@pytest.mark.parametrize(
    ("move", "by", "refusal"),
    [
        (Move.APPROVE, MARCO, ForbiddenError),
        (Move.PUBLISH, MARCO, ForbiddenError),
        (Move.PUBLISH, LEO, InvalidInputError),
        (Move.APPROVE, LEO, ConflictError),
        (Move.BRING_BACK, LEO, ConflictError),
        (Move.ARCHIVE, LEO, InvalidInputError),
        (Move.SUBMIT, RITA, NotFoundError),
    ],
)
def test_a_move_out_of_turn_is_refused_and_changes_nothing(house: Shop, move: Move, by: Member, refusal):
    write(house)
    with pytest.raises(refusal):
        make(house, move, by)
    assert asset_of(house, SLUG).status is AssetStatus.DRAFT


def test_a_change_waits_behind_the_published_version_until_it_is_agreed_to(house: Shop):
    published(house)
    write(house, TEXT.replace("What a round", "All a round"), slug=SLUG, base=1)
    make(house, Move.SUBMIT, MARCO)
    assert (asset_of(house, SLUG).title, asset_of(house, SLUG).status) == ("What a round finds", AssetStatus.PUBLISHED)
    make(house, Move.APPROVE, SAM)
    with pytest.raises(ConflictError, match="has a version 2 by now"):
        make(house, Move.APPROVE, LEO, number=1)
    make(house, Move.APPROVE, LEO, number=2)
    assert asset_of(house, SLUG).title == "All a round finds"


def test_a_newer_text_ends_the_review_of_an_older_one(house: Shop):
    write(house)
    make(house, Move.SUBMIT, MARCO)
    make(house, Move.APPROVE, SAM)
    write(house, TEXT + "\nMore.\n", slug=SLUG, base=1)
    assert asset_of(house, SLUG).status is AssetStatus.DRAFT
    assert make(house, Move.SUBMIT, MARCO).sentence.endswith("marketing and sales.")


def test_a_lead_who_publishes_what_sales_must_see_agrees_for_marketing_and_asks_them(house: Shop):
    saved = write(house, by=LEO, publish=True)
    assert (saved.is_published, saved.waits_for) == (False, "sales")
    assert asset_of(house, SLUG).status is AssetStatus.IN_REVIEW
    assert make(house, Move.APPROVE, SAM).sentence == "Version 1 is published."
    write(house, TEXT.replace("[decision]", "[awareness]"), slug=SLUG, base=1, by=LEO, publish=True)
    assert asset_of(house, SLUG).current_version.number == 1, "it still serves a stage that sales looks at"


def test_reps_who_used_the_old_version_on_open_deals_are_told_once(house: Shop):
    published(house)
    house.use(RITA, SLUG, deal="K-1", key="one")
    house.use(RITA, SLUG, deal="K-2", key="two")
    house.use(RITA, SLUG, deal="K-4", key="won")
    write(house, TEXT + "\nMore.\n", slug=SLUG, base=1)
    done = make(house, Move.PUBLISH, LEO, reason="Small words.")
    assert done.sentence == "Version 2 is published. 1 rep is told, who used an earlier one."
    news = "“What a round finds” has a version 2. You used an earlier one on Kite & Co, Lark Ltd."
    assert (told(house, RITA), told(house, SAM)) == ([news], [])
    with house.library.read(house.actor(RITA)) as reading:
        (used,) = [use for stay in deals.timeline(reading, "K-1") for use in stay.used]
    assert (used.version, used.newer, used.may_see) == (1, 2, True), (
        "what was sent stays what it was and says that a newer one is out"
    )
    undo(house, LEO, done.entry)
    assert told(house, RITA) == [], "what is taken back before anybody saw it was never said"
    make(house, Move.ARCHIVE, LEO, reason="Not used")
    with house.library.read(house.actor(RITA)) as reading:
        stays = deals.timeline(reading, "K-1")
        assert [use.may_see for stay in stays for use in stay.used] == [False], "it leads to no page that is not there"
        assert deals.plates_of(reading, stays) == {}


# What is done to a published asset, and by whom it is taken back.
DEEDS = (
    (Move.ARCHIVE, LEO, {"reason": "Out of date"}),
    (Move.PUBLISH, LEO, {"reason": "Small words."}),
    (Move.SUBMIT, MARCO, {}),
)


def test_what_was_done_can_be_taken_back_and_then_stands_as_before(house: Shop):
    published(house)
    write(house, TEXT.replace("What a", "All a"), slug=SLUG, base=1)
    before = _standing(house)
    for move, by, order in DEEDS:
        done = make(house, move, by, **order)
        assert _standing(house) != before, move
        assert undo(house, by, done.entry) == "Taken back. “What a round finds” stands as before."
        assert _standing(house) == before, move
        with pytest.raises(ConflictError, match="has been changed since"):
            undo(house, by, done.entry)


def _standing(shop: Shop) -> tuple:
    asset = asset_of(shop, SLUG)
    with shop.library.read(OPERATOR) as reading:
        review = queries.find_waiting(reading.session, asset.id)
    return asset.status, asset.title, asset.current_version_id, asset.archived_reason, review is not None


def test_an_approval_is_taken_back_with_its_word_and_a_refusal_with_its_reasons(house: Shop):
    write(house)
    make(house, Move.SUBMIT, MARCO)
    asks = "Marco Bellini asks for your review of “What a round finds”, version 1."
    first = make(house, Move.APPROVE, SAM)
    undo(house, SAM, first.entry)
    assert told(house, MARCO) == [], "what is taken back before anybody saw it was never said"
    back = make(house, Move.SEND_BACK, SAM, reason="No.")
    assert (told(house, LEO), told(house, SAM)) == ([], [asks]), "nobody is asked any more; what was seen stays"
    undo(house, SAM, back.entry)
    assert (told(house, MARCO), told(house, LEO)) == ([], [asks])
    assert make(house, Move.APPROVE, LEO).sentence == "Approved for marketing. Version 1 waits for sales."
    assert asset_of(house, SLUG).status is AssetStatus.IN_REVIEW
    assert make(house, Move.APPROVE, SAM).status is AssetStatus.PUBLISHED


def test_a_deed_is_taken_back_by_who_did_it_or_a_lead_and_within_a_day(house: Shop):
    published(house)
    with house.library.work(house.actor(MARCO)) as uow:
        kept = governance.verify(uow, slug=SLUG)
    with pytest.raises(NotFoundError):
        undo(house, RITA, kept.entry)
    house.clock.move(hours=25)
    with pytest.raises(ConflictError, match="24 hours"):
        undo(house, MARCO, kept.entry)
    with pytest.raises(NotFoundError):
        undo(house, LEO, 1)


def test_archived_assets_are_put_away_by_their_owner_or_a_lead_with_a_reason(house: Shop):
    published(house)
    done = make(house, Move.ARCHIVE, MARCO, reason="Replaced by another asset")
    assert (done.status, asset_of(house, SLUG).archived_reason) == (AssetStatus.ARCHIVED, "Replaced by another asset")
    assert make(house, Move.BRING_BACK, LEO).status is AssetStatus.PUBLISHED
    with pytest.raises(ForbiddenError):
        make(house, Move.ARCHIVE, MARCO, slug="order-form", reason="Not mine")


def test_an_agreed_version_takes_its_place_on_its_day_without_anybody(house: Shop):
    published(house)
    write(house, TEXT.replace("What a", "All a"), slug=SLUG, base=1)
    make(house, Move.SUBMIT, MARCO)
    done = make(house, Move.APPROVE, LEO, publish_on=date(2026, 9, 3))
    assert done.sentence == "Approved for marketing. Version 2 waits for sales, and then for 3 September 2026."
    done = make(house, Move.APPROVE, SAM)
    assert done.sentence == "Agreed. Version 2 takes its place on 3 September 2026."
    house.library.keep_dates()
    assert asset_of(house, SLUG).title == "What a round finds"
    house.clock.move(days=2)
    broken = sa.update(AssetVersion).where(AssetVersion.number == 2, AssetVersion.title == "All a round finds")
    with house.library.work(OPERATOR) as uow:
        uow.session.execute(broken.values(source="---\ntitle: [\n---\n"))
    for _ in range(2):  # what cannot go out goes back, once, and whoever agreed to it knows
        house.library.keep_dates()
        house.clock.move(minutes=2)
    back = "The calendar sent “All a round finds”, version 2, back: Its day came and it could not go out."
    for who in (MARCO, SAM, LEO):
        assert [line for line in told(house, who) if line.startswith(back)] != [], who.name
        assert len([line for line in told(house, who) if "sent “" in line]) == 1
    assert asset_of(house, SLUG).title == "What a round finds"
    write(house, TEXT.replace("What a", "All a"), slug=SLUG, base=2)
    make(house, Move.PUBLISH, LEO, reason="Sales agreed before.", publish_on=date(2026, 9, 4))
    house.clock.move(days=1)
    house.library.keep_dates()
    assert asset_of(house, SLUG).title == "All a round finds"


def test_owners_are_told_once_what_their_dates_bring(house: Shop):
    published(house)
    with house.library.work(house.actor(MARCO)) as uow:
        governance.set_dates(uow, slug=SLUG, publish_on=None, expires_on=date(2026, 9, 10), review_by_on=None)
    for days in (0, 1, 9, 1):
        house.clock.move(days=days)
        house.library.keep_dates()
    said = [line for line in told(house, MARCO) if "expire" in line]
    assert said == [
        "“What a round finds” has expired: nobody finds or sends it any more.",
        "“What a round finds” expires on 10 September 2026. Give it a later day if it is still right.",
    ]
    assert "1 asset of yours should be looked at again: still right?" in told(house, MARCO)


def test_what_was_set_here_stays_until_a_text_says_something_else_of_it(house: Shop):
    published(house)
    with house.library.work(house.actor(LEO)) as uow:
        governance.set_owner(uow, slug=SLUG, email=LEO.email)
        governance.set_dates(uow, slug=SLUG, publish_on=None, expires_on=date(2027, 1, 1), review_by_on=None)
    write(house, TEXT + "\nMore.\n", slug=SLUG, base=1)
    make(house, Move.PUBLISH, LEO, reason="Small words.")
    asset = asset_of(house, SLUG)
    assert (asset.owner.email, asset.expires_on) == (LEO.email, date(2027, 1, 1))
    write(house, TEXT.replace("stages", "expires_on: 2027-06-01\nstages"), slug=SLUG, base=2)
    make(house, Move.PUBLISH, LEO, reason="Its day.")
    assert (asset_of(house, SLUG).owner.email, asset_of(house, SLUG).expires_on) == (LEO.email, date(2027, 6, 1))


def test_an_asset_goes_to_who_can_look_after_it_and_they_are_told(house: Shop):
    write(house)
    with house.library.work(house.actor(MARCO)) as uow:
        offered = [name for _, name in governance.list_keepers(uow)]
        assert (LEO.name in offered, RITA.name in offered) == (True, False)
        done = governance.set_owner(uow, slug=SLUG, email=LEO.email)
    assert asset_of(house, SLUG).owner.email == LEO.email
    assert told(house, LEO) == ["Marco Bellini made you the owner of “What a round finds”."]
    undo(house, MARCO, done.entry)
    assert told(house, LEO) == []
    with house.library.work(house.actor(LEO)) as uow, pytest.raises(ConflictError, match="disabled"):
        governance.set_owner(uow, slug=SLUG, email="otto@tarnwell.example")


def test_an_earlier_version_is_taken_up_again_as_the_next_one(house: Shop):
    published(house)
    write(house, TEXT.replace("What a", "All a"), slug=SLUG, base=1)
    make(house, Move.PUBLISH, LEO, reason="Small words.")
    write(house, TEXT.replace("What a", "No"), slug=SLUG, base=2)
    make(house, Move.SUBMIT, MARCO)
    before = _standing(house), len(versions_of(house, SLUG))
    with house.library.work(house.actor(MARCO)) as uow:
        done = governance.restore(uow, slug=SLUG, number=1)
    assert done.sentence == "Version 1 is taken up again as version 4, a draft."
    undo(house, MARCO, done.entry)
    assert (_standing(house), len(versions_of(house, SLUG))) == before, "what waited for its review waits again"
    with house.library.work(house.actor(MARCO)) as uow:
        done = governance.restore(uow, slug=SLUG, number=1)
    make(house, Move.PUBLISH, LEO, number=4, reason="As before.")
    assert asset_of(house, SLUG).title == "What a round finds"
    assert versions_of(house, SLUG)[0].note == "Version 1 again"
    with house.library.work(house.actor(MARCO)) as uow, pytest.raises(ConflictError, match="kept equal to its file"):
        governance.restore(uow, slug="order-form", number=1)
    make(house, Move.ARCHIVE, LEO, reason="Not used")
    with house.library.work(house.actor(MARCO)) as uow, pytest.raises(ConflictError, match="Bring it back first"):
        governance.restore(uow, slug=SLUG, number=1)


def test_files_of_a_kind_that_is_reviewed_wait_behind_what_is_published(house: Shop):
    with house.library.work(OPERATOR) as uow:
        uow.session.execute(sa.update(AssetKind).where(AssetKind.slug == "order-form").values(reviews_files=True))
    house.edit("order-form/order-form.md", "title:", "title: New")
    house.write("order-form/another.md", "---\ntitle: Another form\n---\n## A\n\nText.\n")
    house.sync()
    old, new = asset_of(house, "order-form"), asset_of(house, "another")
    assert (old.status, old.current_version.number) == (AssetStatus.PUBLISHED, 1)
    assert new.status is AssetStatus.IN_REVIEW
    assert sum("asks for your review" in line for line in told(house, LEO)) == 2
    make(house, Move.APPROVE, SAM, slug="order-form")
    for slug in ("order-form", "another"):
        assert make(house, Move.APPROVE, LEO, slug=slug).sentence.endswith("is published.")
    assert asset_of(house, "order-form").title.startswith("New")
    assert house.sync().unchanged == 10


def test_an_uploaded_file_goes_the_same_way(house: Shop):
    house.library.office = None
    said = {"slug": "an-overview", "title": "An overview", "kind": "one-sheeter", "stages": "decision"}
    house.library.add_upload(house.actor(MARCO), file=io.BytesIO(pdf(words="Overview")), name="Overview.pdf", said=said)
    with pytest.raises(InvalidInputError, match="findings that must be mended first") as refused:
        make(house, Move.SUBMIT, MARCO, slug="an-overview")
    for finding in refused.value.findings:
        with house.library.work(house.actor(LEO)) as uow:
            brand_findings.ignore(uow, slug="an-overview", key=finding.key, reason="It is a partner's sheet.")
    for move, by in ((Move.SUBMIT, MARCO), (Move.APPROVE, SAM), (Move.APPROVE, LEO)):
        done = make(house, move, by, slug="an-overview")
    assert done.status is AssetStatus.PUBLISHED
    asset = asset_of(house, "an-overview")
    assert (asset.title, asset.published_at, asset.review_by_on) == ("An overview", house.clock.now, date(2027, 9, 1))
    next_one = io.BytesIO(pdf(words="Another overview"))
    (added,) = house.library.add_upload(house.actor(MARCO), file=next_one, name="New.pdf", replaces="an-overview")
    assert len(versions_of(house, "an-overview")) == 2
    undo(house, MARCO, added.entry or 0)
    assert [version.number for version in versions_of(house, "an-overview")] == [1]


def test_what_somebody_archived_stays_archived_however_its_file_changes(house: Shop):
    house.use(RITA, "order-form", deal="K-1")
    make(house, Move.ARCHIVE, LEO, slug="order-form", reason="Not used")
    house.edit("order-form/order-form.md", "title:", "title: New")
    house.sync()
    assert asset_of(house, "order-form").status is AssetStatus.ARCHIVED
    assert make(house, Move.BRING_BACK, LEO, slug="order-form").status is AssetStatus.PUBLISHED
    house.edit("order-form/order-form.md", "title: New", "title: Newer")
    house.sync()
    (news,) = told(house, RITA)
    assert news.endswith("has a version 3. You used an earlier one on Kite & Co."), "a file tells them like anybody"
