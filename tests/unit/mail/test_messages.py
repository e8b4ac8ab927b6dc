"""Ready-made messages as files: what a mail program reads back is what was written, and no header more."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from contentlib.mail import messages

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 3


def read_back(
    subject: str = "A word", *, name: str = "Rita Vance", address: str = "rita@tarnwell.example"
) -> EmailMessage:
    written = messages.write_outreach(
        sender_name=name, sender_email=address, subject=subject, text="x\n", html="<p>x</p>", boundary="b", at=AT
    )
    data = messages.to_file(written)
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    read: EmailMessage = email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[assignment]
    assert read.keys() == ["From", "Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"]
    return read


@pytest.mark.parametrize(
    "subject",
    [
        "Rounds at a glance “at a glance” – for Žilina Müller & Söhne, whose plant has line 4",
        "Rounds 🚀 Žilina Žilina glance” plain “at glance” glance” Rounds water, Rounds plain 🚀 plain",
        "– “at ’s Rounds Rounds glance” 45% – “at",
        "קו הייצור שנעצר הכי הרבה at חברת החשמל, line 4",
        f"{LONG_WORD} & 45%",
        f"Für {LONG_WORD} “x” y",
        "Plain words that are long enough to need a second line of the header, and then some more of them",
        "=?us-ascii?q?a=0D=0ABcc:_x@y.example?= at line 4",
        "",
    ],
)
def test_a_subject_is_read_back_as_it_was_written(subject: str):
    assert read_back(subject)["Subject"] == subject


def test_who_writes_is_named_whatever_the_name_and_the_address():
    sender = read_back(name="Rita\nBcc: x@y.example", address="rita@müller.example")["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Rita Bcc: x@y.example", "rita@xn--mller-kva.example")
    assert read_back(name="Þórdís Ægisdóttir, “Dísa”")["From"].addresses[0].display_name == "Þórdís Ægisdóttir, “Dísa”"


@pytest.mark.parametrize("address", ["", "rita@ü..example", f"rita@{'ü' * 80}.example"])
def test_an_address_that_mail_cannot_have_is_left_to_the_mail_program(address: str):
    written = messages.write_outreach(
        sender_name="Rita", sender_email=address, subject="A word", text="x\n", html="<p>x</p>", boundary="b", at=AT
    )
    assert b"\r\nFrom:" not in b"\r\n" + messages.to_file(written)
