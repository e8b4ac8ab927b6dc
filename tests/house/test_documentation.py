"""Every setting, command and make target stands in README or docs, and nothing stands there that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import click
import pytest

from contentlib.__main__ import commands
from contentlib.settings import Settings
from tests.house.checkout import ROOT, address, files

PAGES = [ROOT / "README.md", *(path for path in files() if path.is_relative_to(ROOT / "docs") and path.suffix == ".md")]
WORDS = "\n".join(page.read_text() for page in PAGES)
SETTINGS = [f"CONTENTLIB_{name.upper()}" for name in Settings.model_fields]
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def walk(group: click.Group, context: click.Context, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words it is called by."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from walk(command, click.Context(command, parent=context), (*path, name))


@cache
def every_command() -> dict[str, click.Command]:
    """Every command and group by the words it is called by."""
    return dict(walk(commands, click.Context(commands)))


def code() -> str:
    """What README and docs set as code: the only place where commands are named."""
    return "\n".join(CODE.findall(WORDS))


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_documented(setting: str):
    assert re.search(rf"\b{setting}\b", WORDS)


def test_every_command_is_documented():
    said = code()
    undocumented = [
        name
        for name, command in every_command().items()
        if not isinstance(command, click.Group) and not re.search(rf"\b{name}\b", said)
    ]
    assert not undocumented


def test_every_command_says_what_it_does():
    assert not [name for name, command in every_command().items() if not (command.help or "").strip()]


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_documented(target: str):
    assert f"make {target}" in code()


def test_every_setting_that_is_named_exists():
    reserved = {"CONTENTLIB_S3_"}
    named = set(re.findall(r"CONTENTLIB_[A-Z][A-Z0-9_]*", WORDS))
    assert named - set(SETTINGS) - reserved == set()


def test_every_command_that_is_named_exists():
    """The words after `contentlib` in code lead to a command; options before it take one word at most."""
    unknown = []
    for line in re.findall(r"(?:^|[\s`]|bin/)contentlib((?: +[^\s`|&;]+)+)", code()):
        words = re.sub(r"^( +--?(data|as)[ =]+\S+)+", "", line).split()
        command: click.Command | None = commands
        for word in words:
            if not isinstance(command, click.Group) or word.startswith("-") or word == "COMMAND":
                break
            command = command.get_command(click.Context(command), word)
        if command is None:
            unknown.append(line)
    assert not unknown


def test_every_option_that_is_named_exists():
    known = {"--help", "--version"} | {
        name
        for command in (commands, *every_command().values())
        for option in command.params
        for name in (*option.opts, *option.secondary_opts)
    }
    named = {
        option
        for line in re.findall(r"contentlib(?: +[^\s`|&;]+)+", code())
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)
    }
    assert named - known == set()


def test_every_target_that_is_named_exists():
    assert set(re.findall(r"\bmake ([a-z-]+)", code())) - set(TARGETS) == set()


@pytest.mark.parametrize("page", PAGES, ids=address)
def test_links_within_the_project_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", CODE.sub("", page.read_text()))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]
