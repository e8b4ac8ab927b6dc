"""A snippet shows the passage where the words stand, marks them exactly, and says on which page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contentlib.domain.search import PageText
from contentlib.search import snippets, words
from contentlib.search.entries import Texts
from tests.unit.search.standing import terms_with_positions


def letters(asked: str) -> int:
    return len(asked) if words.is_unspaced(asked) else 1


def cut(asked: list[str], *pages: tuple[str, str], summary: str = "", language: str = "en") -> snippets.Snippet:
    marks = [
        snippets.Mark(frozenset(term for _, term in terms_with_positions(one, language)), 1.0, letters(one))
        for one in asked
    ]
    texts = Texts(
        title="Title",
        summary=summary,
        language=language,
        pages=tuple(PageText(number=n, title=title, text=text) for n, (title, text) in enumerate(pages, 1)),
    )
    return snippets.Cutter(marks).cut(texts)


def shown(snippet: snippets.Snippet) -> str:
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in snippet.fragments)


def test_the_page_that_holds_most_of_the_question_is_shown():
    found = cut(["night", "calls"], ("One", "The crew was called."), ("Two", "Night calls fell."), ("Three", "Night."))
    assert (found.page, found.page_title, shown(found)) == (2, "Two", "[Night] [calls] fell.")


def test_the_summary_is_shown_when_it_holds_more():
    found = cut(["pump", "failures"], ("One", "A pump."), summary="Pump failures at night.")
    assert (found.page, shown(found)) == (None, "[Pump] [failures] at night.")


def test_a_page_wins_over_a_summary_that_holds_as_much():
    assert cut(["pump"], ("One", "Pumps."), summary="A pump.").page == 1


def test_a_heading_makes_its_page_the_place():
    found = cut(["rollout"], ("Start", "Nothing."), ("The rollout", "Site by site."))
    assert (found.page, found.page_title, shown(found)) == (2, "The rollout", "Site by site.")
    found = cut(["rollout"], ("Start", "Nothing."), ("The rollout", ""))
    assert (found.page, shown(found)) == (2, "The [rollout]")
    found = cut(["title"], ("Title", ""), ("Start", "The title of a ship."))
    assert (found.page, shown(found)) == (2, "The [title] of a ship.")


def test_without_a_find_the_summary_opens():
    assert shown(cut(["zebra"], ("One", "Text."), summary="What it is about.")) == "What it is about."
    assert shown(cut([], ("One", "Text."))) == "Text."
    assert cut([]).fragments == ()


def test_marks_follow_accents_case_hyphens_and_endings():
    assert shown(cut(["securite"], ("", "La SÉCURITÉ des données"), language="fr")) == "La [SÉCURITÉ] des données"
    assert shown(cut(["email"], ("", "An e-mail, or E\u2011Mails."))) == "An [e-mail], or [E\u2011Mails]."
    assert shown(cut(["dairy"], ("", "Two dairies."))) == "Two [dairies]."
    assert shown(cut(["1200"], ("", "Of 1,200 devices."))) == "Of [1,200] devices."
    assert shown(cut(["管理"], ("", "保守管理は"), language="ja")) == "保守[管理]は"


def test_pieces_of_a_word_without_spaces_are_not_marked():
    found = cut(["コンテナ"], ("", "コンピューティングのコンテナ、インテル"), language="ja")
    assert shown(found) == "コンピューティングの[コンテナ]、インテル"


def test_words_that_only_begin_alike_are_not_marked():
    assert shown(cut(["audit"], ("", "An auditorium, and the audit."))) == "An auditorium, and the [audit]."


def test_a_long_text_is_cut_at_words_around_the_find():
    text = "before it came nothing " * 40 + "then the pump failed " + "after it came more " * 40
    found = shown(cut(["pump"], ("", text)))
    assert found.startswith(" … ")
    assert found.endswith(" … ")
    assert "[pump]" in found
    assert all(word in {"before", "it", "came", "nothing", "then", "the", "[pump]", "failed", "after", "more", "…"}
               for word in found.split())  # fmt: skip
    assert len(found) < snippets.LENGTH + 20


@given(
    text=st.lists(
        st.sampled_from(["pump", "Pumps", "e-mail", "x", "Ünïcode", "保守管理", "🙂", "night.", "a" * 300])
    ).map(" ".join),
    asked=st.lists(st.sampled_from(["pump", "email", "night", "管理", "zebra"]), max_size=3),
)
def test_a_snippet_is_always_a_stretch_of_the_text(text, asked):
    found = cut(asked, ("", text))
    inner = "".join(part.text for part in found.fragments if part.text != " … ")
    assert inner in text
    assert all(part.text for part in found.fragments)
    for part in found.fragments:
        if part.is_match:
            terms = {term for _, term in terms_with_positions(part.text, "en")}
            assert terms & {term for one in asked for _, term in terms_with_positions(one, "en")}
