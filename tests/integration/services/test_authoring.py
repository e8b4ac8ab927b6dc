"""Assets are kept equal to their files: what is new, changed, moved, gone or broken is told apart, and nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.errors import ForbiddenError, InvalidInputError
from contentlib.domain.imports import SyncAnswer
from contentlib.domain.people import OPERATOR
from contentlib.sandbox.limits import Limits
from contentlib.sandbox.parent import Sandbox
from contentlib.services import assets, authoring, people
from contentlib.storage.queries import assets as queries
from contentlib.storage.tables import Asset, AssetVersion, AuditEntry, Job
from tests.cast import LEO, MARCO, RITA
from tests.factories.shops import Shop

FERRIES = "case-study/brackwater-ferries.md"
ROUND = "one-sheeter/round-at-a-glance.md"


@pytest.fixture
def synced(shop: Shop) -> Shop:
    """The small library with its own files already recognised."""
    assert shop.sync().unchanged == 9
    shop.drain()
    return shop


def asset_of(shop: Shop, slug: str) -> Asset:
    with shop.library.read(OPERATOR) as reading:
        return queries.get_by_slug(reading.session, slug)


def versions_of(shop: Shop, slug: str) -> list[AssetVersion]:
    with shop.library.read(OPERATOR) as reading:
        return queries.list_versions(reading.session, queries.get_by_slug(reading.session, slug).id)


def counts(answer: SyncAnswer) -> dict[str, int]:
    told = {name: getattr(answer, name) for name in ("created", "changed", "unchanged", "vanished")}
    return {name: number for name, number in (told | {"refused": len(answer.refused)}).items() if number}


def rows_of(shop: Shop) -> dict[str, int]:
    with shop.library.read(OPERATOR) as reading:
        return {
            table.__tablename__: reading.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Asset, AssetVersion, AuditEntry, Job)
        }


# Unchanged, moved


def test_a_folder_that_moved_keeps_its_assets(shop: Shop):
    before = {slug: asset_of(shop, slug).id for slug in ("brackwater-ferries", "order-form")}
    assert counts(shop.sync()) == {"unchanged": 9}
    assert {slug: asset_of(shop, slug).id for slug in before} == before
    assert asset_of(shop, "order-form").source_root == str(shop.content)


def test_syncing_again_writes_nothing(synced: Shop):
    before = rows_of(synced)
    assert counts(synced.sync()) == {"unchanged": 9}
    assert rows_of(synced) == before


def test_a_file_that_moved_keeps_its_asset_its_address_and_its_versions(synced: Shop):
    id_ = asset_of(synced, "brackwater-ferries").id
    (synced.content / "stories").mkdir()
    (synced.content / FERRIES).rename(synced.content / "stories" / "ferries.md")
    assert counts(synced.sync()) == {"unchanged": 9}
    moved = asset_of(synced, "brackwater-ferries")
    assert (moved.id, moved.source_path, moved.kind.slug) == (id_, "stories/ferries.md", "case-study")
    assert [version.number for version in versions_of(synced, "brackwater-ferries")] == [1]


def test_a_folder_inside_the_synced_one_is_the_same_files(synced: Shop):
    assert counts(synced.sync(synced.content / "one-sheeter")) == {"unchanged": 3}
    synced.edit(ROUND, "every check", "each check")
    assert counts(synced.sync(synced.content / "one-sheeter")) == {"changed": 1, "unchanged": 2}
    assert counts(synced.sync()) == {"unchanged": 9}


def test_a_readme_and_hidden_files_are_no_collateral(synced: Shop):
    synced.write("README.md", "# About this folder\n")
    synced.write(".git/notes.md", "---\ntitle: Hidden\n---\n")
    assert counts(synced.sync()) == {"unchanged": 9}


# New and changed


def test_a_new_file_is_a_new_published_asset(synced: Shop):
    synced.write("case-study/new-mill.md", "---\ntitle: New Mill\nstages: [Decision]\n---\n\nIt runs.\n")
    assert counts(synced.sync()) == {"created": 1, "unchanged": 9}
    new = asset_of(synced, "new-mill")
    assert (new.status, new.kind.slug, [stage.slug for stage in new.stages]) == (
        AssetStatus.PUBLISHED, "case-study", ["decision"],
    )  # fmt: skip
    assert new.created_at == synced.clock.now


def test_a_changed_file_is_a_new_version_and_the_old_one_stays_as_it_was(synced: Shop):
    synced.edit(FERRIES, "mostly before dawn", "always before dawn")
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    new, old = versions_of(synced, "brackwater-ferries")
    assert (new.number, old.number) == (2, 1)
    assert "mostly before dawn" in old.source
    assert asset_of(synced, "brackwater-ferries").current_version_id == new.id


def test_a_files_published_is_audited_as_published_by_file(synced: Shop):
    synced.edit(FERRIES, "mostly before dawn", "always before dawn")
    synced.library.sync_content(synced.actor(MARCO), synced.content)
    with synced.library.read(OPERATOR) as reading:
        page = assets.get_page(reading, "brackwater-ferries")
    assert ("Marco Bellini", "published by file") in {(line.by, line.deed) for line in page.history}


def test_a_changed_title_keeps_the_address(synced: Shop):
    synced.edit(FERRIES, "Brackwater Ferries keeps its sailings", "No sailing lost at Brackwater")
    synced.sync()
    assert asset_of(synced, "brackwater-ferries").title == "No sailing lost at Brackwater"


def test_a_changed_address_leads_from_the_old_one_to_the_new(synced: Shop):
    synced.edit(FERRIES, "---\ntitle", "---\nslug: ferries-on-time\ntitle")
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(synced, "brackwater-ferries").slug == "ferries-on-time"


def test_an_address_may_come_back_and_change_once_more(synced: Shop):
    synced.edit(FERRIES, "---\ntitle", "---\nslug: ferries-on-time\ntitle")
    synced.sync()
    name = "ferries-on-time"
    for slug in ("ferries-at-night", "ferries-on-time", "ferries-at-night", "brackwater-ferries"):
        synced.edit(FERRIES, f"slug: {name}\n", f"slug: {slug}\n")
        name = slug
        assert not synced.sync().refused
        assert asset_of(synced, slug).slug == slug
    assert asset_of(synced, "ferries-on-time").slug == asset_of(synced, "ferries-at-night").slug == "brackwater-ferries"


def test_a_changed_picture_is_a_new_version(synced: Shop):
    picture = synced.content / "media" / "harbour.svg"
    picture.write_text(picture.read_text().replace("#F2A93B", "#B93F28"))
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    new, old = versions_of(synced, "round-at-a-glance")
    assert new.media["media/harbour.svg"] != old.media["media/harbour.svg"]
    assert counts(synced.sync()) == {"unchanged": 9}


def test_a_new_version_has_its_pictures_drawn_and_its_words_found(synced: Shop):
    synced.edit(ROUND, "follows the machine", "follows the zanzibarite")
    synced.sync()
    with synced.library.read(OPERATOR) as reading:
        kinds = set(reading.session.scalars(sa.select(Job.kind)))
    assert kinds == {"index asset", "draw pictures"}


# Vanished and returned


def test_a_vanished_file_archives_its_asset_with_the_reason(synced: Shop):
    (synced.content / FERRIES).unlink()
    assert counts(synced.sync()) == {"unchanged": 8, "vanished": 1}
    gone = asset_of(synced, "brackwater-ferries")
    assert gone.status is AssetStatus.ARCHIVED
    assert gone.archived_reason == "Its file is no longer there."
    assert counts(synced.sync()) == {"unchanged": 8}


def test_a_file_that_returns_brings_its_asset_back_without_a_new_version(synced: Shop):
    text = (synced.content / FERRIES).read_text()
    (synced.content / FERRIES).unlink()
    synced.sync()
    synced.write(FERRIES, text)
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    back = asset_of(synced, "brackwater-ferries")
    assert (back.status, back.archived_reason) == (AssetStatus.PUBLISHED, "")
    assert [version.number for version in versions_of(synced, "brackwater-ferries")] == [1]
    assert counts(synced.sync()) == {"unchanged": 9}


def test_a_file_that_returns_under_another_name_is_still_its_asset(synced: Shop):
    text = (synced.content / FERRIES).read_text()
    (synced.content / FERRIES).unlink()
    synced.sync()
    synced.write("case-study/ferries.md", text)
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(synced, "brackwater-ferries").source_path == "case-study/ferries.md"


def test_what_vanished_is_judged_within_the_synced_folder_only(synced: Shop, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "deck").mkdir(parents=True)
    (elsewhere / "deck" / "other.md").write_text("---\ntitle: Other\n---\n\n# Other\n")
    (synced.content / FERRIES).unlink()
    assert counts(synced.sync(elsewhere)) == {"created": 1}
    assert asset_of(synced, "brackwater-ferries").status is AssetStatus.PUBLISHED


# Broken and held back


def test_a_broken_file_is_told_with_path_line_and_reason_while_the_rest_goes_in(synced: Shop):
    synced.write("case-study/broken.md", "---\ntitle: Broken\nstages: [unclosed\n---\n\nBody.\n")
    synced.write("case-study/whole.md", "---\ntitle: Whole\n---\n\nBody.\n")
    answer = synced.sync()
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    (refused,) = answer.refused
    assert refused.path == "case-study/broken.md"
    assert refused.line in {3, 4}
    assert "cannot be read" in refused.reason


def test_a_file_that_breaks_leaves_its_asset_as_it_was(synced: Shop):
    synced.edit(FERRIES, "title: ", "title: [")
    assert counts(synced.sync()) == {"unchanged": 8, "refused": 1}
    assert asset_of(synced, "brackwater-ferries").status is AssetStatus.PUBLISHED


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "front matter"),
        (b"---\nsummary: no title\n---\n", "no title"),
        (b"---\ntitle: x\nslug: Not A Slug\n---\n", "not a slug"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_no_authored_file_is_refused_alone(synced: Shop, data: bytes, reason: str):
    (synced.content / "deck" / "odd.md").write_bytes(data)
    answer = synced.sync()
    assert counts(answer) == {"unchanged": 9, "refused": 1}
    assert reason in answer.refused[0].reason


def test_a_folder_with_a_files_name_and_a_link_to_nowhere_are_refused_alone(synced: Shop):
    (synced.content / "deck" / "folder.md").mkdir()
    (synced.content / "deck" / "link.md").symlink_to("nowhere.md")
    answer = synced.sync()
    assert {row.path for row in answer.refused} == {"deck/folder.md", "deck/link.md"}
    assert answer.unchanged == 9


def test_a_file_name_that_is_not_utf8_is_refused_alone(synced: Shop):
    os.close(os.open(os.fsencode(synced.content / "deck") + b"/\xff\xfe.md", os.O_CREAT | os.O_WRONLY))
    answer = synced.sync()
    assert answer.refused[0].reason == "The file's name is not UTF-8. Rename it."
    answer.refused[0].path.encode()


def test_a_file_that_takes_too_much_to_read_is_refused_alone(synced: Shop):
    synced.write("deck/huge.md", "---\ntitle: Huge\n---\n\n" + "word " * 60_000)
    synced.write("deck/small.md", "---\ntitle: Small\n---\n\n# Small\n")
    with Sandbox(Limits(result_bytes=200_000), preload=("contentlib.markup.source",)) as narrow:
        shared, synced.library.sandbox = synced.library.sandbox, narrow
        answer = synced.sync()
        synced.library.sandbox = shared
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    assert answer.refused[0].path == "deck/huge.md"


def test_an_address_that_another_file_holds_is_refused(synced: Shop):
    synced.write("deck/order-form.md", "---\ntitle: Another order form\n---\n\n# Slide\n")
    answer = synced.sync()
    assert counts(answer) == {"unchanged": 9, "refused": 1}
    assert answer.refused[0].reason == (
        "The address “order-form” belongs to order-form/order-form.md. Give this file another slug."
    )


def test_two_new_files_with_one_address_are_one_asset_and_one_refusal(synced: Shop):
    for kind in ("deck", "one-sheeter"):
        synced.write(f"{kind}/twin.md", f"---\ntitle: Twin {kind}\n---\n\n# Twin\n")
    answer = synced.sync()
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    assert answer.refused[0].path == "one-sheeter/twin.md"


def test_a_changed_file_with_blocking_findings_waits_behind_the_published_version(synced: Shop):
    published = asset_of(synced, "round-at-a-glance")
    synced.edit(ROUND, "hero: media/harbour.svg", "hero: media/nowhere.svg")
    answer = synced.sync()
    assert counts(answer) == {"changed": 1, "unchanged": 8}
    assert [(f.code, f.path, f.level.value) for f in answer.warnings] == [("missing-media", ROUND, "error")]
    waiting = asset_of(synced, "round-at-a-glance")
    assert (waiting.status, waiting.current_version_id) == (AssetStatus.PUBLISHED, published.current_version_id)
    assert [version.number for version in versions_of(synced, "round-at-a-glance")] == [2, 1]
    assert counts(synced.sync()) == {"unchanged": 9}


def test_a_missing_picture_that_is_put_in_place_publishes_the_waiting_text(synced: Shop):
    synced.edit(ROUND, "hero: media/harbour.svg", "hero: media/nowhere.svg")
    synced.sync()
    shutil.copy(synced.content / "media" / "harbour.svg", synced.content / "media" / "nowhere.svg")
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(synced, "round-at-a-glance").current_version_id == versions_of(synced, "round-at-a-glance")[0].id


def test_a_new_file_with_blocking_findings_is_a_draft(synced: Shop):
    synced.write("deck/new.md", "---\ntitle: New\n---\n\n# Slide\n\n![a](media/none.svg)\n")
    synced.sync()
    assert asset_of(synced, "new").status is AssetStatus.DRAFT


def test_a_blocked_file_that_vanished_and_returns_leaves_the_published_version_in_place(synced: Shop):
    first = asset_of(synced, "round-at-a-glance").current_version_id
    synced.edit(ROUND, "hero: media/harbour.svg", "hero: media/nowhere.svg")
    synced.sync()
    text = (synced.content / ROUND).read_text()
    (synced.content / ROUND).unlink()
    synced.sync()
    synced.write(ROUND, text)
    synced.sync()
    back = asset_of(synced, "round-at-a-glance")
    assert (back.status, back.current_version_id) == (AssetStatus.PUBLISHED, first)


@pytest.mark.parametrize("path", ["media/" + "a" * 300 + ".svg", "../secret.svg", "/etc/hosts.svg", "media/x\\0.svg"])
def test_a_picture_that_cannot_be_there_is_told_as_missing(synced: Shop, tmp_path: Path, path: str):
    (tmp_path / "secret.svg").write_text("<svg/>")
    synced.write("deck/new.md", f"---\ntitle: New\n---\n\n# Slide\n\n![a]({path})\n")
    answer = synced.sync()
    assert answer.created == 1
    assert versions_of(synced, "new")[0].media == {}


# Words that are not known


UNKNOWN = "---\ntitle: New\nindustries: [Food and drinks]\ntags: [upptime]\nstages: [closing]\n---\n\n# Slide\n"


def test_an_unknown_word_is_told_with_its_line_and_the_nearest_and_not_created(synced: Shop):
    synced.write("deck/new.md", UNKNOWN)
    told = {(finding.code, finding.line, finding.nearest) for finding in synced.sync().warnings}
    assert told >= {
        ("unknown-term", 3, "Food and drink"),
        ("unknown-term", 4, "Uptime"),
        ("unknown-stage", 5, None),
    }
    assert asset_of(synced, "new").terms == []


def test_create_terms_makes_the_words_that_an_earlier_sync_did_not_know(synced: Shop):
    synced.write("deck/new.md", UNKNOWN)
    synced.sync()
    again = synced.sync(create_terms=True)
    assert counts(again) == {"changed": 1, "unchanged": 9}
    assert {(term.vocabulary, term.slug) for term in asset_of(synced, "new").terms} == {
        (Vocabulary.INDUSTRY, "food-and-drinks"),
        (Vocabulary.TAG, "upptime"),
    }
    assert [version.number for version in versions_of(synced, "new")] == [1]
    assert counts(synced.sync(create_terms=True)) == {"unchanged": 10}


def test_an_owner_who_joins_later_owns_the_asset_at_the_next_sync(synced: Shop):
    synced.write("deck/new.md", "---\ntitle: New\nowner: greta@tarnwell.example\n---\n\n# Slide\n")
    assert "unknown-owner" in {finding.code for finding in synced.sync().warnings}
    assert [finding.code for finding in synced.sync().warnings] == ["unknown-owner"]
    with synced.library.work(OPERATOR) as uow:
        people.add(uow, email="greta@tarnwell.example", name="Greta Lindqvist", roles=[])
    assert counts(synced.sync()) == {"changed": 1, "unchanged": 9}
    owner = asset_of(synced, "new").owner
    assert owner is not None
    assert owner.name == "Greta Lindqvist"
    assert not synced.sync().warnings


def test_terms_are_found_by_label_whatever_the_case(synced: Shop):
    synced.write("deck/new.md", "---\ntitle: New\nindustries: [FOOD AND DRINK]\nstages: [Decision]\n---\n\n# Slide\n")
    assert not [f for f in synced.sync().warnings if f.code.startswith("unknown")]
    assert [term.slug for term in asset_of(synced, "new").terms] == ["food-and-drink"]


def test_a_kind_is_found_by_its_label_and_a_new_one_is_told(synced: Shop):
    synced.write("papers/a.md", "---\ntitle: A\nkind: Case study\n---\n\nText.\n")
    synced.write("white-paper/b.md", "---\ntitle: B\n---\n\nText.\n")
    told = [finding.message for finding in synced.sync().warnings if finding.code == "unknown-kind"]
    assert told == ["“white-paper” was not a kind yet; it is one now."]
    assert asset_of(synced, "a").kind.slug == "case-study"


# Who may


def test_rep_cannot_sync(synced: Shop):
    with pytest.raises(ForbiddenError):
        synced.library.sync_content(synced.actor(RITA), synced.content)


@pytest.mark.parametrize("member", [MARCO, LEO])
def test_marketer_and_content_lead_may_sync(synced: Shop, member):
    assert synced.library.sync_content(synced.actor(member), synced.content).unchanged == 9


def test_a_folder_that_is_not_there_is_refused(synced: Shop):
    with pytest.raises(InvalidInputError, match="is not a folder"):
        synced.sync(synced.content / "nowhere")


def test_lint_tells_what_is_wrong_and_brings_nothing_in(synced: Shop):
    synced.write("deck/new.md", "---\ntitle: New\n---\n\n# Slide\n\n![a](media/none.svg) ![b](media/harbour.svg)\n")
    synced.write("deck/broken.md", "no front matter")
    before = rows_of(synced)
    blobs = sorted(synced.library.settings.blobs_folder.rglob("*"))
    synced.edit("media/harbour.svg", "#F2A93B", "#B93F28")
    with synced.library.read(OPERATOR) as reading:
        files, findings = authoring.lint(reading, [synced.content / "deck"])
    assert files == 3
    assert {(finding.code, finding.path) for finding in findings if finding.level == "error"} == {
        ("missing-media", "new.md"),
        ("refused", "broken.md"),
    }
    assert rows_of(synced) == before
    assert sorted(synced.library.settings.blobs_folder.rglob("*")) == blobs
