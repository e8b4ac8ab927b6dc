"""Moving assets along their way and keeping their dates, as one call each; it decides nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from contentlib.domain.errors import (
    ConflictError,
    ContentlibError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from contentlib.domain.library import BulkEffect, BulkLine, BulkOrder, RunState
from contentlib.domain.people import CALENDAR, OPERATOR, Actor
from contentlib.library.opening import OpenedLibrary, wall_clock
from contentlib.library.turns import Turn
from contentlib.sandbox.parent import Sandbox
from contentlib.services import bulk, governance
from contentlib.services.bulk import runs
from contentlib.services.governance import Done, Order
from contentlib.services.unit_of_work import Clock
from contentlib.settings import Settings

# Days begin at midnight; a minute later is soon enough.
DATES_EVERY = timedelta(minutes=1)

_log = structlog.get_logger()


class GoverningLibrary(OpenedLibrary):
    """An opened library with the moves of assets, which are looked at first and then recorded."""

    def __init__(self, settings: Settings, *, clock: Clock = wall_clock, sandbox: Sandbox | None = None) -> None:
        """Open the library of some settings; a `sandbox` that is handed in is shared and stays open after it."""
        self._dates = Turn(DATES_EVERY)
        super().__init__(settings, clock=clock, sandbox=sandbox)

    def govern(self, actor: Actor, order: Order) -> Done:
        """Move an asset along its way; what it would say is read and drawn before anything is written."""
        with self.read(actor) as reading:
            prepared = governance.prepare(reading, order)
        with self.work(actor) as uow:
            return governance.record(uow, prepared)

    def do_many(
        self, actor: Actor, order: BulkOrder, slugs: Sequence[str], *, is_rehearsal: bool = False
    ) -> BulkEffect:
        """Do something to some assets, or see what it would do; texts are read before anything is written."""
        with self.read(actor) as reading:
            texts = bulk.prepare(reading, order, slugs)
        if is_rehearsal:
            with self.rehearse(actor) as uow:
                return bulk.rehearse(uow, order, slugs, texts)
        with self.work(actor) as uow:
            return bulk.do(uow, order, slugs, texts)

    def go_on(self, run_id: int) -> None:
        """Take the next step of a deed on many assets; ones that are ended or gone have none.

        A deed that cannot be done any more ends here: its term was retired, say, or who began it is disabled.
        """
        try:
            self._take_step(run_id)
        except (ConflictError, ForbiddenError, InvalidInputError, NotFoundError) as refused:
            _log.warning("a deed on many assets cannot go on", run=run_id, reason=refused.message)
            with self.work(OPERATOR) as uow:
                runs.abandon(uow, run_id, reason=refused.message)

    def _take_step(self, run_id: int) -> None:
        with self.read(OPERATOR) as reading:
            step = runs.next_step(reading, run_id)
        if step is None:
            return
        with self.read(step.actor) as reading:
            texts = {} if step.state is RunState.UNDOING else bulk.prepare(reading, step.order, step.slugs)
        rehearsed: list[BulkLine] = []
        if step.state is RunState.LOOKING:
            with self.rehearse(step.actor) as uow:
                rehearsed = runs.rehearse(uow, step, texts)
        with self.work(step.actor) as uow:
            runs.record(uow, step, texts=texts, rehearsed=rehearsed)

    def keep_dates(self) -> None:
        """Let agreed versions take their place on their day, and tell owners what dates bring; at most once a minute.

        A version that may not go out any more goes back to its author.

        Whether an asset is out is computed from its dates wherever it is asked, so nothing else waits for this.
        """
        if not self._dates.is_due(self.clock()):
            return
        with self.read(CALENDAR) as reading:
            due = governance.list_due(reading)
            is_news = governance.has_news(reading)
        for order in due:
            self._let_out(order)
        if is_news:
            with self.work(CALENDAR) as uow:
                governance.tell_of_dates(uow)

    def _let_out(self, order: Order) -> None:
        try:
            try:
                self.govern(CALENDAR, order)
            except InvalidInputError as refused:
                self.govern(CALENDAR, governance.send_back_order(order.slug, refused))
        except ContentlibError as error:  # a full disk, say: it passes, and the next look tries again
            _log.warning("a version could not take its place on its day", asset=order.slug, reason=error.message)
