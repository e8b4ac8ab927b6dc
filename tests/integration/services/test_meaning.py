"""What assets mean is read after they are saved, kept with their versions, verified, mended and carried along."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.people import OPERATOR
from contentlib.jobs import runner
from contentlib.library import Library
from contentlib.search import sentences
from contentlib.services import meaning, search
from contentlib.settings import Settings
from contentlib.storage.jobs import JobKind
from contentlib.storage.tables import AssetVersion, Job, VersionMeaning
from tests.cast import RITA
from tests.factories.shops import Shop
from tests.factories.themes import ThemeModel
from tests.integration.operations.damage import codes, mend, verify


def find(shop: Shop, text: str) -> dict[str, list[str]]:
    with shop.library.read(shop.actor(RITA)) as reading:
        return {hit.slug: [part.what for part in hit.why] for hit in search.find(reading, text=text).hits}


def rows(shop: Shop) -> dict[int, str]:
    with shop.library.read(OPERATOR) as reading:
        return {row.version_id: row.mark for row in reading.session.scalars(sa.select(VersionMeaning))}


def outdated(shop: Shop) -> set[int]:
    with shop.library.read(OPERATOR) as reading:
        return meaning.list_outdated(reading)


def read(shop: Shop) -> None:
    runner.drain(shop.library, (JobKind.READ_MEANING,))


def test_meaning_follows_every_save_and_goes_with_its_version(shop: Shop):
    library = shop.library
    library.index.encoder = ThemeModel()
    library.want_meanings()
    read(shop)
    before = rows(shop)
    assert len(before) > 3
    assert outdated(shop) == set()
    assert find(shop, "derrick") == {}

    path = next(path for path in shop.content.rglob("*.md") if "round-at-a-glance" in path.name)
    path.write_text(path.read_text(encoding="utf-8") + "\n\n## Up there\n\nRounds on cranes.\n", encoding="utf-8")
    shop.sync()
    shop.drain()
    assert len(outdated(shop)) == 1
    read(shop)
    assert find(shop, "derrick") == {"round-at-a-glance": ["found by meaning"]}
    after = rows(shop)
    assert (len(after), len(before.keys() - after.keys())) == (len(before), 1)

    with library.work(OPERATOR) as uow:
        damaged = max(after)
        uow.session.execute(sa.update(VersionMeaning).where(VersionMeaning.version_id == damaged).values(vectors=b"12"))
        owner = uow.session.get_one(AssetVersion, damaged).asset_id
    differences = [(one.sort.value, one.subject) for one in verify(shop)]
    assert ("meaning-differs", owner) in differences
    mend(shop)
    read(shop)
    assert "meaning-differs" not in codes(verify(shop))
    assert rows(shop) == after

    with library.work(OPERATOR) as uow:
        uow.session.execute(sa.delete(VersionMeaning))
    library.hand_meanings_to_search()
    assert find(shop, "derrick") == {}
    library.rebuild_meanings()
    assert rows(shop) == after
    assert find(shop, "derrick") == {"round-at-a-glance": ["found by meaning"]}


def test_without_a_model_nothing_is_read_and_nothing_waits(shop: Shop):
    shop.library.want_meanings()
    shop.library.rebuild_meanings()
    shop.library.refresh_meanings()
    with shop.library.read(OPERATOR) as reading:
        waiting = reading.session.scalar(sa.select(sa.func.count()).where(Job.kind == JobKind.READ_MEANING))
    assert (waiting, rows(shop), outdated(shop), shop.library.index.meanings) == (0, {}, set(), None)


@pytest.mark.skipif(sentences.find() is not None, reason="the extra contentlib[semantic] is installed")
def test_a_model_that_is_asked_for_and_lacks_is_told(tmp_path):
    with pytest.raises(InvalidInputError, match=r"contentlib\[semantic\]"):
        Library(Settings(data=tmp_path, semantic=True))
