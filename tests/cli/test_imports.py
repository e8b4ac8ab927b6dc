"""`content import` and `deals import --mapping` as a person or a script calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contentlib.__main__ import commands

DATA = Path(__file__).parents[1] / "data"
DEALS = DATA / "deals" / "Salvirt_B2B_ML_dataset.csv"
MAPPING = DATA / "deals" / "salvirt.toml"


def call(data: Path, *arguments: str | Path, want: int = 0) -> Any:
    """Run a command and give its one JSON document."""
    done = CliRunner().invoke(commands, ["--data", str(data), *map(str, arguments), "--json"])
    assert done.exit_code == want, (done.stdout, done.stderr, done.exception)
    return json.loads(done.stdout)


def say(data: Path, *arguments: str | Path, want: int = 0) -> str:
    """Run a command and give what it says to a person."""
    done = CliRunner().invoke(commands, ["--data", str(data), *map(str, arguments)])
    assert done.exit_code == want, (done.stdout, done.stderr, done.exception)
    return done.output


def test_foreign_collateral_comes_in_once(data_folder: Path, tmp_path: Path):
    answer = call(data_folder, "content", "import", DATA / "collateral/go-solutions", "--layout", "go")
    assert (answer["total"], answer["created"], answer["refused"]) == (3, 3, [])
    assert answer.keys() == {"total", "created", "changed", "unchanged", "vanished", "refused", "warnings"}
    missing = [row for row in answer["warnings"] if row["code"] == "picture-missing"]
    assert missing[0].keys() == {"level", "code", "message", "path"}

    assert "3 files: 0 new, 0 changed, 3 unchanged, 0 refused." in say(
        data_folder, "content", "import", DATA / "collateral/go-solutions", "--layout", "go"
    )
    found = call(data_folder, "search", "payments")
    assert found["hits"][0]["slug"] == "americanexpress"

    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/broken.md").write_bytes(b"caf\xe9")
    refused = call(data_folder, "content", "import", tmp_path / "notes", want=1)["refused"]
    assert refused == [
        {"path": "broken.md", "line": 1, "reason": "The file is not UTF-8 text. Name its encoding in a layout."}
    ]


def test_a_layout_that_is_not_there_is_refused(data_folder: Path, tmp_path: Path):
    told = call(data_folder, "content", "import", tmp_path, "--layout", "jenkin", want=1)["error"]
    assert told["code"] == "invalid_input"
    assert "Did you mean “jenkins”?" in told["message"]


def test_deals_of_any_shape_come_in_and_stay(data_folder: Path):
    dry = call(data_folder, "deals", "import", DEALS, "--mapping", MAPPING, "--dry-run")
    assert (dry["total"], dry["created"], dry["refused_file"]) == (30, 30, None)
    first = call(data_folder, "deals", "import", DEALS, "--mapping", MAPPING)
    assert (first["total"], first["created"], first["refused"]) == (30, 30, [])
    assert call(data_folder, "deals", "import", DEALS, "--mapping", MAPPING)["unchanged"] == 30
    report = call(data_folder, "reports", "usage-to-close")
    assert report["left_out"] == [{"reason": "no opening date", "deals": 30}]


def test_refused_rows_are_mended_and_imported_with_the_same_mapping(data_folder: Path, tmp_path: Path):
    mapping = tmp_path / "deals.toml"
    mapping.write_text('[file]\ndelimiter = ";"\n[columns]\namount = "Sum"\n[templates]\ndeal = "d-{#}"\n')
    (tmp_path / "deals.csv").write_text("Sum;Who\n1;a\nmany;b\n3;c\n")
    answer = call(data_folder, "deals", "import", tmp_path / "deals.csv", "--mapping", mapping, want=1)
    assert [(row["line"], "“many” is not a number" in row["reason"]) for row in answer["refused"]] == [(3, True)]
    kept = Path(answer["refused_file"])
    kept.write_text(kept.read_text().replace("many", "2"))
    assert call(data_folder, "deals", "import", kept, "--mapping", mapping)["created"] == 1


def test_a_suggestion_is_a_mapping(data_folder: Path, tmp_path: Path):
    text = call(data_folder, "deals", "import", DEALS, "--suggest")["mapping"]
    assert say(data_folder, "deals", "import", DEALS, "--suggest") == text
    made = tmp_path / "made.toml"
    made.write_text(text, encoding="utf-8")
    assert call(data_folder, "deals", "import", DEALS, "--mapping", made)["created"] == 30


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ('[columns]\ndeal = "Statsu"\n', "Did you mean “Status”?"),
        ('[columns]\ndael = "Status"\n', "Did you mean “columns.deal”?"),
    ],
)
def test_a_mapping_that_does_not_hold_is_refused_before_anything_is_read(
    data_folder: Path, tmp_path: Path, mapping: str, told: str
):
    (tmp_path / "deals.toml").write_text('[file]\ndelimiter = ";"\n' + mapping)
    error = call(data_folder, "deals", "import", DEALS, "--mapping", tmp_path / "deals.toml", want=1)["error"]
    assert told in error["message"]


def test_without_a_mapping_it_is_wrong_usage(data_folder: Path):
    assert "Name --mapping, or let --suggest write one." in say(data_folder, "deals", "import", DEALS, want=2)
