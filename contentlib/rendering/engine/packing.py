"""How a PDF is written down and packed: each object once, numbers by their sort, streams as small as is worth it.

What is written is what pydyf, which writes and packs each object again to name the file by its content, would write.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import pydyf

# Three times as fast as the hardest, for files one hundredth larger.
LEVEL = 5


class Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF that will not change any more."""

    data = b""
    compressible = False

    def __init__(self, final: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = final.number, final.generation, final.free
        self.data, self.compressible = final.data, final.compressible


def write_down(pdf: Any) -> None:
    """Take all objects of a finished PDF as they are."""
    leave_legible(pdf)
    pdf.objects = [each if each.free == "f" else Written(each) for each in pdf.objects]


def leave_legible(pdf: Any) -> None:
    """Leave the metadata uncompressed, so that a damaged file can still say what it was."""
    for each in pdf.objects:
        if getattr(each, "extra", {}).get("Type") == "/Metadata":
            each.compress = False


def to_bytes(item: Any) -> bytes:
    """Write a value down as it stands in a PDF."""
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is int:
        return b"%d" % item
    if kind is float and not item.is_integer():
        return f"{item:f}".rstrip("0").encode("ascii")
    written: bytes = own_to_bytes(item)
    return written


def write_dictionary(dictionary: Any) -> bytes:
    """Write a dictionary down; its names are few, and the same in all of them."""
    return b"<<" + b"".join([_name(key) + to_bytes(value) for key, value in dictionary.items()]) + b">>"


@cache
def _name(key: str) -> bytes:
    return b"/%s " % key.encode("ascii")


def write_stream(stream: Any) -> bytes:
    """Write a stream down and pack it; its parts are bytes already but for a few."""
    held = b"\n".join([part if type(part) is bytes else to_bytes(part) for part in stream.stream])
    extra = pydyf.Dictionary(stream.extra)
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        packer = zlib.compressobj(level=LEVEL)
        held = packer.compress(held) + packer.flush()
    extra["Length"] = len(held)
    return b"\n".join((extra.data, b"stream", held, b"endstream"))


def list_pages(pdf: Any) -> tuple[bytes, ...]:
    """Give what pages are called by; asked for once for each element of each page."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = pdf.__dict__.get("_called", ())
    if len(known) != len(numbers):
        known = pdf._called = tuple(b"%d 0 R" % number for number in numbers)
    return known


own_to_bytes = pydyf._to_bytes
METHODS = (
    (pydyf, "_to_bytes", own_to_bytes, to_bytes),
    (pydyf.Dictionary, "data", pydyf.Dictionary.data, property(write_dictionary)),
    (pydyf.Stream, "data", pydyf.Stream.data, property(write_stream)),
    (pydyf.PDF, "page_references", pydyf.PDF.page_references, property(list_pages)),
)
