"""Our ways through the engine stand where it looks for its own, and go again."""

from __future__ import annotations

from weasyprint import css
from weasyprint.layout import background, block, inline, page, preferred

from contentlib.rendering.engine import repeats, shortcuts, styles


def test_our_ways_stand_where_the_engine_looks_for_its_own():
    shortcuts.install()
    assert block.resolve_percentages is inline.resolve_percentages is page.resolve_percentages
    assert block.resolve_percentages is repeats.resolve_percentages
    assert inline.split_first_line is preferred.split_first_line is repeats.split_first_line
    assert background.layout_box_backgrounds is repeats.lay_out_background
    assert css.ComputedStyle.__init__ is styles.begin
    shortcuts.remove()
    assert inline.split_first_line is repeats.own_split_first_line
    assert css.ComputedStyle.__init__ is styles.own_begin
    shortcuts.install()
