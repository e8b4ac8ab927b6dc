"""Sources and files that would take all time or memory end in a clear refusal, and nobody else notices."""

from __future__ import annotations

import io
import os
import shutil
import struct
import threading
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from contentlib.domain.errors import ContentlibError, InvalidInputError, LimitExceededError
from contentlib.rendering.printer import Printer
from contentlib.sandbox.limits import MIB, Limits
from contentlib.sandbox.parent import Sandbox
from tests.integration.rendering.conftest import BRAND, TEMPLATES

# Far less than an honest document may take, so that a bomb costs the suite little; that there is an end is what counts.
SHORT = Limits(wall_seconds=60, cpu_seconds=1, memory_bytes=500 * MIB)
# For what would burn for ever, whoever waits; no less is found out in half the time.
SHORTEST = replace(SHORT, wall_seconds=0.5)


class ShortTempered:
    """A sandbox whose children may take one second of computing, or less."""

    def __init__(self, sandbox: Sandbox, limits: Limits = SHORT) -> None:
        self._sandbox, self._limits = sandbox, limits

    def call(self, function: str, **arguments: Any) -> Any:
        """Call with the short limits."""
        return self._sandbox.call(function, limits=self._limits, **arguments)


@pytest.fixture(scope="module")
def short_printer(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Printer:
    """A printer whose children may take one second of computing."""
    cache = tmp_path_factory.mktemp("short")
    return Printer(templates=TEMPLATES, brand=BRAND, cache=cache, sandbox=ShortTempered(sandbox))


def with_body(body: str):
    """Replace the prose of a source and leave its front matter."""
    return lambda source: source[: source.index("\n---\n", 4) + 5] + "\n" + body


def png_of(width: int, height: int) -> bytes:
    """Make a small file that unpacks to a very large picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + width)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def nested_use(levels: int) -> bytes:
    """Draw one square ten to the power of `levels` times."""
    layers = ['<g id="a0"><rect width="1" height="1"/></g>']
    layers += [f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, levels + 1)]
    shapes = "".join(layers)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3">{shapes}</svg>'.encode()


SOURCES = {
    "brackets": "[" * 60_000 + "x" + "]" * 60_000,
    "nested lists": "\n".join("  " * depth + "- x" for depth in range(2_500)),
    "nested quotes": "> " * 5_000 + "x",
    "a table of 3,000 rows": "| a | b | c | d |\n|---|---|---|---|\n" + "| one | two | three | four |\n" * 3_000,
}


@pytest.mark.parametrize("bomb", SOURCES)
def test_a_bomb_in_the_source_is_refused_within_its_limits(sandbox, make_request, tmp_path, bomb):
    hasty = ShortTempered(sandbox, SHORTEST)
    printer = Printer(templates=TEMPLATES, brand=BRAND, cache=tmp_path, sandbox=hasty)
    with pytest.raises(ContentlibError) as refused:
        printer.render(make_request("one-sheeter", with_body(SOURCES[bomb])))
    assert refused.value.code in {"limit_exceeded", "document_refused", "source_refused"}
    assert len(refused.value.message) > 30


LOGOS = {"picture": png_of(12_000, 12_000), "SVG use": nested_use(8)}


@pytest.mark.parametrize("bomb", LOGOS)
def test_a_bomb_as_a_logo_is_refused_in_a_sentence(short_printer, bomb):
    assert len(LOGOS[bomb]) < 200_000
    with pytest.raises(InvalidInputError, match="logo"):
        short_printer.read_logo(LOGOS[bomb])


@pytest.mark.parametrize(
    ("markup", "style"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", ""),
        ("{{ 'x' * 999999999 }}", ""),
        ('<div class="bomb"><i>x</i></div>', ".bomb { display: grid; grid: repeat(9999, 1px) / repeat(9999, 1px) }"),
    ],
    ids=["Jinja loops", "Jinja strings", "CSS grid repeat"],
)  # fmt: skip
def test_a_bomb_in_a_template_is_refused_within_its_limits(make_request, tmp_path, sandbox, markup, style):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    sheet, page = templates / "one-sheeter" / "print.css", templates / "one-sheeter" / "document.html"
    sheet.write_text(sheet.read_text("utf-8") + style, encoding="utf-8")
    page.write_text(page.read_text("utf-8").replace("</body>", f"{markup}</body>"), encoding="utf-8")
    hasty = ShortTempered(sandbox, SHORTEST)
    printer = Printer(templates=templates, brand=BRAND, cache=tmp_path / "cache", sandbox=hasty)
    with pytest.raises(LimitExceededError):
        printer.render(make_request("one-sheeter"))


def test_others_are_served_while_a_bomb_burns_and_memory_returns(short_printer, make_request):
    ended, logo = threading.Event(), io.BytesIO()
    Image.linear_gradient("L").save(logo, "PNG")

    def burn() -> None:
        with pytest.raises(ContentlibError):
            short_printer.render(make_request("one-sheeter", with_body(SOURCES["a table of 3,000 rows"])))
        ended.set()

    before = resident_bytes()
    burning = threading.Thread(target=burn)
    burning.start()
    short_printer.read_logo(logo.getvalue())
    was_burning = not ended.is_set()
    burning.join()
    assert was_burning
    assert resident_bytes() - before < 30 * MIB


def resident_bytes() -> int:
    """Give the memory that this process, where a server would run, holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
