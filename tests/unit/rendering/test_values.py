"""Values: every hostile or wrong one is told at its field, all at once; good ones pass as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentlib.branding.parts import Phrase, PhraseRule
from contentlib.domain.documents import Paper, RenderRequest, RepContact
from contentlib.markup import dialect, front_matter, schema
from contentlib.rendering.values import Filled, Filling

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates" / "documents"
AUTHORED = ROOT / "tests" / "data" / "authored"
BANNED = Phrase(rule=PhraseRule.BANNED, match="guaranteed savings", use="expected savings", why="Legal allows none")


def filling(kind: str, values: dict[str, str], **more: Any) -> Filling:
    (file,) = (AUTHORED / kind).glob("*.md")
    text = file.read_text("utf-8")
    head, body, line = front_matter.split(text, path=file.name)
    asset, _ = front_matter.parse(head, path=file.name, kind=kind)
    kind_schema = schema.load(TEMPLATES, kind)
    request = RenderRequest(
        kind=kind, slug="a", source=text, path=file.name, language="en", version=1, dated_on=date(2026, 9, 1),
        values=values, **{"is_personalised": True, **more},
    )  # fmt: skip
    read = dialect.read_body(body, asset=asset, schema=kind_schema, path=file.name, first_line=line)
    return Filling(request=request, schema=kind_schema, asset=asset, body=read, on=date(2026, 9, 1), phrases=(BANNED,))


def errors_of(kind: str, values: dict[str, str], **more: Any) -> dict[str, str]:
    judged = filling(kind, {"prospect.name": "Kestrel", **values}, **more)
    judged.fill()
    return {error.field: error.message for error in judged.errors}


def test_good_values_pass_as_they_are():
    judged = filling("one-sheeter", {"prospect.name": "  Žilina \n Papír ", "quote": "money", "paper": "Letter"})
    filled = judged.fill()
    assert judged.errors == []
    assert (filled.prospect_name, filled.quote, filled.paper) == ("Žilina Papír", "money", Paper.LETTER)


def test_a_plain_asset_needs_nothing_and_leaves_its_open_fields_out():
    judged = filling("deck", {}, is_personalised=False, rep=RepContact(name="R", title="", email="r@x", phone=""))
    assert judged.fill() == Filled(quote="night")
    assert judged.errors == []


def test_a_personal_copy_without_its_prospect_is_refused():
    judged = filling("deck", {"note": "Hello"}, is_personalised=False)
    judged.fill()
    assert [error.field for error in judged.errors] == ["prospect.name"]


def test_every_wrong_field_is_told_at_once():
    told = errors_of(
        "one-sheeter",
        {
            "prospect.name": "W" * 300,
            "note": "Guaranteed  savings!",
            "quote": "nobody",
            "paper": "A5",
            "prospect.nmae": "x",
        },
    )
    assert set(told) == {"prospect.name", "note", "quote", "paper", "prospect.nmae"}
    assert "40 characters; these are 300" in told["prospect.name"]
    assert "expected savings" in told["note"]
    assert "Did you mean “prospect.name”?" in told["prospect.nmae"]


@pytest.mark.parametrize(
    "name",
    [
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "a\x1b[2Jb",
        "e\u0301\u0301\u0301\u0301\u0301",
        "a\u200db",
        "\ufeffa",
        "\U000e0041",
        "\u2800",
        "a\ue000",
    ],
)
def test_signs_that_hide_or_pile_up_are_refused(name):
    assert "prospect.name" in errors_of("deck", {"prospect.name": name})


@pytest.mark.parametrize("name", ["شرکت نمونه\u200cها", "Łódź Żywiec", "O’Hara & Söhne <KG>", "{{ 7*7 }}", "株式会社"])
def test_names_of_the_world_pass_as_text(name):
    assert errors_of("deck", {"prospect.name": name}) == {}


def test_the_contact_is_never_typed():
    assert "profile" in errors_of("deck", {"rep.name": "Somebody else"})["rep.name"]


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("early", "may not be used since 30 Jun 2026"),
        ("unasked", "is not approved"),
        ("money", "already stands elsewhere"),
    ],
)
def test_a_quote_is_chosen_among_approved_unexpired_and_unused_ones(quote, why):
    assert why in errors_of("case-study", {"quote": quote})["quote"]


def test_choices_are_those_of_the_asset():
    fields = {field.name: field for field in filling("deck", {}).choices()}
    assert [value for value, _label in fields["slides"].choices] == ["figures", "before-after", "causes"]
    assert [value for value, _label in fields["quote"].choices] == ["night", "money"]
    assert "slides" not in {field.name for field in filling("case-study", {}).choices()}


@pytest.mark.parametrize(
    ("wanted", "slides"), [("causes,figures", ("causes", "figures")), ("none", ()), (" causes ", ("causes",))]
)
def test_optional_slides_are_chosen_in_an_order(wanted, slides):
    judged = filling("deck", {"prospect.name": "K", "slides": wanted})
    assert judged.fill().slides == slides
    assert judged.errors == []


@pytest.mark.parametrize("wanted", ["what-we-will-cover", "nothing", "causes,causes"])
def test_slides_that_are_not_optional_or_named_twice_are_refused(wanted):
    assert "slides" in errors_of("deck", {"slides": wanted})


@given(st.text(max_size=60), st.text(max_size=140))
def test_any_text_is_taken_as_text_or_told_at_its_field(name, note):
    judged = filling("one-sheeter", {"prospect.name": name, "note": note})
    filled = judged.fill()
    told = {error.field for error in judged.errors}
    assert told <= {"prospect.name", "note"}
    if "prospect.name" not in told:
        assert filled.prospect_name is not None
        assert len(filled.prospect_name) <= 40
