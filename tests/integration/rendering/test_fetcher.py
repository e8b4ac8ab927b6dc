"""What a document may load: its own files from an address that exists nowhere; everything else is refused and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from contentlib.domain.errors import DocumentRefusedError
from contentlib.rendering.fetcher import BASE, LibraryFetcher, address_of


@pytest.fixture
def fetcher(tmp_path: Path) -> LibraryFetcher:
    (tmp_path / "brand" / "fonts").mkdir(parents=True)
    (tmp_path / "brand" / "mark.svg").write_text("<svg/>")
    (tmp_path / "brand" / "notes.md").write_text("secret")
    (tmp_path / "templates").mkdir()
    (tmp_path / "secret.svg").write_text("<svg>secret</svg>")
    (tmp_path / "brand" / "link.svg").symlink_to(tmp_path / "secret.svg")
    (tmp_path / "one.svg").write_text("<svg>one</svg>")
    return LibraryFetcher(
        brand=tmp_path / "brand", templates=tmp_path / "templates", media={"media/one.svg": str(tmp_path / "one.svg")},
        extra={"request/prospect.png": b"png"},
    )  # fmt: skip


def test_the_documents_own_files_are_served(fetcher):
    assert fetcher.fetch(BASE + "brand/mark.svg").read() == b"<svg/>"
    assert fetcher.fetch(BASE + "media/one.svg").read() == b"<svg>one</svg>"
    assert fetcher.fetch(BASE + "request/prospect.png").read() == b"png"
    assert fetcher.refused == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "http://lib.invalid/brand/mark.svg", "https://example.com/a.svg", "ftp://lib.invalid/a.svg",
        "data:image/svg+xml,<svg/>", BASE + "brand/../secret.svg", BASE + "brand/%2e%2e/secret.svg",
        BASE + "brand/link.svg", BASE + "brand/notes.md", BASE + "media/two.svg", BASE + "etc/passwd",
        "https://user@lib.invalid/brand/mark.svg", "https://lib.invalid:8000/brand/mark.svg",
        BASE + "brand/missing.svg",
        "//example.com/a.svg", "https://lib.invalid.example.com/brand/mark.svg",
    ],
)  # fmt: skip
def test_everything_else_is_refused_and_told(fetcher, address):
    with pytest.raises(ValueError, match=r"."):
        fetcher.fetch(address)
    assert len(fetcher.refused) == 1


def test_a_path_cannot_leave_its_place_in_css_or_html():
    assert address_of("media/a'); background: url(x.svg") == BASE + "media/a%27%29%3B%20background%3A%20url%28x.svg"


def test_a_picture_that_loads_from_elsewhere_blocks_the_document(render, make_request, tmp_path):
    hero = tmp_path / "hero.svg"
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    hero.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        f'<image xlink:href="file://{secret}" width="9" height="9"/></svg>'
    )
    media = dict(make_request("deck").media) | {"media/hero.svg": str(hero)}
    with pytest.raises(DocumentRefusedError) as caught:
        render("deck", media=media)
    assert "outside the library" in caught.value.message


def test_a_picture_that_is_not_there_is_named(render):
    with pytest.raises(DocumentRefusedError) as caught:
        render("deck", lambda text: text.replace("hero: media/hero.svg", "hero: media/horo.svg"))
    assert "“media/horo.svg” is not a file of this asset" in caught.value.message
