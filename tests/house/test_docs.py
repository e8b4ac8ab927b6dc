"""Commands, options, settings and make targets stand in the docs, each on its line, and nothing else stands there.

Where a line is missing, the failing test prints it and says where it belongs.
"""

from __future__ import annotations

import re
from functools import cache

import click
import pytest

from contentlib.__main__ import commands
from contentlib.domain.people import ROLE_PERMISSIONS
from contentlib.settings import Settings
from tests.house.checkout import ROOT
from tests.house.guide import Page, page, pages

EVERY = pages()
COMMANDS, SETTINGS, TARGETS = "docs/commands.md", "docs/administration.md", "docs/development.md"
# Followed in a copy of the checkout that has more commands: test_docs_recipes.py.
RECIPES = "docs/development.md"
# What the first words of commands.md say of every command.
EVERYWHERE = {"--json", "--help", "--data", "--as", "--version"}
CODE = re.compile(r"`([^`\n]+)`")


def walk(group: click.Group, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    """Every command that does something, by the words it is called by."""
    found = {}
    for name, command in group.commands.items():
        words = (*path, name)
        found |= walk(command, words) if isinstance(command, click.Group) else {" ".join(words): command}
    return found


EVERY_COMMAND = walk(commands)
MAKE_TARGETS = dict(re.findall(r"^([a-z-]+):.*## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE))


def options_of(command: click.Command) -> set[str]:
    """The long options that are a command's own."""
    names = (name for option in command.params if isinstance(option, click.Option) for name in option.opts)
    return {name for name in names if name.startswith("--")} - EVERYWHERE


@cache
def code() -> str:
    """All that is set as code: fenced blocks and words in the text."""
    return "\n".join(
        text for each in EVERY for text in (*(block.text for block in each.blocks), *CODE.findall(each.prose))
    )


def first_cell(name: str, command: click.Command) -> str:
    """How a command's line in the table begins."""
    arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
    return " ".join(["contentlib", name, *arguments])


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_every_command_has_a_line_with_its_options(name: str):
    command = EVERY_COMMAND[name]
    rows = [row for row in page(COMMANDS).rows(f"`contentlib {name}") if re.match(rf"\| `contentlib {name}[ `]", row)]
    options = sorted(options_of(command))
    meaning = (command.help or "").split("\n")[0].rstrip(".")
    wanted = f"| `{first_cell(name, command)}` | {meaning}{'; ' if options else ''}"
    wanted += ", ".join(f"`{option}`" for option in options) + " |"
    assert rows, f"{COMMANDS} lacks a line in its table. Add:\n{wanted}"
    (row,) = rows
    said = {option for text in CODE.findall(row) for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)}
    missing, strange = set(options) - said, said - set(options) - EVERYWHERE
    assert not missing, f"{COMMANDS}: name {', '.join(sorted(missing))} in the line of `contentlib {name}`:\n{row}"
    assert not strange, f"{COMMANDS}: `contentlib {name}` has no {', '.join(sorted(strange))}; its line is:\n{row}"


def test_every_line_of_the_table_is_a_command():
    named = [re.match(r"\| `contentlib ([a-z -]+?)(?: [A-Z[{].*)?`", row) for row in page(COMMANDS).rows("`contentlib")]
    strange = {match[1] for match in named if match} - set(EVERY_COMMAND)
    assert not strange, f"{COMMANDS}: take away the lines of {sorted(strange)}; there are no such commands"
    assert len(named) == len(EVERY_COMMAND)


def test_every_command_says_what_it_does():
    assert not [name for name, command in EVERY_COMMAND.items() if not (command.help or "").strip()]


def test_the_options_of_every_command_are_told():
    assert {name for option in commands.params for name in option.opts} <= EVERYWHERE | {"--help"}
    intro = page(COMMANDS).prose
    assert not [option for option in EVERYWHERE if f"`{option}" not in intro and f" {option}`" not in intro]


def called(line: str) -> tuple[click.Command | None, list[str]]:
    """The command that a line of code calls, and the words after it."""
    words = re.sub(r"^( +--?(data|as)[ =]+\S+)+", "", line).split()
    command: click.Command | None = commands
    while words and isinstance(command, click.Group):
        if words[0].startswith("-") or not re.fullmatch(r"[a-z-]+", words[0]):
            break
        command = command.commands.get(words.pop(0))
    return command, words


CALLS = re.compile(r"(?:^|[\s(`=]|bin/)contentlib((?: +[^\s`|&;)>,]+)+)", re.MULTILINE)


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.name)
def test_every_call_in_code_is_one_that_the_program_takes(each: Page):
    """Those that no test runs too: the command exists, and the options are its own."""
    typed = [block.text for block in each.blocks if block.language in {"sh", "console"} and each.name != RECIPES]
    texts = [*typed, *CODE.findall(each.prose)]
    wrong = []
    for line in (line for text in texts for line in CALLS.findall(re.sub(r"#.*", "", text))):
        command, words = called(line)
        known = EVERYWHERE | {"--"} if command is None else EVERYWHERE | options_of(command)
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        if command is None or options - known:
            wrong.append(f"contentlib{line}")
    assert not wrong, f"{each.name} names what the program does not take"


def default_of(name: str) -> str | None:
    """The default of a setting, where it is the same everywhere."""
    default = Settings.model_fields[name].default
    return default if isinstance(default, str) else None


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_line_with_its_default(name: str):
    setting = f"CONTENTLIB_{name.upper()}"
    default, meaning = default_of(name), Settings.model_fields[name].description
    shown = f"`{default}`" if default else "…"
    rows = page(SETTINGS).rows(f"`{setting}`")
    assert rows, f"{SETTINGS}, below “Settings”, lacks a line. Add:\n| `{setting}` | {shown} | {meaning} |"
    cells = [cell.strip() for cell in rows[0].strip("| ").split(" | ")]
    assert len(cells) == 3, rows[0]
    assert cells[1], rows[0]
    if default:
        assert cells[1] == shown, f"{SETTINGS}: the default of {setting} is {shown}:\n{rows[0]}"


def test_every_setting_that_is_named_exists():
    named = {name for each in EVERY for name in re.findall(r"CONTENTLIB_[A-Z][A-Z0-9_]*", each.text)}
    assert named <= {f"CONTENTLIB_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("target", MAKE_TARGETS)
def test_every_make_target_has_a_line(target: str):
    rows = page(TARGETS).rows(f"`make {target}")
    assert rows, (
        f"{TARGETS}, “Commands of a checkout”, lacks a line. Add:\n| `make {target}` | {MAKE_TARGETS[target]} |"
    )


def test_every_make_target_that_is_named_exists():
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", code())) <= set(MAKE_TARGETS)


def test_every_role_has_a_column():
    (head,) = [line for line in page(SETTINGS).prose.splitlines() if line.startswith("| | rep")]
    assert [cell.strip() for cell in head.strip("| ").split("|")] == [
        r.value.replace("-", " ") for r in ROLE_PERMISSIONS
    ]


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.name)
def test_links_within_the_project_lead_somewhere(each: Page):
    dead = []
    for link in each.links:
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _, anchor = link.partition("#")
        target = (each.path.parent / place).resolve() if place else each.path
        if not target.exists() or (anchor and anchor not in Page(target).anchors):
            dead.append(link)
    assert not dead, f"{each.name}: these links lead nowhere"


def test_every_page_is_in_the_index():
    index = page("docs/README.md")
    listed = {link.partition("#")[0] for link in index.links}
    missing = [each.path.name for each in EVERY if each.path.parent == index.path.parent and each != index]
    assert not set(missing) - listed, "add a line to docs/README.md"


def test_what_each_sort_of_block_is_for_is_known():
    unknown = [
        f"{each.name}: {comment}"
        for each in EVERY
        for comment in re.findall(r"^<!-- .*? -->$", each.prose, re.MULTILINE)
        if not re.match(r"<!-- (file|after|not run|exits|library): \S", comment)
    ]
    assert not unknown, "these comments mean nothing to the tests; tests/house/guide.py names those that do"
