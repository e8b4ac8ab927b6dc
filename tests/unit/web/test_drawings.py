"""What a page shows twenty times is drawn once for each shape, and what people wrote is put in escaped."""

from __future__ import annotations

from markupsafe import Markup

from contentlib.domain.search import Fragment, ScorePart
from contentlib.web import drawings


def test_what_is_put_in_is_escaped_and_the_shape_drawn_once():
    drawn = []

    def macro(title: str, href: str, is_wide: bool) -> Markup:
        drawn.append(is_wide)
        return Markup('<a href="{1}"{2}>{0}, {0}</a>').format(title, href, Markup(" class=wide") if is_wide else "")

    link = drawings.drawn_by_shape(macro, 2)
    assert (
        link("A & \x1a0\x1a", '"/"', True)
        == '<a href="&#34;/&#34;" class=wide>A &amp; \x1a0\x1a, A &amp; \x1a0\x1a</a>'
    )
    assert link(Markup("<b>B</b>"), "/b", True) == '<a href="/b" class=wide><b>B</b>, <b>B</b></a>'
    assert link(None, "/", False) == '<a href="/">None, None</a>'
    assert drawn == [True, False]


def test_found_words_and_reasons_are_escaped():
    assert drawings.snippet((Fragment(text="a < b"), Fragment(text="<b>", is_match=True))) == (
        "a &lt; b<mark>&lt;b&gt;</mark>"
    )
    rows = drawings.reasons(
        (ScorePart(what="<x>", where="a & b", score=1.26), ScorePart(what="y", where="", score=-0.06))
    )
    assert rows == (
        '<tr><td>&lt;x&gt;, <span class="faint">a &amp; b</span></td><td>1.3</td></tr><tr><td>y</td><td>−0.1</td></tr>'
    )
