"""Office files drawn by LibreOffice: by the real one where it is installed, else by one that writes a PDF of ours."""

from __future__ import annotations

import io
import os
import shutil
import socket
import time
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa

from contentlib.domain.assets import AssetPage
from contentlib.domain.errors import LimitExceededError
from contentlib.domain.people import OPERATOR
from contentlib.domain.uploads import UploadFormat
from contentlib.ingest import previews
from contentlib.sandbox import Limits, Sandbox
from contentlib.services import assets, index_entries
from contentlib.storage.tables import Asset
from tests.factories.hostile import deck, pdf
from tests.factories.office import document, line
from tests.factories.shops import Shop

# What stands after --outdir is the folder; what it writes there is called as the file is.
_WRITES = 'while [ "$1" != --outdir ]; do shift; done\ncp {pdf} "$2/file.pdf"\n'
_PAGE = '<w:r><w:br w:type="page"/></w:r>'


def program(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)
    return str(path)


def drawn(shop: Shop, office: str | None, name: str = "Deck.pptx", data: bytes | None = None) -> AssetPage:
    """Add a file, by default a deck of two slides the second of which is hidden, draw it, and give its page."""
    shop.library.office = office
    file = io.BytesIO(data or deck("Gearboxes", is_hidden=True))
    shop.library.add_upload(OPERATOR, file=file, name=name)
    slug = name.partition(".")[0].lower()
    with shop.library.read(OPERATOR) as reading:
        version = reading.session.scalars(sa.select(Asset.current_version_id).where(Asset.slug == slug)).one()
    shop.library.draw_pictures(version or 0)
    with shop.library.read(OPERATOR) as reading:
        return assets.get_page(reading, slug)


def test_a_deck_is_drawn_about_as_it_looks_hidden_slides_too_and_keeps_its_own_words(shop: Shop, tmp_path: Path):
    (tmp_path / "drawn.pdf").write_bytes(pdf(2, words="Drawn"))
    office = shutil.which("soffice") or program(tmp_path, _WRITES.format(pdf=tmp_path / "drawn.pdf"))
    page = drawn(shop, office)
    assert page.file is not None
    assert (page.file.is_drawn, page.file.is_approximate) == (True, True)
    assert [(each.text, bool(each.blob)) for each in page.pages] == [("First", True), ("Gearboxes", True)]
    assert not [finding for finding in page.findings if finding.code == "no-preview"]


def test_pages_of_a_document_are_those_that_were_drawn_and_no_word_of_it_is_lost(shop: Shop, tmp_path: Path):
    with pikepdf.open(io.BytesIO(pdf(2, words="Turbines"))) as made:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        egyptian = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <D80CDC00> endbfchar"
        font.ToUnicode = made.make_stream(egyptian)
        made.pages[1].obj.Resources.Font.F2 = font
        made.pages[1].contents_add(b"BT /F2 20 Tf 60 500 Td (A) Tj ET")
        made.save(tmp_path / "drawn.pdf")
    office = program(tmp_path, _WRITES.format(pdf=tmp_path / "drawn.pdf"))
    foreign = '<w:r><w:rPr><w:rFonts w:ascii="Papyrus"/></w:rPr><w:t>Turbines</w:t></w:r>'
    third = f"<w:p>{'<w:r><w:lastRenderedPageBreak/></w:r>' * 2}</w:p><w:p>{foreign}</w:p>"
    words = (line("Turbines", after=_PAGE), line("Governors", after=_PAGE), line("Penstocks"), third)
    page = drawn(shop, office, "Hydro.docx", document("".join(words)))
    assert [(bool(each.blob), "Turbines" in each.text) for each in page.pages] == [(True, True), (True, True)]
    with shop.library.read(OPERATOR) as reading:
        ids = list(reading.session.scalars(sa.select(Asset.id).where(Asset.slug == page.slug)))
        (entry,) = index_entries.list_entries(reading, ids)
    assert [each.number for each in entry.pages] == [1, 2]
    assert {"Governors", "Penstocks"} <= set(entry.pages[1].text.split())
    assert [(each.page, each.evidence) for each in page.findings if each.code == "font"] == [(2, None)]
    assert [each.message for each in page.findings if each.code == "preview-signs"] == [
        "In its pictures these signs stand as boxes: 𓀀. The file itself has them."
    ]


def test_a_program_that_draws_nothing_is_told(shop: Shop, tmp_path: Path):
    fonts = shop.library.settings.brand_folder.resolve()
    page = drawn(shop, program(tmp_path, f'grep -q "<dir>{fonts}</dir>" "$FONTCONFIG_FILE" && exit 3\n'))
    assert [finding.message for finding in page.findings if finding.code == "no-preview"] == [
        "No preview: LibreOffice drew nothing of “Deck.pptx” (it ended with 3)."
    ]
    assert not list(shop.library.settings.data.glob(".passing-*"))


def test_a_program_that_hangs_is_ended_with_all_that_it_started(sandbox: Sandbox, tmp_path: Path):
    source, started, folder = tmp_path / "deck.pptx", tmp_path / "started", tmp_path / "folder"
    source.write_bytes(deck())
    office = program(
        tmp_path, f'sleep 300 & echo $! > {started}\necho left > "$TMPDIR/x" && echo "$TMPDIR" > {folder}\nsleep 300\n'
    )
    with pytest.raises(LimitExceededError):
        sandbox.call(
            "contentlib.ingest.previews:convert",
            limits=Limits(wall_seconds=1.5, memory_bytes=4 << 30),
            path=str(source), name="deck.pptx", office=office, format=UploadFormat.PPTX, fonts=[str(tmp_path)],
            profile=str(tmp_path / "profile"), target=str(tmp_path / "out"),
        )  # fmt: skip
    child = int(started.read_text())
    deadline = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)
    assert not Path(folder.read_text().strip()).exists()


def test_the_socket_of_a_killed_program_is_found_by_the_name_it_gives_it(tmp_path: Path, monkeypatch):
    # As LibreOffice 7.4 called it for this profile.
    left = tmp_path / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_eb3c62233c8bc1ea8082c0112f71b529"
    left.touch()
    monkeypatch.setattr(previews, "_SOCKETS", (tmp_path,))
    previews.forget_socket("/srv/profile")
    assert not left.exists()


def test_sockets_at_which_nobody_listens_any_more_are_removed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(previews, "_SOCKETS", (tmp_path,))
    left, used = (tmp_path / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}" for name in ("left", "used"))
    with socket.socket(socket.AF_UNIX) as killed, socket.socket(socket.AF_UNIX) as working:
        killed.bind(str(left))
        working.bind(str(used))
        working.listen()
        previews.forget_left_sockets()
        assert (left.exists(), used.exists()) == (False, True)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
