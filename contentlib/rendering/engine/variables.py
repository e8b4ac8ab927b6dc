"""Variables of style sheets that are the same all over a document, written out once instead of for each element.

What a document or a rule of its own sets stays a variable.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_RULE = re.compile(r":root\s*\{([^{}]*)\}")
_SETTING = re.compile(r"(?<![\w-])--([\w-]+)\s*:\s*([^;{}]+)")
# Innermost first: a way out that holds a variable itself is written out in the next round.
_USE = re.compile(r"var\(\s*--([\w-]+)\s*(?:,([^()]*))?\)")
# Values are built on one another a few deep; a circle would go on for ever.
_DEEPEST = 8


def put_in(text: str, given: Mapping[str, str], *, page: str) -> str:
    """Give a style sheet with those variables written out that only `given` or one `:root` of its own sets.

    `page` is the text of the document's template, which may set variables, too.
    """
    comments_out = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    often = Counter(name for name, _value in _SETTING.findall(comments_out + page))
    known = {name: value for name, value in given.items() if name not in often}
    for rule in _RULE.findall(comments_out):
        known |= {name: value.strip() for name, value in _SETTING.findall(rule) if often[name] == 1}

    def write_out(use: re.Match[str]) -> str:
        return known.get(use[1], use[0])

    for _round in range(_DEEPEST):
        written = _USE.sub(write_out, text)
        if written == text:
            break
        text = written
    return text
