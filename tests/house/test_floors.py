"""Imports only go down the stairs, every engine has one room; and each rule is seen to break when it is broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, address, python_files

LINTER = Path(sys.executable).with_name("lint-imports")

# One stray import for each contract: the module that would hold it, and the line.
STRAY_IMPORTS = {
    "floors": ("contentlib/domain/assets.py", "import contentlib.services"),
    "circles": ("contentlib/domain/deals.py", "import contentlib.domain.usage"),
    "doors": ("contentlib/web/deals.py", "import contentlib.storage.queries"),
    "benches": ("contentlib/cli/content.py", "import contentlib.markup"),
    "drawing": ("contentlib/cli/reports.py", "import contentlib.charts"),
    "payloads": ("contentlib/payloads/deals.py", "import contentlib.stats"),
    "settings": ("contentlib/services/assets.py", "import contentlib.settings"),
    "flask": ("contentlib/services/people.py", "import flask"),
    "waitress": ("contentlib/web/assets.py", "import waitress"),
    "click": ("contentlib/services/deals.py", "import click"),
    "sqlalchemy": ("contentlib/web/people.py", "import sqlalchemy"),
    "whoosh": ("contentlib/services/search.py", "import whoosh.fields"),
    "weasyprint": ("contentlib/services/documents.py", "import weasyprint"),
    "html": ("contentlib/services/uploads.py", "import bs4"),
    "markdown": ("contentlib/rendering/html.py", "import markdown"),
}  # fmt: skip


CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


def test_every_contract_holds():
    done = subprocess.run([LINTER, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def broken_house(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a house with the same floors in which each contract is broken once."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    floors = [floor for layer in CONTRACTS["floors"]["layers"] for floor in layer.replace(":", "|").split("|")]
    for module in ("", *(f"{floor.strip()}/" for floor in floors), "storage/queries/"):
        write(house / "contentlib" / f"{module}__init__.py", "")
    # A contract may speak of one module alone.
    for name in {one for contract in CONTRACTS.values() for one in contract.get("allowed_importers", ())}:
        if name.count(".") > 1:
            write(house / f"{name.replace('.', '/')}.py", "")
    # Every engine is imported somewhere, or its contract would not know it.
    engines = [name for contract in CONTRACTS.values() for name in contract.get("protected_modules", ())]
    imports = "".join(f"import {name}\n" for name in engines if not name.startswith("contentlib."))
    write(house / "contentlib/app/engines.py", imports)
    write(house / "contentlib/domain/usage.py", "import contentlib.domain.deals\n")
    for name, line in STRAY_IMPORTS.values():
        write(house / name, f"{line}\n")
    return subprocess.run(
        [LINTER, "--no-logo", "--no-cache"], cwd=house, capture_output=True, text=True, check=False
    ).stdout


def write(path: Path, text: str) -> None:
    """Write a module of the made-up house."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_stray_import_breaks_the_contract(broken_house: str, contract: str):
    assert contract in STRAY_IMPORTS, f"add a stray import that breaks the contract {contract!r}"
    assert f"{CONTRACTS[contract]['name']} BROKEN" in broken_house, broken_house


# What the two lowest floors may know beside themselves and the standard library.
ENGINELESS = {"domain": set(), "stats": {"numpy"}}


@pytest.mark.parametrize("floor", ENGINELESS)
def test_words_and_arithmetic_know_no_engine(floor: str):
    allowed = ENGINELESS[floor] | {"contentlib", "__future__"} | sys.stdlib_module_names
    strangers = {
        f"{address(path)} imports {name}"
        for path in python_files("contentlib")
        if path.relative_to(ROOT).parts[1] == floor
        for name in imported_packages(path)
        if name not in allowed
    }
    assert not strangers


def imported_packages(path: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
