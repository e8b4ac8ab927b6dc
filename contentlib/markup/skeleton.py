"""A new text of a kind, with everything its document asks for left to fill in; it reads and judges nothing."""

from __future__ import annotations

from contentlib.markup.schema import Flow, KindSchema

# What a front matter begins with, whatever the kind.
_HEAD = ("summary: ", "stages: []", "industries: []", "personas: []", "products: []", "tags: []")
_ROWS = {
    "metrics": ('  - {value: "", label: ""}',),
    "quotes": ("  - id: first", '    text: ""', "    name: ", "    role: ", "    approved_by: ", "    expires: "),
}
_PAGES = """## What it is about

[[Write what the reader has to know first.]]

## What comes of it

[[Write what changed, and how it was measured.]]
"""
_SHEET = """## What it is

[[Write what it does, in two sentences.]]

## What it changes

- **First.** [[Write the change.]]
- **Second.** [[Write the change.]]
"""
_SLIDES = """<!-- _class: lead -->
# [[The one sentence to remember]]

---

## [[What they know]]

- [[First point]]
- [[Second point]]

---

<!-- _class: closing -->
## [[What comes next]]
"""
_EMAIL = """[[greeting]],

What you noticed at [[company]], and why it matters to them.

What others in their place did about it, with one figure.

May I ask one thing: the one question that is easy to answer?

Kind regards,
"""
_BODIES = {Flow.PAGES: _PAGES, Flow.SHEET: _SHEET, Flow.SLIDES: _SLIDES}


def write(schema: KindSchema, *, label: str, owner: str = "") -> str:
    """Give a new text of a kind, called by its label: its facts as empty lines, a body of two parts or three slides."""
    lines = ["---", f"title: Untitled {label.lower()}", *_HEAD]
    if owner:
        lines.append(f"owner: {owner}")
    lines += _facts(schema)
    return "\n".join([*lines, "---", _EMAIL if schema.email else _BODIES[schema.flow]])


def _facts(schema: KindSchema) -> list[str]:
    """Give the lines of the facts that a kind needs or leaves to choose, in the order of its schema."""
    left_out = {"title", "summary", "specs"}  # the first two stand at the top, the last is written only where it helps
    wanted = [need for need in (*schema.needs, *schema.limits) if need.partition(".")[0] not in left_out]
    inner: dict[str, list[str]] = {}
    for need in wanted:
        head, _, rest = need.partition(".")
        inner.setdefault(head, [])
        if rest and rest not in inner[head]:
            inner[head].append(rest)
    lines: list[str] = []
    for head, keys in inner.items():
        if head in _ROWS:
            least = max(schema.limits.get(head, (1, 1))[0], 1)
            lines += [f"{head}:", *(_ROWS[head] * least)]
        elif keys:
            lines += [f"{head}:", *(f"  {key}: " for key in keys)]
        else:
            lines.append(f"{head}: ")
    return lines
