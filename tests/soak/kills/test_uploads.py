"""Uploads that are killed at work: each file came in whole or not at all, and nothing of the others stays."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from contentlib.sandbox.parent import Sandbox
from tests.factories.hostile import archive, deck, pdf
from tests.processes import Processes
from tests.soak.kills.harness import Figures, Place, Server, make_template

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "20")) // 20
SEED = int(os.environ.get("SOAK_SEED", "1"))
FILES = 5
# An upload of these takes some seconds; a kill comes at any moment of it.
LONGEST = 4.0


def write_files(folder: Path, number: int) -> Path:
    """Write a round's own files: PDFs, a deck, and an archive of two more."""
    folder.mkdir()
    for n in range(FILES - 3):
        (folder / f"r{number}-{n}.pdf").write_bytes(pdf(40, words=f"Round {number} file {n}"))
    (folder / f"r{number}-deck.pptx").write_bytes(deck(f"Round {number}"))
    packed = {f"r{number}-in-{n}.pdf": pdf(words=f"Round {number} packed {n}") for n in range(2)}
    (folder.parent / f"r{number}.zip").write_bytes(archive(packed))
    return folder


def test_killed_uploads_leave_whole_assets_and_nothing_else(
    shop_template: Path, sandbox: Sandbox, tmp_path: Path, processes: Processes
):
    place = Place(make_template(shop_template, tmp_path / "template", sandbox), tmp_path / "library", processes)
    figures = Figures()
    for number in range(1, ROUNDS + 1):
        print(f"SOAK_SEED={SEED}, round {number}")
        chance = random.Random(f"{SEED}:{number}")
        folder = write_files(tmp_path / f"files-{number}", number)
        given = (folder, folder.parent / f"r{number}.zip")
        adding = place.start("uploads", "add", *given, "--json")
        time.sleep(chance.uniform(0.2, LONGEST))
        figures.counts["uploads killed at work"] += adding.kill(with_all=chance.random() < 0.5)
        came = f"slug LIKE 'r{number}-%'"
        held = place.count(f"SELECT count(*) FROM asset WHERE {came}")
        whole = place.count(
            "SELECT count(*) FROM asset a JOIN asset_version v ON v.id = a.current_version_id "
            f"JOIN asset_file f ON f.version_id = v.id JOIN job j ON j.subject = v.id WHERE {came} "
            "AND j.kind = 'draw pictures'"
        )
        assert held == whole
        again = place.run("uploads", "add", *given)
        statuses = sorted(file["status"] for file in again["files"])
        assert statuses == sorted(["duplicate"] * held + ["added"] * (FILES - held))
        assert place.run("verify")["differences"] == []
        figures.counts["files held"] += held
        place.execute("DELETE FROM job WHERE kind = 'draw pictures'")
    place.let_pass(hours=2)
    server = Server(place, figures)
    server.start()
    server.kill()
    assert not [path for path in place.left_behind() if path.name.startswith((".new-", ".passing-"))]
    figures.print("uploads")
