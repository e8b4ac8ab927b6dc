"""Variables of style sheets written out where one value holds all over a document, and left alone elsewhere."""

from __future__ import annotations

import pytest

from contentlib.rendering.engine.variables import put_in

GIVEN = {"brand-ink": "#123", "brand-size": "10pt"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("p { color: var(--brand-ink) }", "p { color: #123 }"),
        (":root { --a: var(--brand-ink) } p { color: var(--a, red) }", ":root { --a: #123 } p { color: #123 }"),
        ("html { font: calc(var(--brand-size) * var(--fit, 1)) }", "html { font: calc(10pt * var(--fit, 1)) }"),
        ("/* --brand-ink: red */ p { color: var(--brand-ink) }", "/* --brand-ink: red */ p { color: #123 }"),
    ],
)
def test_what_is_the_same_everywhere_is_written_out(text, written):
    assert put_in(text, GIVEN, page="") == written


@pytest.mark.parametrize(
    "text",
    [
        ":root { --a: 1mm } .letter { --a: 2mm } p { margin: var(--a) }",
        ".letter { --brand-ink: #456 } p { color: var(--brand-ink) }",
        ":root { --set: 1mm } p { margin: var(--set) }",
    ],
)
def test_what_a_rule_or_the_page_sets_stays_a_variable(text):
    assert put_in(text, GIVEN, page='<html style="--set: 2mm">') == text


def test_two_that_mean_each_other_come_to_an_end():
    assert "var(--" in put_in(":root { --a: var(--b); --b: var(--a) } p { margin: var(--a) }", {}, page="")
