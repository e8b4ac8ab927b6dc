"""Reads what brand.yml has no place for, from `defaults.contentlib`; colours and files are read beside."""

from __future__ import annotations

from contentlib.branding.lined_yaml import LinedYaml
from contentlib.branding.parts import AcceptedFont, Contact, Legal, LogoRules, Phrase, PhraseRule
from contentlib.branding.reading import EXTRAS, LENGTH
from contentlib.domain.findings import Level

EXTRA_KEYS = (
    "is-sample",
    "tagline",
    "contact",
    "legal",
    "quotes",
    "fallback-fonts",
    "accepted-fonts",
    "logo-rules",
    "colour-tolerance",
    "legacy-colours",
    "old-logos",
    "phrases",
)


def read_contact(source: LinedYaml) -> Contact:
    """Give where the company can be reached."""
    at = (*EXTRAS, "contact")
    source.keys(at, ("address", "offices", "email", "phone"))
    return Contact(
        address=source.texts((*at, "address")),
        offices=source.texts((*at, "offices")),
        email=source.text((*at, "email")),
        phone=source.text((*at, "phone")),
    )


def read_legal(source: LinedYaml) -> Legal:
    """Give what the law or the lawyers want on papers."""
    at = (*EXTRAS, "legal")
    source.keys(at, ("notice", "registration"))
    return Legal(notice=source.text((*at, "notice")), registration=source.text((*at, "registration")))


def read_accepted_fonts(source: LinedYaml) -> tuple[AcceptedFont, ...]:
    """Give the families that are accepted in files from elsewhere; nothing of the library's own is set in them."""
    at = (*EXTRAS, "accepted-fonts")
    found = []
    for index in range(source.items(at)):
        here = (*at, index)
        source.keys(here, ("family", "until"))
        if family := source.text((*here, "family"), required=True):
            found.append(AcceptedFont(family=family, until=source.day((*here, "until"))))
    return tuple(found)


def read_logo_rules(source: LinedYaml) -> LogoRules:
    """Give how the logo may be placed."""
    at = (*EXTRAS, "logo-rules")
    source.keys(at, ("clear-space", "minimum-width"))
    width = source.text((*at, "minimum-width"))
    if width and not LENGTH.fullmatch(width):
        source.error((*at, "minimum-width"), "not-a-length", f"“{width}” is no length; write it as in 18mm.")
        width = None
    space = source.number((*at, "clear-space"), low=0, high=4)
    return LogoRules(clear_space=0.5 if space is None else space, minimum_width=width)


def read_phrases(source: LinedYaml) -> tuple[Phrase, ...]:
    """Give the phrases that may not, no longer, or must stand in a text."""
    at = (*EXTRAS, "phrases")
    source.keys(at, tuple(PhraseRule))
    found = []
    for rule in PhraseRule:
        for index in range(source.items((*at, rule.value))):
            here = (*at, rule.value, index)
            source.keys(here, ("match", "use", "why", "level", "kinds"))
            match = source.text((*here, "match"), required=True)
            use = source.text((*here, "use"), required=rule is PhraseRule.RENAMED)
            level = source.choice((*here, "level"), tuple(Level))
            if match:
                found.append(
                    Phrase(
                        rule=rule,
                        match=match,
                        use=use,
                        why=source.text((*here, "why")),
                        # An old name reads wrong; a banned phrase or a missing notice can cost.
                        level=Level(level or (Level.WARNING if rule is PhraseRule.RENAMED else Level.ERROR)),
                        kinds=source.texts((*here, "kinds")),
                    )
                )
    return tuple(found)
