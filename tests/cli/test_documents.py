"""What a file is, and what is wrong with a brand, told on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.invoke import Shell

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KEYS = {"ours", "unaltered", "current", "asset", "version", "brand", "template", "values", "deal", "made_at"}


def test_documents_certificate_tells_whether_a_file_is_ours_and_as_it_was(shell: Shell, tmp_path: Path):
    out = tmp_path / "kite.pdf"
    words = ("--deal", "K-1", "--set", "note=See page one.", "--out", str(out))
    shell.json("documents", "render", "round-at-a-glance", *words)
    done = shell.json("documents", "certificate", str(out))
    assert (done.code, set(done.told)) == (0, KEYS | {"findings"})
    assert (done.told["ours"], done.told["unaltered"], done.told["current"]) == (True, True, True)
    assert (done.told["asset"], done.told["version"], done.told["deal"]) == ("round-at-a-glance", 1, "K-1")
    assert done.told["values"] == {"prospect.name": "Kite & Co", "note": "See page one."}

    checked = shell.json("brand", "check", str(out))
    assert (checked.code, [finding["code"] for finding in checked.told["findings"]]) == (0, ["certified"])
    assert f"“contentlib documents certificate {out}”" in checked.told["findings"][0]["mend"]

    out.write_bytes(out.read_bytes() + b" ")
    altered = shell.json("documents", "certificate", str(out))
    assert (altered.code, altered.told["ours"], altered.told["unaltered"]) == (1, True, False)
    assert [finding["code"] for finding in altered.told["findings"]] == ["altered"]

    checked = shell.json("brand", "check", str(out))
    assert (checked.code, [finding["code"] for finding in checked.told["findings"]][:2]) == (
        1,
        ["certified", "altered"],
    )

    out.write_text("Not a PDF at all.")
    assert shell.json("documents", "certificate", str(out)).error["code"] == "file_refused"
    assert "cannot be opened" in shell.json("documents", "certificate", str(tmp_path / "no.pdf")).error["message"]


def test_what_is_no_file_is_told_and_not_read_to_its_end(shell: Shell):
    for command, code in ((("documents", "certificate"), 1), (("brand", "check"), 1)):
        assert shell.json(*command, "/dev/zero").code == code
        assert "empty" in shell.json(*command, "/dev/null").out


def test_the_paper_is_one_wherever_it_is_named(shell: Shell, tmp_path: Path):
    out = ("--out", str(tmp_path / "kite.pdf"))
    by_field = shell.json("documents", "render", "round-at-a-glance", "--set", "paper=Letter", *out).told
    by_option = shell.json("documents", "render", "round-at-a-glance", "--paper", "Letter", *out).told
    assert by_field["certificate"]["paper"] == "Letter"
    assert by_field["sha256"] == by_option["sha256"]


def test_brand_lint_finds_nothing_in_the_sample_and_names_a_fault_with_file_and_line(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    sound = shell.json("brand", "lint")
    assert (sound.code, sound.told) == (0, {"findings": []})
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "_brand.yml").write_text("meta:\n  name: Kite\ncolour:\n  primary: red\n", encoding="utf-8")
    monkeypatch.setenv("CONTENTLIB_BRAND", str(tmp_path / "own"))
    faulty = shell.json("brand", "lint")
    assert faulty.code == 1
    told = {(finding["code"], finding["line"]): finding for finding in faulty.told["findings"] if "line" in finding}
    assert told["unknown-key", 3]["nearest"] == "color"
    assert told["unknown-key", 3]["path"] == "own/_brand.yml"
    assert json.loads(faulty.out) == faulty.told


def test_documents_lint_names_what_is_wrong_with_a_kind_and_the_library_goes_on_meanwhile(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    for each in set(templates.joinpath("documents").iterdir()):
        if each.name not in {"_shared", "one-sheeter", "proposal-cover"}:
            shutil.rmtree(each)
    monkeypatch.setenv("CONTENTLIB_TEMPLATES", str(templates))
    assert shell.json("documents", "lint").told == {"findings": []}

    schema = templates / "documents" / "one-sheeter" / "schema.yml"
    schema.write_text(schema.read_text("utf-8").replace("flow:", "flwo:"), encoding="utf-8")
    faulty = shell.json("documents", "lint")
    assert (faulty.code, [found["path"] for found in faulty.told["findings"]]) == (1, ["one-sheeter/schema.yml"])
    assert [kind["slug"] for kind in shell.json("documents", "kinds").told["kinds"]] == ["proposal-cover"]
    assert "round-at-a-glance" in [hit["slug"] for hit in shell.json("search").told["hits"]]
    refused = shell.json("documents", "render", "round-at-a-glance", "--out", str(tmp_path / "no.pdf")).error
    assert "Did you mean “flow”?" in refused["message"]
