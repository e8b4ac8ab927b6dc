"""Reads what a person typed into a question; no text whatever is an error, and what is no syntax is words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from contentlib.domain.search import Facet
from contentlib.search import dates, schema, words

# Nobody types these; they bound the work of one question (a pasted page, a hostile client).
MAX_CHARS = 2_000
MAX_LEAVES = 32
MAX_DEPTH = 6
MAX_IGNORED = 10
MAX_PIECES = 8


@dataclass(frozen=True)
class Term:
    """One word as typed; `start` and `end` are its place in the question."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Prefix:
    """All words that begin like this."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class InField:
    """What is looked for in one field only."""

    field: str
    node: Term | Prefix | Phrase


@dataclass(frozen=True)
class Has:
    """A facet's value."""

    facet: Facet
    value: str


@dataclass(frozen=True)
class During:
    """Assets that were last changed within these days, proleptic ordinals, both included; `text` as it was typed."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class All:
    """Everything of this, joined by AND or standing in parentheses."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """At least one of these, joined by OR."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """What must not be there."""

    node: Node


Node = Term | Prefix | Phrase | InField | Has | During | All | Any | Not


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked: clauses that are wanted, the text they were read from, and the words that were cut off."""

    text: str
    clauses: tuple[Node, ...]
    ignored: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was asked, so that everything visible is listed."""
        return not self.clauses


def show(node: Node) -> str:
    """Write a clause the way a person would."""
    match node:
        case Term(text=text):
            return text
        case Prefix(text=text):
            return f"{text}*"
        case Phrase(terms=terms):
            return f"\u201c{' '.join(term.text for term in terms)}\u201d"
        case InField(field=field, node=inner):
            return f"{field}:{show(inner)}"
        case Has(facet=facet, value=value):
            return f"{facet.value}:{value}"
        case During(text=text):
            return text
        case Not(node=inner):
            return f"not {show(inner)}"
        case All(nodes=nodes):
            return " and ".join(show(inner) for inner in nodes)
        case Any(nodes=nodes):
            return " or ".join(show(inner) for inner in nodes)


def pieces(term: Term) -> tuple[Term, ...]:
    """Take a compound apart at its hyphens; a simple word stays as it is."""
    found = islice(re.finditer(r"[^\W_]+", term.text), MAX_PIECES)
    return tuple(Term(match[0], term.start + match.start(), term.start + match.end()) for match in found)


def words_of(node: Node) -> list[Term | Prefix | Phrase]:
    """List the words, phrases and prefixes of a clause that a text is meant to hold, wherever they may stand."""
    match node:
        case Term() | Prefix() | Phrase():
            return [node]
        case InField(node=inner):
            return [inner]
        case All(nodes=nodes) | Any(nodes=nodes):
            return [word for inner in nodes for word in words_of(inner)]
    return []


_LEXEMES = re.compile(
    r"""(?P<space>\s+)
    | (?P<open>\() | (?P<close>\))
    | (?P<quoted>(?P<field>[^\W\d_]+:)? ["\u201c\u201d\u201e\u00ab\u00bb]
        (?P<inside>[^"\u201c\u201d\u201e\u00ab\u00bb]*) (?:["\u201c\u201d\u00ab\u00bb]|$))
    | (?P<minus>[-\u2212](?=[^\s)]))
    | (?P<chunk>[^\s()"\u201c\u201d\u201e\u00ab\u00bb]+)
    """,
    re.VERBOSE,
)
_FIELDED = re.compile(r"([^\W\d_]+):(.+)", re.DOTALL)
# What people may write before a colon and a date.
DATE_NAMES = ("updated", "after", "before")
_OPERATORS = {"OR": "or", "|": "or", "||": "or", "AND": "and", "&&": "and", "NOT": "not"}


def parse(text: str) -> Question:
    """Read a question. Understands words, "phrases", -not, NOT, OR, AND, prefix*, field:value, dates and
    parentheses.

    Longer texts are cut at 2,000 characters and 32 words; parentheses deeper than 6 are read as spaces.
    """
    cleaned = words.clean(text[: MAX_CHARS * 2]).strip()
    shown, cut = cleaned[:MAX_CHARS], cleaned[MAX_CHARS:]
    reader = _Reader(shown)
    clauses = reader.read_list(depth=0)
    if not clauses:
        # Nothing but operators: "NOT" and "OR" are words when there is nothing to join.
        clauses = [*_terms(shown, 0)[:MAX_LEAVES]]
    ignored = [*reader.ignored, *(match[0] for match in words.TOKEN.finditer(cut))]
    return Question(
        text=shown,
        clauses=tuple(clauses),
        ignored=tuple(word[: words.MAX_WORD] for word in ignored[:MAX_IGNORED]),
    )


def _terms(text: str, start: int) -> list[Term]:
    return [Term(match[0], start + match.start(), start + match.end()) for match in words.TOKEN.finditer(text)]


class _Reader:
    """Goes over a question once, from left to right; never looks back further than the clause before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes = [match for match in _LEXEMES.finditer(text) if match.lastgroup != "space"]
        self.at = 0
        self.leaves = 0
        self.ignored: list[str] = []

    def read_list(self, depth: int) -> list[Node]:
        """Read clauses up to the closing parenthesis of this depth, or the end."""
        clauses: list[Node] = []
        join, negated, is_open = "", False, False
        while self.at < len(self.lexemes):
            match = self.lexemes[self.at]
            self.at += 1
            kind = match.lastgroup
            if kind == "close":
                if depth:
                    break
                continue
            if kind == "minus":
                negated = True
                continue
            operator = _OPERATORS.get(match[0]) if kind == "chunk" else None
            if operator == "not":
                negated = True
                continue
            if operator:
                join, negated = (operator if clauses else ""), False
                continue
            found = self._read_one(match, depth)
            if not found:
                continue
            if negated:
                found = [Not(_together(found))]
            if join:
                clauses[-1] = _joined(clauses[-1], _together(found), join, is_open=is_open)
            else:
                clauses += found
            join, negated, is_open = "", False, bool(join)
        return clauses

    def _read_one(self, match: re.Match[str], depth: int) -> list[Node]:
        if match.lastgroup == "open":
            if depth >= MAX_DEPTH:
                return []
            inside = self.read_list(depth + 1)
            return [_together(inside)] if inside else []
        if match.lastgroup == "quoted":
            return self._limited(self._read_quoted(match))
        return self._limited(_read_chunk(match[0], match.start()))

    def _read_quoted(self, match: re.Match[str]) -> list[Node]:
        terms = _terms(match["inside"], match.start("inside"))
        field = (match["field"] or "").rstrip(":")
        chosen = _read_field(field, match["inside"], Phrase(tuple(terms)) if terms else None)
        if chosen:
            return [chosen]
        before: list[Node] = list(_terms(field, match.start()))
        return [*before, Phrase(tuple(terms))] if terms else before

    def _limited(self, nodes: list[Node]) -> list[Node]:
        kept: list[Node] = []
        for node in nodes:
            terms = _phrase_terms(node)
            room = MAX_LEAVES - self.leaves
            self.leaves += max(len(terms), 1)
            if len(terms) <= room and room > 0:
                kept.append(node)
            else:
                self.ignored += [term.text for term in terms]
        return kept


def _phrase_terms(node: Node) -> tuple[Term, ...]:
    match node:
        case InField(node=inner):
            return _phrase_terms(inner)
        case Phrase(terms=terms):
            return terms
        case Term():
            return (node,)
    return ()


def _read_chunk(chunk: str, start: int) -> list[Node]:
    """Read a run of characters without space: a field with its value, a prefix, or words."""
    if fielded := _FIELDED.fullmatch(chunk):
        name, value = fielded[1], fielded[2]
        inner = _read_words(value, start + fielded.start(2))
        phrase = Phrase(tuple(term for term in inner if isinstance(term, Term)))
        node = inner[0] if len(inner) == 1 else (phrase if phrase.terms else None)
        chosen = _read_field(name, value, node)
        if chosen:
            return [chosen]
    return list(_read_words(chunk, start))


def _read_words(chunk: str, start: int) -> list[Term | Prefix | Phrase]:
    terms = _terms(chunk, start)
    if not terms:
        return []
    last = terms[-1]
    if chunk.endswith("*") and last.end == start + len(chunk.rstrip("*")):
        return [*terms[:-1], Prefix(last.text)]
    return list(terms)


def _read_field(name: str, value: str, node: Term | Prefix | Phrase | None) -> InField | Has | During | None:
    name = words.fold(name)
    if name in DATE_NAMES:
        days = dates.read(name, value.strip())
        return During(f"{name}:{value.strip()}", *days) if days else None
    if name in schema.FACET_NAMES:
        slug = slug_of(value)
        return Has(schema.FACET_NAMES[name], slug) if slug else None
    if name in schema.FIELD_NAMES and node is not None:
        return InField(schema.FIELD_NAMES[name], node)
    return None


def slug_of(value: str) -> str:
    """Write a facet's value as its slug: `Food and drink` is `food-and-drink`."""
    return "-".join(match[0] for match in re.finditer(r"[^\W_]+", words.fold(value)))[: words.MAX_WORD * 2]


def _together(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _joined(before: Node, after: Node, operator: str, *, is_open: bool) -> Node:
    """Join two clauses. AND binds before OR, as everywhere, but never reaches into parentheses.

    `is_open`: the clause before was made by operators of the same list, so it may be taken apart.
    """
    match operator, before:
        case "or", Any(nodes=nodes) if is_open:
            return Any((*nodes, after))
        case "or", _:
            return Any((before, after))
        case _, Any(nodes=(*nodes, All(nodes=last))) if is_open:
            return Any((*nodes, All((*last, after))))
        case _, Any(nodes=(*nodes, last)) if is_open:
            return Any((*nodes, All((last, after))))
        case _, All(nodes=nodes) if is_open:
            return All((*nodes, after))
    return All((before, after))
