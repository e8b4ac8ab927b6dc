"""The words of the trade are kept on pages, and the project speaks of the product alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, address, files, python_files, text_files

# The word that must not be read, and the one to say instead.
WORDS_ON_PAGES = {
    r"\bitems?\b": "asset",
    r"\bcontent pieces?\b": "asset",
    r"\bopportunit(y|ies)\b": "deal",
    r"\bsalespersons?\b|\bsales ?reps?\b|\bsellers\b": "rep",
    r"\bpersonaliz\w+": "personalise, with an s",
    r"\blog ?in\b|\blogon\b": "sign in",
    r"\bclick here\b": "what the link leads to",
    r"\blorem ipsum\b|\btodo\b|\btbd\b|\bfixme\b": "the words themselves",
    r"\boops\b|\buh-oh\b|\bsorry\b": "what happened and what to do",
}
# Words of one machine or one way of working; whole paths of machines are found by their beginning.
WORDS_NOWHERE = [
    r"/root/", r"/work/", r"/home/(?!$)\w+", r"/tmp/\w+", r"\.\./shared\b",
    r"\bissues? #?\d+\b", r"\bclosing note\b", r"\bthis machine's owner\b",
    r"\blanguage model\b", r"\bAI[- ](assistant|generated)\b",
]  # fmt: skip

JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
SEEN_ATTRIBUTES = re.compile(r'\b(?:title|alt|placeholder|aria-label|content)="([^"]*)"')
TAGS = re.compile(r"<[^>]*>")


def visible_words(template: str) -> str:
    """What a person reads of a page template: its text and the attributes that are read out."""
    template = UNSEEN.sub(" ", JINJA.sub(" ", template))
    return "\n".join([*SEEN_ATTRIBUTES.findall(template), TAGS.sub(" ", template)])


def test_visible_words_are_what_a_person_reads():
    page = '<li class="item" title="An item">{# item #}{{ item.title }}<script>let item</script> Deal</li>'
    assert re.findall(r"item|Deal", visible_words(page)) == ["item", "Deal"]


@pytest.mark.parametrize("word", WORDS_ON_PAGES)
def test_pages_speak_the_words_of_the_trade(word: str):
    pages = [path for path in files() if path.is_relative_to(ROOT / "templates/pages")]
    assert pages
    said = [
        f"{address(path)}: {match.group()!r}, say: {WORDS_ON_PAGES[word]}"
        for path in pages
        for match in re.finditer(word, visible_words(path.read_text()), re.IGNORECASE)
    ]
    assert not said


def test_a_deal_is_never_an_opportunity_in_code():
    translations = {"contentlib/crm/mappings"}
    said = [
        address(path)
        for path in python_files("contentlib")
        if re.search("opportunit(y|ies)", path.read_text(), re.IGNORECASE)
        and not any(address(path).startswith(folder) for folder in translations)
    ]
    assert not said


def test_the_project_speaks_of_the_product_alone():
    rules = re.compile("|".join(WORDS_NOWHERE), re.IGNORECASE)
    said = [
        f"{address(path)}:{number}: {match.group()}"
        for path in text_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if (match := rules.search(line))
    ]
    assert not said


ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)|https?://([\w.-]+)")
# Reserved for made-up names by RFC 2606, and the names that XML gives its own vocabularies.
NOBODYS = (".example", ".invalid", "www.w3.org")


def test_people_and_companies_of_the_demo_have_addresses_that_nobody_owns():
    strangers = [
        f"{address(path)}: {match.group()}"
        for path in text_files()
        if address(path).startswith(("content/", "brand/", "contentlib/demo/"))
        and not path.name.startswith("OFL")  # the licence of a font names who made it
        for match in ADDRESS.finditer(path.read_text(errors="replace"))
        if not (match.group(1) or match.group(2)).endswith(NOBODYS)
    ]
    assert not strangers
