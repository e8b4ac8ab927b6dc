"""Where a text links to, and another address in its place or none; the rest of the text stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable

# A link with its words, address and title: [words](address "title"){.class}. Words may hold a picture.
_INLINE = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]\\]|\\.|!?\[[^\]]*\])*)\]"
    r"\(\s*(?P<address><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
    r"(?P<attributes>\{[^}\n]*\})?"
)
_BARE = re.compile(r"<(?P<address>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+)>")
# [name]: address, which other places name.
_DEFINITION = re.compile(
    r"^(?P<before> {0,3}\[(?P<name>[^\]\n]+)\]:[ \t]*)(?P<address><[^<>\n]*>|\S+)(?P<after>.*)$", re.MULTILINE
)
_REFERENCE = re.compile(r"(?<!!)\[(?P<words>[^\[\]\n]+)\](?:\[(?P<name>[^\[\]\n]*)\])?(?![\[(:])")
_FRONT = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FENCED = re.compile(r"^(?P<fence>`{3,}+|~{3,}+).*?^(?P=fence)[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def leads_to(address: str, target: str) -> bool:
    """Tell whether an address is another's, whatever page or place of it is asked for."""
    return address == target or (bool(target) and address.startswith((f"{target}?", f"{target}#", f"{target}/")))


def replace_link(source: str, old: str, new: str) -> tuple[str, int]:
    """Give a text with another address wherever it links to `old`, and how many places that were.

    An empty `new` leaves the words and takes the link off them; what stands in the front matter stays then.
    """
    front = _FRONT.match(source)
    head, body = (front.group(), source[front.end() :]) if front else ("", source)
    changed = 0
    if new:
        pattern = re.compile(rf"(?<![^\s\"'<\[]){re.escape(old)}(?:[?#/][^\s\"'<>\]]*)?(?![^\s\"'>\],])")
        head, changed = pattern.subn(lambda _: new, head)
    body, number = _outside_code(body, lambda text: _replace(text, old, new))
    return head + body, changed + number


def links_to(source: str, target: str) -> bool:
    """Tell whether a text links to an address."""
    return replace_link(source, target, target)[1] > 0


def _outside_code(text: str, change: Callable[[str], tuple[str, int]]) -> tuple[str, int]:
    """Change a text where it is no code: names of reference links count in all of it."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\0{len(kept) - 1}\0"

    changed, number = change(_FENCED.sub(keep, text))
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], changed), number


def _replace(text: str, old: str, new: str) -> tuple[str, int]:
    number = 0
    names: set[str] = set()

    def is_meant(match: re.Match[str]) -> bool:
        return leads_to(match["address"].strip("<>"), old)

    def inline(match: re.Match[str]) -> str:
        nonlocal number
        if not is_meant(match):
            return match.group()
        number += 1
        title, attributes = match["title"] or "", match["attributes"] or ""
        return f"[{match['words']}]({new}{title}){attributes}" if new else match["words"]

    def bare(match: re.Match[str]) -> str:
        nonlocal number
        if not is_meant(match):
            return match.group()
        number += 1
        return f"<{new}>" if new else match["address"]

    def definition(match: re.Match[str]) -> str:
        nonlocal number
        if not is_meant(match):
            return match.group()
        number += 1
        names.add(_name(match["name"]))
        return f"{match['before']}{new}{match['after']}" if new else ""

    def reference(match: re.Match[str]) -> str:
        return match["words"] if _name(match["name"] or match["words"]) in names else match.group()

    text = _DEFINITION.sub(definition, text)
    text = _BARE.sub(bare, _INLINE.sub(inline, text))
    return (text if new else _REFERENCE.sub(reference, text)), number


def _name(name: str) -> str:
    return " ".join(name.split()).casefold()
