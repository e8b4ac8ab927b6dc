"""The same request gives the same bytes: again, in another process, from other folders, at another time."""

from __future__ import annotations

import pytest

from contentlib.domain.documents import Paper
from tests.integration.rendering.conftest import KINDS


@pytest.mark.parametrize("kind", ["case-study", "one-sheeter", "deck"])
def test_the_second_request_is_a_file_read_of_the_same_bytes(render, for_kestrel, kind):
    first, second = render(kind, **for_kestrel), render(kind, **for_kestrel)
    assert second.is_cached
    assert (first.pdf, first.sha256, first.certificate) == (second.pdf, second.sha256, second.certificate)


def test_another_process_clock_and_folders_give_the_same_bytes(render, elsewhere, make_request, for_kestrel):
    # Each process hashes words with another seed of its own, so sets and dictionaries come in another order.
    media = {f"media/{path.name}": str(path) for path in (elsewhere.folder / "media").iterdir()}
    for kind in ("case-study", "one-sheeter", "deck"):
        made = elsewhere.printer.render(make_request(kind, **for_kestrel, media=media))
        assert not made.is_cached
        assert made.sha256 == render(kind, **for_kestrel).sha256, kind
    for kind in set(KINDS) - {"case-study", "one-sheeter", "deck"}:
        assert elsewhere.printer.render(make_request(kind)).sha256 == render(kind).sha256, kind


def test_shortcuts_through_the_engine_lead_to_the_same_bytes(sandbox, printer, make_request):
    """One of everything, drawn with our answers and with the engine's own; and what the menus offer has no fault."""
    kinds = ["case-study", "one-sheeter", "deck", "battlecard", "data-sheet"]
    tools = printer.tools_for(make_request("deck"))
    drawn = sandbox.call("tests.integration.rendering.comparing:draw_both_ways", kinds=kinds, tools=tools)
    for kind, (ours, engines) in drawn.items():
        assert ours.findings == (), kind
        assert ours.pdf == engines.pdf, kind


def test_the_key_changes_with_everything_a_document_is_made_from(printer, make_request, for_kestrel, render):
    from contentlib.rendering.hashes import content_key

    def key(**more):
        return content_key(make_request("deck", **{**for_kestrel, **more}), brand="b", template="t")

    plain = make_request("deck")
    keys = [
        key(), key(version=2), key(paper=Paper.LETTER), key(rep=None), key(logo=b"x"), key(is_draft=True),
        key(values={"prospect.name": "Other"}), key(media={}), content_key(plain, brand="b", template="t"),
        content_key(plain, brand="c", template="t"), content_key(plain, brand="b", template="u"),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
