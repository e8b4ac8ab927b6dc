"""Ready-made messages that people send from their own mail; plain text, no tracking."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

# Lines of a header have 78 signs, and the first begins with its name.
_LONGEST_WORD = 60


def carry_document(
    *,
    sender_name: str,
    sender_email: str,
    sender_title: str,
    prospect: str,
    title: str,
    summary: str,
    file_name: str,
    pdf: bytes,
    at: datetime,
) -> EmailMessage:
    """Write a short message that carries a document; opens as a draft where the mail program knows X-Unsent."""
    message = EmailMessage()
    _name_sender(message, sender_name, sender_email)
    _set_subject(message, f"{title} – for {prospect}" if prospect else title)
    message["Date"] = format_datetime(at)
    message["X-Unsent"] = "1"
    signature = "\n".join(line for line in (sender_name, sender_title) if line)
    told = f"{summary}\n\n" if summary else ""
    message.set_content(
        f"Hello,\n\nas promised, here is “{title}”.\n\n{told}"
        f"Tell me which part matters most to you, and I will bring the detail to our next talk.\n\n{signature}\n"
    )
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=file_name)
    return message


def write_outreach(
    *, sender_name: str, sender_email: str, subject: str, text: str, html: str, boundary: str, at: datetime
) -> EmailMessage:
    """Write an outreach message with its words plain and dressed; `boundary` is any word that stands in neither.

    Its receiver is left to the mail program, where it opens as a draft.
    """
    message = EmailMessage()
    _name_sender(message, sender_name, sender_email)
    _set_subject(message, subject)
    message["Date"] = format_datetime(at)
    message["X-Unsent"] = "1"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Chosen by chance otherwise, and the same message would be another file each time.
    message.set_boundary(boundary)
    return message


def to_file(message: EmailMessage) -> bytes:
    """Give a message as an .eml file, which mail programs open."""
    return message.as_bytes(policy=_AsWritten(linesep="\r\n"))


def _name_sender(message: EmailMessage, name: str, email: str) -> None:
    """Say who writes, where an address is known that mail can have; else the mail program does."""
    user, _, domain = email.rpartition("@")
    # Mail programs read a domain's own letters in this spelling alone; one with an empty label has none.
    with suppress(UnicodeError):
        spelt = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        if user:
            message["From"] = Address(display_name=" ".join(name.split()), username=user, domain=spelt)


def _set_subject(message: EmailMessage, subject: str) -> None:
    # A header is one line; what was typed on two must not become a header of its own.
    subject = " ".join(subject.split())
    # Python reads what it is given as what came by mail: words that only look encoded would be decoded.
    message["Subject"] = Header(subject, "utf-8").encode(maxlinelen=0) if "=?" in subject else subject


class _AsWritten(EmailPolicy):
    """Writes subjects whole: Python's own folding loses or doubles spaces where a line ends beside other letters."""

    def fold(self, name: str, value: Any) -> str:
        """Give a header as the lines of a file."""
        return _fold_subject(value, self.linesep) if name.lower() == "subject" else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Give a header as the bytes of a file."""
        if name.lower() == "subject":
            return _fold_subject(value, self.linesep).encode("ascii")
        return super().fold_binary(name, value)


def _fold_subject(subject: str, line_end: str) -> str:
    # A word longer than a line cannot be folded as it stands, and would be taken for an encoded one with “=?” in it.
    is_plain = subject.isascii() and "=?" not in subject and max(map(len, subject.split()), default=0) < _LONGEST_WORD
    charset = "us-ascii" if is_plain else "utf-8"
    return f"Subject: {Header(subject, charset, header_name='Subject').encode(linesep=line_end)}{line_end}"
