"""What differs between two versions is found page by page and word by word, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contentlib.domain.versions import ComparedPage, RunSide, compare_pages, compare_words

MARKS = {RunSide.BOTH: "{}", RunSide.GONE: "[-{}]", RunSide.NEW: "[+{}]"}


def told(before: str, after: str) -> str:
    return " ".join(MARKS[run.side].format(run.text) for run in compare_words(before, after))


def pages(*texts: str) -> list[ComparedPage]:
    return [ComparedPage(number=n, title="", text=text) for n, text in enumerate(texts, start=1)]


def test_words_that_differ_stand_with_some_around_them():
    assert (
        told("Two suppliers are connected.", "Nine suppliers are connected.")
        == "[-Two] [+Nine] suppliers are connected."
    )
    assert told("A b", "A b") == ""
    assert told("", "All of it is new") == "[+All of it is new]"
    long = " ".join(f"w{n}" for n in range(40))
    assert told(f"{long} old", f"{long} new") == "… w32 w33 w34 w35 w36 w37 w38 w39 [-old] [+new]"


def test_line_ends_are_no_difference():
    assert told("a round\nfinds a bearing", "a round finds\na bearing") == ""


def test_a_page_that_moved_with_the_others_is_the_same_page():
    (new,) = compare_pages(pages("one", "two"), pages("zero", "one", "two"))
    assert (new.before, new.after) == (None, 1)
    (gone,) = compare_pages(pages("zero", "one"), pages("one"))
    assert (gone.before, gone.after, gone.runs[0].side) == (1, None, RunSide.GONE)
    (changed,) = compare_pages(pages("one", "two"), pages("one", "too"))
    assert (changed.before, changed.after) == (2, 2)


words = st.lists(st.sampled_from(["a", "b", "c", "\n"]), max_size=12).map(" ".join)


@given(words, words)
def test_both_texts_can_be_read_out_of_what_differs(before: str, after: str):
    runs = compare_words(before, after)
    if not runs:
        assert before.split() == after.split()
        return
    for text, left_out in ((before, RunSide.NEW), (after, RunSide.GONE)):
        shown = [word for run in runs if run.side is not left_out for word in run.text.split() if word != "…"]
        kept = iter(text.split())
        assert all(word in kept for word in shown), "in order"
