"""What people miss in the library: asked for, voted on, answered; the amounts behind it are for who sees all deals."""

from __future__ import annotations

from dataclasses import dataclass

from contentlib.domain import content_requests as rules
from contentlib.domain.assets import Vocabulary, is_live
from contentlib.domain.content_requests import (
    ENDED,
    STATUS_LABELS,
    AlikeRequest,
    RequestLine,
    RequestSort,
    RequestStatus,
    RequestView,
    Wanted,
)
from contentlib.domain.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError, NotFoundError
from contentlib.domain.notices import NoticeKind
from contentlib.domain.people import Permission
from contentlib.search.words import clean, split, stand
from contentlib.services import asset_rights, deals, notices
from contentlib.services.unit_of_work import UnitOfWork
from contentlib.storage.queries import assets as asset_queries
from contentlib.storage.queries import content_requests as queries
from contentlib.storage.queries import governance as governance_queries
from contentlib.storage.queries import taxonomy as taxonomy_queries
from contentlib.storage.tables import Asset, ContentRequest, RequestVote

PER_PAGE = 25
# So many of the newest are held against a new one.
_COMPARED = 5000
# Words that most requests begin with and that tell none of them apart.
_SAYS_NOTHING = frozenset(
    {
        "a", "an", "the", "of", "for", "to", "in", "on", "with", "and", "or", "our", "we", "need", "want", "some",
        "someth", "about", "case", "studi", "deck", "sheet", "asset",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a request can be for, each as (slug, label)."""

    stages: tuple[tuple[str, str], ...]
    industries: tuple[tuple[str, str], ...]
    personas: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RequestDone:
    """What a deed on a request did, in words.

    `deal` is the one that a vote was for before; None where there was no vote.
    """

    id: int
    sentence: str
    deal: str | None = None


def choices(reading: UnitOfWork) -> Choices:
    """Give the words that a request can be told with; retired ones are not offered."""
    terms = taxonomy_queries.list_terms(reading.session, Vocabulary.INDUSTRY, Vocabulary.PERSONA)
    offered = [term for term in terms if term.retired_at is None]
    return Choices(
        stages=tuple(
            (row.slug, row.label)
            for row in taxonomy_queries.list_funnel_stages(reading.session)
            if row.retired_at is None
        ),
        industries=tuple((t.slug, t.label) for t in offered if t.vocabulary is Vocabulary.INDUSTRY),
        personas=tuple((t.slug, t.label) for t in offered if t.vocabulary is Vocabulary.PERSONA),
        kinds=tuple(
            (row.slug, row.label) for row in taxonomy_queries.list_kinds(reading.session) if row.retired_at is None
        ),
    )


def list_some(
    reading: UnitOfWork,
    *,
    sort: RequestSort = RequestSort.VOTES,
    status: RequestStatus | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> tuple[tuple[RequestLine, ...], int]:
    """List a page of requests with the number of all that match; by amount only for who sees all deals."""
    reading.require(Permission.FIND_ASSETS)
    brief = queries.list_brief(reading.session, status)
    votes, behind = queries.count_votes(reading.session), {}
    if sort is RequestSort.DEALS:
        behind = queries.open_deals(reading.session)
    weights: dict[int, float] = {id_: len(named) for id_, named in behind.items()}
    if reading.actor.may(Permission.SEE_ALL_DEALS):
        weights = {id_: rules.weigh(rules.add_up(named)) for id_, named in behind.items()}
    # Newest first, and first of all by what was asked for; what has none of it comes last.
    brief.sort(key=lambda one: (one[1], one[0]), reverse=True)
    if sort is not RequestSort.NEWEST:
        brief.sort(key=lambda one: (-weights.get(one[0], 0), -votes.get(one[0], 0)))
    shown = [id_ for id_, _ in brief[(page - 1) * per_page : page * per_page]]
    return _lines(reading, queries.list_by_ids(reading.session, shown)), len(brief)


def count_by_status(reading: UnitOfWork) -> dict[RequestStatus, int]:
    """Count the requests by what becomes of them."""
    reading.require(Permission.FIND_ASSETS)
    return queries.count_by_status(reading.session)


def _lines(reading: UnitOfWork, rows: list[ContentRequest]) -> tuple[RequestLine, ...]:
    ids = [row.id for row in rows]
    votes, behind = queries.count_votes(reading.session, ids), queries.open_deals(reading.session, ids)
    own = queries.voted_for(reading.session, ids, reading.actor.person_id or 0)
    sees_amounts = reading.actor.may(Permission.SEE_ALL_DEALS)
    return tuple(
        RequestLine(
            id=row.id,
            title=row.title,
            status=row.status,
            votes=votes.get(row.id, 0),
            deals=len(behind.get(row.id, ())),
            amounts=rules.add_up(behind.get(row.id, ())) if sees_amounts else None,
            words=tuple(label for _, label in _told(row)),
            by=row.author_name,
            at=row.at,
            has_my_vote=row.id in own,
        )
        for row in rows
    )


def _told(row: ContentRequest) -> tuple[tuple[str, str], ...]:
    named = (("Kind", row.kind), ("Stage", row.stage), ("Industry", row.industry), ("Who it is for", row.persona))
    return tuple((name, word.label) for name, word in named if word is not None)


def get(reading: UnitOfWork, request_id: int) -> RequestView:
    """Give a request whole; NotFoundError for one that is not there or was withdrawn."""
    reading.require(Permission.FIND_ASSETS)
    row = _get(reading, request_id)
    (line,) = _lines(reading, [row])
    vote = queries.find_vote(reading.session, row.id, reading.actor.person_id or 0)
    deal = vote.deal if vote is not None else None
    may_answer = reading.actor.may(Permission.EDIT_ASSETS)
    return RequestView(
        line=line,
        wish=row.wish,
        told=_told(row),
        my_deal=(deal.external_id, deal.account.name if deal.account else deal.name) if deal else None,
        answer=row.answer,
        answered_by=row.answered_by_name,
        answered_at=row.answered_at,
        asset=(row.asset.slug, row.asset.title) if row.asset and asset_rights.may_see(reading, row.asset) else None,
        seen=row.revision,
        may_answer=may_answer,
        may_withdraw=_is_author(reading, row) and line.votes <= line.has_my_vote and not line.has_ended,
    )


def _is_author(reading: UnitOfWork, row: ContentRequest) -> bool:
    return row.author_id is not None and row.author_id == reading.actor.person_id


def _get(reading: UnitOfWork, request_id: int, *, is_withdrawn: bool = False) -> ContentRequest:
    row = queries.find(reading.session, request_id)
    if row is None or (row.withdrawn_at is not None and not is_withdrawn):
        raise NotFoundError("There is no such request, or who wrote it took it back.")
    return row


def words_of(text: str) -> frozenset[str]:
    """Give the words that tell a request apart, by their stems."""
    terms = {term for token in split(clean(text)[:400]) for _, term in stand(token, "en")[0]}
    return frozenset(terms - _SAYS_NOTHING) or frozenset(terms)


def find_alike(reading: UnitOfWork, title: str) -> tuple[AlikeRequest, ...]:
    """Find requests that say much the same as a title, most alike first."""
    reading.require(Permission.FIND_ASSETS)
    if not (words := words_of(title)):
        return ()
    titles = queries.list_titles(reading.session, limit=_COMPARED)
    alike = rules.rank_alike(words, {id_: words_of(text) for id_, text in titles})
    return tuple(
        AlikeRequest(id=one.id, title=one.title, status=one.status, votes=one.votes, has_my_vote=one.has_my_vote)
        for one in _lines(reading, queries.list_by_ids(reading.session, list(alike)))
    )


def ask(uow: UnitOfWork, wanted: Wanted) -> RequestDone:
    """Ask for something that is missing, which is the first vote for it; InvalidInputError names the fields."""
    uow.require(Permission.FIND_ASSETS)
    person = _person(uow)
    wanted = Wanted(**{name: clean(text).strip() for name, text in vars(wanted).items()})
    faults = [*rules.check(wanted)]
    offered = choices(uow)
    for field, known in (
        ("stage", offered.stages),
        ("industry", offered.industries),
        ("persona", offered.personas),
        ("kind", offered.kinds),
    ):
        if getattr(wanted, field) and getattr(wanted, field) not in dict(known):
            faults.append(FieldError(field=field, message="This word is not offered any more. Choose another one."))
    deal = _find_deal(uow, wanted.deal, faults)
    if faults:
        raise InvalidInputError("This cannot be asked yet.", fields=tuple(faults))
    row = ContentRequest(
        title=" ".join(wanted.title.split()), wish=wanted.wish, author_id=person, author_name=uow.actor.name, at=uow.now
    )
    _name_words(uow, row, wanted)
    uow.session.add(row)
    uow.session.flush()
    uow.session.add(RequestVote(request_id=row.id, person_id=person, deal_id=deal, at=uow.now))
    uow.audit("ask for content", "request", row.id, title=row.title)
    _tell_leads(uow, row)
    return RequestDone(id=row.id, sentence=f"“{row.title}” is asked for. You hear what becomes of it.")


def _person(uow: UnitOfWork) -> int:
    if uow.actor.person_id is None:
        raise ForbiddenError("Requests come from a person. Name one with --as.")
    return uow.actor.person_id


def _find_deal(uow: UnitOfWork, deal: str, faults: list[FieldError]) -> int | None:
    """Give the row of an open deal that the actor may see; a fault is added for any other."""
    if not deal:
        return None
    try:
        row = deals.get_row(uow, deal)
    except NotFoundError as error:
        faults.append(FieldError(field="deal", message=error.message))
        return None
    if row.outcome is not None:
        faults.append(FieldError(field="deal", message="This deal is closed. Choose an open one, or none."))
    return row.id


def _name_words(uow: UnitOfWork, row: ContentRequest, wanted: Wanted) -> None:
    terms = taxonomy_queries.list_terms(uow.session, Vocabulary.INDUSTRY, Vocabulary.PERSONA)
    by_name = {(term.vocabulary, term.slug): term.id for term in terms}
    row.industry_id = by_name.get((Vocabulary.INDUSTRY, wanted.industry))
    row.persona_id = by_name.get((Vocabulary.PERSONA, wanted.persona))
    stages = {stage.slug: stage.id for stage in taxonomy_queries.list_funnel_stages(uow.session)}
    kinds = {kind.slug: kind.id for kind in taxonomy_queries.list_kinds(uow.session)}
    row.stage_id, row.kind_id = stages.get(wanted.stage), kinds.get(wanted.kind)


def _tell_leads(uow: UnitOfWork, row: ContentRequest) -> None:
    leads = governance_queries.list_leads(uow.session)
    notices.tell(
        uow, leads, NoticeKind.REQUEST_ASKED, key=_asked_key(row),
        by=row.author_name, request=row.title, request_id=row.id,
    )  # fmt: skip


def _asked_key(row: ContentRequest) -> str:
    return f"request:{row.id}:asked"


def vote(uow: UnitOfWork, request_id: int, *, deal: str = "") -> RequestDone:
    """Ask for it as well, for a deal or for none; again changes the deal."""
    uow.require(Permission.FIND_ASSETS)
    row, person = _get(uow, request_id), _person(uow)
    if row.status in ENDED:
        raise ConflictError(f"“{row.title}” is {row.status.value} already, so it takes no more votes.")
    faults: list[FieldError] = []
    deal_id = _find_deal(uow, deal.strip(), faults)
    if faults:
        raise InvalidInputError(faults[0].message, fields=tuple(faults))
    own = queries.find_vote(uow.session, row.id, person)
    if own is None:
        uow.session.add(RequestVote(request_id=row.id, person_id=person, deal_id=deal_id, at=uow.now))
        uow.audit("vote for request", "request", row.id, title=row.title)
        return RequestDone(id=row.id, sentence="You want it too. You hear what becomes of it.")
    before, own.deal_id = own.deal, deal_id
    uow.audit("change deal of vote", "request", row.id, title=row.title)
    sentence = "The deal you want it for is changed." if deal_id is not None else "You want it for no deal any more."
    return RequestDone(id=row.id, sentence=sentence, deal=before.external_id if before is not None else "")


def unvote(uow: UnitOfWork, request_id: int) -> RequestDone:
    """Take one's vote back."""
    uow.require(Permission.FIND_ASSETS)
    row, person = _get(uow, request_id), _person(uow)
    own = queries.find_vote(uow.session, row.id, person)
    deal = own.deal.external_id if own is not None and own.deal is not None else ""
    if own is not None:
        uow.session.delete(own)
        uow.audit("take vote back", "request", row.id, title=row.title)
    return RequestDone(id=row.id, sentence="Your vote is taken back.", deal=deal)


def withdraw(uow: UnitOfWork, request_id: int) -> RequestDone:
    """Take a request of one's own back, as long as nobody else wants it."""
    row = _get(uow, request_id)
    if not _is_author(uow, row):
        raise NotFoundError("There is no such request of yours.")
    others = set(queries.list_voters(uow.session, row.id)) - {uow.actor.person_id}
    if others or row.status in ENDED:
        raise ConflictError(f"“{row.title}” is not yours alone any more. Take your vote back instead.")
    row.withdrawn_at = uow.now
    governance_queries.forget_unseen(uow.session, [_asked_key(row)])
    uow.audit("withdraw request", "request", row.id, title=row.title)
    return RequestDone(id=row.id, sentence=f"“{row.title}” is taken back.")


def bring_back(uow: UnitOfWork, request_id: int) -> RequestDone:
    """Let a request of one's own stand again."""
    row = _get(uow, request_id, is_withdrawn=True)
    if not _is_author(uow, row):
        raise NotFoundError("There is no such request of yours.")
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        uow.audit("bring request back", "request", row.id, title=row.title)
        _tell_leads(uow, row)
    return RequestDone(id=row.id, sentence=f"“{row.title}” is asked for again.")


@dataclass(frozen=True, kw_only=True)
class Answered(RequestDone):
    """What an answer did; `before` is what stood there: (status, answer, asset), for taking it back."""

    revision: int
    before: tuple[str, str, str]


def answer(
    uow: UnitOfWork,
    request_id: int,
    *,
    status: str,
    text: str = "",
    asset: str = "",
    seen: int,
    is_undo: bool = False,
) -> Answered:
    """Say what becomes of a request; everybody who wants it is told, but not of an answer that is taken back.

    `seen` is the revision that the answer was written on: ConflictError when somebody else answered since.
    InvalidInputError names what the answer lacks.
    """
    uow.require(Permission.EDIT_ASSETS)
    row = _get(uow, request_id)
    text, asset = clean(text).strip(), asset.strip()
    faults = [*rules.check_answer(status, text, asset)]
    delivered = _find_delivery(uow, asset, faults) if status == RequestStatus.DELIVERED and asset else None
    if faults:
        raise InvalidInputError("This answer cannot be given yet.", fields=tuple(faults))
    if seen != row.revision:
        raise ConflictError(f"{row.answered_by_name} answered in the meantime. Look at it before you answer over it.")
    before = (row.status.value, row.answer, row.asset.slug if row.asset else "")
    if is_undo:
        governance_queries.forget_unseen(uow.session, [_answered_key(row)])
    row.status, row.answer, row.asset_id = RequestStatus(status), text, delivered.id if delivered else None
    row.answered_by_name, row.answered_at, row.revision = uow.actor.name, uow.now, row.revision + 1
    uow.session.flush()
    uow.audit("answer request", "request", row.id, title=row.title, to=status, revision=row.revision)
    if is_undo and row.status is RequestStatus.OPEN:
        _tell_leads(uow, row)
    if not is_undo:
        governance_queries.forget_unseen(uow.session, [_asked_key(row)])  # it has been seen to
        _tell_voters(uow, row, delivered)
    said = "It is as it was before." if is_undo else f"“{row.title}” is {status}. Who asked for it is told."
    return Answered(id=row.id, sentence=said, revision=row.revision, before=before)


def _find_delivery(uow: UnitOfWork, slug: str, faults: list[FieldError]) -> Asset | None:
    """Give the asset that delivers, by its slug or address; a fault is added for one that nobody can use yet."""
    slug = slug.rstrip("/").rpartition("/")[2]
    found = asset_queries.find_by_slug(uow.session, slug)
    if found is None or not asset_rights.may_see(uow, found):
        faults.append(FieldError(field="asset", message=f"There is no asset “{slug[:80]}”."))
        return None
    if not is_live(found.status, asset_rights.dates_of(found), uow.today):
        said = f"“{found.title}” is not published, so nobody who asked for it could use it. Publish it first."
        faults.append(FieldError(field="asset", message=said))
    return found


def _answered_key(row: ContentRequest) -> str:
    return f"request:{row.id}:answer:{row.revision}"


def _tell_voters(uow: UnitOfWork, row: ContentRequest, delivered: Asset | None) -> None:
    people = {*queries.list_voters(uow.session, row.id), row.author_id}
    kind = NoticeKind.REQUEST_DELIVERED if delivered else NoticeKind.REQUEST_ANSWERED
    notices.tell(
        uow, people, kind, key=_answered_key(row), asset_id=delivered.id if delivered else None,
        request=row.title, request_id=row.id, answer=" ".join(row.answer.split()),
        status=STATUS_LABELS[row.status].lower(), title=delivered.title if delivered else "",
    )  # fmt: skip
