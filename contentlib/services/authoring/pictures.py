"""Pictures that are added while writing: read through the allow-list, kept, and found by the path texts write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from contentlib.domain.errors import FieldError, InvalidInputError, NotFoundError
from contentlib.domain.people import Permission
from contentlib.services.taxonomy import to_slug
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import pictures as queries
from contentlib.storage.tables import AddedPicture

# The longest name of a file that is kept in the path of its picture.
_LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class PreparedPicture:
    """A picture that was read and stored as `blob`; `stem` and `suffix` make the last part of its path."""

    stem: str
    suffix: str
    alt: str
    blob: str


@dataclass(frozen=True, kw_only=True)
class KeptPicture:
    """A picture as texts show it: its path, and the line of Markdown with what it shows."""

    path: str
    line: str


def prepare_picture(reading: UnitOfWork, *, name: str, data: bytes, alt: str) -> PreparedPicture:
    """Read a picture and the words that stand for it where it cannot be seen, and store its file.

    Raises InvalidInputError, with its fields, for what is no picture or has no words.
    """
    reading.require(Permission.EDIT_ASSETS)
    words = " ".join(alt.replace("[", "(").replace("]", ")").split())[:200]
    unsaid = FieldError(field="alt", message="Say what the picture shows, for those who cannot see it.")
    wrong = [] if words else [unsaid]
    read = None
    try:
        if not data:
            raise InvalidInputError("Choose a picture: a PNG, JPEG or SVG file.")
        read = reading.printer.read_picture(data)
    except InvalidInputError as refused:
        wrong.insert(0, FieldError(field="picture", message=refused.message))
    if wrong or read is None:
        raise InvalidInputError(wrong[0].message, fields=tuple(wrong))
    stem = to_slug(PurePath(name.replace("\\", "/")).stem)[:_LONGEST_NAME].strip("-") or "picture"
    return PreparedPicture(stem=stem, suffix=read[1], alt=words, blob=reading.blobs.put(read[0]))


def record_picture(uow: UnitOfWork, prepared: PreparedPicture) -> KeptPicture:
    """Keep a picture under a path of its own; one that is there already keeps the one it has."""
    uow.require(Permission.EDIT_ASSETS)
    known = queries.list_pictures(uow.session)
    path, number = f"media/{prepared.stem}{prepared.suffix}", 2
    while path in known and known[path][0] != prepared.blob:
        path, number = f"media/{prepared.stem}-{number}{prepared.suffix}", number + 1
    if path not in known:
        picture = AddedPicture(path=path, blob=prepared.blob, made_by_id=uow.actor.person_id, made_at=uow.now)
        uow.session.add(picture)
        uow.session.flush()
        uow.audit("add picture", "picture", picture.id, path=path)
    return KeptPicture(path=path, line=f"![{prepared.alt}]({path})")


def read_picture(reading: UnitOfWork, path: str) -> bytes:
    """Give a picture that texts may show; NotFoundError for a path that none has."""
    reading.require(Permission.EDIT_ASSETS)
    known = queries.list_pictures(reading.session)
    if path not in known:
        raise NotFoundError(f"There is no picture {path}.")
    return reading.blobs.read(known[path][0])
