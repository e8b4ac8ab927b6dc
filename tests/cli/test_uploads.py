"""Files from outside at the command line: what they hold, and a named refusal where they are not taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.errors import WorkBrokeOffError
from contentlib.sandbox.parent import Sandbox
from tests.cast import RITA
from tests.cli.invoke import Shell
from tests.factories import office


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "Pump check.pptx"
    path.write_bytes(office.presentation([office.slide(office.shape("Bearings", place="title"))], title="Pump check"))
    return path


def test_a_file_is_told_page_by_page(shell: Shell, deck: Path):
    done = shell.json("uploads", "extract", str(deck))
    assert done.code == 0
    assert done.told["pages"] == [{"number": 1, "title": "Bearings", "text": "Bearings", "notes": ""}]
    assert (done.told["format"], done.told["facts"]["title"], done.told["findings"]) == ("pptx", "Pump check", [])
    spoken = shell.run("uploads", "extract", str(deck))
    assert spoken.out.splitlines()[:2] == ["PowerPoint presentation, 1 page", "title: Pump check"]


def test_a_file_that_is_not_taken_in_is_an_answer_with_its_reason(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "offer.pdf"
    path.write_bytes(b"<html>")
    done = shell.json("uploads", "extract", str(path))
    assert (done.code, done.told["format"], done.told["pages"]) == (1, None, [])
    (finding,) = done.told["findings"]
    assert (finding["level"], finding["path"]) == ("error", "offer.pdf")
    assert finding["message"].startswith("“offer.pdf” is a web page.")

    def break_off(*_: object, **__: object) -> None:  # as an engine does at a file that was made to hurt
        raise WorkBrokeOffError("This broke off unexpectedly, and nothing was kept.", trace="signal 11")

    monkeypatch.setattr(Sandbox, "call", break_off)
    for command in (("uploads", "extract"), ("brand", "check")):
        done = shell.json(*command, str(path))
        assert (done.code, [(f["code"], f["path"]) for f in done.told["findings"]]) == (
            1, [("work_broke_off", "offer.pdf")],
        )  # fmt: skip


def test_a_file_larger_than_the_setting_allows_is_not_read(shell: Shell, tmp_path: Path):
    (shell.data / "contentlib.toml").write_text("upload_limit_mb = 1\n")
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-" + bytes(2 * 1024 * 1024))
    (finding,) = shell.json("uploads", "extract", str(path)).told["findings"]
    assert "has 2 MB, more than the 1 MB" in finding["message"]


def test_a_rep_may_not(shell: Shell, deck: Path):
    assert shell.json("uploads", "extract", str(deck), acting_as=RITA.email).error["code"] == "forbidden"


def test_files_become_drafts_one_by_one_and_a_bad_one_stops_no_other(shell: Shell, deck: Path, tmp_path: Path):
    page = tmp_path / "offer.pdf"
    page.write_bytes(b"<html>")
    done = shell.json("uploads", "add", str(page), str(deck), str(deck), "--kind", "deck", "--stage", "decision")
    assert done.code == 1
    assert [(f["name"], f["status"], f["asset"]) for f in done.told["files"]] == [
        ("offer.pdf", "refused", None),
        ("Pump check.pptx", "added", "pump-check"),
        ("Pump check.pptx", "duplicate", "pump-check"),
    ]
    assert [set(f) for f in done.told["files"]] == [{"name", "status", "asset", "version", "reason", "findings"}] * 3
    assert done.told["files"][0]["reason"].startswith("“offer.pdf” is a web page.")
    assert [line.partition(":")[0] for line in done.err.splitlines()[:3]] == ["offer.pdf", *["Pump check.pptx"] * 2]
    found = shell.json("search", "bearings", "--status", "draft").told["hits"]
    assert [(hit["slug"], hit["kind"], hit["stages"], hit["page"]) for hit in found] == [
        ("pump-check", "deck", ["decision"], 1)
    ]


def test_a_new_version_is_one_file_and_words_are_known_before_anything_is_read(shell: Shell, deck: Path):
    several = shell.json("uploads", "add", str(deck), str(deck), "--replace", "pump-check")
    assert several.error["fields"][0]["field"] == "replace"
    described = shell.json("uploads", "add", str(deck), "--replace", "pump-check", "--kind", "deck")
    assert "stays when its file is replaced" in described.error["message"]
    unknown = shell.json("uploads", "add", str(deck), "--kind", "dck")
    assert "Did you mean “deck”?" in unknown.error["message"]
    missing = shell.json("uploads", "add", str(deck), "--replace", "pump-check")
    assert missing.error["code"] == "not_found"
    assert shell.json("uploads", "add", str(deck), acting_as=RITA.email).error["code"] == "forbidden"
