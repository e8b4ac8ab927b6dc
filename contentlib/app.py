"""Puts the web application together from settings, library and rooms, and serves it; it decides nothing else."""

from __future__ import annotations

import contextlib
import copy
import ctypes
import gc
import signal
import sys
import tempfile
import threading
from typing import IO, Any
from urllib.parse import urlsplit

import structlog
from flask import Flask

from contentlib import settings as settings_module
from contentlib import web
from contentlib.domain.people import OPERATOR
from contentlib.jobs.runner import Runner
from contentlib.library import Library
from contentlib.services import operations

_log = structlog.get_logger()

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# One process; threads wait for the database and for drawing far more than they compute.
_THREADS = 8
# By glibc's numbers for its settings: how many threads find memory of their own, where Python's lock lets one ask at a
# time; from what size a block is the system's again as soon as it is free, such as the 19 MB that checking a password
# takes, where the columns of a large index stay at hand; and how much that is free at the end is kept.
_MALLOC = ((-8, 2), (-3, 8 << 20), (-1, 4 << 20))
# What a server takes in one request from who brings files in.
_TOGETHER = 1 << 30


def create_app(library: Library | None = None, *, is_on_loopback: bool = False) -> Flask:
    """Give the WSGI application of a library, opened from the settings when none is handed in."""
    opened = library or Library(settings_module.load())
    settings = opened.settings
    app = Flask(
        "contentlib.web",
        template_folder=str((settings.templates_folder / "pages").resolve()),
        static_folder="static",
        static_url_path=web.STATIC_ADDRESS,
    )
    host = urlsplit(settings.url).hostname or "127.0.0.1"
    app.config.update(
        SECRET_KEY=settings.read_secret(),
        PUBLIC_URL=settings.url.rstrip("/"),
        PUBLIC_HOST=host,
        IS_SECURE=settings.url.startswith("https://"),
        IS_ON_LOOPBACK=is_on_loopback,
        IS_PUBLIC_URL_LOOPBACK=host in _LOOPBACK,
        BRAND_FOLDER=settings.brand_folder,
        DATA_FOLDER=settings.data,
        MAX_CONTENT_LENGTH=50_000_000,
        UPLOAD_LIMIT_MB=settings.upload_limit_mb,
        # Many files may come in one form; each of them is held to its own limit.
        FILE_LIMIT=(settings.upload_limit_mb + 1) << 20,
        REQUEST_LIMIT=max(_TOGETHER, (settings.upload_limit_mb + 1) << 20),
        MAX_FORM_MEMORY_SIZE=3_000_000,  # a logo of 2 MB travels as text from page to page
    )
    web.register(app, opened)
    return app


def serve(library: Library, *, host: str, port: int) -> None:
    """Serve a library with its runner until interrupted; ConflictError when another server has it."""
    import waitress.server

    _keep_little_memory()
    # A service manager's stop is a Ctrl-C: jobs are put back instead of waiting for their lease to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = create_app(library, is_on_loopback=host in _LOOPBACK)
    with library.read(OPERATOR) as reading:
        for finding in operations.examine_clock(reading):
            _log.warning(finding.message, code=finding.code, mend=finding.mend)
    # The engines of documents take seconds to load; nobody's first document should wait for them.
    threading.Thread(target=library.warm_up, name="warm up", daemon=True).start()
    with Runner(library).running():
        waitress.server.TcpWSGIServer.channel_class = _make_channel(app)
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            ident="contentlib",
            max_request_body_size=app.config["REQUEST_LIMIT"],
            channel_request_lookahead=1,  # else nobody notices that who asked has gone, before the answer is written
        )
        # What a server begins with lives as long as it does, so nobody need look through it for garbage.
        gc.freeze()
        print(f"contentlib is at http://{host}:{port}/ (stop it with Ctrl-C)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        server.close()


def _keep_little_memory() -> None:
    """Have the C library give back what is free, before threads begin; where it is not glibc nothing is changed."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            for setting, value in _MALLOC:
                mallopt(setting, value)


def _make_channel(app: Flask) -> type:
    """Give what takes requests in, which keeps a large one only of who may send it: before it is whole nobody is asked.

    Waitress writes a request to the disk as it comes, and calls the application with the last byte. It does so on the
    library's disk, since the system's folder for passing files may be the machine's memory.
    """
    from waitress.buffers import OverflowableBuffer, TempfileBasedBuffer
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser

    class PassingFile(TempfileBasedBuffer):  # type: ignore[misc]
        def newfile(self) -> IO[bytes]:
            return tempfile.TemporaryFile(dir=app.config["DATA_FOLDER"])

    class Passing(OverflowableBuffer):  # type: ignore[misc]
        buf: Any

        def _set_large_buffer(self) -> None:
            self.buf, self.overflowed = PassingFile(self.buf), True

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        adj: Any

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            most = app.config["MAX_CONTENT_LENGTH"]
            is_large = self.chunked or self.content_length > most
            if is_large and web.may_send_much(app, self.headers.get("COOKIE", "")):
                is_one_file = self.headers.get("CONTENT_TYPE", "") == "application/octet-stream"
                most = app.config["FILE_LIMIT" if is_one_file else "REQUEST_LIMIT"]
            if is_large:
                self.adj = copy.copy(self.adj)
                self.adj.max_request_body_size = most
            if self.body_rcv is not None:
                self.body_rcv.buf = Passing(self.adj.inbuf_overflow)

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser
        connected: bool

        def readable(self) -> bool:
            # A connection that ended would be read again and again, until what was asked on it is done.
            return bool(self.connected and super().readable())

    return Channel
