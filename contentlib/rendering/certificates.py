"""Reads what a PDF says of itself: the certificate in its XMP; whether that is true only the library knows."""

from __future__ import annotations

import io
import re

import pikepdf
from lxml import etree

from contentlib.domain.documents import CarriedCertificate
from contentlib.domain.errors import FileRefusedError
from contentlib.rendering.press import XMP_NAMESPACE

# More than any document of the library; what is larger is not one.
LARGEST_FILE = 80_000_000
# Readers accept a header within the first kilobyte; some mail programs put lines before it.
_HEADER = re.compile(rb"%PDF-\d\.\d")
_PACKET = re.compile(rb"<x:xmpmeta.{0,200000}?</x:xmpmeta>", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{32}")


def read(pdf: bytes) -> CarriedCertificate | None:
    """Read a PDF's certificate, None when it carries none; raise FileRefusedError for no PDF, or one locked or damaged.

    Where the file cannot be opened, it is searched for the metadata, which documents of the library leave legible.
    """
    if not pdf:
        raise FileRefusedError("The file is empty.")
    if len(pdf) > LARGEST_FILE:
        raise FileRefusedError("The file is larger than any document of a library.")
    if not _HEADER.search(pdf[:1024]):
        raise FileRefusedError("The file is not a PDF.")
    packet, is_whole = _open(pdf)
    found = [_parse(each, is_whole=is_whole) for each in (packet, *_PACKET.findall(pdf)) if each]
    carried = next((each for each in found if each is not None), None)
    if carried is None and not is_whole:
        raise FileRefusedError("The file is cut off or damaged: it is not a whole PDF, and what it was can't be told.")
    return carried


def _open(pdf: bytes) -> tuple[bytes, bool]:
    """Give the metadata of a PDF and whether the file is whole, as it was written, without any repair."""
    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as opened:
            is_whole = not opened.get_warnings() and b"%%EOF" in pdf[-1024:]
            metadata = opened.Root.get("/Metadata")
            return (bytes(metadata.read_bytes()) if isinstance(metadata, pikepdf.Stream) else b""), is_whole
    except pikepdf.PasswordError:
        raise FileRefusedError("The file is locked with a password; give a copy that opens without one.") from None
    # The reader leaves by many exceptions on broken files: all of them mean the same here.
    except (pikepdf.PikepdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, OSError):
        return b"", False


def _parse(packet: bytes, *, is_whole: bool) -> CarriedCertificate | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(packet, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    told = {
        # Tools that save anew may write elements as attributes.
        **{etree.QName(key).localname: value for each in root.iter() for key, value in _ours(each.attrib)},
        **{etree.QName(each).localname: each.text or "" for each in root.iter(f"{{{XMP_NAMESPACE}}}*")},
    }
    if not _ID.fullmatch(told.get("id", "").strip()):
        return None
    kept = {name: told.get(name, "").strip()[:200] for name in ("asset", "version", "kind", "brand", "template")}
    return CarriedCertificate(id=told["id"].strip(), is_whole=is_whole, **kept)


def _ours(attributes: etree._Attrib) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in attributes.items() if str(key).startswith(f"{{{XMP_NAMESPACE}}}")]
