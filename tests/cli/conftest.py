"""A shell for tests of commands: on the small library, or on a folder in which there is none yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from contentlib.sandbox.parent import Sandbox
from tests.cli.invoke import Shell


@pytest.fixture
def empty_shell(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A shell on a data folder that does not exist yet."""
    yield Shell(tmp_path / "data", monkeypatch, capsys, sandbox)
    structlog.reset_defaults()


@pytest.fixture
def shell(empty_shell: Shell, shop_template: Path) -> Shell:
    """A shell on a copy of the small library."""
    shutil.copytree(shop_template, empty_shell.data)
    return empty_shell
