"""Facts set at the top of a text: what was meant is read again, and no other line changes."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contentlib.markup import front_matter
from contentlib.markup.retouch import set_facts

TEXT = """---
# Ours
title: "A: first"   # as agreed
stages:
- awareness
- decision
tags: [roi,
  uptime]

metrics:
  - {value: "1", label: one}
summary: >
  Two
  lines.
---
# Body

title: not a fact
"""


def read(text):
    head, body, _line = front_matter.split(text, path="a.md")
    return front_matter.parse(head, path="a.md", kind="deck")[0], body


@pytest.mark.parametrize(
    ("facts", "before", "after"),
    [
        ({"stages": ("awareness",)}, "stages:\n- awareness\n- decision\n", "stages: [awareness]\n"),
        ({"tags": ()}, "tags: [roi,\n  uptime]\n", ""),
        ({"summary": "One."}, "summary: >\n  Two\n  lines.\n", "summary: One.\n"),
        ({"owner": "a@b.example"}, "  lines.\n---", "  lines.\nowner: a@b.example\n---"),
        ({"review_by": "2027-01-31"}, "  lines.\n---", "  lines.\nreview_by: 2027-01-31\n---"),
        ({"title": "No: “#1”"}, 'title: "A: first"   # as agreed\n', 'title: "No: “#1”"\n'),
        ({"language": "no"}, "  lines.\n---", '  lines.\nlanguage: "no"\n---'),
    ],
)
def test_one_fact_changes_and_no_other_line(facts, before, after):
    assert before in TEXT
    assert set_facts(TEXT, facts) == TEXT.replace(before, after, 1)
    read(set_facts(TEXT, facts))


@pytest.mark.parametrize(
    "summary",
    ["summary: >\n  One.\n\n  Two.\n", 'summary: "One.\n\n  Two."\n', "summary: [\n  One,\n  Two\n]\n",
     "summary:\n- One\n# and, as agreed:\n- Two\n"],
)  # fmt: skip
def test_nothing_of_a_fact_over_several_lines_is_left_behind(summary):
    after = "\n# For the spring.\ntitle: A\n---\nBody\n"
    assert set_facts(f"---\n{summary}{after}", {"summary": "New."}) == f"---\nsummary: New.\n{after}"


@pytest.mark.parametrize("text", ["no facts", "---\ntitle: open", ""])
def test_a_text_without_closed_facts_stays_as_it_is(text):
    assert set_facts(text, {"title": "New"}) == text


WORDS = (
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40).map(str.strip).filter(bool)
)
AWKWARD = ["roi", "a: b", "- x", "#1", "yes", "12", "[a", '"q"', "a, b", "é"]


@settings(max_examples=120, deadline=None)
@given(WORDS, st.lists(st.sampled_from(AWKWARD), max_size=3, unique=True))
@example("10\xa0% less", [])
def test_whatever_is_set_is_read_again(title, tags):
    asset, body = read(set_facts(TEXT, {"title": title, "tags": tuple(tags)}))
    assert asset.title.split() == title.split()
    assert asset.tags == tuple(tags)
    assert body == "# Body\n\ntitle: not a fact\n"
