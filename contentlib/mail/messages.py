"""Ready-made messages that people send from their own mail; plain text, no tracking."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime


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
    user, _, domain = sender_email.partition("@")
    message = EmailMessage()
    message["From"] = Address(display_name=sender_name, username=user, domain=domain)
    # A header is one line; what was typed on two must not become a header of its own.
    message["Subject"] = " ".join((f"{title} – for {prospect}" if prospect else title).split())
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
    user, _, domain = sender_email.partition("@")
    message = EmailMessage()
    if domain:
        message["From"] = Address(display_name=sender_name, username=user, domain=domain)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["X-Unsent"] = "1"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Chosen by chance otherwise, and the same message would be another file each time.
    message.set_boundary(boundary)
    return message
