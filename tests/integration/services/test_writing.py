"""Each save is a version, a colleague's save is never written over, and a text that a file keeps is left to it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from contentlib.branding.parts import Phrase, PhraseRule
from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.findings import Level
from contentlib.domain.people import OPERATOR
from contentlib.services import assets
from contentlib.services.authoring import saving, writing
from contentlib.services.authoring.saving import SavedText
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import AssetSlug
from tests.cast import LEO, MARCO, RITA, Member
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, counts, versions_of

SLUG, FILE = "order-form", "order-form/order-form.md"
NEW = "---\ntitle: What a round finds\nsummary: One page.\nstages: [awareness]\n---\n## Found\n\nA warm bearing.\n"


def save(
    shop: Shop, text: str, *, by: Member = MARCO, slug: str | None = None, base: int = 0, publish: bool = False
) -> SavedText:
    return shop.library.save_text(
        shop.actor(by), slug=slug, kind="order-form", text=text, base=base, publish=publish, note="As agreed."
    )


def take_over(shop: Shop, slug: str = SLUG) -> str:
    with shop.library.work(shop.actor(MARCO)) as uow:
        saving.take_over(uow, slug)
    with shop.library.read(shop.actor(MARCO)) as reading:
        return writing.open_text(reading, slug).text


def test_a_new_text_becomes_a_draft_with_an_address_of_its_own(shop: Shop):
    first, second = save(shop, NEW), save(shop, NEW)
    assert (first, second) == (
        SavedText(slug="what-a-round-finds", number=1, is_published=False),
        SavedText(slug="what-a-round-finds-2", number=1, is_published=False),
    )
    made = asset_of(shop, first.slug)
    assert (made.status, made.source_root, made.kind.slug) == (AssetStatus.DRAFT, None, "order-form")
    assert [stage.slug for stage in made.stages] == ["awareness"]
    assert versions_of(shop, first.slug)[0].note == "As agreed."
    assert counts(shop.sync()) == {"unchanged": 9}


def test_each_save_is_a_version_and_the_same_text_is_none(shop: Shop):
    save(shop, NEW)
    assert save(shop, NEW + "\nMore.\n", slug="what-a-round-finds", base=1).number == 2
    with pytest.raises(InvalidInputError, match="Nothing has changed since version 2"):
        save(shop, NEW + "\nMore.\n", slug="what-a-round-finds", base=2)
    with shop.library.read(OPERATOR) as reading:
        listed = queries.list_versions(reading.session, versions_of(shop, "what-a-round-finds")[0].asset_id)
    assert [version.number for version in listed] == [2, 1]
    assert {"source", "html", "pages"} <= sa.inspect(listed[0]).unloaded, "a list is no book"


def test_a_draft_waits_behind_the_published_text_until_a_lead_publishes_it(shop: Shop):
    text = take_over(shop)
    changed = text.replace("title:", "title: Better", 1)
    before = asset_of(shop, SLUG)
    assert save(shop, changed, slug=SLUG, base=1).number == 2
    now = asset_of(shop, SLUG)
    assert (now.title, now.status, now.current_version_id) == (before.title, before.status, before.current_version_id)
    with shop.library.read(shop.actor(MARCO)) as reading:
        opened = writing.open_text(reading, SLUG)
    assert (opened.number, opened.is_draft, opened.published_number, opened.made_by) == (2, True, 1, MARCO.name)
    done = save(shop, changed, by=LEO, slug=SLUG, base=2, publish=True)
    assert done == SavedText(slug=SLUG, number=2, is_published=True), "the draft itself is published"
    published = asset_of(shop, SLUG)
    assert published.title.startswith("Better")
    assert published.current_version is not None
    assert published.current_version.number == 2


def test_only_those_who_approve_publish_and_only_those_who_edit_save(shop: Shop):
    with pytest.raises(ForbiddenError):
        save(shop, NEW, publish=True)
    with pytest.raises(ForbiddenError):
        save(shop, NEW, by=RITA)
    with shop.library.read(shop.actor(RITA)) as reading, pytest.raises(ForbiddenError):
        writing.open_text(reading, SLUG)
    assert save(shop, NEW, by=LEO, publish=True).is_published


def test_what_blocks_keeps_a_text_from_being_published_but_not_from_being_kept(shop: Shop):
    text = NEW.replace("A warm bearing.", "![A screen](media/none.svg)")
    with pytest.raises(InvalidInputError) as refused:
        save(shop, text, by=LEO, publish=True)
    (missing,) = refused.value.findings
    assert (missing.code, missing.line) == ("missing-media", 8)
    assert save(shop, text, by=LEO).number == 1
    with shop.library.read(shop.actor(LEO)) as reading:
        phrase = Phrase(rule=PhraseRule.BANNED, match="warm bearing", why="Name the cause.")
        found = writing.check_text(reading, slug=None, kind="order-form", text=NEW, phrases=(phrase,)).findings
    assert [(each.line, each.level) for each in found] == [(8, Level.ERROR)]


@pytest.mark.parametrize("text", ["no front matter", "---\nsummary: No title\n---\n", "---\ntitle: [\n---\n"])
def test_a_text_that_cannot_be_read_is_a_finding_with_its_line(shop: Shop, text: str):
    with shop.library.read(shop.actor(MARCO)) as reading:
        (found,) = writing.check_text(reading, slug=None, kind="order-form", text=text).findings
    assert found.level is Level.ERROR
    assert found.line
    with pytest.raises(InvalidInputError, match="cannot be saved yet"):
        save(shop, text)


def test_a_save_on_an_older_version_is_refused_and_both_texts_can_be_compared(shop: Shop):
    save(shop, NEW)
    slug = "what-a-round-finds"
    save(shop, NEW.replace("warm", "hot"), by=LEO, slug=slug, base=1)
    mine = NEW.replace("warm", "dry")
    with pytest.raises(ConflictError, match="Version 2 of “What a round finds” was saved while you wrote"):
        save(shop, mine, slug=slug, base=1)
    with shop.library.read(shop.actor(MARCO)) as reading:
        newer = saving.find_newer(reading, slug=slug, base=1, text=mine)
        assert saving.find_newer(reading, slug=slug, base=2, text=mine) is None
    assert newer is not None
    assert (newer.number, newer.made_by) == (2, LEO.name)
    told = [(line.side, line.text) for line in newer.differences]
    assert told == [("both", ""), ("theirs", "A hot bearing."), ("mine", "A dry bearing.")]
    assert save(shop, mine, slug=slug, base=2).number == 3


def test_a_file_keeps_its_asset_until_it_is_taken_over_and_is_left_alone_after(shop: Shop):
    with shop.library.read(shop.actor(MARCO)) as reading:
        opened = writing.open_text(reading, SLUG)
    assert opened.kept_by == FILE
    with pytest.raises(ConflictError, match=f"kept equal to its file {FILE}"):
        save(shop, opened.text + "\nMore.\n", slug=SLUG, base=1)
    text = take_over(shop)
    save(shop, text + "\nMore.\n", by=LEO, slug=SLUG, base=1, publish=True)
    left = shop.sync()
    assert counts(left) == {"unchanged": 9}
    assert [(told.code, told.level, told.path) for told in left.warnings if told.code == "taken-over"] == [
        ("taken-over", Level.NOTE, FILE)
    ]
    (shop.content / FILE).write_text("---\ntitle: Changed in the file\n---\nText.\n")
    (told,) = [each for each in shop.sync().warnings if each.code == "taken-over"]
    assert "although it has changed since" in told.message
    (shop.content / FILE).unlink()
    assert shop.sync().vanished == 0
    assert asset_of(shop, SLUG).status is AssetStatus.PUBLISHED
    with pytest.raises(ConflictError, match="already"):
        take_over(shop)
    with shop.library.read(shop.actor(MARCO)) as reading:
        shown = assets.get_page(reading, SLUG)
    assert shown.source_path is None
    assert "Taken over from its file" in {line.deed for line in shown.history}


def test_an_import_leaves_what_was_taken_over(shop: Shop):
    take_over(shop)
    answer = shop.library.import_content(OPERATOR, shop.content)
    assert {row.path: row.reason for row in answer.refused}[FILE].startswith("Its asset was taken over")


def test_an_imported_text_that_is_written_on_is_not_imported_again(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory
):
    house = tmp_path_factory.mktemp("house")
    (house / "pumps.md").write_text("---\ntitle: Pumps\n---\nA pump.\n")
    shop.library.import_content(OPERATOR, house)
    with shop.library.read(shop.actor(MARCO)) as reading:
        opened = writing.open_text(reading, "pumps")
    assert opened.kept_by is None
    save(shop, opened.text + "\nTwo pumps.\n", slug="pumps", base=1)
    (house / "pumps.md").write_text("---\ntitle: Pumps\n---\nThree pumps.\n")
    (refused,) = shop.library.import_content(OPERATOR, house).refused
    assert "was edited here since it was imported" in refused.reason


def test_another_address_redirects_and_one_that_is_taken_is_refused(shop: Shop):
    save(shop, NEW)
    slug = "what-a-round-finds"
    with pytest.raises(InvalidInputError, match="belongs to"):
        save(shop, NEW.replace("---\ntitle", f"---\nslug: {SLUG}\ntitle", 1), slug=slug, base=1)
    moved = save(shop, NEW.replace("---\ntitle", "---\nslug: found\ntitle", 1), slug=slug, base=1)
    assert moved.slug == "found"
    with shop.library.read(OPERATOR) as reading:
        assert reading.session.get(AssetSlug, slug) is not None


def test_a_text_shows_pictures_that_the_library_has(shop: Shop):
    with shop.library.read(shop.actor(MARCO)) as reading:
        pictures = {picture.path: picture.asset_slug for picture in writing.list_pictures(reading)}
    assert "media/harbour.svg" in pictures
    made = save(shop, NEW.replace("A warm bearing.", "![The harbour](media/harbour.svg)"))
    assert list(versions_of(shop, made.slug)[0].media) == ["media/harbour.svg"]


def test_a_kind_that_is_none_cannot_be_begun(shop: Shop):
    with shop.library.read(shop.actor(MARCO)) as reading:
        assert writing.begin_text(reading, "contract").text.startswith("---\ntitle: Untitled contract")
        with pytest.raises(NotFoundError):
            writing.begin_text(reading, "poem")
