"""The body of a source as it is drawn, and packed for the next drawing of the same version.

Reading it is a twentieth of the work. Who keeps it in between cannot look inside, and whoever unpacks it runs nothing
of what it holds.
"""

from __future__ import annotations

import pickle
from dataclasses import replace

from contentlib.markup import dialect
from contentlib.markup.dialect import Body
from contentlib.markup.front_matter import AuthoredAsset
from contentlib.markup.schema import KindSchema
from contentlib.rendering import html
from contentlib.rendering.fetcher import address_of
from contentlib.sandbox import answers


def read(
    text: str, *, asset: AuthoredAsset, schema: KindSchema, path: str, first_line: int, chosen_quote: str | None
) -> Body:
    """Read the body of a source, its slides set for paper."""
    body = dialect.read_body(
        text, asset=asset, schema=schema, path=path, first_line=first_line, chosen_quote=chosen_quote
    )
    return replace(body, slides=tuple(html.set_for_paper(slide, address_of) for slide in body.slides))


def pack(body: Body) -> bytes:
    """Pack a body."""
    return pickle.dumps((body,), protocol=5)


def unpack(packed: bytes) -> Body:
    """Give a packed body back; TypeError for anything else."""
    (body,) = answers.read(packed)
    if not isinstance(body, Body):
        raise TypeError("not the body of a source")
    return body
