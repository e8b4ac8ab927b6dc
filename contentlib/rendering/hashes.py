"""Hashes that name what a document is made from; equal hashes mean equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from contentlib import __version__
from contentlib.branding.brand import hash_folder
from contentlib.domain.documents import RenderRequest

SHARED = "_shared"


@lru_cache(maxsize=1)
def engine() -> str:
    """Name the engine with its version, as certificates show it."""
    return f"WeasyPrint {version('weasyprint')}"


@lru_cache(maxsize=1)
def _engines() -> list[str]:
    return [f"{name} {version(name)}" for name in ("weasyprint", "pydyf", "fonttools", "markdown", "nh3")] + [
        f"contentlib {__version__}"
    ]


def hash_brand(folder: Path) -> str:
    """Give the brand's hash; files are read again only when one of them changed."""
    return _hash_brand(folder, _stamp([folder]))


def hash_templates(templates: Path, kind: str) -> str:
    """Give the hash of what a kind is drawn with: its own folder and the shared parts."""
    folders = [templates / SHARED, templates / kind]
    return _hash_files(tuple(folders), _stamp(folders))


def source_hash(request: RenderRequest) -> str:
    """Give the hash of an authored source."""
    return hashlib.sha256(request.source.encode()).hexdigest()


def frozen_key(request: RenderRequest, *, brand: str, template: str) -> str:
    """Name what a version is frozen by: all that can move what is locked, and no value."""
    return _hash([*_common(request, brand, template), _paper(request)])


def places_key(request: RenderRequest, *, brand: str, template: str) -> str:
    """Name what the places of open fields hang on: what a version is frozen by, and the slides and quote chosen."""
    chosen = [request.values.get("slides"), request.values.get("quote"), request.on.isoformat() if request.on else None]
    return _hash([*_common(request, brand, template), _paper(request), chosen])


def content_key(request: RenderRequest, *, brand: str, template: str) -> str:
    """Name everything a document is made from."""
    rep = request.rep
    logo = hashlib.sha256(request.logo).hexdigest() if request.logo is not None else None
    return _hash(
        [
            *_common(request, brand, template), request.slug, request.path, request.version,
            request.dated_on.isoformat(), sorted(request.values.items()), _paper(request), logo,
            [rep.name, rep.title, rep.email, rep.phone] if rep else None, request.is_personalised, request.is_draft,
            request.brand,
        ]
    )  # fmt: skip


def _common(request: RenderRequest, brand: str, template: str) -> list[object]:
    media = [(name, _hash_file(Path(path))) for name, path in sorted(request.media.items())]
    return [_engines(), brand, template, request.kind, source_hash(request), media]


def _paper(request: RenderRequest) -> str:
    return request.values.get("paper") or request.paper.value


def _hash(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _hash_file(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return "missing"
    return _hash_bytes(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2048)
def _hash_bytes(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _stamp(folders: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), (state := path.stat()).st_mtime_ns, state.st_size) for path in files)


@lru_cache(maxsize=8)
def _hash_brand(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> str:
    return hash_folder(folder)


@lru_cache(maxsize=64)
def _hash_files(folders: tuple[Path, ...], _stamp: tuple[tuple[str, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            whole.update(f"{path.relative_to(folder.parent).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
