"""An import copies foreign files once; what is edited here stays, what vanishes there stays, a change is a version."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.errors import ForbiddenError, InvalidInputError
from contentlib.domain.imports import SyncAnswer
from contentlib.domain.people import OPERATOR
from contentlib.ingest import layout as layouts
from contentlib.services import assets, search, uploads
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetVersion
from tests.cast import MARCO, RITA
from tests.factories.shops import NOW, Shop
from tests.integration.services.authored import asset_of, versions_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
    "050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder of Markdown as another company keeps it."""
    folder = tmp_path / "house"
    write(folder, "guides/pumps.md", "---\ntitle: Pumps\ndate: 2024-03-01\nindustry: Rail\nmood: calm\n---\nA pump.")
    write(folder, "guides/index.md", "# Guides\n\nAll guides.")
    write(folder, "stories/index.md", "# Stories\n\nAll stories.")
    write(folder, "README.md", "# About this folder")
    return folder


def write(folder: Path, path: str, text: str | bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def bring_in(shop: Shop, folder: Path, layout: str | None = None, *, create_terms: bool = False) -> SyncAnswer:
    return shop.library.import_content(OPERATOR, folder, layout=layout, create_terms=create_terms)


def counts(answer: SyncAnswer) -> tuple[int, int, int, int, int]:
    """Total, created, changed, unchanged, refused."""
    return answer.total, answer.created, answer.changed, answer.unchanged, len(answer.refused)


def test_a_folder_of_markdown_comes_in_and_is_found(shop: Shop, house: Path):
    answer = bring_in(shop, house)
    assert counts(answer) == (3, 3, 0, 0, 0)
    pumps = asset_of(shop, "pumps")
    assert (pumps.title, pumps.kind.slug, pumps.status) == ("Pumps", "page", AssetStatus.PUBLISHED)
    with shop.library.read(shop.actor(MARCO)) as reading:
        uploads.require_target(reading, "pumps")  # no sync would write over its next version
        assert assets.get_page(reading, "pumps").source_path is None
    assert "“mood” was not understood and is not kept (line 5)." in {finding.message for finding in answer.warnings}
    shop.drain()
    with shop.library.read(OPERATOR) as reading:
        found = search.find(reading, text="pump")
    assert "pumps" in {hit.slug for hit in found.hits}


@pytest.mark.files
def test_the_sources_date_is_the_day_it_was_published(shop: Shop, house: Path):
    write(house, "later.md", "---\ntitle: Later\ndate: 2027-01-01\n---\nText.")
    bring_in(shop, house)
    assert asset_of(shop, "pumps").published_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert asset_of(shop, "guides").published_at == NOW
    later = asset_of(shop, "later")
    assert (later.published_at, later.publish_on and later.publish_on.year) == (NOW, 2027)


@pytest.mark.files
def test_addresses_are_the_shortest_that_are_free(shop: Shop, house: Path):
    write(house, "en/pumps.md", "# Pumps in English")
    write(house, "点検.md", "# 点検\n\n点検はスマートフォンで行います。")
    bring_in(shop, house)
    with shop.library.read(OPERATOR) as reading:
        rows = reading.session.scalars(sa.select(Asset).where(Asset.imported_version.is_not(None)))
        slugs = {row.source_path: row.slug for row in rows}
    assert slugs.pop("点検.md").startswith("house")
    assert slugs == {
        "en/pumps.md": "pumps", "guides/pumps.md": "guides-pumps", "guides/index.md": "guides",
        "stories/index.md": "stories",
    }  # fmt: skip


def test_the_same_files_again_change_nothing(shop: Shop, house: Path):
    bring_in(shop, house)
    assert counts(bring_in(shop, house)) == (3, 0, 0, 3, 0)


def test_a_changed_file_makes_a_new_version(shop: Shop, house: Path):
    bring_in(shop, house)
    write(house, "guides/pumps.md", "---\ntitle: Pumps and motors\n---\nTwo pumps.")
    assert counts(bring_in(shop, house)) == (3, 0, 1, 2, 0)
    assert [version.number for version in versions_of(shop, "pumps")] == [2, 1]
    assert asset_of(shop, "pumps").title == "Pumps and motors"


def test_nothing_vanishes_with_its_file(shop: Shop, house: Path):
    bring_in(shop, house)
    (house / "guides/pumps.md").unlink()
    answer = bring_in(shop, house)
    assert (counts(answer), answer.vanished) == ((2, 0, 0, 2, 0), 0)
    assert asset_of(shop, "pumps").status is AssetStatus.PUBLISHED


def edit_here(shop: Shop, slug: str) -> None:
    with shop.library.work(OPERATOR) as uow:
        asset = queries.get_by_slug(uow.session, slug)
        newest = queries.find_newest_version(uow.session, asset.id)
        columns = {c.key: getattr(newest, c.key) for c in sa.inspect(AssetVersion).column_attrs if c.key != "id"}
        columns |= {"number": newest.number + 1, "source": newest.source + "\nOurs.\n", "source_hash": "0" * 64}
        edited = AssetVersion(**columns)
        uow.session.add(edited)
        uow.session.flush()
        asset.current_version_id = edited.id


def test_what_was_edited_here_is_kept_and_the_changed_file_refused(shop: Shop, house: Path):
    bring_in(shop, house)
    edit_here(shop, "pumps")
    assert counts(bring_in(shop, house)) == (3, 0, 0, 3, 0)
    write(house, "guides/pumps.md", "# Pumps\n\nTheirs.")
    answer = bring_in(shop, house)
    assert counts(answer) == (3, 0, 0, 2, 1)
    assert answer.refused[0].path == "guides/pumps.md"
    assert "was edited here" in answer.refused[0].reason
    assert "Ours." in versions_of(shop, "pumps")[0].source


def test_what_was_archived_here_stays_archived(shop: Shop, house: Path):
    bring_in(shop, house)
    with shop.library.work(OPERATOR) as uow:
        queries.get_by_slug(uow.session, "pumps").status = AssetStatus.ARCHIVED
    write(house, "guides/pumps.md", "# Pumps\n\nTheirs.")
    answer = bring_in(shop, house)
    assert "was archived here" in answer.refused[0].reason
    assert asset_of(shop, "pumps").status is AssetStatus.ARCHIVED


@pytest.mark.files
def test_a_moved_folder_is_known_by_its_content(shop: Shop, house: Path, tmp_path: Path):
    bring_in(shop, house)
    moved = house.rename(tmp_path / "elsewhere")
    assert counts(bring_in(shop, moved)) == (3, 0, 0, 3, 0)
    write(moved, "guides/pumps.md", "# Pumps\n\nMoved and changed.")
    assert counts(bring_in(shop, moved)) == (3, 0, 1, 2, 0)


STORY = """---
title: A story
hero: ../img/Pump.png
customer:
  name: Kite Mills
  logo: /img/kite.png
quotes:
  - id: one
    text: It runs.
    name: Ann Kite
    role: Owner
    photo: ann.png
  - id: two
    text: It runs well.
    name: Bo Kite
    role: Miller
    photo: https://people.example/bo.jpg
---

The pump runs.
"""


@pytest.mark.files
def test_pictures_that_facts_name_come_along_or_are_told_at_their_line(shop: Shop, tmp_path: Path):
    folder = tmp_path / "named"
    write(folder, "case-study/story.md", STORY)
    for name in ("img/Pump.png", "img/kite.png"):
        write(folder, name, PNG)
    answer = bring_in(shop, folder)
    assert counts(answer) == (1, 1, 0, 0, 0)
    told = [finding.message for finding in answer.warnings if finding.code.startswith("picture")]
    assert told[0] == "The picture ann.png of “quotes.photo” (line 7) is not in the folder; it is left out."
    assert "people.example/bo.jpg of “quotes.photo” (line 7) lies elsewhere and was not fetched" in told[1]
    (version,) = versions_of(shop, "story")
    assert set(version.media) == {"media/pump.png", "media/kite.png"}
    assert "hero: media/pump.png" in version.source
    assert "photo" not in version.source
    assert counts(bring_in(shop, folder)) == (1, 0, 0, 1, 0)


@pytest.mark.files
def test_pictures_come_along_and_a_changed_one_is_a_change(shop: Shop, house: Path):
    write(house, "img/pump.png", PNG)
    write(house, "guides/pumps.md", "# Pumps\n\n![A pump](../img/pump.png)\n\n![Gone](../img/gone.png)")
    answer = bring_in(shop, house)
    assert [finding.message for finding in answer.warnings if finding.code == "picture-missing"] == [
        "The picture ../img/gone.png is not in the folder."
    ]
    (version,) = versions_of(shop, "pumps")
    assert shop.library.blobs.read(version.media["media/pump.png"]) == PNG
    assert asset_of(shop, "pumps").status is AssetStatus.PUBLISHED
    assert bring_in(shop, house).unchanged == 3

    write(house, "img/pump.png", PNG + b"\0")
    assert counts(bring_in(shop, house)) == (3, 0, 1, 2, 0)


@pytest.mark.files
def test_unknown_words_become_terms_only_on_purpose(shop: Shop, house: Path):
    answer = bring_in(shop, house)
    assert [finding.message for finding in answer.warnings if finding.code == "unknown-term"] == [
        "“Rail” is not among the industries here."
    ]
    assert not asset_of(shop, "pumps").terms

    write(house, "more/trains.md", "---\ntitle: Trains\nindustry: Rail\n---\nText.")
    bring_in(shop, house, create_terms=True)
    assert [(t.vocabulary, t.label) for t in asset_of(shop, "trains").terms] == [(Vocabulary.INDUSTRY, "Rail")]


FIFTH = """
title = "Notes of a fifth house"
files = ["**/*.txt"]
new_terms = ["industries"]

[fields]
title = ["Subject"]
company = ["About"]
industry = ["Trade"]
date = ["Day"]

[constants]
kind = "case-study"
"""


@pytest.mark.files
@pytest.mark.parametrize("is_built_in", [True, False])
def test_a_fifth_layout_is_a_new_file(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_built_in: bool
):
    """By its name where the others stand, or by its own path."""
    folder = tmp_path / "layouts"
    shutil.copytree(layouts.LAYOUTS, folder)
    file = folder / "fifth.toml"
    file.write_text(FIFTH, encoding="utf-8")
    if is_built_in:
        monkeypatch.setattr(layouts, "LAYOUTS", folder)
        assert layouts.find("fifth").title == "Notes of a fifth house"
    write(tmp_path, "notes/kite.txt", "---\nSubject: Kite\nAbout: Kite & Co\nTrade: Kites\nDay: 2025-02-03\n---\nText.")
    answer = bring_in(shop, tmp_path / "notes", str(file))
    assert counts(answer) == (1, 1, 0, 0, 0)
    kite = asset_of(shop, "kite")
    assert (kite.title, kite.company, kite.publish_on and kite.publish_on.isoformat()) == (
        "Kite", "Kite & Co", "2025-02-03",
    )  # fmt: skip
    assert [term.label for term in kite.terms] == ["Kites"]


@pytest.mark.files
def test_a_corrected_layout_counts_as_a_change(shop: Shop, tmp_path: Path):
    file = tmp_path / "house.toml"
    write(tmp_path, "notes/kite.txt", "---\nSubject: Kite\nTopic: Kites\n---\nText.")
    file.write_text('files = ["**/*.txt"]\n[fields]\ntitle = "Subject"\n', encoding="utf-8")
    bring_in(shop, tmp_path / "notes", str(file))
    file.write_text('files = ["**/*.txt"]\n# a remark\n[fields]\ntitle = "Subject"\n', encoding="utf-8")
    assert counts(bring_in(shop, tmp_path / "notes", str(file))) == (1, 0, 0, 1, 0)
    file.write_text('files = ["**/*.txt"]\n[fields]\ntitle = "Subject"\nsummary = "Topic"\n', encoding="utf-8")
    assert counts(bring_in(shop, tmp_path / "notes", str(file))) == (1, 0, 1, 0, 0)
    assert asset_of(shop, "kite").summary == "Kites"


def test_a_sync_and_an_import_leave_each_others_files_alone(shop: Shop, house: Path):
    bring_in(shop, house)
    synced = shop.sync(house)
    assert {row.path for row in synced.refused} == {"guides/pumps.md", "guides/index.md", "stories/index.md"}
    assert all("was imported" in row.reason for row in synced.refused)
    assert asset_of(shop, "pumps").status is AssetStatus.PUBLISHED

    kept = house.parent / "kept"
    write(kept, "case-study/kite.md", "---\ntitle: Kite\n---\nText.")
    assert shop.sync(kept).created == 1
    answer = bring_in(shop, kept)
    assert counts(answer) == (1, 0, 0, 0, 1)
    assert answer.refused[0].reason == "A sync keeps an asset equal to this file; it needs no import."


@pytest.mark.files
def test_a_file_that_cannot_be_read_costs_no_other(shop: Shop, house: Path):
    write(house, "broken.md", b"caf\xe9")
    write(house, "deep.md", "---\ntitle: Deep\nx: " + "[" * 30_000 + "\n---\nText.")
    write(house, "wide.md", "# Wide\n\n" + "<div>" * 20_000 + "Text" + "</div>" * 20_000)
    answer = bring_in(shop, house)
    assert "broken.md" in {row.path for row in answer.refused}
    assert answer.created + len(answer.refused) == answer.total == 6
    assert answer.created >= 3


@pytest.mark.files
def test_a_folder_without_a_file_of_the_layout_is_refused(shop: Shop, house: Path, tmp_path: Path):
    with pytest.raises(InvalidInputError, match="is one that the layout “jenkins” means"):
        bring_in(shop, house, "jenkins")
    with pytest.raises(InvalidInputError, match="is not a folder"):
        bring_in(shop, tmp_path / "nowhere")
    with pytest.raises(InvalidInputError, match="There is no layout"):
        bring_in(shop, house, "wordpress")


def test_who_writes_assets_may_import(shop: Shop, house: Path):
    with pytest.raises(ForbiddenError):
        shop.library.import_content(shop.actor(RITA), house)
    assert shop.library.import_content(shop.actor(MARCO), house).created == 3
