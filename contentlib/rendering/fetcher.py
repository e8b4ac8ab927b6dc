"""What a document may load: files of the brand, the templates and this request, from addresses that exist nowhere.

It opens no connection and follows no link, and tells what it refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

# RFC 2606 reserves .invalid: should an address ever slip out, it still leads nowhere.
HOST = "lib.invalid"
BASE = f"https://{HOST}/"
LARGEST_FILE = 25_000_000
TYPES = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
    ".ttf": "font/ttf", ".otf": "font/otf", ".css": "text/css",
}  # fmt: skip


def address_of(path: str) -> str:
    """Give the address under which a path is served; what a path could do to CSS or HTML is quoted."""
    return BASE + quote(path, safe="/-_.~")


class LibraryFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `https://lib.invalid/…` from the brand, the templates and the files of one request, nothing else.

    `media` maps names to files on disk, `extra` names to bytes; `refused` lists what was asked for in vain, and why.
    """

    def __init__(
        self,
        *,
        brand: Path,
        templates: Path,
        media: Mapping[str, str] | None = None,
        extra: Mapping[str, bytes] | None = None,
    ) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._folders = {"brand": brand.resolve(), "templates": templates.resolve()}
        self._media = dict(media or {})
        self._extra = dict(extra or {})
        self.refused: list[tuple[str, str]] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - the engine's signature
        """Answer an address; raise ValueError, noted in `refused`, for anything that is not ours to give."""
        try:
            body, suffix = self._find(url)
        except (ValueError, OSError) as fault:
            reason = str(fault) if isinstance(fault, ValueError) else "cannot be read"
            self.refused.append((url[:120], reason))
            raise ValueError(reason) from None
        return URLFetcherResponse(url, body, {"Content-Type": TYPES[suffix]})

    def _find(self, url: str) -> tuple[bytes, str]:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc != HOST:
            raise ValueError("is outside the library")
        name = unquote(parts.path).lstrip("/")
        suffix = Path(name).suffix.lower()
        if suffix not in TYPES:
            raise ValueError("is not a kind of file that documents use")
        if name in self._extra:
            return self._extra[name], suffix
        path = self._path_of(name)
        if not path.is_file():
            raise ValueError("is not there")
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("is larger than 25 MB")
        return path.read_bytes(), suffix

    def _path_of(self, name: str) -> Path:
        if name in self._media:
            return Path(self._media[name])
        folder, _, rest = name.partition("/")
        root = self._folders.get(folder)
        if root is None:
            raise ValueError("is not a file of this asset")
        path = (root / rest).resolve()
        if not path.is_relative_to(root):
            raise ValueError("is outside the library")
        return path
