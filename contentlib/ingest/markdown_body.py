"""Foreign Markdown made fit for the library's dialect: no HTML, no underlined headings, pictures and links in place.

Code stays as it is; what looks like HTML and is none stays readable.
"""

from __future__ import annotations

import re
from html import escape as escape_html

from contentlib.domain.findings import Level
from contentlib.ingest import html_body
from contentlib.ingest.pictures import Shelf
from contentlib.markup.schema import ALL_BLOCKS

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)([^\n]*?[^`\n])\1(?!`)")
_MASK = re.compile("\x00(\\d+)\x00")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)\s*(/?)>")
# Elements whose inside only makes sense as HTML: they are converted whole.
_WHOLE = frozenset(
    {"table", "ul", "ol", "dl", "pre", "blockquote", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "iframe", "video",
     "audio", "object", "picture", "script", "style", "noscript", "svg", "form", "select", "button"}
)  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "tt": "`", "samp": "`"}
_BREAKS = frozenset({"p", "div", "section", "article", "details", "center", "header", "footer", "main", "aside"})
_INLINE = frozenset(
    {"span", "small", "sup", "sub", "u", "s", "del", "ins", "font", "abbr", "mark", "big", "cite", "q", "wbr", "label",
     "input", "col", "colgroup", "thead", "tbody", "tr", "td", "th", "li", "dt", "dd", "figcaption", "source", "link",
     "meta", "html", "body", "head", "nobr", "time", "strike"}
)  # fmt: skip
_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+[\"']([^\"']*)[\"'])?\s*\)(?:\{[^}\n]*\})?")
_IMAGE_BY_NAME = re.compile(r"!\[([^\]]*)\]\[([^\]]*)\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^][^\]]*)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\]\(\s*<?(/[^)\s>]*)>?")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*\Z")
_CONTAINER = re.compile(r"^[ \t]*:::+[ \t]*(?:\{?\.?([A-Za-z][\w-]*)\}?)?[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_WIKI = re.compile(r"\[\[(?:[^\[\]\n|]*\|)?([^\[\]\n|]*)\]\]")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
# What may follow a fence in the dialect; whatever else stands there would make the fence a paragraph.
_LANGUAGE = re.compile(r"\s*([\w#.+-]+)(?=\s|\Z)")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*(?:\{[^}\n]*\})?$")


def mask(text: str) -> tuple[str, list[str]]:
    """Put code aside: gives the text with marks in its place, and the code.

    Fences that are indented are moved to the margin, where the dialect knows them as fences.
    """
    kept: list[str] = []

    def keep(code: str) -> str:
        kept.append(code)
        return f"\x00{len(kept) - 1}\x00"

    out: list[str] = []
    fence: list[str] = []
    indent, sign = "", ""
    for line in text.replace("\x00", "").expandtabs(4).split("\n"):
        mark = _FENCE.match(line)
        if not fence:
            if mark and "`" not in line[mark.end() :]:
                language = _LANGUAGE.match(line, mark.end())
                indent, sign = mark[1], mark[2]
                fence = [sign + (language[1] if language else "")]
            else:
                out.append(line)
            continue
        fence.append(line.removeprefix(indent) if line.startswith(indent) else line.lstrip(" "))
        if mark and mark[2].startswith(sign) and not line[mark.end() :].strip():
            fence[-1] = sign
            out += ["", keep("\n".join(fence)), ""] if indent else [keep("\n".join(fence))]
            fence = []
    if fence:
        out.append(keep("\n".join(fence).rstrip() + "\n" + sign))
    return _CODE.sub(lambda found: keep(found[0]), "\n".join(out)), kept


def unmask(text: str, kept: list[str]) -> str:
    """Put code back where it was."""
    return _MASK.sub(lambda found: kept[int(found[1])] if int(found[1]) < len(kept) else "", text)


def first_heading(text: str, level: int) -> str:
    """Give the words of the first heading of a level, underlined or with signs."""
    lines = unmask(_straighten_headings(mask(text)[0]), []).split("\n")
    found = (heading for line in lines if (heading := _ATX.match(line)) and len(heading[1]) == level)
    return next((_plain(heading[2]) for heading in found), "")


def _plain(words: str) -> str:
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return " ".join(_TAG.sub("", re.sub(r"(\*\*|__|(?<!\w)[*_]|[*_](?!\w))", "", words)).split())


def without_title(text: str, title: str) -> str:
    """Take away the heading that says the title, if it opens the body."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return text
    heading = _ATX.match(lines[first])
    if heading and len(heading[1]) == 1 and _plain(heading[2]) == title:
        return "\n".join(lines[first + 1 :])
    return text


def to_dialect(text: str, shelf: Shelf) -> str:
    """Write a body of foreign Markdown, its code put aside, in the dialect."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).replace("<!--", "")
    text = _convert_elements(text, shelf)
    text = _dedent(text)
    text = _put_images(text, shelf)
    text = _LINK.sub(lambda found: f"]({shelf.link(found[1])}", text)
    text = _convert_tags(text, shelf)
    text = _CONTAINER.sub(_container, text)
    text = _WIKI.sub(r"\1", text)
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", _straighten_headings(text))


def _dedent(text: str) -> str:
    """Bring prose inside HTML boxes to the margin: its indentation is the boxes', and would make code of it."""
    depth, out = 0, []
    for line in text.split("\n"):
        boxes = [(found[1], found[4]) for found in _TAG.finditer(line) if found[2].lower() in _BREAKS]
        opened = sum(1 for end, alone in boxes if not end and not alone)
        depth += opened
        out.append(line.lstrip() if depth > 0 and not _ITEM.match(line) else line)
        depth = max(depth - sum(1 for end, _ in boxes if end), 0)
    return "\n".join(out)


def _convert_elements(text: str, shelf: Shelf) -> str:
    """Convert the outermost tables, lists and the like that are written as HTML; what is not closed is left."""
    out: list[str] = []
    at = 0
    for found in _TAG.finditer(text):
        name = found[2].lower()
        if found.start() < at or found[1] or found[4] or name not in _WHOLE:
            continue
        end = _end_of(text, found, name)
        if end is None:
            continue
        is_text = name not in {"pre", "script", "style", "svg"}
        converted = html_body.to_markdown(text[found.start() : end], shelf, is_escaped=not is_text)
        out += [text[at : found.start()].rstrip(" "), "\n\n", converted.strip("\n"), "\n\n"]
        at = end
    return "".join([*out, text[at:]])


def _end_of(text: str, opened: re.Match[str], name: str) -> int | None:
    depth = 0
    for found in re.compile(rf"<(/?){name}\b[^<>]*>", re.IGNORECASE).finditer(text, opened.start()):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.end()
    return None


def _put_images(text: str, shelf: Shelf) -> str:
    places = {found[1].casefold(): found[2] for found in _DEFINITION.finditer(text)}
    text = _IMAGE_BY_NAME.sub(lambda found: f"![{found[1]}]({places.get((found[2] or found[1]).casefold(), '')})", text)
    text = _IMAGE.sub(lambda found: shelf.picture(found[2], found[1], found[3] or ""), text)
    return re.sub(
        r"<img\b([^<>]*)>",
        lambda found: shelf.picture(
            _attribute(found[1], "src"), _attribute(found[1], "alt"), _attribute(found[1], "title")
        ),
        text,
        flags=re.IGNORECASE,
    )


def _attribute(text: str, name: str) -> str:
    found = re.search(rf"\b{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{{?[\"']?([^\s\"'>}}]+))", text, re.IGNORECASE)
    return next((part for part in found.groups() if part is not None), "") if found else ""


def _convert_tags(text: str, shelf: Shelf) -> str:
    closed = {found[2] for found in _TAG.finditer(text) if found[1]}
    links: list[str] = []

    def convert(found: re.Match[str]) -> str:
        is_end, name = bool(found[1]), found[2].lower()
        if name == "br":
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            return " " if line.lstrip().startswith("|") else "  \n"
        if name == "hr":
            return "\n\n---\n\n"
        if name == "a":
            if not is_end:
                links.append(_attribute(found[3], "href"))
                return "[" if links[-1] else ""
            target = links.pop() if links else ""
            return f"]({shelf.link(target)})" if target else ""
        if name in _MARKS:
            return _MARKS[name]
        if name == "summary":
            return "\n\n**" if not is_end else "**\n\n"
        if name in _BREAKS:
            return "\n\n"
        if name in _INLINE or name in _WHOLE:
            return ""
        if found[2] in closed or found[4]:
            shelf.find("component", f"The component “{found[2]}” fell away; what it encloses was kept.", Level.WARNING)
            return ""
        return escape_html(found[0], quote=False)

    return _TAG.sub(convert, text)


def _container(found: re.Match[str]) -> str:
    """Make an aside of another generator's container (`:::tip Title`); the dialect's own blocks stay."""
    name = (found[1] or "").lower()
    if not name:
        return ":::\n"
    return f"\n::: {name if name in ALL_BLOCKS else 'note'} {found[2]}".rstrip()


def _straighten_headings(text: str) -> str:
    """Write underlined headings with signs and give rules the blank line they need."""
    out: list[str] = []
    for line in text.split("\n"):
        under = _UNDERLINE.match(line)
        above = out[-1] if out else ""
        if not under or not above.strip():
            out.append(line)
            continue
        is_prose = not re.match(r"\s*([-*+>|#]|\d+[.)])|\s{4}|\x00|:::", above) and len(out[-2:]) > 0
        is_alone = len(out) < 2 or not out[-2].strip()
        if is_prose and is_alone:
            out[-1] = f"{'#' if under[1][0] == '=' else '##'} {above.strip()}"
        else:
            out += ["", "---"] if under[1][0] == "-" else []
    return "\n".join(out)
