"""What stands for things in addresses: whatever another system or a person calls them, and numbers of rows.

It looks none of them up.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from flask import Flask, g, url_for
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

# Stands for any slug or blob where an address is put together; like each of them it is written as it is.
_ANY = "any-one"

# What begins a name that is written as letters and digits; a name that begins so is written like that itself.
_CODED = "="


class RowNumber(IntegerConverter):
    """The number of a row; longer ones than any database here counts to are no address."""

    regex = r"\d{1,9}"


class Named(BaseConverter):
    """What something is called, as it is, or coded where an address would read it as something else.

    `taken` are words that stand for pages of their own in the same place.
    """

    regex = r"[^/]+"

    def __init__(self, url_map: Map, *taken: str) -> None:
        super().__init__(url_map)
        self._taken = frozenset(taken)

    def to_python(self, value: str) -> str:
        """Give the name."""
        if not value.startswith(_CODED):
            return value
        coded = value.removeprefix(_CODED)
        try:
            return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: Any) -> str:
        """Write the name."""
        name = str(value)
        if name.isprintable() and not name.startswith(_CODED) and name not in self._taken and self._fits(name):
            return super().to_url(name)
        return _CODED + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")

    def _fits(self, name: str) -> bool:
        return _is_way([name])


class NamedToTheEnd(Named):
    """The same at the end of an address, where a slash between two parts of a name needs no code."""

    regex = r"[^/].*?"
    part_isolating = False

    def _fits(self, name: str) -> bool:
        return _is_way(name.split("/"))


def _is_way(parts: Sequence[str]) -> bool:
    """Tell whether browsers and servers leave the parts of a path as they are."""
    return not any("/" in part or part in {"", ".", ".."} for part in parts)


def register(app: Flask) -> None:
    """Let routes say `<int:…>`, `<named:…>` and `<named_to_the_end:…>`, and templates ask for addresses of assets."""
    app.jinja_env.globals.update(asset_address=asset_address, picture_address=picture_address)
    app.url_map.converters.update(int=RowNumber, named=Named, named_to_the_end=NamedToTheEnd)


def asset_address(endpoint: str, slug: str) -> str:
    """Give the address of one of an asset's pages."""
    return _put_in(endpoint, "slug", slug)


def picture_address(blob: str) -> str:
    """Give the address of the picture of a page."""
    return _put_in("assets.picture", "blob", blob)


def _put_in(endpoint: str, name: str, value: str) -> str:
    """Give an address with one value in it; a list has a hundred, so each sort is put together once."""
    kept: dict[str, tuple[str, str, str]] = g.setdefault("addresses", {})
    if endpoint not in kept:
        values: dict[str, Any] = {name: _ANY}
        kept[endpoint] = url_for(endpoint, **values).partition(_ANY)
    before, _, after = kept[endpoint]
    return before + value + after
