"""Words that people take for the same are compared by the same terms, in every language of a library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.search import words
from tests.unit.search.standing import terms_with_positions

# Two spellings, the language of the text, and whether a search for one finds the other.
ALIKE = [
    ("pumps", "pump", "en", True),
    ("Maintenance", "maintenances", "en", True),
    ("audit", "audits", "en", True),
    ("dairies", "dairy", "en", True),
    ("customer's", "customers", "en", True),
    ("customer’s", "customer", "en", True),
    ("e-mail", "email", "en", True),
    ("E-Mail", "emails", "en", True),
    ("offline-use", "offline", "en", True),
    ("start‑up", "startup", "en", True),
    ("R&D", "RD", "en", True),
    ("node.js", "nodejs", "en", True),
    ("U.S.", "US", "en", True),
    ("Sécurité", "securite", "fr", True),
    ("livrées", "livrer", "fr", True),
    ("l’usine", "usine", "fr", True),
    ("Prüfung", "prufung", "de", True),
    ("Straße", "strasse", "de", True),
    ("Wartungen", "Wartung", "de", True),
    ("inspección", "inspeccion", "es", True),
    ("manutenção", "manutencao", "pt", True),
    ("Łódź", "lodz", "pl", True),
    ("ＲＯＩ", "roi", "en", True),
    ("1,200", "1200", "en", True),
    ("3,5", "3.5", "en", True),
    ("3.5", "35", "en", False),
    ("pump", "pumice", "en", False),
    ("police", "policy", "en", False),
]


@pytest.mark.parametrize(("written", "asked", "language", "expected"), ALIKE)
def test_spellings_that_mean_the_same_share_a_term(written, asked, language, expected):
    in_text = {term for _, term in terms_with_positions(words.clean(written), language)}
    in_question = set(words.analyse(words.TOKEN.search(words.clean(asked))[0], language).terms)
    assert bool(in_text & in_question) is expected


def test_the_words_of_a_compound_share_a_place_and_the_next_word_has_its_own():
    found = list(terms_with_positions("an offline-use case", "en"))
    assert found == [(0, "an"), (1, "offlineus"), (1, "offlin"), (1, "use"), (2, "case")]


def test_a_long_slug_is_read_as_a_sentence():
    found = {term: place for place, term in terms_with_positions("port-of-haverlee-crane-uptime", "en")}
    assert found["port"] == 0
    assert found["uptim"] == 4
    assert "portofhaverleecraneuptim" not in found


def test_scripts_without_spaces_are_read_in_pairs():
    assert list(terms_with_positions("保守管理 Sensors", "ja")) == [
        (0, "保守"), (1, "守管"), (2, "管理"), (3, "sensor"),
    ]  # fmt: skip
    assert words.pairs("管") == ("管",)
    assert "がく" in words.pairs("がくせい"), "the voicing mark tells words apart"


def test_words_as_spelt_keep_their_endings():
    assert words.plain_words("Inspections in the e-mail") == {"inspections", "in", "the", "e", "mail", "email"}


def test_text_is_cleaned_of_what_cannot_be_stored():
    assert words.clean("a\x00b\ud800c\u202ed\u200be") == "a b?c d e"
    words.clean("\ud83d\ude00 \udfff").encode()


@pytest.mark.parametrize("language", ["en", "de", "fr", "nl", "es", "it", "pt", "xx", ""])
@given(text=st.text(max_size=200))
def test_any_text_in_any_language_has_terms(text, language):
    for position, term in terms_with_positions(words.clean(text), language):
        assert position >= 0
        assert term
        term.encode()


@given(text=st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text):
    assert words.fold(words.fold(text)) == words.fold(text)


def test_an_endless_word_is_compared_by_its_beginning():
    ((place, term),) = terms_with_positions("x" * 5_000, "en")
    assert place == 0
    assert len(term) <= words.MAX_WORD


@pytest.mark.parametrize(
    ("text", "expected"),
    [("pump", True), ("Prüfung £5", True), ("Łódź", True), ("ポンプ", False), ("насос", False), ("42 %", False)],
)
def test_a_question_in_latin_letters_is_told(text, expected):
    assert words.is_latin(text) is expected
