"""Collateral of four houses comes in with every fact that its catalogue names, and again without any change."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.imports import SyncAnswer
from contentlib.domain.people import OPERATOR
from contentlib.library import Library
from contentlib.storage.tables import Asset

HOUSES = {
    "kubernetes": "kubernetes-case-studies",
    "jenkins": "jenkins-stories",
    "go": "go-solutions",
    "handbook": "sourcegraph-handbook",
}
ROW = Mapping[str, str]


@dataclass(frozen=True)
class Imported:
    """What came in: the answer per layout, the catalogue, and each asset by the path the catalogue has for it."""

    answers: dict[str, SyncAnswer]
    again: dict[str, SyncAnswer]
    catalogue: list[ROW]
    assets: dict[str, Asset]
    folder: Path


@pytest.fixture(scope="module")
def imported(library: Library, real_data: Path) -> Imported:
    folder = real_data / "collateral"

    def bring_in() -> dict[str, SyncAnswer]:
        return {
            layout: library.import_content(OPERATOR, folder / name, layout=layout) for layout, name in HOUSES.items()
        }

    answers, again = bring_in(), bring_in()
    with (folder / "catalog.csv").open(encoding="utf-8-sig", newline="") as file:
        catalogue: list[ROW] = list(csv.DictReader(file))
    with library.read(OPERATOR) as reading:
        rows = reading.session.scalars(
            sa.select(Asset).options(selectinload(Asset.terms), selectinload(Asset.current_version))
        )
        assets = {f"{Path(row.source_root or '').name}/{row.source_path}": row for row in rows}
    return Imported(answers, again, catalogue, assets, folder)


def test_every_piece_comes_in_and_is_published(imported: Imported):
    assert not [row for answer in imported.answers.values() for row in answer.refused]
    assert sum(answer.created for answer in imported.answers.values()) == len(imported.catalogue)
    assert {row["path"] for row in imported.catalogue} == imported.assets.keys()
    assert {asset.status for asset in imported.assets.values()} == {AssetStatus.PUBLISHED}


def test_the_same_files_again_change_nothing(imported: Imported):
    for answer in imported.again.values():
        assert (answer.created, answer.changed, answer.refused) == (0, 0, ())
        assert answer.unchanged == answer.total


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def labels(asset: Asset, vocabulary: Vocabulary) -> str:
    """The terms of one vocabulary, in the catalogue's way of writing several."""
    return "; ".join(sorted(term.label for term in asset.terms if term.vocabulary is vocabulary))


def said_of(asset: Asset) -> dict[str, str]:
    return {
        "company": asset.company,
        "industry": labels(asset, Vocabulary.INDUSTRY),
        "region": labels(asset, Vocabulary.REGION),
        "date": f"{asset.published_at:%Y-%m-%d}",
        "summary": asset.summary,
        "lang": asset.language,
    }


@pytest.mark.parametrize("field", ["company", "industry", "region", "date", "summary", "lang"])
def test_each_fact_is_the_catalogues(imported: Imported, field: str):
    """A field that is empty in the catalogue proves nothing."""
    rows = [row for row in imported.catalogue if row[field]]
    wrong = []
    for row in rows:
        said, named = said_of(imported.assets[row["path"]])[field], row[field]
        if field == "industry":
            named = "; ".join(sorted(part.strip() for part in named.split(";")))
        if plain(said) != plain(named):
            wrong.append((row["path"], named, said))
    print(f"{field}: {len(rows) - len(wrong)} of {len(rows)} rows match")
    assert rows
    assert not wrong


def test_each_title_is_the_catalogues(imported: Imported):
    """Where a page has no title the catalogue holds its file's name; marks of emphasis are no part of a title."""
    rows = [row for row in imported.catalogue if not row["path"].endswith(row["title"])]
    wrong = [
        (row["title"], imported.assets[row["path"]].title)
        for row in rows
        if plain(row["title"].replace("*", "")) != plain(imported.assets[row["path"]].title)
    ]
    assert not wrong


def test_a_date_that_no_source_has_is_the_day_of_the_import(imported: Imported):
    undated = [row for row in imported.catalogue if not row["date"]]
    assert undated
    assert {imported.assets[row["path"]].publish_on for row in undated} == {None}


def test_bodies_are_clean_markdown(imported: Imported):
    """No piece is kept back, and none shows tags of HTML or of a site generator outside its code."""
    tags = re.compile(r"</?(?:p|div|br|img|span|h\d|ul|li|td|iframe)\b[^<>]*>|\{\{[<%]|\{%")
    for path, asset in imported.assets.items():
        version = asset.current_version
        assert version is not None
        prose = re.sub(r"^(`{3,}|~{3,}).*?^\1$|`[^`\n]+`", "", version.source, flags=re.DOTALL | re.MULTILINE)
        assert not tags.search(prose), path
        assert not [finding for finding in version.findings if finding["level"] == "error"], path
        assert version.html, path


def test_links_are_kept(imported: Imported):
    """Every link of a text that leads out of its house stands in the asset's text too."""
    links = re.compile(r'href="(https?://[^"\s]+)"|\]\((https?://[^)\s]+)\)')
    lost = []
    for row in imported.catalogue:
        text = (imported.folder / row["path"]).read_text(encoding="utf-8")
        text = re.sub(r"<!--.*?-->|^(`{3,}).*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        version = imported.assets[row["path"]].current_version
        assert version is not None
        for found in links.finditer(text):
            link = (found[1] or found[2]).replace("&amp;", "&")
            if link not in version.source:
                lost.append((row["path"], link))
    assert not lost


def test_pictures_are_kept_or_named(imported: Imported):
    """The samples hold no picture, so every one that a text shows is named as missing or as lying elsewhere."""
    told = {
        (finding.path, finding.code)
        for answer in imported.answers.values()
        for finding in answer.warnings
        if finding.code.startswith("picture-")
    }
    for row in imported.catalogue:
        text = (imported.folder / row["path"]).read_text(encoding="utf-8")
        inside = row["path"].split("/", 1)[1]
        shown = re.search(r"!\[[^\]]*\]\((?!\))|<img\b[^>]*\bsrc=|\bimage\s*=\s*\"", re.sub(r"`[^`]*`", "", text))
        assert not shown or any(path == inside for path, _ in told), row["path"]
