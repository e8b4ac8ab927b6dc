"""Assets are kept equal to their files: what is new, changed, moved, gone or broken is told apart, and nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetStatus
from contentlib.domain.errors import ForbiddenError, InvalidInputError
from contentlib.domain.people import OPERATOR
from contentlib.sandbox.limits import Limits
from contentlib.sandbox.parent import Sandbox
from contentlib.services import assets, authoring
from contentlib.storage.tables import Asset, AssetVersion, AuditEntry, Job
from tests.cast import LEO, MARCO, RITA
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, counts, versions_of

FERRIES = "case-study/brackwater-ferries.md"
ROUND = "one-sheeter/round-at-a-glance.md"


def rows_of(shop: Shop) -> dict[str, int]:
    with shop.library.read(OPERATOR) as reading:
        return {
            table.__tablename__: reading.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Asset, AssetVersion, AuditEntry, Job)
        }


# Unchanged, moved


def test_a_folder_that_moved_keeps_its_assets(shop: Shop, tmp_path: Path):
    before = {slug: asset_of(shop, slug).id for slug in ("brackwater-ferries", "order-form")}
    shop.content = shop.content.rename(tmp_path / "elsewhere")
    assert counts(shop.sync()) == {"unchanged": 9}
    assert {slug: asset_of(shop, slug).id for slug in before} == before
    assert asset_of(shop, "order-form").source_root == str(shop.content)


def test_syncing_again_writes_nothing(shop: Shop):
    before = rows_of(shop)
    assert counts(shop.sync()) == {"unchanged": 9}
    assert rows_of(shop) == before


def test_a_file_that_moved_keeps_its_asset_its_address_and_its_versions(shop: Shop):
    id_ = asset_of(shop, "brackwater-ferries").id
    (shop.content / "stories").mkdir()
    (shop.content / FERRIES).rename(shop.content / "stories" / "ferries.md")
    assert counts(shop.sync()) == {"unchanged": 9}
    moved = asset_of(shop, "brackwater-ferries")
    assert (moved.id, moved.source_path, moved.kind.slug) == (id_, "stories/ferries.md", "case-study")
    assert [version.number for version in versions_of(shop, "brackwater-ferries")] == [1]


def test_a_folder_inside_the_synced_one_is_the_same_files(shop: Shop):
    assert counts(shop.sync(shop.content / "one-sheeter")) == {"unchanged": 3}
    shop.edit(ROUND, "every check", "each check")
    assert counts(shop.sync(shop.content / "one-sheeter")) == {"changed": 1, "unchanged": 2}
    assert counts(shop.sync()) == {"unchanged": 9}


def test_a_readme_and_hidden_files_are_no_collateral(shop: Shop):
    shop.write("README.md", "# About this folder\n")
    shop.write(".git/notes.md", "---\ntitle: Hidden\n---\n")
    assert counts(shop.sync()) == {"unchanged": 9}


# New and changed


def test_a_new_file_is_a_new_published_asset(shop: Shop):
    shop.write("case-study/new-mill.md", "---\ntitle: New Mill\nstages: [Decision]\n---\n\nIt runs.\n")
    assert counts(shop.sync()) == {"created": 1, "unchanged": 9}
    new = asset_of(shop, "new-mill")
    assert (new.status, new.kind.slug, [stage.slug for stage in new.stages]) == (
        AssetStatus.PUBLISHED, "case-study", ["decision"],
    )  # fmt: skip
    assert new.created_at == shop.clock.now


def test_a_changed_file_is_a_new_version_and_the_old_one_stays_as_it_was(shop: Shop):
    shop.edit(FERRIES, "mostly before dawn", "always before dawn")
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    new, old = versions_of(shop, "brackwater-ferries")
    assert (new.number, old.number) == (2, 1)
    assert "mostly before dawn" in old.source
    assert asset_of(shop, "brackwater-ferries").current_version_id == new.id


def test_a_files_published_is_audited_as_published_by_file(shop: Shop):
    shop.edit(FERRIES, "mostly before dawn", "always before dawn")
    shop.library.sync_content(shop.actor(MARCO), shop.content)
    with shop.library.read(OPERATOR) as reading:
        page = assets.get_page(reading, "brackwater-ferries")
    assert ("Marco Bellini", "Published by its file") in {(line.by, line.deed) for line in page.history}


def test_a_changed_title_keeps_the_address(shop: Shop):
    shop.edit(FERRIES, "Brackwater Ferries keeps its sailings", "No sailing lost at Brackwater")
    shop.sync()
    assert asset_of(shop, "brackwater-ferries").title == "No sailing lost at Brackwater"


def test_a_changed_address_leads_from_the_old_one_to_the_new(shop: Shop):
    shop.edit(FERRIES, "---\ntitle", "---\nslug: ferries-on-time\ntitle")
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(shop, "brackwater-ferries").slug == "ferries-on-time"


def test_an_address_may_come_back_and_change_once_more(shop: Shop):
    shop.edit(FERRIES, "---\ntitle", "---\nslug: ferries-on-time\ntitle")
    shop.sync()
    name = "ferries-on-time"
    for slug in ("ferries-at-night", "ferries-on-time", "ferries-at-night", "brackwater-ferries"):
        shop.edit(FERRIES, f"slug: {name}\n", f"slug: {slug}\n")
        name = slug
        assert not shop.sync().refused
        assert asset_of(shop, slug).slug == slug
    assert asset_of(shop, "ferries-on-time").slug == asset_of(shop, "ferries-at-night").slug == "brackwater-ferries"


def test_a_changed_picture_is_a_new_version(shop: Shop):
    picture = shop.content / "media" / "harbour.svg"
    picture.write_text(picture.read_text().replace("#F2A93B", "#B93F28"))
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    new, old = versions_of(shop, "round-at-a-glance")
    assert new.media["media/harbour.svg"] != old.media["media/harbour.svg"]
    assert counts(shop.sync()) == {"unchanged": 9}


def test_a_new_version_has_its_pictures_drawn_and_its_words_found(shop: Shop):
    shop.edit(ROUND, "follows the machine", "follows the zanzibarite")
    shop.sync()
    with shop.library.read(OPERATOR) as reading:
        kinds = set(reading.session.scalars(sa.select(Job.kind)))
    assert kinds == {"index asset", "draw pictures"}


# Vanished and returned


def test_a_vanished_file_archives_its_asset_with_the_reason(shop: Shop):
    (shop.content / FERRIES).unlink()
    assert counts(shop.sync()) == {"unchanged": 8, "vanished": 1}
    gone = asset_of(shop, "brackwater-ferries")
    assert gone.status is AssetStatus.ARCHIVED
    assert gone.archived_reason == "Its file is no longer there."
    assert counts(shop.sync()) == {"unchanged": 8}


def test_a_file_that_returns_brings_its_asset_back_without_a_new_version(shop: Shop):
    text = (shop.content / FERRIES).read_text()
    (shop.content / FERRIES).unlink()
    shop.sync()
    shop.write(FERRIES, text)
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    back = asset_of(shop, "brackwater-ferries")
    assert (back.status, back.archived_reason) == (AssetStatus.PUBLISHED, "")
    assert [version.number for version in versions_of(shop, "brackwater-ferries")] == [1]
    assert counts(shop.sync()) == {"unchanged": 9}


def test_a_file_that_returns_under_another_name_is_still_its_asset(shop: Shop):
    text = (shop.content / FERRIES).read_text()
    (shop.content / FERRIES).unlink()
    shop.sync()
    shop.write("case-study/ferries.md", text)
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(shop, "brackwater-ferries").source_path == "case-study/ferries.md"


def test_what_vanished_is_judged_within_the_synced_folder_only(shop: Shop, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "deck").mkdir(parents=True)
    (elsewhere / "deck" / "other.md").write_text("---\ntitle: Other\n---\n\n# Other\n")
    (shop.content / FERRIES).unlink()
    assert counts(shop.sync(elsewhere)) == {"created": 1}
    assert asset_of(shop, "brackwater-ferries").status is AssetStatus.PUBLISHED


# Broken and held back


def test_a_broken_file_is_told_with_path_line_and_reason_while_the_rest_goes_in(shop: Shop):
    shop.write("case-study/broken.md", "---\ntitle: Broken\nstages: [unclosed\n---\n\nBody.\n")
    shop.write("case-study/whole.md", "---\ntitle: Whole\n---\n\nBody.\n")
    answer = shop.sync()
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    (refused,) = answer.refused
    assert refused.path == "case-study/broken.md"
    assert refused.line in {3, 4}
    assert "cannot be read" in refused.reason


def test_a_file_that_breaks_leaves_its_asset_as_it_was(shop: Shop):
    shop.edit(FERRIES, "title: ", "title: [")
    assert counts(shop.sync()) == {"unchanged": 8, "refused": 1}
    assert asset_of(shop, "brackwater-ferries").status is AssetStatus.PUBLISHED


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
def test_what_is_no_authored_file_is_refused_alone(shop: Shop, data: bytes, reason: str):
    (shop.content / "deck" / "odd.md").write_bytes(data)
    answer = shop.sync()
    assert counts(answer) == {"unchanged": 9, "refused": 1}
    assert reason in answer.refused[0].reason


def test_a_link_to_nowhere_is_refused_alone_and_a_folder_is_no_file(shop: Shop):
    (shop.content / "deck" / "folder.md").mkdir()
    (shop.content / "deck" / "link.md").symlink_to("nowhere.md")
    answer = shop.sync()
    assert {row.path for row in answer.refused} == {"deck/link.md"}
    assert answer.unchanged == 9


def test_a_file_name_that_is_not_utf8_is_refused_alone(shop: Shop):
    os.close(os.open(os.fsencode(shop.content / "deck") + b"/\xff\xfe.md", os.O_CREAT | os.O_WRONLY))
    answer = shop.sync()
    assert answer.refused[0].reason == "The file's name is not UTF-8. Rename it."
    answer.refused[0].path.encode()


@pytest.mark.files
def test_a_file_that_takes_too_much_to_read_is_refused_alone(shop: Shop):
    shop.write("deck/huge.md", "---\ntitle: Huge\n---\n\n" + "word " * 60_000)
    shop.write("deck/small.md", "---\ntitle: Small\n---\n\n# Small\n")
    with Sandbox(Limits(result_bytes=200_000), preload=("contentlib.markup.source",)) as narrow:
        shared, shop.library.sandbox = shop.library.sandbox, narrow
        answer = shop.sync()
        shop.library.sandbox = shared
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    assert answer.refused[0].path == "deck/huge.md"


def test_an_address_that_another_file_holds_is_refused(shop: Shop):
    shop.write("deck/order-form.md", "---\ntitle: Another order form\n---\n\n# Slide\n")
    answer = shop.sync()
    assert counts(answer) == {"unchanged": 9, "refused": 1}
    assert answer.refused[0].reason == (
        "The slug “order-form” belongs to order-form/order-form.md. Give this file another slug."
    )


def test_a_copy_of_a_folder_is_told_where_the_original_stands(shop: Shop, tmp_path: Path):
    original, shop.content = shop.content, tmp_path / "copy"
    shutil.copytree(original, shop.content)
    answer = shop.sync()
    assert counts(answer) == {"refused": 9}
    assert {row.reason.partition("” ")[2] for row in answer.refused} == {f"belongs to a file below {original}."}
    (told,) = [finding for finding in answer.warnings if finding.code == "held-elsewhere"]
    assert told.message == f"9 files here have the slugs of what is kept equal to files below {original}."
    assert told.mend
    assert told.mend.startswith(f"To change those assets, run: contentlib content sync {original}.")
    shutil.rmtree(original)
    assert counts(shop.sync()) == {"unchanged": 9}  # as it said: this folder takes its place


def test_a_folder_that_moved_with_every_file_changed_is_told_the_way_back(shop: Shop, tmp_path: Path):
    before, original = asset_of(shop, "order-form").id, shop.content
    shop.content = original.rename(tmp_path / "elsewhere")
    for path in shop.content.rglob("*.md"):
        path.write_text(path.read_text() + "\nOne more sentence.\n")
    answer = shop.sync()
    assert counts(answer) == {"refused": 9}
    (told,) = [finding for finding in answer.warnings if finding.code == "held-elsewhere"]
    assert told.message.endswith(f"below {original}, which is no longer there.")
    assert told.mend
    assert f"Put it back to {original}, run: contentlib content sync {original};" in told.mend
    shop.content = shop.content.rename(original)
    assert counts(shop.sync()) == {"changed": 9}
    shop.content = original.rename(tmp_path / "elsewhere")
    assert counts(shop.sync()) == {"unchanged": 9}
    assert asset_of(shop, "order-form").id == before


def test_two_new_files_with_one_address_are_one_asset_and_one_refusal(shop: Shop):
    for kind in ("deck", "one-sheeter"):
        shop.write(f"{kind}/twin.md", f"---\ntitle: Twin {kind}\n---\n\n# Twin\n")
    answer = shop.sync()
    assert counts(answer) == {"created": 1, "unchanged": 9, "refused": 1}
    assert answer.refused[0].path == "one-sheeter/twin.md"


def test_a_changed_file_with_blocking_findings_waits_behind_the_published_version(shop: Shop):
    published = asset_of(shop, "round-at-a-glance")
    shop.edit(ROUND, "hero: media/harbour.svg", "hero: media/nowhere.svg")
    (told,) = shop.sync().warnings
    assert (told.code, told.path, told.level.value) == ("missing-media", ROUND, "error")
    waiting = asset_of(shop, "round-at-a-glance")
    assert (waiting.status, waiting.current_version_id) == (AssetStatus.PUBLISHED, published.current_version_id)
    assert [version.number for version in versions_of(shop, "round-at-a-glance")] == [2, 1]
    assert counts(shop.sync()) == {"unchanged": 9}
    # The missing picture, put in place, publishes the text that waits.
    shutil.copy(shop.content / "media" / "harbour.svg", shop.content / "media" / "nowhere.svg")
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 8}
    assert asset_of(shop, "round-at-a-glance").current_version_id == versions_of(shop, "round-at-a-glance")[0].id
    # A file that calls itself a draft withdraws nothing either.
    shop.edit(ROUND, "hero: media/nowhere.svg", "hero: media/nowhere.svg\nstatus: draft")
    (told,) = shop.sync().warnings
    assert (told.code, told.path, told.level.value) == ("waits-as-draft", ROUND, "note")
    assert asset_of(shop, "round-at-a-glance").current_version_id == versions_of(shop, "round-at-a-glance")[1].id
    with shop.library.read(OPERATOR) as reading:
        history = [line.deed for line in assets.get_page(reading, "round-at-a-glance").history]
    waits = "Changed in its file: version {} waits behind what is published; {}"
    assert history[0] == waits.format(4, "its file calls it a draft")
    assert waits.format(2, "what was found in it blocks it") in history


def test_a_new_file_with_blocking_findings_is_a_draft(shop: Shop):
    shop.write("deck/new.md", "---\ntitle: New\n---\n\n# Slide\n\n![a](media/none.svg)\n")
    shop.sync()
    assert asset_of(shop, "new").status is AssetStatus.DRAFT


def test_a_blocked_file_that_vanished_and_returns_leaves_the_published_version_in_place(shop: Shop):
    first = asset_of(shop, "round-at-a-glance").current_version_id
    shop.edit(ROUND, "hero: media/harbour.svg", "hero: media/nowhere.svg")
    shop.sync()
    text = (shop.content / ROUND).read_text()
    (shop.content / ROUND).unlink()
    shop.sync()
    shop.write(ROUND, text)
    shop.sync()
    back = asset_of(shop, "round-at-a-glance")
    assert (back.status, back.current_version_id) == (AssetStatus.PUBLISHED, first)


@pytest.mark.parametrize("path", ["media/" + "a" * 300 + ".svg", "../secret.svg", "/etc/hosts.svg", "media/x\\0.svg"])
def test_a_picture_that_cannot_be_there_is_told_as_missing(shop: Shop, tmp_path: Path, path: str):
    (tmp_path / "secret.svg").write_text("<svg/>")
    shop.write("deck/new.md", f"---\ntitle: New\n---\n\n# Slide\n\n![a]({path})\n")
    answer = shop.sync()
    assert answer.created == 1
    assert versions_of(shop, "new")[0].media == {}


# Who may


def test_rep_cannot_sync(shop: Shop):
    with pytest.raises(ForbiddenError):
        shop.library.sync_content(shop.actor(RITA), shop.content)


@pytest.mark.parametrize("member", [MARCO, LEO])
def test_marketer_and_content_lead_may_sync(shop: Shop, member):
    assert shop.library.sync_content(shop.actor(member), shop.content).unchanged == 9


def test_a_folder_that_is_not_there_is_refused(shop: Shop):
    with pytest.raises(InvalidInputError, match="is not a folder"):
        shop.sync(shop.content / "nowhere")


def test_lint_tells_what_is_wrong_and_brings_nothing_in(shop: Shop):
    shop.write("deck/new.md", "---\ntitle: New\n---\n\n# Slide\n\n![a](media/none.svg) ![b](media/harbour.svg)\n")
    shop.write("deck/broken.md", "no front matter")
    before = rows_of(shop)
    blobs = sorted(shop.library.settings.blobs_folder.rglob("*"))
    shop.edit("media/harbour.svg", "#F2A93B", "#B93F28")
    with shop.library.read(OPERATOR) as reading:
        files, findings = authoring.lint(reading, [shop.content / "deck"])
    assert files == 3
    assert {(finding.code, finding.path) for finding in findings if finding.level == "error"} == {
        ("missing-media", "new.md"),
        ("refused", "broken.md"),
    }
    assert [finding.line for finding in findings if finding.code == "missing-media"] == [7]
    assert rows_of(shop) == before
    assert sorted(shop.library.settings.blobs_folder.rglob("*")) == blobs


def test_lint_holds_the_words_of_a_text_against_those_of_the_library(shop: Shop):
    words = "kind: decc\nstages: [decison]\ntags: [uptimes]\nowner: nobody@tarnwell.example"
    shop.write("deck/new.md", f"---\ntitle: New\n{words}\n---\n\n## Slide\n")
    with shop.library.read(OPERATOR) as reading:
        _, findings = authoring.lint(reading, [shop.content / "deck" / "new.md"])
    assert [(finding.code, finding.line, finding.nearest) for finding in findings] == [
        ("unknown-kind", 3, "deck"),
        ("unknown-stage", 4, "Decision"),
        ("unknown-term", 5, "Uptime"),
        ("unknown-owner", 6, None),
    ]
