"""What a file is taken for, rule by rule: from its words, its shape and its name, each with what led there."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from contentlib.domain.assets import DEFAULT_FUNNEL_STAGES, DEFAULT_KINDS, Vocabulary
from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.taxonomy import LANGUAGES
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest.suggesting import suggest, suggest_kind, titles

TODAY = date(2026, 9, 1)
KNOWN = KnownWords(
    kinds=tuple((kind.slug, kind.label) for kind in DEFAULT_KINDS),
    stages=DEFAULT_FUNNEL_STAGES,
    terms={
        Vocabulary.INDUSTRY: (("food-and-drink", "Food and drink"), ("hospitals", "Hospitals"), ("it", "IT")),
        Vocabulary.PRODUCT: (("rounds", "Rounds"),),
    },
    companies=("Kite & Co Ltd", "Target", "Tarnwell Ltd"),
    industries_of={"kite & co ltd": ("food-and-drink",)},
    stages_of_kind={"deck": {"consideration": 5, "awareness": 1}},
    own_names=("Tarnwell",),
)


def read(*pages: str, name: str = "scan0001.pdf", title: str = "", **facts: Any) -> dict[SuggestedField, Suggestion]:
    file = ExtractedFile(
        format=UploadFormat.PPTX if name.endswith("pptx") else UploadFormat.PDF,
        pages=tuple(
            ExtractedPage(number=n, title=title if n == 1 else "", text=text) for n, text in enumerate(pages, 1)
        ),
        facts=facts,
    )
    return suggest(file, name=name, known=KNOWN, today=TODAY)


@pytest.mark.parametrize(
    ("told", "heading", "name", "expected"),
    [
        ("Never late again", "", "x.pdf", "Never late again"),
        ("PowerPoint Presentation", "Never late again", "x.pptx", "Never late again"),
        ("Microsoft Word - draft7.docx", "Never late again", "x.pdf", "Never late again"),
        ("スライド 1", "Never late again", "x.pptx", "Never late again"),
        ("A guide to something else", "Never late again today", "x.pdf", "Never late again today"),
        ("", "", "Never_late-again_v2.1_final.pdf", "Never late-again"),
        ("", "", "never-late-again-2026.pdf", "Never late again 2026"),
        ("", "Handout", "rounds-handout-leeds.pdf", "Rounds handout leeds"),
        ("", "Table of contents", "year-in-review.pdf", "Year in review"),
    ],
)
def test_title_is_what_a_person_wrote(told: str, heading: str, name: str, expected: str):
    text = f"{heading}\nNever late again is what we say.\nIt was late\non many days\nof the year."
    assert read(text, title=heading, name=name).get(SuggestedField.TITLE)
    file = ExtractedFile(
        format=UploadFormat.PDF,
        pages=(ExtractedPage(number=1, title=heading, text=text),),
        facts={"title": told} if told else {},
    )
    found = titles.suggest(file, name)
    assert found is not None
    assert found.values == (expected,)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The pumps of the plant are read by hand and it is not what you want for your maintenance.", "en"),
        ("Die Pumpen der Anlage werden von Hand abgelesen, und das ist nicht, was man für die Wartung will.", "de"),
        ("Les pompes de la station sont relevées à la main, ce qui n'est pas une solution pour vous.", "fr"),
        ("De pompen van het gemaal worden met de hand afgelezen en dat is niet wat u wilt voor het onderhoud.", "nl"),
        ("Le pompe della stazione sono lette a mano, e questo non è quello che si vuole per la manutenzione.", "it"),
        ("ポンプは手で読み取られます。これは保守のために望ましいことではありません。", "ja"),
        ("펌프는 손으로 읽습니다. 유지 보수에 바람직하지 않습니다.", "ko"),
        ("Firmware? No. Offer? No. Text? No. Code? No. Done? No. Fix? No. Icon? No.", "sv"),  # as the file says
        ("Насосы станции проверяются вручную, и это не то, что нужно.", "ru"),
    ],
)
def test_language_is_told_by_letters_and_small_words(text: str, language: str):
    assert read(text, language="sv-SE")[SuggestedField.LANGUAGE].values == (language,)
    assert language in LANGUAGES, "it has no name to be chosen by"


@pytest.mark.parametrize(
    ("text", "expected", "is_sure"),
    [
        ("Webinar, 8 October 2025", "2025-10-08", True),
        ("Leeds, 3. März 2024", "2024-03-03", True),
        ("July 21st, 2026", "2026-07-21", True),
        ("2018年4月18日", "2018-04-18", True),
        ("Stand: 12.03.2025", "2025-03-12", True),
        ("Leiria, 4 de março de 2025", "2025-03-04", True),
        ("Seen on 03/25/2025", "2025-03-25", True),
        ("Seen on 03/04/2025", "2026-02-03", False),  # in March or in April: nobody knows
        ("May 2017", "2017-05-01", False),
        ("On 1 January 2030 it ends", "2026-02-03", False),  # a day to come is not the file's
        ("31 February 2026", "2026-02-01", False),
    ],
)
def test_day_is_the_first_that_has_been(text: str, expected: str, is_sure: bool):
    found = read(text, modified_at="2026-02-03T10:00:00Z")[SuggestedField.DATE]
    assert (found.values, found.is_sure) == ((expected,), is_sure)


def test_kind_is_told_by_what_a_file_calls_itself_before_its_shape():
    wide = {"width_mm": 338.7, "height_mm": 190.5}
    assert read("Case study: Kite & Co", "b", "c", **wide)[SuggestedField.KIND].values == ("case-study",)
    shaped = read("Never late again", "b", name="x.pptx", **wide)[SuggestedField.KIND]
    assert (shaped.values, shaped.why, shaped.is_sure) == (("deck",), "2 slides in 16:9.", True)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Nothing", "Mutual NDA.docx", "nda"),
        ("Nothing", "battle-card Gridlark.pptx", "battlecard"),
        ("Nothing", "leaflet.pdf", "one-sheeter"),
        ("It was dark.\nCase study: Orrin\nIt was late.", "x.pdf", "case-study"),
        ("A library holds a case study or two, and an invoice.", "x.pdf", None),
        ("Challenge\nPumps stop.\nSolution\nRounds.\nImpact: Nine fewer.", "x.pdf", "case-study"),
        ("Background: pumps.\nGoals: none stop.\nSolution & Results: they do not.", "x.pdf", "case-study"),
        ("Challenge\nPumps stop.\nSolution\nRounds.", "x.pdf", None),
        ("Fixpoint vs. Rounds", "x.pdf", "battlecard"),
        ("Rounds at work\nTalk to us: hello@tarnwell.example", "x.pdf", "one-sheeter"),
        ("A note of one page.", "x.pdf", None),
    ],
)
def test_kind_is_told_by_names_and_heads_or_not_at_all(text: str, name: str, kind: str | None):
    found = read(text, name=name).get(SuggestedField.KIND)
    assert (found.values[0] if found else None) == kind
    file = ExtractedFile(format=UploadFormat.PDF, pages=(ExtractedPage(number=1, title="", text=text),))
    alone = suggest_kind(file, name=name, known=KNOWN)
    assert (alone.values[0] if alone else None) == kind


def test_leaflet_of_twenty_pages_is_no_one_sheeter():
    assert SuggestedField.KIND not in read(*["Words"] * 20, name="supply-leaflet.pdf")


def test_company_is_a_known_one_that_the_beginning_names():
    found = read("How Kite & Co stopped guessing", "Kite & Co reads pumps.")
    company, industry = found[SuggestedField.COMPANY], found[SuggestedField.INDUSTRIES]
    assert (company.values, company.page) == (("Kite & Co Ltd",), 1)
    assert "“Kite” in the file’s name or title, twice on 2 pages" in company.why
    assert (industry.values, industry.why) == (("food-and-drink",), "Kite & Co Ltd is in Food and drink here.")


@pytest.mark.parametrize(
    "text", ["We hit the target. The target moved.", "Tarnwell makes rounds. Tarnwell Ltd, Leeds."]
)
def test_neither_a_usual_word_nor_the_house_itself_is_a_company(text: str):
    assert SuggestedField.COMPANY not in read(text)


def test_company_that_nobody_knows_yet_is_a_guess():
    found = read("Customer: Lark Ltd\nIt works.")[SuggestedField.COMPANY]
    assert (found.values, found.is_sure) == (("Lark Ltd",), False)


def test_industry_is_told_by_the_words_of_its_trade():
    found = read("The brewery", "Milk, bread and beer: a dairy, a bakery and a brewery.")[SuggestedField.INDUSTRIES]
    assert found.values == ("food-and-drink",)
    assert "“brewery”" in found.why
    assert SuggestedField.INDUSTRIES not in read("It is what it is, and it was it.")  # “IT” is written in capitals


def test_stage_is_told_by_words_and_guessed_by_kind():
    priced = read("Pricing and payback: your business case", "The price, the pilot and the terms.")
    assert priced[SuggestedField.STAGES].is_sure
    assert priced[SuggestedField.STAGES].values == ("decision",)
    guessed = read("Blue", name="x.pptx")[SuggestedField.STAGES]
    assert (guessed.values, guessed.is_sure) == (("consideration",), False)
    assert guessed.why.startswith("5 of 6")
    # A name that speaks of two stages tells neither; a kind that serves all alike tells none; few words are too few.
    assert SuggestedField.STAGES not in read("Onboarding and pricing", "Words.")
    assert SuggestedField.STAGES not in read("Blue", "A guide, an overview, a price and a rollout.")
    spoken = read("Blue", "Pricing, payback and terms and conditions. " * 2)[SuggestedField.STAGES]
    assert (spoken.values, spoken.is_sure) == (("decision",), False)


def test_what_may_not_leave_the_house_is_said_with_its_page():
    found = read("Plan", "Prices for 2027. Do not share.")[SuggestedField.AUDIENCE]
    assert (found.values, found.page, found.is_sure) == (("internal",), 2, False)
    assert "Do not share" in found.why


def test_empty_file_suggests_no_more_than_its_name():
    assert {field for field, one in read(name="IMG_4711.png").items() if one.is_sure} == set()


@pytest.mark.parametrize(
    "text", ["a\n" * 500_000, "Company: " * 100_000, "." * 1_000_000], ids=["lines", "names", "dots"]
)
def test_texts_that_are_a_trap_are_read_in_a_moment(text: str):
    """Each would take minutes if a rule looked at all of it again for each of its lines, words or signs."""
    file = ExtractedFile(format=UploadFormat.DOCX, pages=(ExtractedPage(number=1, title="", text=text),))
    known = KnownWords(companies=tuple(f"Company {number}" for number in range(2000)))
    started = time.process_time()
    suggest(file, name="x" * 190 + ".docx", known=known, today=TODAY)
    assert time.process_time() - started < 5
