"""What the calendar brings: agreed versions that take their place, owners who are told in time; it judges no dates."""

from __future__ import annotations

from datetime import timedelta

from contentlib.domain.errors import InvalidInputError
from contentlib.domain.governance import Move
from contentlib.domain.notices import NoticeKind
from contentlib.services import notices
from contentlib.services.governance.orders import Order
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import governance as queries

# Two weeks are enough to find out whether something is still right and to agree on a later day.
_AHEAD = timedelta(days=14)
# A server that stood still over a holiday still tells what happened meanwhile, but not what is long known.
_BACK = timedelta(days=7)


def list_due(reading: UnitOfWork) -> list[Order]:
    """List the agreed versions whose day has come, as orders to publish them."""
    return [
        Order(move=Move.PUBLISH, slug=review.asset.slug, reason="Its day has come.")
        for review in queries.list_due(reading.session, reading.today)
    ]


def send_back_order(slug: str, refused: InvalidInputError) -> Order:
    """Give the order that sends back what was agreed to and may not go out, saying what stands in its way."""
    blocking = next((finding.message for finding in refused.findings if finding.blocks), "")
    found = blocking if blocking not in refused.message else ""
    told = " ".join(filter(None, ["Its day came and it could not go out.", refused.message, found]))
    return Order(move=Move.SEND_BACK, slug=slug, reason=told)


def _news(reading: UnitOfWork) -> list[tuple[int, NoticeKind, str, int | None, dict[str, str]]]:
    """List what owners are to be told and have not been: person, kind, key, asset and detail."""
    today, session = reading.today, reading.session
    found: list[tuple[int, NoticeKind, str, int | None, dict[str, str]]] = []
    for asset in queries.list_expiring(session, today - _BACK, today + _AHEAD):
        day = asset.expires_on
        if day is None or asset.owner_id is None:
            continue
        kind = NoticeKind.EXPIRED if day <= today else NoticeKind.EXPIRES_SOON
        detail = {"title": asset.title} | ({} if day <= today else {"day": f"{day.day} {day:%B %Y}"})
        found.append((asset.owner_id, kind, f"{kind.value}:{asset.id}:{day}", asset.id, detail))
    for owner, number in queries.count_overdue(session, today).items():
        assets = "1 asset" if number == 1 else f"{number} assets"
        key = f"overdue:{owner}:{today:%Y-%m}"  # once a month: who ignores it daily would ignore it for good
        found.append((owner, NoticeKind.REVIEWS_OVERDUE, key, None, {"assets": assets}))
    known = queries.known_keys(session, [key for _, _, key, _, _ in found])
    return [news for news in found if (news[0], news[2]) not in known]


def has_news(reading: UnitOfWork) -> bool:
    """Tell whether dates bring something that an owner has not been told."""
    return bool(_news(reading))


def tell_of_dates(uow: UnitOfWork) -> None:
    """Tell owners what expires or has expired, and once a month how many assets should be looked at again."""
    for person, kind, key, asset_id, detail in _news(uow):
        notices.tell(uow, [person], kind, key=key, asset_id=asset_id, **detail)
