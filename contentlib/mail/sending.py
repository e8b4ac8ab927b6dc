"""How letters leave: by a mail server, or, where none is named, as files in a folder; it reads none of them."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from contentlib.domain.errors import InvalidInputError, SetupMissingError

# A server that does not answer for so long is down, for this letter.
_PATIENCE = 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


# Domains that are kept for examples and tests (RFC 2606, RFC 6761): nobody has a letter box there.
_RESERVED = re.compile(r"@(?:.*\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org))\.?$", re.IGNORECASE)


def is_reserved(address: str) -> bool:
    """Tell whether no letter can reach an address, since its domain is kept for examples."""
    return _RESERVED.search(address) is not None


class Post(Protocol):
    """Takes letters along."""

    sender: str

    def takes(self, address: str) -> bool:
        """Tell whether letters to an address are taken at all."""

    def send(self, letter: EmailMessage, *, name: str) -> None:
        """Send a letter; `name` tells it from others, and the same name again is the same letter."""


class Folder:
    """Puts letters into a folder, where a person or another program takes them from."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        """Take the folder, made with its first letter, and whom letters are from."""
        self.sender = sender
        self._folder = folder

    def takes(self, address: str) -> bool:  # noqa: ARG002 - a folder leads nowhere
        """Take letters to anybody."""
        return True

    def send(self, letter: EmailMessage, *, name: str) -> None:
        """Write a letter as `name`.eml, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{re.sub(r'[^A-Za-z0-9.@_-]', '_', name)[:150]}.eml"
        passing = path.with_suffix(".part")
        passing.touch(mode=0o600)  # letters name people
        passing.write_bytes(letter.as_bytes())
        passing.replace(path)


class MailServer:
    """Hands letters to a mail server: `smtp://` (encrypted where the server can) or `smtps://`."""

    def __init__(self, url: str, *, sender: str) -> None:
        """Read `smtp[s]://user:password@host:port?from=ADDRESS`; InvalidInputError says what is wrong with it.

        `sender` is whom letters are from where the address names nobody.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise InvalidInputError("The port in CONTENTLIB_SMTP_URL is no number.") from error
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise InvalidInputError("CONTENTLIB_SMTP_URL has to look like smtp://user:password@host:587.")
        self.sender = (parse_qs(parts.query).get("from") or [sender])[0]
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.sender):
            raise InvalidInputError("The from= in CONTENTLIB_SMTP_URL is no e-mail address.")
        self._host, self._is_secure = parts.hostname, parts.scheme == "smtps"
        self._port = port or (465 if self._is_secure else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")

    def takes(self, address: str) -> bool:
        """Take letters to whom they can reach: the people of a demo library have made-up addresses."""
        return not is_reserved(address)

    def send(self, letter: EmailMessage, *, name: str) -> None:  # noqa: ARG002 - the letter has an id of its own
        """Hand a letter over; SetupMissingError says why the server did not take it."""
        try:
            with self._connect() as server:
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            said = f"The mail server {self._host}:{self._port} did not take a letter: {error}."
            raise SetupMissingError(said) from error

    def _connect(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self._is_secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=_PATIENCE, context=trusted)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_PATIENCE)
        try:
            if not self._is_secure:
                self._encrypt(server, trusted)
            if self._user is not None:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _encrypt(self, server: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
        elif self._user is not None and self._host not in _LOOPBACK:
            raise smtplib.SMTPException("it offers no encryption, and a password is not sent in the open")


def open_post(url: str | None, folder: Path, *, sender: str) -> Post:
    """Give the way that letters leave by."""
    return MailServer(url, sender=sender) if url else Folder(folder, sender=sender)
