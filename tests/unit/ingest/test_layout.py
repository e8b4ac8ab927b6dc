"""A layout is one file; what it says wrongly is named before any file is read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from contentlib.domain.errors import InvalidInputError
from contentlib.ingest import layout

DOCS = Path(__file__).parents[3] / "docs" / "import.md"


def write(folder: Path, text: str) -> str:
    file = folder / "house.toml"
    file.write_text('files = ["**/*.md"]\n' + text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("name", layout.list_names())
def test_each_layout_that_is_built_in_holds(name: str):
    assert layout.find(name).files


def test_the_four_houses_and_the_plain_one_are_built_in():
    assert layout.list_names() == ["go", "handbook", "jenkins", "kubernetes", "plain"]
    assert layout.find(None).name == "plain"


def test_a_layout_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(InvalidInputError, match=r"There is no layout “kubernets”\. Did you mean “kubernetes”\?"):
        layout.find("kubernets")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('fields = {titel = "t"}', "“fields.titel” is not known. Did you mean “fields.title”?"),
        ('ignored = ["a"]', "“ignored” is not known. Did you mean “ignore”?"),
        ('new_terms = ["industry"]', "“industry” is no value of “new_terms”. Known: industries"),
        ('[body]\nformat = "docx"', "“docx” is no value of “body.format”. Known: fields, html, markdown"),
        ('[body]\nshape = "html"', "“body.shape” is not known"),
        ("[fields]\nlanguage = {path = '/de/'}", "has no group"),
        ("[fields]\nlanguage = {path = '('}", "does not hold"),
        ("[fields]\ntitle = {html = 'h1', heading = 1}", "is to name one place each time"),
        ("[fields]\ntitle = {header = 1}", "“fields.title.header” is not known. Did you mean “fields.title.heading”?"),
        ("[values]\nkind = 'x'", "“values.kind” is to be a table"),
        ("[body.shortcodes.x]\nas = 'quote'", "“quote” is no value of “body.shortcodes.x.as”"),
        ("[[body.parts]]\nas = 'list'", "a part of the body names no “field”"),
        ("x = ", "cannot be read"),
        ('encoding = "utf-9"', "“utf-9” is no encoding"),
        ("[fields]\ncompany = {html = 'dl..'}", "“dl..” is no CSS selector"),
        ("[body]\ndrop = ['[']", "“[” is no CSS selector"),
    ],
)
def test_what_a_layout_says_wrongly_is_named(tmp_path: Path, text: str, told: str):
    with pytest.raises(InvalidInputError, match=re.escape(told)):
        layout.find(write(tmp_path, text))


def test_a_layout_names_its_files(tmp_path: Path):
    file = tmp_path / "house.toml"
    file.write_text("[fields]\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="“files” is missing"):
        layout.find(str(file))


@pytest.mark.parametrize("pattern", ["/etc/*", "../*.md", "a/../b", "**.md", ""])
def test_files_are_looked_for_below_the_folder_alone(tmp_path: Path, pattern: str):
    file = tmp_path / "house.toml"
    file.write_text(f'files = ["{pattern}"]\n', encoding="utf-8")
    with pytest.raises(InvalidInputError, match="is no pattern of files below a folder"):
        layout.find(str(file))


def test_a_layout_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        layout.find(str(tmp_path / "none.toml"))


def test_a_change_of_the_file_changes_the_digest(tmp_path: Path):
    first = layout.find(write(tmp_path, "")).digest
    assert layout.find(write(tmp_path, "# more")).digest != first


def test_the_layouts_of_the_documentation_hold(tmp_path: Path):
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2
    for number, example in enumerate(examples):
        file = tmp_path / f"example-{number}.toml"
        file.write_text(example, encoding="utf-8")
        assert layout.find(str(file)).fields


def test_the_documentation_names_every_key_and_fact():
    said = DOCS.read_text(encoding="utf-8")
    keys = {key for example in re.findall(r"```toml\n(.*?)```", said, re.DOTALL) for key in tomllib.loads(example)}
    assert keys == layout._KEYS
    assert not [fact for fact in layout.FACTS if f"`{fact}`" not in said]
    assert not [word for word in layout._RULE_KEYS if f"{{ {word} =" not in said and word != "after"]
