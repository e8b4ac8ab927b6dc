"""Runs a command as a shell would, in this process: what it printed where, and how it ended."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contentlib import __main__ as program
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The one JSON document on stdout; NaN is none."""

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        return json.loads(self.out, parse_constant=refuse)

    @property
    def error(self) -> Any:
        """The refusal that a command answered with."""
        assert self.code == 1, (self.code, self.out, self.err)
        assert set(self.told) == {"error"}
        assert set(self.told["error"]) == {"code", "message", "fields", "findings"}
        return self.told["error"]


@dataclass
class Shell:
    """A shell with a library of its own; every command is run with `--json` unless told otherwise."""

    data: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    sandbox: Sandbox

    def run(self, *words: str, acting_as: str | None = None) -> Ended:
        """Run a command; never a traceback, whatever it is given."""
        before = ["--data", str(self.data), *(["--as", acting_as] if acting_as else [])]
        self.monkeypatch.setattr("sys.argv", ["contentlib", *before, *words])
        self.monkeypatch.setattr(program, "Library", functools.partial(Library, sandbox=self.sandbox))
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = self.capture.readouterr()
        assert "Traceback" not in out + err, err
        return Ended(int(ended.value.code or 0), out, err)

    def json(self, *words: str, acting_as: str | None = None) -> Ended:
        """Run a command with `--json`."""
        return self.run(*words, "--json", acting_as=acting_as)
