"""The pictures and links that a body names: kept when they are there, named when they are not; it opens no file."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from contentlib.domain.findings import Finding, Level

MEDIA_TYPES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
# Where static sites keep what a path with a leading slash means.
_ROOTS = ("", "static", "public", "assets")


@dataclass
class Shelf:
    """The files beside a body: turns what it names into media, addresses and findings.

    `path` is the body's own, `files` the pictures of the folder, both relative to it; `media` maps the name that the
    authored text uses to the file it stands for.
    """

    path: str
    files: AbstractSet[str]
    site: str = ""
    media: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def picture(self, source: str, alt: str, title: str = "") -> str:
        """Give the Markdown for a picture: the picture if it is in the folder, else a link, or its words alone."""
        wanted = source.strip()
        words = _one_line(alt)
        found = self._find(wanted)
        if found is not None:
            name = self._name(found)
            if not words:
                words = re.sub(r"[-_]+", " ", PurePosixPath(found).stem).strip() or "Picture"
                message = f"The picture {found} does not say what it shows; its file's name stands in."
                self.find("alt-missing", message, Level.WARNING)
            caption = f' "{_one_line(title)}"' if _one_line(title) else ""
            return f"![{words}]({name}{caption})"
        if urlsplit(wanted).scheme in {"http", "https"}:
            self.find(
                "picture-elsewhere",
                f"The picture {_short(wanted)} lies elsewhere and was not fetched; a link to it stands in its place.",
                Level.NOTE,
            )
            return f"[{words or 'Picture'}]({_address(wanted)})"
        if wanted.startswith("data:"):
            self.find("picture-inline", "A picture that is written into the text itself was left out.", Level.WARNING)
        elif wanted:
            self.find("picture-missing", f"The picture {_short(wanted)} is not in the folder.", Level.WARNING)
        return words

    def fact(self, source: str, key: str, line: int | None) -> str:
        """Give the name of a picture that a fact names; nothing when it is not in the folder, which is told."""
        wanted = source.strip()
        found = self._find(wanted)
        if found is not None:
            return self._name(found)
        is_elsewhere = urlsplit(wanted).scheme in {"http", "https"}
        where = "lies elsewhere and was not fetched" if is_elsewhere else "is not in the folder"
        at = f" (line {line})" if line else ""
        self.find(
            "picture-elsewhere" if is_elsewhere else "picture-missing",
            f"The picture {_short(wanted)} of “{key}”{at} {where}; it is left out.",
            Level.WARNING,
            mend="Put an SVG, PNG, JPEG or WebP of at most 25 MB into the folder that is imported, and name it there.",
        )
        return ""

    def link(self, target: str) -> str:
        """Give a link's address; one that begins with a slash leads to the site, when the layout names it."""
        wanted = target.strip()
        if self.site and wanted.startswith("/") and not wanted.startswith("//"):
            return _address(self.site + wanted)
        if wanted.startswith("//"):
            return _address("https:" + wanted)
        return _address(wanted)

    def find(self, code: str, message: str, level: Level, *, mend: str | None = None) -> None:
        """Note a finding, once for each sentence."""
        if message not in self.named:
            self.named.add(message)
            self.findings.append(Finding(level=level, code=code, message=message, mend=mend, path=self.path))

    def _find(self, wanted: str) -> str | None:
        parts = urlsplit(wanted)
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or not path or PurePosixPath(path).suffix.lower() not in MEDIA_TYPES:
            return None
        if path.startswith("/"):
            tried = [posixpath.normpath(posixpath.join(root, path.lstrip("/"))) for root in _ROOTS]
        else:
            folder = posixpath.dirname(self.path)
            tried = [posixpath.normpath(posixpath.join(folder, path)), posixpath.normpath(path)]
        return next((name for name in tried if name in self.files), None)

    def _name(self, found: str) -> str:
        """Give a file of the folder the name under `media/` by which the authored text calls it."""
        suffix = PurePosixPath(found).suffix.lower()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", PurePosixPath(found).stem).strip("-").lower()[:60] or "picture"
        name = f"media/{stem}{suffix}"
        if self.media.get(name, found) != found:
            name = f"media/{stem}-{hashlib.sha256(found.encode()).hexdigest()[:6]}{suffix}"
        self.media[name] = found
        return name


def _address(target: str) -> str:
    """Give an address as Markdown can hold it."""
    return target.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\[\]\"<>]", " ", text).split())


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "…"
