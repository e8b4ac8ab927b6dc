"""Where links lead: addresses as their authors meant them, and what to do about one that leads nowhere."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

# What a link said in the text; the sanitiser takes an address of another sort off its link.
WRITTEN = "data-to"
_SCHEME = re.compile(r"(?i)(?:https|mailto):")
_HOST = re.compile(r"(?i)www\.[\w-]+\.\w")
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FOLLOWED = re.compile(r"https://[^\s/?#]|mailto:\S")


def read_address(written: str) -> str:
    """Give an address as it was meant: its scheme in small letters, and the one that `www.` and a mailbox leave out."""
    address = written.strip()
    if scheme := _SCHEME.match(address):
        return scheme[0].lower() + address[scheme.end() :]
    if _HOST.match(address):
        return f"https://{address}"
    return f"mailto:{address}" if _MAILBOX.fullmatch(address) else address


def is_followed(address: str) -> bool:
    """Tell whether an address leads out of a text to a page or a mailbox."""
    return bool(_FOLLOWED.match(address))


def mend_of(address: str) -> str:
    """Say what to write in place of an address that is not followed."""
    if not address.strip():
        return "Write the address between the round brackets."
    if address.lower().startswith("http:"):
        return "Write https:// in place of http://, where the page has it."
    return "Write the whole address, beginning with https:// or mailto:."


class LinkAddresses(Treeprocessor):
    """Reads the addresses of links as they were meant, and keeps beside each what was written."""

    def run(self, root: Element) -> None:
        """Put right the links of a converted text."""
        for link in root.iter("a"):
            written = link.get("href", "")
            link.set(WRITTEN, written)
            link.set("href", read_address(written))
