"""What blocks, slides and rows of facts look like as they are written; each is short, and says what it is for."""

from __future__ import annotations

from contentlib.markup.schema import Flow, KindSchema

BLOCKS = {
    "metrics": ("Figures", "::: metrics\n- **61%** what it is\n- **12 h** what it is\n:::"),
    "note": ("Note", "::: note What it is called\nWhat has to be said beside the text.\n:::"),
    "steps": ("Steps", "::: steps\n1. **First** What happens.\n2. **Then** What happens.\n:::"),
    "compare": ("Comparison", "::: compare\n### Before\n\n- A point\n\n### After\n\n- A point\n:::"),
    "cards": ("Cards", "::: cards\n### One\n\nA sentence.\n\n### Two\n\nA sentence.\n:::"),
    "bars": ("Bars", "::: bars What they count\n- One: 82\n- Two: 52\n:::"),
    "side": ("Side box", "::: side What it is called\n- A point\n- A point\n:::"),
    "answer": ("Answer", "::: answer “What they say.”\nWhat is true.\n:::"),
}
SLIDES = {
    "lead": ("Cover", "# The one sentence to remember"),
    "section": ("Part", "## What the part is called"),
    "split": ("Text and picture", "## What it says\n\n- A point\n\n![What it shows](media/…)"),
    "metrics": ("Figures", "## What they say\n\n- **61%** what it is\n- **12 h** what it is"),
    "cards": ("Cards", "## What they share\n\n### One\n\nA sentence.\n\n### Two\n\nA sentence."),
    "timeline": ("Timeline", "## How it goes\n\n1. **First** One thing\n2. **Then** The next\n3. **Last** The end"),
    "compare": ("Comparison", "## What differs\n\n### Before\n\n- A point\n\n### After\n\n- A point"),
    "bars": ("Bars", "## What stands out\n\n::: bars What they count\n- One: 82\n- Two: 52\n:::"),
    "quote": ("Quote", "::: quote id\n:::"),
    "photo": ("Picture", "![bg](media/…)\n\n## What it shows"),
    "closing": ("End", "## What comes next"),
}  # fmt: skip
PLAIN = (
    ("Table", "| Measure | Before | After |\n|:--------|-------:|------:|\n| One     | 38     | 21    |"),
    ("Footnote", "[^1]\n\n[^1]: Where it comes from."),
)
FACTS = {
    "metrics": ("Figure", '  - {value: "61%", label: "what it is"}'),
    "quotes": (
        "Quote",
        '  - id: name\n    text: ""\n    name: \n    role: \n    approved_by: \n    expires: ',
    ),
}

_EVERY_FACT = """---
title: Everything a text may hold
summary: One of each, in words that mean nothing.
kicker: Practice
customer: {name: Somebody, industry: Dairies, region: Leeds, size: 40 people, products: [One, Two]}
competitor: {name: Someone else, note: Another sort of thing}
metrics: [{value: "−61%", label: "less of it"}, {value: "12 h", label: "more of it"}]
quotes: [{id: id, text: “It does what it says.”, name: A. Person, role: Engineer, approved_by: Somebody}]
specs: {Weight: 40 g, Range: 100 m}
cta: {heading: What next?, text: Ask for it., label: Ask, url: "https://practice.example/"}
legal: Nothing here is true.
---
"""
_WORDS = (
    "## What it *says*\n\nWords, **strong ones**, [a way](https://practice.example/), and figures: 1,234.\n\n- A point"
)
# Slides whose letters are larger or smaller for what else stands on them, or for how much of it.
_OTHER_SLIDES = (
    f"## Table\n\n{PLAIN[0][1]}",
    "## What comes\n\n1. A point\n2. A point",
    "<!-- _class: lead -->\n# The one sentence\n\nAnd another",
    "<!-- _class: metrics -->\n## What they say\n\n- **−61%** less\n- **12 h** more\n- **3** of them\n- **4** of them",
)


def write_everything(schema: KindSchema) -> str:
    """Give a text of a kind with one of everything that needs no picture, for trying out what draws it."""
    if schema.flow is Flow.SLIDES:
        texts = {name: text for name, (_label, text) in SLIDES.items() if "media/" not in text}
        slides = [f"<!-- _class: {name} -->\n{texts[name]}" for name in texts if name in schema.slide_classes]
        return _EVERY_FACT + "\n\n---\n\n".join([*slides, _WORDS, *_OTHER_SLIDES]) + "\n"
    blocks = [text for name, (_label, text) in BLOCKS.items() if name in schema.blocks]
    quote = ["::: quote id\n:::"] if "quote" in schema.blocks else []
    return _EVERY_FACT + "\n\n".join([_WORDS, *blocks, *quote, *(text for _label, text in PLAIN)]) + "\n"
