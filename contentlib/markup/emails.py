"""What an outreach e-mail must keep to, and which open fields its `[[words]]` are; it fills in and sends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contentlib.domain.documents import FieldType, OpenField
from contentlib.domain.findings import Finding, Level
from contentlib.markup import plain_text
from contentlib.markup.schema import EmailRules

PLACEHOLDER = re.compile(r"\[\[([^\[\]\n]{1,60})\]\]")
# Words that stand for a field which every e-mail has; any other becomes a field of that one asset.
FIELD_OF = {"greeting": "prospect.greeting", "company": "prospect.name"}
CHANGE = "change."
CHANGE_LIMIT = 60
_ASK = re.compile(r"[？؟]|\?(?=[\s\"”’')]|\Z)")
_NO_GREETING = "The e-mail greets nobody."
_NO_COMPANY = "The e-mail does not name the company it is written to."


def field_of(words: str) -> str:
    """Name the open field that a placeholder's words stand for."""
    plain = " ".join(words.split()).casefold()
    slug = re.sub(r"[^\w]+", "-", plain).strip("-_")
    return FIELD_OF.get(plain) or CHANGE + (slug or "it")


def placeholders(subject: str, names: Iterable[str]) -> tuple[str, ...]:
    """Give the placeholders of a subject line and a body in the order they are read, each once."""
    return tuple(dict.fromkeys([*PLACEHOLDER.findall(subject), *names]))


def open_fields(names: Iterable[str]) -> tuple[OpenField, ...]:
    """Give the fields of one e-mail beyond those that its kind has: each must be filled in before it goes out."""
    found: dict[str, OpenField] = {}
    for words in names:
        name = field_of(words)
        if name.startswith(CHANGE):
            label = words.strip()[:1].upper() + words.strip()[1:]
            found.setdefault(
                name,
                OpenField(name=name, label=label, type=FieldType.TEXT, limit=CHANGE_LIMIT, required=True,
                          hint="Change required."),
            )  # fmt: skip
    return tuple(found.values())


def count_asks(text: str) -> int:
    """Count what a text asks for: its questions."""
    return len(_ASK.findall(text))


def check_words(rules: EmailRules, text: str, *, path: str, line: int) -> list[Finding]:
    """Compare an e-mail's words with how many are read and answered, and what it asks for with its one thing."""
    found = []
    words, (least, most) = plain_text.count_words(text), rules.words

    def warn(code: str, message: str, mend: str) -> None:
        found.append(Finding(level=Level.WARNING, code=code, message=message, mend=mend, path=path, line=line))

    if not least <= words <= most:
        message = f"The e-mail has {words} words; between {least} and {most} are read and answered."
        warn("email-length", message, "Say more of why you write." if words < least else "Say less.")
    asks = count_asks(text)
    if asks != rules.asks:
        told = "nothing" if not asks else f"{asks} things"
        mend = "End with one question that is easy to answer." if not asks else "Keep the question that matters most."
        warn("email-asks", f"The e-mail asks for {told}; one is answered.", mend)
    return found


def check(rules: EmailRules, text: str, names: tuple[str, ...], *, path: str, line: int) -> list[Finding]:
    """Give what stands in the way of sending an e-mail as it is written; `names` are its placeholders."""
    fields = {field_of(words) for words in names}
    found = check_words(rules, text, path=path, line=line)
    for name, code, message, words in (
        ("prospect.greeting", "no-greeting", _NO_GREETING, "greeting"),
        ("prospect.name", "no-company", _NO_COMPANY, "company"),
    ):
        if name not in fields:
            mend = f"Write [[{words}]] where it belongs."
            found.append(Finding(level=Level.WARNING, code=code, message=message, mend=mend, path=path, line=line))
    return found
