"""Sends people one letter a day about what is new, and the link they were invited with; services write what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contentlib.domain.errors import SetupMissingError
from contentlib.domain.people import OPERATOR, Actor
from contentlib.library.turns import Turn
from contentlib.mail.sending import open_post
from contentlib.services import digests, invitations
from contentlib.services.invitations import Invited
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
        self._has_server = url is not None
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
            if letter is not None and self._post.takes(letter.message["To"].addresses[0].addr_spec):
                self._post.send(letter.message, name=letter.name)
                with self._library.work(OPERATOR) as uow:
                    digests.record(uow, letter)

    def invite(self, actor: Actor, *, email: str, token: str) -> Invited:
        """Send the link of a one-time token, where a mail server is named and can reach the address."""
        email = email.strip().lower()
        if not self._has_server:
            return Invited(email=email, is_sent=False)
        if not self._post.takes(email):
            return Invited(email=email, is_sent=False, why_not=f"No letter can reach {email}: its domain is made up.")
        with self._library.read(actor) as reading:
            letter = invitations.write(
                reading,
                email=email,
                token=token,
                address=self._address,
                templates=self._templates,
                sender=self._post.sender,
            )
        try:
            self._post.send(letter, name=f"invitation-{email}")
        except SetupMissingError as error:
            return Invited(email=email, is_sent=False, why_not=error.message)
        return Invited(email=email, is_sent=True)
