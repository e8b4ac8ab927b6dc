"""Office files as PDF by LibreOffice, where the machine has it: what they look like, about; runs in the sandbox alone.

It gets a profile of its own that runs no macros and fetches nothing, the company's fonts and the shipped ones beside
the machine's, and is killed with the child that started it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pypdfium2 as pdfium

from contentlib.domain.errors import FileRefusedError
from contentlib.domain.uploads import ENDINGS, UploadFormat

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value>
</prop></item>
</oor:items>
"""
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}</fontconfig>
"""
# Slides that are hidden are drawn too: else each picture behind one would stand beside the words of another slide.
_FILTERS = {UploadFormat.PPTX: 'pdf:impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}'}
# Where the program puts its socket, whatever its environment says.
_SOCKETS = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108
_SOCKET = "OSL_PIPE_{user}_SingleOfficeIPC_{told}"
# As many pages as are drawn of it.
_MOST_PAGES = 300
_SWITCHES = ("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard")


def convert(
    path: str,
    name: str,
    *,
    office: str,
    format: UploadFormat,  # noqa: A002
    fonts: Sequence[str],
    profile: str,
    target: str,
) -> str:
    """Write a presentation or document as a PDF to `target`; `office` is the program, `fonts` are folders of them.

    `profile` is a folder to be made, which no other call uses. Gives the signs that no font holds, so that they stand
    as boxes. Raises FileRefusedError when the program makes nothing.
    """
    scratch = Path(tempfile.mkdtemp())
    settings = Path(profile) / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    source = scratch / f"file{ENDINGS[format][0]}"
    source.symlink_to(path)
    folders = "".join(f"<dir>{escape(folder)}</dir>" for folder in dict.fromkeys(fonts))
    (scratch / "fonts.conf").write_text(_FONTS.format(folders=folders), "utf-8")
    # No way out: a proxy that is not there answers for every address.
    nowhere = "http://127.0.0.1:9"
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),  # a program that is killed clears nothing away; the folder goes with the call
        "FONTCONFIG_FILE": str(scratch / "fonts.conf"),
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }
    done = subprocess.run(  # noqa: S603 - the program that the library was opened with, and names that we made
        [office, f"-env:UserInstallation={Path(profile).as_uri()}", *_SWITCHES, "--convert-to",
         _FILTERS.get(format, "pdf"), "--outdir", str(scratch), str(source)],
        env=environment, cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    drawn = scratch / "file.pdf"
    if not drawn.is_file() or not drawn.stat().st_size:
        how = f" (it ended with {done.returncode})" if done.returncode else ", as of files that it cannot open"
        raise FileRefusedError(f"LibreOffice drew nothing of “{name}”{how}.")
    Path(target).write_bytes(drawn.read_bytes())
    return _find_undrawn(drawn, environment)


def _find_undrawn(drawn: Path, environment: dict[str, str]) -> str:
    """Give the signs of a drawn file that no font holds, by the program that tells fonts apart for LibreOffice too."""
    signs: set[str] = set()
    with contextlib.suppress(pdfium.PdfiumError), pdfium.PdfDocument(drawn) as document:
        for index in range(min(len(document), _MOST_PAGES)):
            signs.update(document[index].get_textpage().get_text_range())
    unsure = {sign for sign in signs if unicodedata.category(sign)[0] in "LNPS" and sign != "\ufffe"}
    lister = shutil.which("fc-list", path=os.defpath)
    if lister is None or not unsure:
        return ""
    told = subprocess.run(  # noqa: S603 - the system's program, and words of ours
        [lister, "--format", "%{charset} "],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    for span in dict.fromkeys(told.stdout.split()):
        first, _, last = span.partition("-")
        begin, end = int(first, 16), int(last or first, 16)
        unsure = {sign for sign in unsure if not begin <= ord(sign) <= end}
    return "".join(sorted(unsure)) if told.stdout else ""


def forget_socket(profile: str) -> None:
    """Remove the socket of a program that was killed, by whoever called it: it stands outside of every folder of ours.

    Its name is made of the profile's address, as desktop/source/app/officeipcthread.cxx of LibreOffice makes it.
    """
    told = hashlib.md5(Path(profile).as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = _SOCKET.format(user=os.getuid(), told="".join(f"{byte:x}" for byte in told))
    for folder in _SOCKETS:
        (folder / name).unlink(missing_ok=True)


def forget_left_sockets() -> None:
    """Remove the sockets of this user's programs at which nobody listens: whoever was to remove them was killed too."""
    for folder in _SOCKETS:
        for path in folder.glob(_SOCKET.format(user=os.getuid(), told="*")):
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
                tried.settimeout(1)
                try:
                    tried.connect(str(path))
                except ConnectionRefusedError:
                    path.unlink()
