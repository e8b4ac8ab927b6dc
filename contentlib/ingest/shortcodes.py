"""The tags of site generators in a body (`{{< quote >}}`, `{{list `…`}}`, `{% raw %}`) as Markdown; it runs none.

What a layout does not name is never obeyed: Hugo's and Liquid's tags fall away and leave what they enclose; words in
double braces, which may be a letter's placeholders, stay as they are. Both are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from contentlib.domain.findings import Level
from contentlib.ingest.layout import Shortcode
from contentlib.ingest.pictures import Shelf

# {{< name … >}} and {{% name … %}}
_HUGO = re.compile(r"\{\{([<%])\s*(/?)\s*([\w./-]+)((?:[^{}]|\{(?!\{)|\}(?!\}))*?)\s*/?\s*[>%]\}\}")
# {{name `…`}} and {{name "…" "…"}}
_CALL = re.compile(r"\{\{\s*([A-Za-z][\w-]*)((?:\s+(?:`[^`]*`|\"[^\"]*\"))+)\s*\}\}")
_BRACES = re.compile(r"\{\{[^{}]{1,200}\}\}")
_LIQUID = re.compile(r"\{%-?\s*(\w+)[^%]{0,500}?-?%\}")
_ARGUMENT = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|`([^`]*)`|'([^']*)'|([^\s\"'`]+))|\"([^\"]*)\"|`([^`]*)`|(\S+)")
DEEPEST_LIST = 4


def expand_calls(text: str, known: Mapping[str, Shortcode], shelf: Shelf) -> str:
    """Write the calls that a layout names (`{{list `…`}}`) as Markdown; before code is put aside, for they hold it."""
    return _CALL.sub(lambda found: _call(found, known, shelf), text)


def expand_tags(text: str, known: Mapping[str, Shortcode], shelf: Shelf, *, is_html: bool = False) -> str:
    """Write the tags of a body as Markdown, or as HTML in a body of HTML, as the layout says."""
    text = _expand_hugo(text, known, shelf, is_html=is_html)
    for found in _LIQUID.finditer(text):
        _name_dropped(found[1], shelf)
    text = _LIQUID.sub("", text)
    for found in _BRACES.finditer(text):
        shelf.find("template-tag", f"“{found[0][:60]}” stands in the text as it was written.", Level.NOTE)
    return text


def _name_dropped(name: str, shelf: Shelf) -> None:
    shelf.find(
        "template-tag",
        f"The tag “{name}” is not known to the layout; what it encloses was kept, the tag was not.",
        Level.WARNING,
        mend=f"Say what becomes of it under [body.shortcodes.{name}] of a layout.",
    )


def _call(found: re.Match[str], known: Mapping[str, Shortcode], shelf: Shelf) -> str:
    code = known.get(found[1])
    if code is None:
        return found[0]
    arguments = re.findall(r"`([^`]*)`|\"([^\"]*)\"", found[2])
    words = [tick or quoted for tick, quoted in arguments]
    data: Any = None
    if found[2].strip().startswith("`"):
        try:
            data = yaml.safe_load(words[0])
        except (yaml.YAMLError, RecursionError, ValueError):
            shelf.find(
                "template-tag", f"What stands in the tag “{found[1]}” is not YAML; it was left out.", Level.WARNING
            )
            return ""
    named = {str(n): word for n, word in enumerate(words, start=1)}
    if isinstance(data, dict):
        named |= {str(key): value for key, value in data.items()}
    return _write(code, named, data, "", shelf)


def _expand_hugo(text: str, known: Mapping[str, Shortcode], shelf: Shelf, *, is_html: bool) -> str:
    """Take tags with their ends from the inside out, as far as they are balanced."""
    out: list[str] = []
    open_tags: list[tuple[str, dict[str, Any], int]] = []
    at = 0
    for found in _HUGO.finditer(text):
        out.append(text[at : found.start()])
        at = found.end()
        name, is_end = found[3], bool(found[2])
        code = known.get(name)
        if code is None and not is_end:
            _name_dropped(name, shelf)
        if is_end:
            index = next((n for n in range(len(open_tags) - 1, -1, -1) if open_tags[n][0] == name), None)
            if index is None:
                continue
            _, named, start = open_tags[index]
            del open_tags[index:]
            inner = "".join(out[start:])
            del out[start:]
            out.append(_write(code, named, None, inner, shelf, is_html=is_html) if code else inner)
        elif f"/{name}" in text[at:] and re.search(r"\{\{[<%]\s*/\s*" + re.escape(name) + r"\s*[>%]\}\}", text[at:]):
            open_tags.append((name, _arguments(found[4]), len(out)))
        elif code is not None:
            out.append(_write(code, _arguments(found[4]), None, "", shelf, is_html=is_html))
    return "".join([*out, text[at:]])


def _arguments(text: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for number, found in enumerate(_ARGUMENT.finditer(text), start=1):
        value = next((part for part in found.groups()[1:] if part is not None), "")
        named[found[1] or str(number)] = value
    return named


def _write(
    code: Shortcode, named: Mapping[str, Any], data: Any, inner: str, shelf: Shelf, *, is_html: bool = False
) -> str:
    if code.form == "drop":
        return ""
    words = inner.strip() or _first(code.text, named)
    if code.image and (image := _plain(named.get(code.image))):
        picture = f'<img src="{image}">' if is_html else shelf.picture(image, "") + "\n\n"
        return picture + _write(replace(code, image=""), named, data, inner, shelf, is_html=is_html)
    if code.form == "text":
        return f"<div>{words}</div>" if is_html else f"\n\n{words}\n\n"
    if code.form == "quotation":
        by = ", ".join(part for key in code.by if (part := _plain(named.get(key))))
        if is_html:
            return f"<blockquote><p>{words}</p>{f'<p>— {by}</p>' if by else ''}</blockquote>"
        return quotation(words, by)
    if code.form == "link":
        address = re.sub(r"\{([\w-]+)\}", lambda key: _plain(named.get(key[1])), code.url)
        label = _first(code.label, named) or address
        return f'<a href="{address}">{label}</a>' if is_html else f"[{label}]({shelf.link(address)})"
    return "\n\n" + "\n".join(_entries(data, code, 0, shelf)) + "\n\n"


def _entries(rows: Any, code: Shortcode, depth: int, shelf: Shelf) -> list[str]:
    """Write a list of tables as a list of links with a line about each."""
    lines: list[str] = []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or depth > DEEPEST_LIST:
            continue
        named = {str(key): value for key, value in row.items()}
        label = _first(code.label, named) or _plain(named.get("text"))
        address = _plain(named.get(code.url)) if code.url else ""
        words = _first(code.text, named)
        head = f"[{label}]({shelf.link(address)})" if address and label else f"**{label}**" if label else ""
        lines.append("    " * depth + "- " + (": ".join(part for part in (head, words) if part) or "…"))
        for key in code.items:
            lines += _entries(named.get(key), code, depth + 1, shelf)
    return lines


def _first(keys: tuple[str, ...], named: Mapping[str, Any]) -> str:
    return next((word for key in keys if (word := _plain(named.get(key)))), "")


def _plain(value: Any) -> str:
    """Give a value's words on one line; a list's rows follow each other."""
    if isinstance(value, list):
        return " ".join(_plain(row) for row in value)
    return "" if value is None or isinstance(value, dict) else " ".join(str(value).split())


def quotation(text: str, by: str) -> str:
    """Write a quotation with who said it."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines = [*paragraphs, *([f"— {by}"] if by else [])]
    return "\n\n" + "\n>\n".join(f"> {line}" for line in lines) + "\n\n" if lines else ""
