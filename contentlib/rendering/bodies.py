"""The body of a source packed for the next drawing of the same version: reading it is a twentieth of the work.

Who keeps it in between cannot look inside, and whoever unpacks it runs nothing of what it holds.
"""

from __future__ import annotations

import pickle

from contentlib.markup.dialect import Body
from contentlib.sandbox import answers


def pack(body: Body) -> bytes:
    """Pack a body."""
    return pickle.dumps((body,), protocol=5)


def unpack(packed: bytes) -> Body:
    """Give a packed body back; TypeError for anything else."""
    (body,) = answers.read(packed)
    if not isinstance(body, Body):
        raise TypeError("not the body of a source")
    return body
