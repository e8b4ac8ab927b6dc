"""Links of a text are led elsewhere or taken out, and nothing else of it changes."""

from __future__ import annotations

import pytest

from contentlib.markup.links import replace_link

OLD, NEW = "https://library.example/assets/gone", "https://library.example/assets/here"
FRONT = f"---\ntitle: A text\ncta: {{label: See it, url: '{OLD}'}}\n---\n"


@pytest.mark.parametrize(
    ("text", "replaced", "taken_out"),
    [
        (f"See [this]({OLD}).", f"See [this]({NEW}).", "See this."),
        (f'See [this]({OLD}?page=2 "Two"){{.button}}.', f'See [this]({NEW} "Two"){{.button}}.', "See this."),
        (f"See [this](<{OLD}#part>) and <{OLD}>.", f"See [this]({NEW}) and <{NEW}>.", f"See this and {OLD}."),
        (f"See [this][it], [It].\n\n[it]: {OLD} 'x'", f"See [this][it], [It].\n\n[it]: {NEW} 'x'", "See this, It.\n\n"),
        (f"[![A pump](media/a.svg)]({OLD})", f"[![A pump](media/a.svg)]({NEW})", "![A pump](media/a.svg)"),
    ],
)
def test_every_way_of_linking_is_found(text: str, replaced: str, taken_out: str):
    assert replace_link(text, OLD, NEW)[0] == replaced
    assert replace_link(text, OLD, "")[0] == taken_out
    assert replace_link(text, OLD, "")[1] >= 1


@pytest.mark.parametrize(
    "text",
    [
        f"See [this]({OLD}-and-more) and [that](https://elsewhere.example).",
        f"Write `[this]({OLD})` or\n\n```\n[this]({OLD})\n```\n",
        f"![A picture]({OLD})",
        "[one] and [two][] and [three](four)",
    ],
)
def test_what_is_another_address_or_no_link_stays(text: str):
    assert replace_link(text, OLD, NEW) == replace_link(text, OLD, "") == (text, 0)


def test_front_matter_gets_the_new_address_and_keeps_the_old_where_there_is_none():
    assert replace_link(FRONT, OLD, NEW) == (FRONT.replace(OLD, NEW), 1)
    assert replace_link(FRONT, OLD, "") == (FRONT, 0)
