"""What people type is read as they mean it, and nothing they can type is an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contentlib.search import queries
from tests.unit.search.nasties import NASTIES

# What was typed, and how it is read back to the person.
READINGS = [
    ("water pump", ["water", "pump"]),
    ('"night calls" water', ["“night calls”", "water"]),
    ("“night calls”", ["“night calls”"]),
    ("pump -deck", ["pump", "not deck"]),
    ("pump NOT deck", ["pump", "not deck"]),
    ("dairy OR brewery", ["dairy or brewery"]),
    ("dairy OR brewery OR bakery", ["dairy or brewery or bakery"]),
    ("a OR b AND c", ["a or b and c"]),
    ("audit AND hospital", ["audit and hospital"]),
    ("(a b) OR c", ["a and b or c"]),
    ("secur*", ["secur*"]),
    ("title:dairy", ["title:dairy"]),
    ("customer:orrin", ["company:orrin"]),
    ("kind:case-study", ["kind:case-study"]),
    ("Kind:Deck", ["kind:deck"]),
    ('industry:"Food and drink"', ["industry:food-and-drink"]),
    ('title:"night calls"', ["title:“night calls”"]),
    ("-kind:deck", ["not kind:deck"]),
    ("e-mail", ["e-mail"]),
    ("and/or", ["and", "or"]),
    ("well - spaced", ["well", "spaced"]),
    ("node.js v2.0", ["node.js", "v2.0"]),
    # What is no syntax is words.
    ("NOT OR x", ["x"]),
    ("NOT", ["NOT"]),
    ("OR", ["OR"]),
    ("title:", ["title"]),
    ("nofield:x", ["nofield", "x"]),
    ("12:30", ["12", "30"]),
    ('"half open', ["“half open”"]),
    ("(((a", ["a"]),
    ("a)", ["a"]),
    ("*", []),
    ("-", []),
    ("\\", []),
    ("🙂", []),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected"), READINGS)
def test_a_question_is_read_as_it_is_meant(typed, expected):
    assert [queries.show(clause) for clause in queries.parse(typed).clauses] == expected


def test_and_binds_before_or_and_never_reaches_into_parentheses():
    a, b, c = (queries.Term(letter, at, at + 1) for letter, at in (("a", 0), ("b", 5), ("c", 11)))
    assert queries.parse("a OR b AND c").clauses == (queries.Any((a, queries.All((b, c)))),)
    a, b, c = (queries.Term(letter, at, at + 1) for letter, at in (("a", 1), ("b", 6), ("c", 13)))
    assert queries.parse("(a OR b) AND c").clauses == (queries.All((queries.Any((a, b)), c)),)


def test_a_word_knows_its_place_in_the_question():
    question = queries.parse('  (pump) title:dairy -"night calls" x')
    words = [word for clause in question.clauses for word in queries.words_of(clause)]
    assert [question.text[word.start : word.end] for word in words] == ["pump", "dairy", "x"]


def test_what_is_over_the_limits_is_left_out_and_said():
    question = queries.parse(" ".join(f"word{n}" for n in range(100)))
    assert len(question.clauses) == queries.MAX_LEAVES
    assert question.ignored[0] == "word32"
    assert len(question.ignored) == queries.MAX_IGNORED


def depth(node) -> int:
    inner = getattr(node, "nodes", None) or ([node.node] if hasattr(node, "node") else [])
    return 1 + max((depth(one) for one in inner), default=0)


def leaves(node) -> int:
    inner = getattr(node, "nodes", None) or ([node.node] if isinstance(node, queries.Not) else [])
    return sum(leaves(one) for one in inner) if inner else 1


def check_limits(question: queries.Question) -> None:
    assert sum(leaves(clause) for clause in question.clauses) <= queries.MAX_LEAVES
    assert max((depth(clause) for clause in question.clauses), default=0) <= 4 * queries.MAX_DEPTH
    assert len(question.text) <= queries.MAX_CHARS
    question.text.encode()


@pytest.mark.parametrize("typed", NASTIES, ids=lambda typed: ascii(typed[:20]))
def test_no_nasty_question_is_an_error_or_slow(typed):
    before = time.process_time()
    check_limits(queries.parse(typed))
    assert time.process_time() - before < 0.5


SYNTAX = st.lists(
    st.sampled_from(
        [
            "(",
            ")",
            '"',
            "-",
            "OR",
            "AND",
            "NOT",
            "*",
            ":",
            "title:",
            "kind:",
            "pump",
            "e-mail",
            " ",
            "“",
            "\\",
            "管理",
            "a.b",
        ]
    ),
    max_size=40,
).map(lambda pieces: "".join(piece + " " if piece.isalpha() else piece for piece in pieces))


@given(typed=st.one_of(SYNTAX, st.text(), st.text(st.characters(categories=["Cs", "Cc", "Lo", "Mn", "P"]))))
@example(typed="a OR (b AND c) AND -d")
def test_no_text_whatever_is_an_error(typed):
    check_limits(queries.parse(typed))


@pytest.mark.parametrize(
    ("value", "slug"),
    [("Food and drink", "food-and-drink"), ("food-and-drink", "food-and-drink"), ("Ôi! ", "oi"), ("…", "")],
)
def test_a_facet_value_is_read_as_its_slug(value, slug):
    assert queries.slug_of(value) == slug
