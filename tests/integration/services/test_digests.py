"""One letter a day: who gets one, what stands in it, how it leaves, and how it is turned off."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from contentlib.domain.errors import InvalidInputError, SetupMissingError
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import OPERATOR, Role
from contentlib.jobs import runner
from contentlib.library.letters import Letters
from contentlib.mail import sending
from contentlib.mail.sending import MailServer
from contentlib.services import digests, feedback, notices, people
from contentlib.services.invitations import Invited
from contentlib.storage.jobs import JobKind
from tests.cast import ADA, LEO, MARCO, RITA, SAM, Member
from tests.factories.shops import Shop

SLUG = "round-at-a-glance"


def give(shop: Shop, who: Member, sort: str, **said: str) -> None:
    with shop.library.work(shop.actor(who)) as uow:
        feedback.give(uow, slug=SLUG, sort=sort, **said)


def post(shop: Shop) -> list[EmailMessage]:
    """Do what the runner does, and give the letters that lie there, oldest first."""
    shop.library.letters.enqueue()
    runner.drain(shop.library, (JobKind.SEND_LETTER,))
    files = sorted((shop.library.settings.data / "letters").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text_of(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return part.get_content()


def test_what_is_new_and_not_seen_comes_once_a_day_in_one_letter(shop: Shop):
    with shop.library.work(shop.actor(MARCO)) as uow:
        notices.mark_seen(uow)
    give(shop, RITA, "outdated", page="1", comment="The <price> & the rest.")  # 09:00: Marco owns it
    give(shop, SAM, "helpful")
    assert post(shop) == []
    shop.clock.move(hours=21, minutes=1)  # the next morning
    (letter,) = post(shop)
    assert (letter["To"], letter["From"]) == (
        "Marco Bellini <marco@tarnwell.example>", "Tarnwell library <contentlib@127.0.0.1>",
    )  # fmt: skip
    assert letter["Subject"] == "2 things are new for you in the Tarnwell library"
    with shop.library.read(shop.actor(MARCO)) as reading:
        ids = [line.id for line in notices.list_mine(reading)[0]]
    plain = text_of(letter, "plain")
    assert "- Rita Vance says of “One round, one record”: Outdated, page 1: The <price> & the rest.\n" in plain
    assert f"  http://127.0.0.1:8000/notices/{ids[0]}\n" in plain
    assert "Turn it off under Notices: http://127.0.0.1:8000/notices" in plain
    assert "The &lt;price&gt; &amp; the rest." in text_of(letter, "html")
    # The same day nothing more, and nothing that was told already the day after.
    give(shop, SAM, "wrong")
    for hours in (1, 10):
        shop.clock.move(hours=hours)
        assert len(post(shop)) == 1
    shop.clock.move(days=1)
    assert [letter["Subject"] for letter in post(shop)][1:] == ["One thing is new for you in the Tarnwell library"]
    shop.clock.move(days=1)
    assert len(post(shop)) == 2


def test_who_has_seen_it_or_wants_none_gets_no_letter(shop: Shop):
    give(shop, RITA, "wrong")
    with shop.library.work(shop.actor(MARCO)) as uow:
        digests.choose(uow, wants=False)
    with shop.library.work(shop.actor(LEO)) as uow:
        notices.tell(uow, [shop.actor(SAM).person_id], NoticeKind.EXPIRED, key="x", title="A & B")
    with shop.library.work(shop.actor(SAM)) as uow:
        notices.mark_seen(uow)
    shop.clock.move(days=1)
    assert post(shop) == []
    with shop.library.work(shop.actor(MARCO)) as uow:
        digests.choose(uow, wants=True)
    shop.clock.move(minutes=6)
    assert [letter["To"] for letter in post(shop)] == ["Marco Bellini <marco@tarnwell.example>"]


def test_two_runners_write_one_letter_and_a_long_one_says_how_much_more_there_is(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        for number in range(20):
            notices.tell(uow, [shop.actor(SAM).person_id], NoticeKind.EXPIRED, key=f"x{number}", title=f"No {number}")
    shop.clock.move(days=1)
    with shop.library.read(OPERATOR) as reading:
        due = digests.list_due(reading)
    counts = []
    for _ in range(2):
        with shop.library.work(OPERATOR) as uow:
            counts.append(digests.enqueue(uow, due))
    assert counts == [1, 0]
    (letter,) = post(shop)
    assert "And 8 more: http://127.0.0.1:8000/notices" in text_of(letter, "plain")


class _Server(socketserver.StreamRequestHandler):
    """A mail server that takes letters in the open and no password."""

    taken: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            word = line.upper()
            if word.startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
            elif word.startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 fine\r\n")


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[int, list[bytes]]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as server:
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1], server.taken  # type: ignore[attr-defined]
        server.shutdown()


def test_a_mail_server_takes_letters_or_says_why_not():
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@tarnwell.example", "b@tarnwell.example", "Grüße"
    letter.set_content("Hello.")
    with mail_server() as (port, taken):
        MailServer(f"smtp://127.0.0.1:{port}?from=c@tarnwell.example", sender="").send(letter, name="x")
        assert b"Hello." in taken[0]
        with pytest.raises(SetupMissingError, match=f"The mail server localhost:{port} did not take a letter"):
            MailServer(f"smtp://user:pass@localhost:{port}?from=c@tarnwell.example", sender="").send(letter, name="x")
    with pytest.raises(SetupMissingError):
        MailServer(f"smtps://127.0.0.1:{port}", sender="c@tarnwell.example").send(letter, name="x")


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://mail:port", "smtp://mail?from=nobody"])
def test_an_address_that_names_no_mail_server_is_refused(url: str):
    with pytest.raises(InvalidInputError):
        MailServer(url, sender="c@tarnwell.example")


def test_an_invitation_leaves_by_the_mail_server_or_says_why_not(shop: Shop):
    ada, email, token = shop.actor(ADA), "kim@mail.tarnwell", "the-token"
    with shop.library.work(ada) as uow:
        people.add(uow, email=email, name="Kim Osei", roles=[Role.REP])
    assert shop.library.letters.invite(ada, email=email, token=token) == Invited(email=email, is_sent=False)
    with mail_server() as (port, taken):
        url = SecretStr(f"smtp://127.0.0.1:{port}")
        letters = Letters(shop.library, shop.library.settings.model_copy(update={"smtp_url": url}))
        assert letters.invite(ada, email=email.upper(), token=token) == Invited(email=email, is_sent=True)
        refused = letters.invite(ada, email=RITA.email, token=token)
        assert (refused.is_sent, "No letter can reach" in refused.why_not) == (False, True)
        letters.send([ada.person_id or 0])
    (sent,) = taken
    letter = message_from_bytes(sent, policy=policy.default)
    assert letter["To"] == "Kim Osei <kim@mail.tarnwell>"
    assert f"http://127.0.0.1:8000/set-password/{token}" in text_of(letter, "plain")
    assert "Ada Norling has opened the Tarnwell library for you" in text_of(letter, "html")
    assert "did not take a letter" in letters.invite(ada, email=email, token=token).why_not
    assert not list(shop.library.settings.data.glob("letters/*")), "a link is kept nowhere"


@pytest.mark.parametrize(
    ("address", "is_reserved"),
    [
        ("a@tarnwell.example", True), ("a@mail.test", True), ("a@example.com", True), ("a@x.invalid", True),
        ("a@examples.net", False), ("a@tarnwell.co", False), ("a@example.dev", False),
    ],
)  # fmt: skip
def test_domains_kept_for_examples_are_known(address: str, is_reserved: bool):
    assert sending.is_reserved(address) is is_reserved
