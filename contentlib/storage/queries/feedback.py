"""Questions about what people said of assets; who may read it is asked by the service."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from contentlib.domain.feedback import FeedbackSort
from contentlib.storage.tables import Feedback


def find(session: Session, feedback_id: int) -> Feedback | None:
    """Find what somebody said, with the person and the version."""
    return session.scalar(
        sa.select(Feedback)
        .where(Feedback.id == feedback_id)
        .options(joinedload(Feedback.person), joinedload(Feedback.version))
    )


def find_own(session: Session, person_id: int, version_id: int, sort: FeedbackSort) -> Feedback | None:
    """Find a person's opinion of one sort on a version, taken back or not."""
    own = Feedback.person_id == person_id, Feedback.version_id == version_id, Feedback.sort == sort
    return session.scalar(sa.select(Feedback).where(*own))


def list_standing(session: Session, asset_id: int) -> Sequence[Feedback]:
    """List what stands of an asset with people and versions, newest first; what is not settled comes before."""
    stands = Feedback.asset_id == asset_id, Feedback.taken_back_at.is_(None)
    return list(
        session.scalars(
            sa.select(Feedback)
            .where(*stands)
            .options(joinedload(Feedback.person), joinedload(Feedback.version))
            .order_by(Feedback.settled_at.is_not(None), Feedback.at.desc(), Feedback.id.desc())
        )
    )
