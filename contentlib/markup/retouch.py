"""Sets single facts at the top of an authored text and leaves every other line of it as it was typed.

It judges no value: what is set is read again like anything else that stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_KEY = re.compile(r"([A-Za-z_]+):(?:\s|\Z)")
# What YAML takes for more than words: a sign it begins with, a colon or hash within, words that mean something else.
_PLAIN = re.compile(r"[^\W_][\w ./@’–—-]*[\w.]|\w", re.UNICODE)
_MEANT = re.compile(r"(?i)true|false|yes|no|on|off|null|[-+.\d][\d_.,:eE+-]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What is indented below a key, is a row of a list or closes one, belongs to it, with empty lines and remarks within.
_BELOW, _WITHIN = re.compile(r"\s+\S|-(\s|\Z)|[\]}]"), re.compile(r"\s*(#|\Z)")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}

Fact = str | tuple[str, ...]


def set_facts(text: str, facts: Mapping[str, Fact]) -> str:
    """Give a text with facts set at its top; an empty one is taken out.

    One that stands there keeps its place, a new one comes last. A text that does not begin with closed facts stays as
    it is.
    """
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), 0)
    if lines[0].rstrip() != "---" or not end:
        return text
    top, rest = lines[1:end], lines[end:]
    for name, fact in facts.items():
        top = _set(top, name, fact)
    return "\n".join([lines[0], *top, *rest])


def _set(top: list[str], name: str, fact: Fact) -> list[str]:
    written = [f"{name}: {_write(fact)}"] if fact else []
    begin = next((n for n, line in enumerate(top) if (found := _KEY.match(line)) and found[1] == name), None)
    if begin is None:
        return [*top, *written]
    return [*top[:begin], *written, *top[_end(top, begin) :]]


def _end(top: list[str], begin: int) -> int:
    after = begin + 1
    for number, line in enumerate(top[after:], start=after):
        if _BELOW.match(line):
            after = number + 1
        elif not _WITHIN.match(line):
            break
    return after


def _write(fact: Fact) -> str:
    if isinstance(fact, str):
        return fact if _is_plain(fact) else _quote(fact)
    return f"[{', '.join(word if _is_plain(word) else _quote(word) for word in fact)}]"


def _is_plain(words: str) -> bool:
    return bool(_DAY.fullmatch(words) or (_PLAIN.fullmatch(words) and not _MEANT.fullmatch(words)))


def _quote(words: str) -> str:
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in words if sign in _ESCAPES or _may_stand(sign)) + '"'


def _may_stand(sign: str) -> bool:
    # Spaces that keep words on one line are no printable signs to Python.
    return sign.isprintable() or unicodedata.category(sign) == "Zs"
