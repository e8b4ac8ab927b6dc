"""What only means the same is found, says so, and is held to the same rights and filters; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import Facet, Sort, Visibility
from contentlib.search.answering import SearchIndex
from contentlib.search.meaning import FOUND, Meanings, pack, texts_of
from tests.factories.themes import ThemeModel
from tests.integration.search.shelf import EVERYONE, SEES_NOTHING, TODAY, ask, shelf, slugs

OUTSIDE = Visibility(statuses=frozenset({AssetStatus.PUBLISHED}), audiences=frozenset({Audience.EXTERNAL}), on=TODAY)
MODEL = ThemeModel()


def meanings(*, later: int = 0) -> Meanings:
    """Read the shelf; versions may be `later` than those that the index holds."""
    held = {}
    for entry in shelf():
        told, version = texts_of(entry), entry.version_id + later
        held[version] = pack(version, "", tuple(told), MODEL.encode(list(told.values())))
    return Meanings(MODEL, held)


@pytest.fixture
def knowing(library: SearchIndex) -> Iterator[SearchIndex]:
    library.use_meanings(meanings())
    yield library
    library.use_meanings(None)


def told(index: SearchIndex, text: str, **changes: object) -> list[str]:
    return slugs(index.answer(ask(text, **changes)).hits, shelf())


def test_what_no_word_finds_is_found_by_meaning_and_says_so(knowing: SearchIndex):
    (hit,) = knowing.answer(ask("derrick")).hits
    assert slugs([hit], shelf()) == ["port-of-haverlee-crane-uptime"]
    assert [part.what for part in hit.why] == [FOUND]
    assert hit.why[0].score == hit.score > 0
    knowing.use_meanings(None)
    assert told(knowing, "derrick") == []


def test_a_page_that_means_it_is_named_and_shown(knowing: SearchIndex):
    (hit,) = knowing.answer(ask("nextdoor")).hits
    assert (slugs([hit], shelf()), hit.page) == (["water-utilities-deck"], 1)
    assert [fragment.text for fragment in hit.snippet] == ["A failed pump is noticed by the neighbours first."]
    assert hit.why[0].where == "page 1"


def test_words_lead_and_the_reasons_add_up(knowing: SearchIndex):
    found = knowing.answer(ask("electricity bill"))
    by_words = [hit for hit in found.hits if any(part.what != FOUND for part in hit.why)]
    assert slugs(found.hits[:1], shelf()) == ["pellworth-brewery-energy"]
    assert len(by_words) < len(found.hits)
    for hit in found.hits:
        assert hit.score == pytest.approx(sum(part.score for part in hit.why))
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_rights_filters_and_counts_hold_as_for_words(knowing: SearchIndex):
    assert "against-spreadsheets" in told(knowing, "tabulator")
    assert "against-spreadsheets" not in told(knowing, "tabulator", visibility=OUTSIDE)
    nothing = knowing.answer(ask("tabulator", visibility=SEES_NOTHING))
    assert (nothing.total, nothing.hits) == (0, ())
    others = [one for one in told(knowing, "tabulator") if not one.startswith("against")]
    assert told(knowing, "tabulator -kind:battlecard") == others
    everything = knowing.answer(ask("kilowatt"))
    assert everything.total > 1
    for count in everything.facets[Facet.KIND]:
        chosen = knowing.answer(ask("kilowatt", filters={Facet.KIND: frozenset({count.value})}))
        assert chosen.total == count.count


def test_other_orders_and_demands_go_by_words_alone(knowing: SearchIndex):
    for sort in set(Sort) - {Sort.RELEVANCE}:
        assert told(knowing, "derrick", sort=sort) == []
    for text in ("", '"derrick"', "title:derrick"):
        with_it = knowing.answer(ask(text))
        held, _ = knowing.meanings, knowing.use_meanings(None)
        assert replace(with_it, token="") == replace(knowing.answer(ask(text)), token="")
        knowing.use_meanings(held)


def test_a_page_of_results_goes_on_as_it_began(knowing: SearchIndex):
    first = knowing.answer(ask("kilowatt", limit=1))
    knowing.use_meanings(None)
    rest = knowing.answer(ask("kilowatt", limit=10, offset=1, token=first.token))
    assert rest.total == first.total
    assert len(rest.hits) == first.total - 1


def test_vectors_of_another_version_find_nothing(library: SearchIndex):
    library.use_meanings(meanings(later=5000))
    assert told(library, "derrick", visibility=EVERYONE) == []
    library.use_meanings(None)
