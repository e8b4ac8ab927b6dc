"""What waits for review, a page at a time: whose turn it is, who sees what, and where one goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from contentlib.domain.errors import ConflictError
from contentlib.domain.governance import Side
from contentlib.domain.people import OPERATOR
from contentlib.services import governance
from contentlib.services.governance import looking
from contentlib.storage.tables import Asset, Person, Review, ReviewWord
from tests.cast import LEO, MARCO, SAM, Member
from tests.factories.shops import Shop


def test_a_long_queue_is_read_by_pages_own_turn_first_and_leads_on_beyond_a_page(shop: Shop):
    with shop.library.work(OPERATOR) as uow:
        rows = list(uow.session.scalars(sa.select(Asset).order_by(Asset.id)))
        sam = uow.session.scalars(sa.select(Person).where(Person.email == SAM.email)).one()
        sam.is_sales_reviewer = True
        for number, asset in enumerate(rows):
            review = Review(
                asset_id=asset.id,
                version_id=asset.current_version_id or 0,
                submitted_at=shop.clock() - timedelta(days=number),
                needs_sales=number % 2 == 0,
                sales_reviewer_id=sam.id if number % 4 == 0 else None,
            )
            said = ReviewWord(review_id=0, side=Side.MARKETING, is_approval=True, by_name="Leo", at=uow.now, reasons=[])
            review.words = [said] if number == 8 else []
            uow.session.add(review)
        slugs = [asset.slug for asset in reversed(rows)]
    agreed = slugs[len(slugs) - 1 - 8]

    def queue(who: Member, **wanted) -> tuple[list[str], int, int, int]:
        with shop.library.read(shop.actor(who)) as reading:
            found = governance.list_queue(reading, **wanted)
        return [line.slug for line in found.lines], found.total, found.mine, found.page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "PER_PAGE", 4)
        in_order = [slug for slug in slugs if slug != agreed] + [agreed]
        assert queue(LEO) == (in_order[:4], 9, 8, 1)
        assert queue(LEO, slug=agreed) == queue(LEO, page=99) == ([agreed], 9, 8, 3)
        assert queue(MARCO) == (slugs[:4], 9, 0, 1)
        assert queue(SAM, page=2) == ([slugs[8]], 5, 5, 2)
        with shop.library.read(shop.actor(LEO)) as reading:
            assert governance.get_review(reading, in_order[3]).next == in_order[4]
            assert governance.get_review(reading, agreed).next == in_order[0]
        with shop.library.read(shop.actor(SAM)) as reading, pytest.raises(ConflictError):
            governance.get_review(reading, slugs[1])
