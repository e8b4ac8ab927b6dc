"""What drawing a text's document found, said at the lines of its text; it draws nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.findings import Finding, Level
from contentlib.services.authoring.plan import Pictures, SourceRead
from contentlib.services.unit_of_work import UnitOfWork

# Larger pictures and WebP are drawn as they are; what reads pictures that are added takes neither.
_LARGEST_READ = 5_000_000
# A WebP says in its first bytes what sort it is, and then whether it moves.
_WEBP_HEAD = 21
_MOVES = "The picture is animated, and paper does not move: only how it begins is drawn."
_MEND = "Save it anew as a PNG, a JPEG or a plain SVG."


def at_their_lines(found: Iterable[Finding], read: SourceRead) -> list[Finding]:
    """Give findings with the file they are of, and one of a picture that cannot be drawn where the picture is named."""
    return [_place(finding, read) for finding in found]


def _place(finding: Finding, read: SourceRead) -> Finding:
    name = next((path for path in read.media if finding.code == "engine" and path in finding.message), None)
    if name is None:
        return replace(finding, path=finding.path or read.file.path)
    message = f"The picture {name} cannot be read, so it is not drawn."
    line = read.file.line_of(name)
    return replace(finding, message=message, mend=_MEND, path=read.file.path, line=line, text=name)


def _moves(head: bytes) -> bool:
    """Tell from how a WebP begins whether it holds more than one picture."""
    return len(head) == _WEBP_HEAD and head[12:16] == b"VP8X" and bool(head[20] & 2)


class PictureLook:
    """Looks at the pictures in a folder as one looks at those that are added while writing; each is read once."""

    def __init__(self, reading: UnitOfWork, pictures: Pictures) -> None:
        self._reading, self._pictures = reading, pictures
        self._said: dict[str, str | None] = {}

    def look(self, read: SourceRead) -> list[Finding]:
        """Say what a text's pictures hold that no document shows."""
        return [
            Finding(level=Level.WARNING, code="picture", message=f"{name}: {said}", mend=_MEND, path=read.file.path,
                    line=read.file.line_of(name), text=name)
            for name in read.media
            if (said := self._read(name)) is not None
        ]  # fmt: skip

    def _read(self, name: str) -> str | None:
        if name not in self._said:
            self._said[name] = None
            place = self._pictures.place(name)
            if place is not None and place.suffix.lower() == ".webp":
                with place.open("rb") as opened:
                    self._said[name] = _MOVES if _moves(opened.read(_WEBP_HEAD)) else None
            elif place is not None and place.stat().st_size <= _LARGEST_READ:
                try:
                    self._reading.printer.read_picture(place.read_bytes())
                except InvalidInputError as refused:
                    self._said[name] = refused.message
        return self._said[name]
