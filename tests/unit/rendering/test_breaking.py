"""Headings whose lines are about as long as one another, and sentences that do not end in one short word."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from contentlib.rendering.breaking import balance, keep_last


@pytest.mark.parametrize(
    ("heading", "per_line", "lines"),
    [
        ("Fewer stops on the line that matters most", 18, ["Fewer stops", "on the line that", "matters most"]),
        ("From one line to every site", 22, ["From one line", "to every site"]),
        ("Short enough", 22, ["Short enough"]),
        ("Unparteilichkeitserklärung", 12, ["Unparteilichkeitserklärung"]),
        ("A & B <code> and more of it", 16, ["A &amp; B &lt;code&gt;", "and more of it"]),
    ],
)
def test_lines_are_about_alike(heading, per_line, lines):
    assert balance(heading, per_line) == " <br>".join(lines)


def test_what_is_marked_up_is_left_alone_and_words_are_escaped_once():
    assert balance(Markup("Two <em>ways</em> to see it coming now"), 12) == "Two <em>ways</em> to see it coming now"
    assert balance(Markup("Q&amp;A for plants and networks"), 16) == "Q&amp;A for plants <br>and networks"


def test_a_last_line_is_never_one_short_word():
    assert keep_last("and nobody had a drawing of it.") == "and nobody had a drawing\u00a0of\u00a0it."
    assert keep_last("One.") == "One."
    assert keep_last("and nobody had a drawing of it.", 8) == "and nobody had a drawing of\u00a0it."
    assert keep_last("die Instandhaltungsplanung an") == "die Instandhaltungsplanung an", "that fits no narrow column"
