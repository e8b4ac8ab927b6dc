"""The objects of a PDF written down once: pydyf writes and packs each of them again to name the file by its content.

The bytes are the same.
"""

from __future__ import annotations

from typing import Any

import pydyf


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
