"""Where the words of a question stand on the pages of an asset and within their lines."""

from __future__ import annotations

from contentlib.domain.assets import PagePlace
from contentlib.domain.documents import TextLine
from contentlib.web.words import find_words, mark_places


def test_words_are_marked_where_they_stand_in_their_line():
    line = TextLine(1000, 2000, 4000, 150, "Worn seals, seen early: a SEAL lasts")
    worn, seals, seal = mark_places([line], "seals worn")
    assert [place.text for place in (worn, seals, seal)] == ["Worn", "seals", "SEAL"]
    assert (worn.x, worn.y, worn.height) == (1000, 2000, 150)
    assert worn.x + worn.width < seals.x < seals.x + seals.width < 2500
    assert [place.text for place in mark_places([line], "seal")] == ["seals", "SEAL"]
    assert mark_places([line], "!") == []
    (whole,) = mark_places([TextLine(0, 0, 700, 10, "illness")], "illness")
    assert (whole.x, whole.width) == (0, 700)


def test_all_words_of_a_question_are_marked_in_what_is_shown_of_a_page():
    text = f"{'Before. ' * 12}A Pump failure was heard, and no pumps failed. {'After. ' * 20}"
    page = PagePlace(number=3, title="", blob=None, width=210, height=297, text=text)
    ((number, fragments),) = find_words([page], "pump failures")
    assert number == 3
    assert [run.text for run in fragments if run.is_match] == ["Pump", "failure", "pumps"]
    shown = "".join(run.text for run in fragments)
    assert (shown[0], shown[-1]) == ("…", "…")
    assert shown.strip("…") in text


def test_words_of_scripts_without_spaces_are_found_within_a_line_and_shown_with_some_of_it():
    text = "この規格の開発を" * 40 + "のがOpenChainプロジェクトです。" + "目指すのは" * 60
    page = PagePlace(number=2, title="", blob=None, width=210, height=297, text=text)
    ((_, fragments),) = find_words([page], "プロジェクト")
    assert [run.text for run in fragments if run.is_match] == ["プロジェクト"]
    assert len("".join(run.text for run in fragments)) < 260
