"""Uploaded files on their way to being assets: suggested, described by a person, joined with what is there already."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PIL import Image

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.governance import Move
from contentlib.domain.intake import Becoming, Confirmed, Described, WaitingFile
from contentlib.domain.suggestions import SuggestedField
from contentlib.domain.uploads import AddedFile
from contentlib.services import assets, brand_findings, governance, intake, near_duplicates, search
from contentlib.services.governance import Done, Order
from contentlib.storage.tables import Asset
from tests.cast import LEO, MARCO, RITA
from tests.factories import office
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, versions_of

WORDS = (
    "Kite &amp; Co bottles milk for nine towns. Its brewery and its dairy lost a night a month to pumps that stopped "
    "without a word. Inspection rounds on a phone found the worn seals weeks before they failed, and the price of a "
    "year came back within a quarter. The plant now plans its stops instead of suffering them."
)


def deck(words: str = WORDS, *, title: str = "One night less at Kite &amp; Co", end: str = "Do not share.") -> bytes:
    slides = [
        office.slide(office.shape(title, place="title") + office.shape("Webinar, 8 June 2026")),
        office.slide(office.shape(words)),
        office.slide(office.shape(end)),
    ]
    return office.presentation(slides, title="PowerPoint Presentation")


def picture(colour: str) -> bytes:
    """A picture is read in a moment, and says no more than its name."""
    made = io.BytesIO()
    Image.new("RGB", (16, 9), colour).save(made, "PNG")
    return made.getvalue()


def upload(shop: Shop, data: bytes, name: str = "kite_deck_v2.pptx", replaces: str | None = None) -> AddedFile:
    (added,) = shop.library.add_upload(shop.actor(MARCO), file=io.BytesIO(data), name=name, replaces=replaces)
    assert added.asset, added.reason
    return added


def waiting(shop: Shop) -> tuple[WaitingFile, ...]:
    with shop.library.read(shop.actor(MARCO)) as reading:
        return intake.read_waiting(reading)


def say(file: WaitingFile, **values: object) -> Described:
    """Say of a file just what is suggested, but for some values."""
    found = {field.value: one.values for field, one in file.suggestions.items()}
    told = Described(
        slug=file.slug,
        becomes=Becoming.NEW,
        title=found["title"][0],
        kind=found.get("kind", (file.kind,))[0],
        stages=found.get("stages", ()),
        terms={Vocabulary.INDUSTRY: found.get("industries", ())},
        company=found.get("company", ("",))[0],
        language=found.get("language", ("en",))[0],
    )
    return replace(told, **values)  # type: ignore[arg-type]


def confirm(shop: Shop, *told: Described) -> Confirmed:
    with shop.library.work(shop.actor(MARCO)) as uow:
        return intake.confirm(uow, told)


def test_upload_is_suggested_with_evidence_and_nothing_is_applied_before_it_is_confirmed(shop: Shop):
    shop.drain()
    added = upload(shop, deck())
    (file,) = waiting(shop)
    assert file.near == ()
    found = {field: (one.values, one.why) for field, one in file.suggestions.items()}
    assert found[SuggestedField.TITLE][0] == ("One night less at Kite & Co",)
    assert found[SuggestedField.KIND][0] == ("deck",)
    assert found[SuggestedField.COMPANY][0] == ("Kite & Co",)
    assert found[SuggestedField.INDUSTRIES] == (("food-and-drink",), "Kite & Co is in Food and drink here.")
    assert found[SuggestedField.DATE] == (("2026-06-08",), "“8 June 2026”.")
    assert found[SuggestedField.AUDIENCE] == (("internal",), "“Do not share.”, page 3.")
    with shop.library.read(shop.actor(MARCO)) as reading:
        untouched = assets.get_page(reading, added.asset or "")
    assert (untouched.title, untouched.company, untouched.terms) == ("Kite deck v2", "", ())

    done = confirm(shop, say(file))
    with shop.library.read(shop.actor(MARCO)) as reading:
        page = assets.get_page(reading, added.asset or "")
    assert (page.title, page.company, page.status) == ("One night less at Kite & Co", "Kite & Co", AssetStatus.DRAFT)
    assert [(vocabulary, slug) for vocabulary, slug, _ in page.terms] == [(Vocabulary.INDUSTRY, "food-and-drink")]
    assert page.history[0].deed.startswith("Described")
    assert waiting(shop) == ()

    with shop.library.work(shop.actor(MARCO)) as uow:
        governance.undo(uow, entry=done.entries[0])
    assert [one.slug for one in waiting(shop)] == [file.slug]


@pytest.mark.files
def test_reps_find_no_draft_and_describe_nothing(shop: Shop):
    upload(shop, deck())
    (file,) = waiting(shop)
    confirm(shop, say(file))
    shop.drain()
    with shop.library.read(shop.actor(RITA)) as reading:
        assert file.slug not in [hit.slug for hit in search.find(reading, text="worn seals").hits]
        with pytest.raises(ForbiddenError):
            intake.read_waiting(reading)
    with shop.library.work(shop.actor(RITA)) as uow, pytest.raises(ForbiddenError):
        intake.confirm(uow, [say(file)])


@pytest.mark.files
def test_one_bad_description_keeps_none_and_names_every_field(shop: Shop):
    upload(shop, picture("grey"), "one.png")
    upload(shop, picture("brown"), "another.png")
    good, bad = waiting(shop)
    with pytest.raises(InvalidInputError) as refused:
        confirm(shop, say(good), say(bad, title=" ", kind="poem", language="Klingon!"))
    assert {fault.field for fault in refused.value.fields} == {f"{bad.slug}.{n}" for n in ("title", "kind", "language")}
    assert len(waiting(shop)) == 2


@pytest.mark.files
def test_put_away_and_later(shop: Shop):
    upload(shop, picture("grey"), "one.png")
    (file,) = waiting(shop)
    assert confirm(shop, say(file, becomes=Becoming.LATER)) == Confirmed()
    assert len(waiting(shop)) == 1
    assert confirm(shop, say(file, becomes=Becoming.NOTHING)).put_away == (file.slug,)
    with shop.library.read(shop.actor(MARCO)) as reading:
        assert assets.get_page(reading, file.slug).status is AssetStatus.ARCHIVED
    with pytest.raises(ConflictError):
        confirm(shop, say(file))


def test_near_duplicate_becomes_the_next_version_of_what_it_is_like(shop: Shop):
    upload(shop, deck())
    (first,) = waiting(shop)
    confirm(shop, say(first))
    shop.drain()
    upload(shop, deck(WORDS.replace("nine towns", "ten towns"), title="One night less, TBD"), "copy.pptx")
    (second,) = waiting(shop)
    (near,) = second.near
    assert (near.slug, near.version, near.page) == (first.slug, 1, 2)
    assert 0.7 < near.overlap < 1
    assert near.passage.endswith("instead of suffering them")

    with shop.library.work(shop.actor(MARCO)) as uow:
        brand_findings.ignore(uow, slug=second.slug, key=second.findings[0].key, reason="Agreed to")

    def set_aside(slug: str) -> list[str]:
        with shop.library.read(shop.actor(MARCO)) as reading:
            return [one.key for one in brand_findings.list_ignored(reading, slug)]

    with pytest.raises(InvalidInputError):
        confirm(shop, say(second, becomes=Becoming.VERSION, target=second.slug))
    done = confirm(shop, say(second, becomes=Becoming.VERSION, target=first.slug))
    assert done.versions == (first.slug,)
    assert set_aside(first.slug) == [second.findings[0].key]
    assert versions_of(shop, first.slug)[0].title == asset_of(shop, first.slug).title, "whatever its file is called"
    shop.drain()
    with shop.library.read(shop.actor(MARCO)) as reading:
        page = assets.get_page(reading, first.slug)
        assert [line.number for line in page.versions] == [2, 1]
        assert page.file is not None
        assert page.file.name == "copy.pptx"
        assert assets.get_page(reading, second.slug).slug == first.slug  # its address leads there
        assert near_duplicates.find_near_duplicates(reading, pages=[{"number": 1, "text": "too short"}]) == ()

    with shop.library.rehearse(shop.actor(MARCO)) as uow:  # somebody writes a text with the upload's slug meanwhile
        uow.session.execute(sa.update(Asset).where(Asset.slug == "order-form").values(slug=second.slug))
        with pytest.raises(ConflictError, match=f"Another asset has the slug “{second.slug}” by now"):
            governance.undo(uow, entry=done.entries[0])
    for entry in done.entries:
        with shop.library.work(shop.actor(MARCO)) as uow:
            governance.undo(uow, entry=entry)
    shop.drain()
    (again,) = waiting(shop)
    assert (again.slug, again.title, again.name) == (second.slug, second.title, "copy.pptx")
    assert set_aside(second.slug) == [second.findings[0].key]
    assert [(near.slug, near.version) for near in again.near] == [(first.slug, 1)]
    with shop.library.read(shop.actor(MARCO)) as reading:
        assert [line.number for line in assets.get_page(reading, first.slug).versions] == [1]
        assert [line.number for line in assets.get_page(reading, second.slug).versions] == [1]


@pytest.mark.files
def test_finding_is_ignored_with_a_reason_for_later_versions_too(shop: Shop):
    added = upload(shop, deck("Lorem ipsum dolor sit amet, TBD."))
    slug = added.asset or ""

    def look() -> list[tuple[str, bool, str | None]]:
        with shop.library.read(shop.actor(LEO)) as reading:
            return [(one.key, one.blocks, one.ignored) for one in assets.get_page(reading, slug).findings]

    def publish() -> Done:
        return shop.library.govern(shop.actor(LEO), Order(move=Move.PUBLISH, slug=slug))

    blocking = [key for key, blocks, _ in look() if blocks]
    key, other = blocking
    with pytest.raises(InvalidInputError):
        publish()
    with shop.library.work(shop.actor(MARCO)) as uow, pytest.raises(InvalidInputError, match="why"):
        brand_findings.ignore(uow, slug=slug, key=key, reason="  ")
    with shop.library.work(shop.actor(MARCO)) as uow:
        brand_findings.ignore(uow, slug=slug, key=key, reason="A printer's sample")
    assert (key, False, "A printer's sample") in look()

    upload(shop, deck("Lorem ipsum dolor sit amet, TBD.", end="Now with an end."), "again.pptx", replaces=slug)
    assert (key, False, "A printer's sample") in look()
    with shop.library.read(shop.actor(LEO)) as reading:
        assert [(one.reason, one.by) for one in brand_findings.list_ignored(reading, slug)] == [
            ("A printer's sample", "Marco Bellini")
        ]
    with shop.library.work(shop.actor(MARCO)) as uow:
        brand_findings.count_again(uow, slug=slug, key=key)
    assert (key, True, None) in look()
    with shop.library.work(shop.actor(MARCO)) as uow:
        brand_findings.ignore(uow, slug=slug, key=other, reason="Set aside since")
        governance.restore(uow, slug=slug, number=1)
    assert {(key, True, None), (other, False, "Set aside since")} <= set(look()), "by what was decided since"
    with shop.library.read(shop.actor(LEO)) as reading:
        assert assets.get_page(reading, slug).versions[0].is_current, "of a draft the newest version is what is seen"
    with shop.library.work(shop.actor(MARCO)) as uow:
        for one in blocking:
            brand_findings.ignore(uow, slug=slug, key=one, reason="Legal has agreed")
    assert publish().status is AssetStatus.PUBLISHED
    with shop.library.work(shop.actor(MARCO)) as uow:
        brand_findings.count_again(uow, slug=slug, key=key)
    with shop.library.work(shop.actor(MARCO)) as uow, pytest.raises(NotFoundError):
        brand_findings.count_again(uow, slug=slug, key=key)
