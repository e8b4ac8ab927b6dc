"""What was configured: read once at start and handed in; nothing below the door reads the environment itself.

Order: the environment, then `contentlib.toml` in the data folder, then the default.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from contentlib.domain.errors import FieldError, InvalidInputError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def _source_folder(name: str) -> Path:
    """Give the checkout's top-level folder when run from one, else the copy inside the installed package."""
    beside = _CHECKOUT / name
    return beside if (_CHECKOUT / "pyproject.toml").is_file() and beside.is_dir() else _PACKAGE / "_shipped" / name


def _default_data() -> Path:
    return platformdirs.user_data_path("contentlib")


class Settings(BaseSettings):
    """Every setting, its default and what it decides; names in the environment carry the prefix `CONTENTLIB_`."""

    model_config = SettingsConfigDict(env_prefix="CONTENTLIB_", extra="forbid", frozen=True)

    data: Path = Field(default_factory=_default_data, description="database, blobs, index, cache and secret")
    database_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL; without one SQLite in the data folder"
    )
    search: Literal["whoosh", "postgresql"] | None = Field(
        default=None, description="the search engine; default: postgresql on PostgreSQL, else whoosh"
    )
    semantic: bool | None = Field(
        default=None, description="find assets by meaning too; default: where contentlib[semantic] is installed"
    )
    blobs: Path | None = Field(default=None, description="folder of stored files; default: blobs in the data folder")
    url: str = Field(default="http://127.0.0.1:8000", description="public address: links, cookies and trusted host")
    secret_key: SecretStr | None = Field(default=None, description="signs cookies; made once into the data folder")
    secret_key_file: Path | None = Field(default=None, description="a file that holds the secret key")
    content: Path | None = Field(default=None, description="folder of authored collateral")
    brand: Path | None = Field(default=None, description="folder of the company's brand")
    templates: Path | None = Field(default=None, description="folder of page and document templates")
    smtp_url: SecretStr | None = Field(
        default=None, description="mail server; without one letters are files in letters/ in the data folder"
    )
    upload_limit_mb: int = Field(default=200, ge=1, le=10_000, description="the largest file that is taken in, in MB")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep to what is handed in and the environment; `load` adds the file, whose place depends on `data`."""
        return init_settings, env_settings

    @property
    def database(self) -> str:
        """Give the SQLAlchemy URL in force."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'library.sqlite3'}"

    @property
    def search_engine(self) -> Literal["whoosh", "postgresql"]:
        """Give the search engine in force."""
        if self.search is not None:
            return self.search
        return "postgresql" if self.database.startswith("postgres") else "whoosh"

    @property
    def blobs_folder(self) -> Path:
        """Give the folder that holds stored files."""
        return self.blobs or self.data / "blobs"

    @property
    def content_folder(self) -> Path:
        """Give the folder of authored collateral."""
        return self.content or _source_folder("content")

    @property
    def brand_folder(self) -> Path:
        """Give the folder of the brand."""
        return self.brand or _source_folder("brand")

    @property
    def shipped_brand_folder(self) -> Path:
        """Give the folder of the brand that is shipped, whose fonts hold most scripts, whatever brand is used."""
        return _source_folder("brand")

    @property
    def templates_folder(self) -> Path:
        """Give the folder of templates."""
        return self.templates or _source_folder("templates")

    @property
    def letters_folder(self) -> Path:
        """Give the folder of letter templates; templates of one's own that have none take those that are shipped."""
        own = self.templates_folder / "letters"
        return own if own.is_dir() else _source_folder("templates") / "letters"

    def read_secret(self) -> str:
        """Give the secret key, making one into `<data>/secret` (mode 0600) the first time.

        Raises InvalidInputError when the file that is to hold it cannot be read or is empty.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.secret_key_file or self.data / "secret"
        if self.secret_key_file is None and not path.exists():
            self._make_secret(path)
        try:
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInputError(f"The secret key cannot be read from {path}: {error}.") from error
        if not secret:
            raise InvalidInputError(f"{path} is to hold the secret key and is empty.")
        return secret

    def _make_secret(self, path: Path) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        descriptor, passing = tempfile.mkstemp(dir=self.data, prefix=".secret-")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as secret:
            secret.write(secrets.token_urlsafe(48))
        try:
            os.link(passing, path)  # whole or not at all, and the first wins: two that start at once share one
        except FileExistsError:
            pass
        except OSError:  # a disk without links
            Path(passing).replace(path)
        Path(passing).unlink(missing_ok=True)


def load(data: Path | None = None) -> Settings:
    """Read the settings of one library; `data` overrides the data folder.

    Raises InvalidInputError naming each fault.
    """
    given: dict[str, Any] = {} if data is None else {"data": data.expanduser().resolve()}
    try:
        folder = Settings(**given).data
        stored = _read_file(folder / "contentlib.toml")
        from_file = {key: value for key, value in stored.items() if f"CONTENTLIB_{key.upper()}" not in os.environ}
        settings = Settings(**{**from_file, **given})
    except ValidationError as error:
        faults = tuple(
            FieldError(field=f"CONTENTLIB_{'_'.join(map(str, fault['loc'])).upper()}", message=fault["msg"])
            for fault in error.errors()
        )
        raise InvalidInputError(
            "The settings cannot be used: " + "; ".join(f"{fault.field}: {fault.message}" for fault in faults),
            fields=faults,
        ) from error
    return settings.model_copy(update={"data": settings.data.expanduser().resolve()})


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} is not readable TOML: {error}") from error


def sources(settings: Settings) -> list[dict[str, Any]]:
    """List every setting with its value (secrets masked) and where it came from."""
    stored = _read_file(settings.data / "contentlib.toml")
    effective = {
        "database_url": _masked(settings.database),
        "search": settings.search_engine,
        "semantic": "where installed" if settings.semantic is None else settings.semantic,
        "blobs": settings.blobs_folder,
        "content": settings.content_folder,
        "brand": settings.brand_folder,
        "templates": settings.templates_folder,
        "secret_key": "********",
        "smtp_url": _masked_smtp(settings.smtp_url),
        "secret_key_file": settings.secret_key_file or settings.data / "secret",
    }
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"CONTENTLIB_{name.upper()}"
        origin = "environment" if variable in os.environ else "contentlib.toml" if name in stored else "default"
        value = effective.get(name, getattr(settings, name))
        rows.append({"name": variable, "value": str(value), "from": origin, "meaning": field.description})
    return rows


def _masked(url: str) -> str:
    """Hide the passwords of a database URL, before its host and behind its question mark; SQLite's is a path."""
    head, at, tail = ("", "", url) if url.startswith("sqlite") else url.rpartition("@")
    tail = re.sub(r"(?i)([?&](?:pass[a-z]*|secret|token))=[^&]*", r"\1=********", tail)
    scheme, _, user = head.partition("://")
    return f"{scheme}://{user.split(':', maxsplit=1)[0]}:********@{tail}" if at else tail


def _masked_smtp(url: SecretStr | None) -> str | None:
    """Hide the password of a mail server's URL, whose query holds an address and no secret."""
    if url is None:
        return None
    server, mark, query = url.get_secret_value().partition("?")
    return f"{_masked(server)}{mark}{query}"
