"""Each recipe of docs/development.md works as it stands: followed word by word in a copy of the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.house.checkout import ROOT
from tests.house.follow import says
from tests.house.guide import Block, page
from tests.house.picture import PLACE, QUESTIONS, draw, layers, rooms_of
from tests.typist import type_commands

RECIPES = {
    "A kind of document": "add-a-kind",
    "A layout of foreign collateral": "add-a-layout",
    "A report": "add-a-report",
    "A room": "add-a-room",
}
PAGE = page("docs/development.md")


@dataclass(frozen=True)
class Followed:
    """A copy of the checkout in which every recipe was followed, and what each command said."""

    house: Path
    said: dict[str, tuple[int, str]]


def numbered(block: Block, newest: str) -> Block:
    """Give a block with the numbers of revisions in the place of NNNN and MMMM."""
    numbers = {"NNNN": f"{int(newest) + 1:04}", "MMMM": newest}
    fill = re.compile("|".join(numbers))
    text, value = (fill.sub(lambda match: numbers[match.group()], text) for text in (block.text, block.value))
    return replace(block, text=text, value=value)


def carry_out(house: Path, block: Block) -> None:
    """Write a file, or put lines below the one that is named."""
    if block.mark == "file":
        path = house / block.value
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    elif block.mark == "after":
        name, _, anchor = block.value.partition(": ")
        lines = (house / name).read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.startswith(anchor.strip("\n"))]
        assert len(places) == 1, f"{block.page}:{block.line}: {name} has {len(places)} lines that begin with {anchor!r}"
        (house / name).write_text("".join([*lines[: places[0] + 1], block.text, *lines[places[0] + 1 :]]))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """Follow every recipe in one copy; commands run when all is written."""
    house = tmp_path_factory.mktemp("house")
    for name in ("contentlib", "templates"):
        shutil.copytree(ROOT / name, house / name)  # with what is compiled, which spares Python seconds
    for name in ("brand", "content"):
        (house / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", house)
    newest = max(path.name[:4] for path in (house / "contentlib/storage/migrations/versions").glob("[0-9]*.py"))
    for block in PAGE.blocks:
        carry_out(house, numbered(block, newest))
    lines = [step[1] for block in PAGE.blocks if block.mark != "not run" for step in block.steps]
    environment = {"PYTHONPATH": str(house), "CONTENTLIB_DATA": str(house / "var")}
    typed = type_commands(lines, cwd=house, environment=environment)
    return Followed(house, dict(zip(lines, typed, strict=True)))


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_works_as_it_stands(followed: Followed, recipe: str):
    assert f"[{recipe}](#{RECIPES[recipe]})" in PAGE.text
    heading = RECIPES[recipe].replace("-", " ").capitalize()
    steps = [step for block in PAGE.blocks if block.section == heading for step in block.steps]
    assert steps
    for line, command, shown in steps:
        code, said = followed.said[command]
        assert code == 0, f"{PAGE.name}:{line}: $ {command}\n{said}"
        assert not shown.strip() or says(said, shown), (
            f"{PAGE.name}:{line}: $ {command}\nis shown to say:\n{shown}\nbut says:\n{said}"
        )


def test_recipes_keep_the_floors(followed: Followed):
    """What others import against the rules is told by test_floors."""
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=followed.house, capture_output=True, text=True, check=False
    ).stdout
    assert "Imports only go down the stairs" in told
    touched = {block.value.partition(":")[0] for block in PAGE.blocks if block.mark in {"file", "after"}}
    modules = {path.removesuffix(".py").replace("/", ".") for path in touched if path.startswith("contentlib/")}
    strays = [line for line in told.splitlines() if line.strip("- ").partition(" -> ")[0] in modules and "->" in line]
    assert not strays, told


def test_recipes_keep_the_style(followed: Followed):
    written = [
        str(followed.house / block.value)
        for block in PAGE.blocks
        if block.mark == "file" and block.language == "python"
    ]
    assert written
    ruff = Path(sys.executable).with_name("ruff")
    names = [name for name in written if "NNNN" not in name]
    done = subprocess.run(
        [ruff, "check", "--quiet", *names], cwd=followed.house, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_house_is_drawn_as_it_is_kept():
    assert [rooms_of(layer)[0] for layer in layers()] == list(QUESTIONS), "draw the floor: tests/house/picture.py"
    assert PLACE.read_text(encoding="utf-8") == draw(layers()), "draw it anew: python -m tests.house.picture"


def test_every_floor_is_told_of():
    (contract,) = re.findall(r"## Floors\n(.*?)\n## ", PAGE.text, re.DOTALL)
    named = {
        name for cell in re.findall(r"^\| (.*?) \|", contract, re.MULTILINE) for name in re.findall(r"`([a-z_]+)", cell)
    }
    assert {room for layer in layers() for room in rooms_of(layer)} <= named
