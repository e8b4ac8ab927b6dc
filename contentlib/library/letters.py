"""Sends people one letter a day about what is new, when it is due; what it says is written by the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contentlib.domain.people import OPERATOR
from contentlib.library.turns import Turn
from contentlib.mail.sending import open_post
from contentlib.services import digests
from contentlib.settings import Settings

if TYPE_CHECKING:
    from contentlib.library.opening import OpenedLibrary

# Letters are due in the morning; some minutes later is soon enough.
LOOK_EVERY = timedelta(minutes=5)


class Letters:
    """The letters of a library: puts those that are due in the queue, and sends them from there."""

    def __init__(self, library: OpenedLibrary, settings: Settings) -> None:
        """Open the way that letters leave by; InvalidInputError where the settings name none that can be used."""
        self._library, self._turn = library, Turn(LOOK_EVERY)
        self._address, self._templates = settings.url.rstrip("/"), settings.letters_folder
        host = urlsplit(settings.url).hostname or "localhost"
        url = settings.smtp_url.get_secret_value() if settings.smtp_url is not None else None
        self._post = open_post(url, settings.data / "letters", sender=f"contentlib@{host}")

    def enqueue(self) -> None:
        """Have the letters written that are due; looks every few minutes at most."""
        if not self._turn.is_due(self._library.clock()):
            return
        with self._library.read(OPERATOR) as reading:
            due = digests.list_due(reading)
        if due:
            with self._library.work(OPERATOR) as uow:
                digests.enqueue(uow, due)

    def send(self, people: Sequence[int]) -> None:
        """Write and send the letters of people; what breaks off between sending and noting it is sent once more."""
        for person in people:
            with self._library.read(OPERATOR) as reading:
                letter = digests.prepare(
                    reading, person, address=self._address, templates=self._templates, sender=self._post.sender
                )
            if letter is not None:
                self._post.send(letter.message, name=letter.name)
                with self._library.work(OPERATOR) as uow:
                    digests.record(uow, letter)
