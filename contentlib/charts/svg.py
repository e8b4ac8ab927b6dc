"""Writing SVG: escaped text, short numbers, no style attribute; it draws nothing by itself.

Charts carry no width and no viewBox: positions across are percentages, so that one drawing serves every width while
text and strokes keep their size. Height comes from the page's style sheet. A strict content security policy
(`style-src 'self'`) is enough for them.
"""

from __future__ import annotations

from html import escape


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """Write one element; `class_` becomes `class`, underscores become hyphens, None is left out.

    Children are finished markup; use `text` for words.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def text(words: str) -> str:
    """Escape words for use between tags."""
    return escape(words, quote=False)


def drawing(class_: str, *children: str, title: str, description: str = "", height: int | None = None) -> str:
    """Write a whole drawing that stands for one image: its title is its name, shown on hover too.

    `height` is in CSS pixels, for drawings that are not stretched by the page.
    """
    named = element("title", text(title)) + (element("desc", text(description)) if description else "")
    return element("svg", named, *children, class_=class_, role="img", height=height)


def decoration(class_: str, *children: str) -> str:
    """Write a drawing that says nothing the words beside it do not say."""
    return element("svg", *children, class_=class_, aria_hidden="true", focusable="false")


def percent(share: float) -> str:
    """Write a share of 1 as a percentage of the drawing's width."""
    return f"{_number(100 * share)}%"


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
