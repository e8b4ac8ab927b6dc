"""Where the lines of headings end, so that none is left with one word of its own; it counts signs, not widths."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup, escape

# A last line shorter than this, in signs, looks lost below the others.
SHORTEST_LAST = 12
# What is kept together must fit the narrowest column there is.
LONGEST_KEPT = 18
# Six steps stand side by side on a slide.
LONGEST_KEPT_OF_STEP = 14
_NO_BREAK = "\u00a0"
# Words like “of”, “the”, “and”; what it costs to end a line with one, and to have one too long, in signs squared.
_SHORT, _LEADS_ON, _TOO_LONG = 3, 60, 10_000
# Longer headings are sentences, and parting them would take long.
_MOST_WORDS = 40


def balance(heading: str, per_line: int) -> Markup:
    """Give a heading with its lines broken to about the same length, no more of them than `per_line` signs need.

    A heading that is marked up is left to the engine.
    """
    if isinstance(heading, Markup):
        if "<" in heading:
            return heading
        heading = heading.unescape()
    words = tuple(heading.split(" "))
    lines = _greedy(words, per_line)
    if len(lines) < 2 or len(words) > _MOST_WORDS:
        return escape(heading)
    return Markup(" <br>").join(_even(words, len(lines), per_line))


def keep_last(text: str, longest: int = LONGEST_KEPT) -> str:
    """Give a sentence whose last words, `longest` signs of it at most, stay together: no last line is a short one."""
    words = text.split(" ")
    last = [words.pop()]
    while words and len(" ".join(last)) < SHORTEST_LAST and len(" ".join([words[-1], *last])) <= longest:
        last.insert(0, words.pop())
    return " ".join([*words, _NO_BREAK.join(last)]) if words else text


def count_lines(heading: str, per_line: int) -> int:
    """Tell how many lines of `per_line` signs a heading needs, the longest of its words broken."""
    return sum(max(-(-len(line) // per_line), 1) for line in _greedy(tuple(heading.split()), per_line))


def _greedy(words: tuple[str, ...], per_line: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= per_line:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _even(words: tuple[str, ...], count: int, per_line: int) -> tuple[str, ...]:
    """Part words into so many lines that are most alike, rather not after a short word, which leads on."""

    @cache
    def part(start: int, left: int) -> tuple[int, tuple[str, ...]]:
        ends = range(start + 1, len(words) - left + 2) if left > 1 else [len(words)]
        found = []
        for end in ends:
            line = " ".join(words[start:end])
            cost = len(line) ** 2 + _TOO_LONG * (len(line) > per_line)
            cost += _LEADS_ON * (left > 1 and len(words[end - 1]) <= _SHORT)
            more, rest = part(end, left - 1) if left > 1 else (0, ())
            found.append((cost + more, (line, *rest)))
        return min(found)

    return part(0, count)[1]
