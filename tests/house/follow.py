"""Does what a page says, in a folder and a library of its own: commands in this process, files where they belong."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contentlib import __main__ as program
from contentlib.library import Library
from contentlib.sandbox.parent import Sandbox
from tests.factories.demos import NOW
from tests.house.guide import Block, Page

CONTENTLIB = re.compile(r"(?:\S*/)?contentlib$")
ASSIGNMENT = re.compile(r"[A-Z_]+=")
ANYTHING = "…"


@dataclass
class Follower:
    """Someone who types what a page shows; `/srv/` on the page is a folder of their own."""

    home: Path
    sandbox: Sandbox
    patch: pytest.MonkeyPatch
    followed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.patch.setattr(program, "Library", functools.partial(Library, sandbox=self.sandbox, clock=lambda: NOW))
        self.patch.setenv("CONTENTLIB_DATA", str(self.data))
        self.patch.setenv("COLUMNS", "120")
        (self.home / "srv").mkdir(exist_ok=True)
        (self.home / "here").mkdir(exist_ok=True)
        self.patch.chdir(self.home / "here")

    @property
    def data(self) -> Path:
        """The data folder that commands use while a page names no other."""
        return self.home / "srv/contentlib"

    def follow(self, page: Page) -> None:
        """Write the files and run the commands of a page, in order."""
        for block in page.blocks:
            if block.mark == "file":
                path = Path(self._here(block.value))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self._here(block.text), encoding="utf-8")
            elif block.mark != "not run":
                self._run(block)

    def _run(self, block: Block) -> None:
        steps = block.steps
        for number, (line, command, expected) in enumerate(steps, 1):
            allowed = int(block.value) if block.mark == "exits" and number == len(steps) else 0
            code, said = self._type(command)
            where = f"{block.page}:{line}: $ {command}"
            self.followed.append(where)
            assert code == allowed, f"{where}\nended with {code} instead of {allowed} and said:\n{said}"
            if expected.strip():
                assert says(said, expected), f"{where}\nis shown to say:\n{expected}\nbut says:\n{said}"

    def _type(self, line: str) -> tuple[int, str]:
        """Run one line; gives the code it ended with and what it said."""
        code, said = 0, ""
        for command in line.split(" && "):
            code, out = self._one(self._here(command))
            said += out
            if code:
                break
        return code, said.replace(f"{self.home}/srv/", "/srv/").replace(f"{self.home}/here/", "")

    def _one(self, command: str) -> tuple[int, str]:
        words = shlex.split(command, comments=True)
        given = {}
        while words and ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            given[name] = value
        if words[0] == "export":
            for word in words[1:]:
                self.patch.setenv(*word.split("=", 1))
            return 0, ""
        if words[0] == "cd":
            self.patch.chdir(words[1])
            return 0, ""
        if CONTENTLIB.match(words[0]):
            with pytest.MonkeyPatch.context() as once:
                for name, value in given.items():
                    once.setenv(name, value)
                return self._contentlib(command)
        done = subprocess.run(
            ["bash", "-c", command], env=os.environ | given, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.returncode, done.stdout

    def _contentlib(self, command: str) -> tuple[int, str]:
        """Run the program in this process; the shell itself expands what the page leaves to it."""
        command, _, place = command.partition(" > ")
        expanded = subprocess.run(
            ["bash", "-c", f"args() {{ printf '%s\\0' \"$@\"; }}; args {command}"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        words = [word for word in expanded.split("\0")[:-1] if not ASSIGNMENT.match(word)]
        self.patch.setattr("sys.argv", ["contentlib", *words[1:]])
        said, printed = io.StringIO(), io.StringIO()
        code = 0
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(printed if place else said):
            try:
                program.main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        if place:
            Path(place.strip()).write_text(printed.getvalue(), encoding="utf-8")
        return code, said.getvalue()

    def _here(self, text: str) -> str:
        """Give a page's text with its folders in the place of whoever follows it."""
        return text.replace("/srv/", f"{self.home}/srv/")


def says(said: str, expected: str) -> bool:
    """Tell whether a command said what a page shows; “…” stands for anything, alone on a line for any lines."""
    pattern = ""
    for line in expected.strip("\n").splitlines():
        if line.strip() == ANYTHING:
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += re.escape(line.rstrip()).replace(re.escape(ANYTHING), r"[^\n]*?") + r"[ ]*\n"
    lines = "".join(f"{line}\n" for line in said.strip("\n").splitlines())
    return re.fullmatch(pattern, lines) is not None
