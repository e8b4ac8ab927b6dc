"""An index entry becomes one document with everything that is searched, and comes back unharmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from contentlib.domain.search import Facet, PageText
from contentlib.search import entries
from contentlib.search.inversion import Inversion
from tests.integration.search.shelf import SHELF_ROWS, entry

ORRIN = entry(SHELF_ROWS[0], 7)


def test_the_last_entry_of_an_asset_counts():
    newer = replace(ORRIN, title="Newer")
    assert entries.coalesce([ORRIN, entry(SHELF_ROWS[1], 8), newer]) == {7: newer, 8: entry(SHELF_ROWS[1], 8)}


def test_facts_come_back_as_they_went_in():
    facts = entries.unpack_facts(entries.to_document(replace(ORRIN, expires_on=date(2026, 12, 24))).facts)
    assert (facts.asset_id, facts.version_id, facts.updated_at) == (7, 1007, ORRIN.updated_at)
    assert (facts.publish_on, facts.expires_on) == (None, date(2026, 12, 24).toordinal())
    assert facts.facets[Facet.STAGE] == ("consideration", "decision")
    assert facts.facets[Facet.STATUS] == ("published",)


def test_a_facet_value_counts_once_however_often_it_is_written():
    facts = entries.unpack_facts(entries.to_document(replace(ORRIN, stages=("decision", "decision"))).facts)
    assert facts.facets[Facet.STAGE] == ("decision",)


def test_texts_come_back_on_one_line():
    pages = (PageText(number=3, title="Two\nlines", text="one\n\n two\tthree\x00"),)
    texts = entries.unpack_texts(entries.to_document(replace(ORRIN, pages=pages)).stored)
    assert texts.pages == (PageText(number=3, title="Two lines", text="one two three"),)


def test_a_phrase_cannot_reach_from_one_page_into_the_next():
    pages = (PageText(number=1, title="", text="ends here"), PageText(number=2, title="", text="begins there"))
    inversion = Inversion()
    inversion.add(entries.to_document(replace(ORRIN, pages=pages)).texts, "en")
    body = dict(inversion.fields())["body"]
    places = dict(zip(body.terms, body.places.tolist(), strict=True))
    assert places[b"here"] + 1 < places[b"begin"]


def test_labels_and_slugs_that_read_alike_are_searched_once():
    document = entries.to_document(replace(ORRIN, labels=("Offline use", "ROI"), tags=("offline-use", "roi")))
    labels = [label.casefold() for label in document.texts["labels"]]
    assert labels.count("roi") == 1
    assert [label for label in labels if label.startswith("offline")] == ["offline use"]
    assert not any("industr" in label for label in labels)


def test_a_runaway_source_is_cut_not_refused():
    pages = tuple(PageText(number=n, title="", text="word " * 2_000) for n in range(1, 2_500))
    texts = entries.unpack_texts(entries.to_document(replace(ORRIN, pages=pages)).stored)
    assert len(texts.pages) == entries.MAX_PAGES
    assert sum(len(page.text) for page in texts.pages) <= entries.MAX_TEXT


def test_a_slug_is_searched_for_what_the_title_does_not_say():
    one = replace(ORRIN, title="Orrin Dairy halves its stops", slug="orrin-dairy-unplanned-stops", labels=(), tags=())
    assert "unplanned" in entries.to_document(one).texts["labels"]
