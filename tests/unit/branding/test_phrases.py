import pytest

from contentlib.branding.parts import Phrase, PhraseRule
from contentlib.branding.phrases import find_missing, find_phrases
from contentlib.domain.findings import Level

BANNED = Phrase(rule=PhraseRule.BANNED, match="guaranteed savings", use="expected savings", why="Legal allows none")
EMPTY = Phrase(rule=PhraseRule.BANNED, match="world-class", why="An empty claim", level=Level.WARNING)
RENAMED = Phrase(rule=PhraseRule.RENAMED, match="Tarnwell Sense", use="Tarnwell Signal", level=Level.WARNING)
SPELLING = Phrase(rule=PhraseRule.RENAMED, match="TarnWell", use="Tarnwell", level=Level.WARNING)
NOTICE = Phrase(rule=PhraseRule.REQUIRED, match="© Tarnwell Ltd", kinds=("case-study",))
ALL = (BANNED, EMPTY, RENAMED, SPELLING, NOTICE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Guaranteed savings from the first quarter", ["Guaranteed savings"]),
        ("guaranteed\nsavings", ["guaranteed\nsavings"]),
        ("a world class team, a World-Class team", ["world class", "World-Class"]),
        ("worldclass and otherworld-class", []),
        ("Tarnwell Sense and Tarnwell Sensors", ["Tarnwell Sense"]),
        ("TarnWell by Tarnwell", ["TarnWell"]),
        ("expected savings", []),
        ("", []),
    ],
)
def test_banned_and_renamed_phrases_are_found_as_whole_words(text, found):
    assert [finding.text for finding in find_phrases(text, ALL)] == found


def test_a_finding_says_where_why_and_what_to_write():
    (finding,) = find_phrases("One.\nTwo.\nNow guaranteed savings.", ALL, path="content/deck/a.md", line=10)
    assert (finding.level, finding.code, finding.line) == (Level.ERROR, "phrase-banned", 12)
    assert finding.message == "“guaranteed savings” is not to be written: legal allows none."
    assert finding.mend == "Write “expected savings” instead."
    assert finding.nearest == "expected savings"


def test_findings_stand_in_the_order_of_the_text():
    text = "TarnWell has world-class guaranteed savings"
    assert [finding.code for finding in find_phrases(text, ALL)] == ["phrase-renamed", "phrase-banned", "phrase-banned"]


def test_a_phrase_for_some_kinds_counts_only_there():
    narrow = Phrase(rule=PhraseRule.BANNED, match="pilot", kinds=("battlecard",))
    assert find_phrases("a pilot", [narrow], kind="battlecard")
    assert not find_phrases("a pilot", [narrow], kind="deck")
    assert not find_phrases("a pilot", [narrow])


@pytest.mark.parametrize(
    ("text", "kind", "missing"),
    [
        ("Words. © Tarnwell Ltd. More.", "case-study", False),
        ("Words. ©\nTarnwell Ltd", "case-study", False),
        ("Words.", "case-study", True),
        ("Words.", "deck", False),
    ],
)
def test_a_required_phrase_is_missed_where_its_kind_asks_for_it(text, kind, missing):
    assert bool(find_missing(text, ALL, kind=kind)) is missing
