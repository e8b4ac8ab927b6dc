"""The controls beside a text for the facts at its top: what they show, and what was changed with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from contentlib.domain.assets import Audience
from contentlib.services import governance
from contentlib.services.authoring import facts
from contentlib.services.authoring.facts import FactList
from contentlib.services.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from contentlib.markup.front_matter import AuthoredAsset

_WORDS = ("title", "summary", "audience", "owner", "publish_on", "expires_on", "review_by")
# What is written only where it says something else than nothing does.
_UNSAID = {"audience": Audience.EXTERNAL.value}


@dataclass(frozen=True, kw_only=True)
class FactsShown:
    """What the controls show: single facts by name, facts of several words, who may own an asset, (e-mail, name)."""

    words: Mapping[str, str]
    lists: tuple[FactList, ...]
    owners: tuple[tuple[str, str], ...]

    @property
    def as_read(self) -> str:
        """Give all facts as JSON, for the script that keeps controls and text in step."""
        return json.dumps({**self.words, **{each.name: each.chosen for each in self.lists}}, ensure_ascii=False)


def show_facts(reading: UnitOfWork, asset: AuthoredAsset) -> FactsShown:
    """Give what a text says of its asset as controls show it."""
    owner = asset.owner or ""
    owners = (("", "Nobody yet"), *governance.list_keepers(reading))
    days = {"publish_on": asset.publish_on, "expires_on": asset.expires_on, "review_by": asset.review_by_on}
    return FactsShown(
        words={"title": asset.title, "summary": asset.summary, "audience": asset.audience.value, "owner": owner}
        | {name: day.isoformat() if day else "" for name, day in days.items()},
        lists=facts.list_facts(reading, asset),
        owners=owners if owner in dict(owners) else (*owners, (owner, owner)),
    )


def put_into(text: str) -> str:
    """Give a text with the facts that were changed by their controls; a script that did so already says so."""
    if "in_step" in request.form:
        return text
    changed: dict[str, str | tuple[str, ...]] = {}
    for name in _WORDS:
        said, was = (" ".join(request.form.get(f"{sort}.{name}", "").split()) for sort in ("fact", "was"))
        if f"was.{name}" in request.form and said != was:
            changed[name] = "" if said == _UNSAID.get(name) else said
    for name in ("stages", *facts.LISTS):
        chosen, before = request.form.getlist(f"fact.{name}"), request.form.get(f"was.{name}", "").split("\n")
        if f"was.{name}" in request.form and set(chosen) != {word.strip() for word in before} - {""}:
            changed[name] = tuple(chosen)
    return facts.set_facts(text, changed)
