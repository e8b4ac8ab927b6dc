"""Words that an authored file uses: found forgivingly, told where they are not known, created only on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.assets import AssetStatus, Vocabulary
from contentlib.domain.errors import InvalidInputError
from contentlib.domain.people import OPERATOR
from contentlib.services import authoring, people
from contentlib.services.authoring.wording import Wording
from tests.factories.shops import Shop
from tests.integration.services.authored import asset_of, counts, versions_of

UNKNOWN = "---\ntitle: New\nindustries: [Food and drinks]\ntags: [upptime]\nstages: [closing]\n---\n\n# Slide\n"


def test_an_unknown_word_is_told_with_its_line_and_the_nearest_and_not_created(shop: Shop):
    shop.write("deck/new.md", UNKNOWN)
    told = {(finding.code, finding.line, finding.nearest) for finding in shop.sync().warnings}
    assert told >= {
        ("unknown-term", 3, "Food and drink"),
        ("unknown-term", 4, "Uptime"),
        ("unknown-stage", 5, None),
    }
    assert asset_of(shop, "new").terms == []


def test_create_terms_makes_the_words_that_an_earlier_sync_did_not_know(shop: Shop):
    shop.write("deck/new.md", UNKNOWN)
    shop.sync()
    again = shop.sync(create_terms=True)
    assert counts(again) == {"changed": 1, "unchanged": 9}
    assert {(term.vocabulary, term.slug) for term in asset_of(shop, "new").terms} == {
        (Vocabulary.INDUSTRY, "food-and-drinks"),
        (Vocabulary.TAG, "upptime"),
    }
    assert [version.number for version in versions_of(shop, "new")] == [1]
    assert counts(shop.sync(create_terms=True)) == {"unchanged": 10}


def test_an_owner_who_joins_later_owns_the_asset_at_the_next_sync(shop: Shop):
    shop.write("deck/new.md", "---\ntitle: New\nowner: greta@tarnwell.example\n---\n\n# Slide\n")
    assert "unknown-owner" in {finding.code for finding in shop.sync().warnings}
    assert [finding.code for finding in shop.sync().warnings] == ["unknown-owner"]
    with shop.library.work(OPERATOR) as uow:
        people.add(uow, email="greta@tarnwell.example", name="Greta Lindqvist", roles=[])
    assert counts(shop.sync()) == {"changed": 1, "unchanged": 9}
    owner = asset_of(shop, "new").owner
    assert owner is not None
    assert owner.name == "Greta Lindqvist"
    assert not shop.sync().warnings


def test_terms_are_found_by_label_whatever_the_case(shop: Shop):
    shop.write("deck/new.md", "---\ntitle: New\nindustries: [FOOD AND DRINK]\nstages: [Decision]\n---\n\n# Slide\n")
    assert not [f for f in shop.sync().warnings if f.code.startswith("unknown")]
    assert [term.slug for term in asset_of(shop, "new").terms] == ["food-and-drink"]


def test_a_kind_is_found_by_its_label_and_a_new_one_is_told(shop: Shop):
    shop.write("papers/a.md", "---\ntitle: A\nkind: Case study\n---\n\nText.\n")
    shop.write("white-paper/b.md", "---\ntitle: B\n---\n\nText.\n")
    told = [finding.message for finding in shop.sync().warnings if finding.code == "unknown-kind"]
    assert told == ["“white-paper” was not a kind yet; it is one now."]
    assert asset_of(shop, "a").kind.slug == "case-study"


BOAST = "---\ntitle: Boast\nstages: [Decision]\n---\n\nIt runs.\n\nThis means zero downtime.\n"


def test_words_that_the_brand_bans_are_told_with_their_line_and_keep_a_file_from_being_published(shop: Shop):
    shop.write("order-form/boast.md", BOAST)
    with shop.library.read(OPERATOR) as reading:
        _files, findings = authoring.lint(reading, [shop.content / "order-form" / "boast.md"])
    assert [(each.code, each.line, each.level) for each in findings] == [("phrase-banned", 8, "error")]
    told = shop.sync().warnings
    assert [(each.code, each.path, each.line) for each in told] == [("phrase-banned", "order-form/boast.md", 8)]
    assert asset_of(shop, "boast").status is AssetStatus.DRAFT


def test_a_notice_that_the_brand_requires_is_missed_only_where_no_document_carries_it(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    extras = "{legal: {notice: © Us}, phrases: {required: [{match: © Us}]}}"
    (tmp_path / "_brand.yml").write_text(f"defaults: {{contentlib: {extras}}}\n")
    with shop.library.read(OPERATOR) as reading:
        monkeypatch.setattr(reading.printer, "_brands", tmp_path)
        wording = Wording(reading)
        told = {
            kind: [each.code for each in wording.check("Words.", kind=kind, brand="", path="a.md")]
            for kind in ("deck", "order-form")
        }
    assert told == {"deck": [], "order-form": ["phrase-required"]}


def test_lint_checks_a_file_once_however_often_it_is_named_and_refuses_what_is_no_text(shop: Shop):
    shop.write("deck/new.md", UNKNOWN)
    file = shop.content / "deck" / "new.md"
    with shop.library.read(OPERATOR) as reading:
        assert authoring.lint(reading, [file, file])[0] == 1
        with pytest.raises(InvalidInputError, match="no authored text"):
            authoring.lint(reading, [shop.content / "media" / "harbour.svg"])
