"""A test client that is a critic: every page it opens must be well made, whatever else a test asks of it."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


class Page:
    """A page that was opened, as a tree to ask questions of."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.tree = html.document_fromstring(response.get_data(as_text=True))

    @property
    def title(self) -> str:
        """What the page calls itself."""
        return self.text_of("//h1")

    @property
    def words(self) -> str:
        """Everything a person reads, with single spaces."""
        return " ".join(self.tree.text_content().split())

    def text_of(self, path: str) -> str:
        """The words of the first element of a path."""
        return " ".join(self.tree.xpath(path)[0].text_content().split())

    def texts(self, path: str) -> list[str]:
        """The words of every element of a path."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath(path)]

    def form(self, action: str) -> dict[str, str]:
        """The fields that the form with this action would send as it stands."""
        (form,) = self.tree.xpath("//form[@action=$action]", action=action)[:1]
        return {name: value for name, value in form.form_values() if isinstance(value, str)}


class Critic:
    """Opens addresses as somebody, and finds fault."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, address: str, *, status: int = 200, **options: object) -> Page:
        """Open a page; it has to be well made."""
        response = self.client.get(address, **options)  # type: ignore[arg-type]
        assert response.status_code == status, (address, response.status_code, response.location)
        return look(response)

    def fetch(self, address: str) -> bytes:
        """Give the bytes of a file that a page asks for; it has to be there."""
        with self.client.get(urlsplit(address).path) as response:
            assert response.status_code == 200, address
            # A server that speaks HTTP sends no other signs; a test client would.
            assert str(response.headers).isascii(), address
            return response.data

    def post(self, address: str, data: dict[str, object], **options: object) -> Page:
        """Send a form as a browser does, and follow where it leads."""
        options.setdefault("follow_redirects", True)
        return look(self.client.post(address, data=_as_sent(data), **options))  # type: ignore[arg-type]


def _as_sent(data: dict[str, object]) -> dict[str, object]:
    """End lines as every browser does that sends a form, hidden fields included."""
    sent = data.copy()
    for name, value in data.items():
        if isinstance(value, str):
            sent[name] = "\r\n".join(re.split(r"\r\n|\r|\n", value))
    return sent


def look(response: TestResponse) -> Page:
    """Find every fault of a page that can be seen without a browser."""
    page = Page(response)
    faults = [*_frame(page), *_ids(page), *_fields(page), *_forms(page), *_inline(page)]
    assert not faults, f"{response.request.path}: " + "; ".join(faults)
    return page


def _frame(page: Page) -> list[str]:
    tree = page.tree
    faults = []
    if len(tree.xpath("//h1")) != 1:
        faults.append(f"{len(tree.xpath('//h1'))} h1")
    if not (tree.findtext(".//title") or "").strip("· \n"):
        faults.append("no title")
    if len(tree.xpath("//main")) != 1:
        faults.append("not one main")
    if not tree.get("lang"):
        faults.append("no language")
    faults += [f"picture without alt: {e.get('src')}" for e in tree.xpath("//img[not(@alt)]")]
    faults += [f"empty link to {e.get('href')}" for e in tree.xpath("//a[@href]") if not _name(e)]
    faults += ["button without name" for e in tree.xpath("//button") if not _name(e)]
    levels = [int(e.tag[1]) for e in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    # Authored text may begin where it likes; the page's own headings must not skip a level going down.
    faults += [f"h{a} is followed by h{b}" for a, b in pairwise(levels) if b > a + 2]
    return faults


def _name(element: html.HtmlElement) -> str:
    pictures = " ".join(image.get("alt") or "" for image in element.iter("img"))
    return (element.get("aria-label") or element.text_content() or "").strip() + pictures


def _ids(page: Page) -> list[str]:
    ids = page.tree.xpath("//@id")
    faults = [f"id {id_} twice" for id_ in sorted({i for i in ids if ids.count(i) > 1})]
    for attribute in ("for", "aria-labelledby", "aria-describedby", "popovertarget", "form"):
        for value in page.tree.xpath(f"//@{attribute}"):
            faults += [f"{attribute} points to missing {part}" for part in value.split() if part not in ids]
    return faults


def _fields(page: Page) -> list[str]:
    labelled = set(page.tree.xpath("//label/@for"))
    path = "//input[not(@type='hidden')] | //select | //textarea"
    return [
        f"field {field.get('name')} without label"
        for field in page.tree.xpath(path)
        if not (
            field.get("id") in labelled
            or field.get("aria-label")
            or field.get("aria-hidden") == "true"
            or field.xpath("ancestor::label")
        )
    ] + [
        f"field {field.get('name')} with an attribute that was escaped once too often"
        for field in page.tree.xpath(path)
        if any('"' in field.get(name, "") for name in ("inputmode", "size", "min", "max", "list", "autocomplete"))
    ]


def _forms(page: Page) -> list[str]:
    return [
        f"form to {form.get('action')} without its token"
        for form in page.tree.xpath("//form[translate(@method, 'POST', 'post')='post']")
        if not form.xpath(".//input[@name='csrf_token']")
    ]


def _inline(page: Page) -> list[str]:
    tree = page.tree
    faults = [f"inline style on {e.tag}" for e in tree.xpath("//*[@style]")]
    faults += ["style element" for _ in tree.xpath("//body//style | //head/style")]
    faults += [f"handler in {e.tag}" for e in tree.xpath("//*[@*[starts-with(name(), 'on')]]")]
    faults += ["script without nonce" for e in tree.xpath("//script") if not e.get("nonce") or not e.get("src")]
    own = urlsplit(page.response.request.url).netloc
    for address in tree.xpath("//@src | //link/@href"):
        if urlsplit(address).netloc not in ("", own):
            faults.append(f"loads {address} from elsewhere")
    return faults
