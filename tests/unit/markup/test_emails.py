"""Outreach e-mails as they are written: what they must hold, and which fields their open words become."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.findings import Level
from contentlib.markup import emails, plain_text, source

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
BODY = "[[greeting]],\n\nAt [[company]] " + "a word more " * 17 + "\n\nWhich day suits you?"


def codes(body: str, head: str = "subject: B\nsummary: C") -> list[str]:
    text = f"---\ntitle: A\n{head}\n---\n{body}"
    found = source.read(text, path="outreach-email/a.md", kind="outreach-email", templates=TEMPLATES).findings
    assert all(finding.level is Level.WARNING for finding in found)
    return [finding.code for finding in found]


def test_a_sound_email_has_no_finding():
    assert codes(BODY) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[[greeting]],", "Hello,", "no-greeting"),
        ("[[company]]", "your place", "no-company"),
        ("Which day suits you?", "I will call you, then.", "email-asks"),
        ("Which day suits you?", "Which day suits you? And which hour?", "email-asks"),
        ("a word more " * 17, "a word", "email-length"),
        ("a word more " * 17, "a word more " * 40, "email-length"),
    ],
)
def test_what_an_email_must_not_lack(old, new, code):
    assert codes(BODY.replace(old, new)) == [code]


@pytest.mark.parametrize(("words", "is_told"), [(49, True), (50, False), (125, False), (126, True)])
def test_fifty_to_a_hundred_and_twenty_five_words(words, is_told):
    body = "[[greeting]] [[company]] " + "word " * (words - 3) + "when?"
    assert codes(body) == (["email-length"] if is_told else [])


def test_without_a_subject_there_is_a_word_about_it():
    assert codes(BODY, head="summary: C") == ["missing-fact"]


def test_open_words_become_fields_of_that_email():
    names = emails.placeholders("Ends on [[date]]", ("greeting", "Line or station", "date", "company"))
    assert names == ("date", "greeting", "Line or station", "company")
    fields = emails.open_fields(names)
    assert [(field.name, field.label, field.required) for field in fields] == [
        ("change.date", "Date", True), ("change.line-or-station", "Line or station", True),
    ]  # fmt: skip
    assert emails.field_of(" Company ") == "prospect.name"
    assert emails.field_of("…") == "change.it"


def test_a_question_mark_inside_an_address_asks_for_nothing():
    assert emails.count_asks("See https://a.example/?q=1 and say when? “Now?” he said.") == 2
    assert emails.count_asks("いかがですか？よろしく") == emails.count_asks("هل يناسبك ذلك؟") == 1


def test_words_are_counted_where_no_space_parts_them():
    assert plain_text.count_words("点検の記録を12件 Tarnwell Rounds で") == 3 + 1 + 1 + 2 + 1
