"""Charts and signs as templates call them: what a service answered goes in, finished SVG comes out.

It computes no figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache

from flask import Flask
from markupsafe import Markup, escape

from contentlib.charts import bars, deal_timeline, interval_plot
from contentlib.charts.interval_plot import Interval, Scale
from contentlib.domain.assets import Evidence
from contentlib.domain.deals import DealView, StageStay
from contentlib.domain.reports import UsageToCloseLine, Verdict
from contentlib.domain.search import Fragment, ScorePart
from contentlib.web.filters import points_shown

# The smallest scatter that ranges are widened by, drawn until a report has learned a library's own.
_SMALLEST_TAU = 0.02
# Each is a line or two of text.
_DRAWINGS_KEPT = 1_000
# Stands where something is put in; none of a macro's own words holds it.
_MARK = "\x1a"


def register(app: Flask) -> None:
    """Let templates draw."""
    app.jinja_env.globals.update(
        icons_of=icons_of,
        drawn_once=drawn_once,
        drawn_by_shape=drawn_by_shape,
        draw_snippet=snippet,
        draw_reasons=reasons,
        draw_gauge=gauge,
        report_scale=report_scale,
        draw_interval=interval_row,
        draw_axis=axis,
        draw_key=key,
        draw_timeline=timeline,
        draw_split=split,
    )


def icons_of(file: str) -> Callable[..., Markup]:
    """Give what draws the signs that a file holds by their names, `look` being a class of the style sheets.

    A page draws a hundred, so each is put together once.
    """

    @cache
    def icon(name: str, look: str = "") -> Markup:
        drawn = Markup('<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>')
        return drawn.format(look and f" {look}", file, name)

    return icon


def drawn_once(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Give a macro that keeps what it drew: for small things that stand on a page many times, and on page after page.

    What it draws must follow from what it is handed alone, and that must be hashable.
    """
    return lru_cache(maxsize=_DRAWINGS_KEPT)(macro)


def drawn_by_shape(macro: Callable[..., Markup], slots: int) -> Callable[..., Markup]:
    """Give a macro that is drawn once for each shape of a thing and then filled, for what a page shows twenty times.

    The first `slots` of what it is handed are put in, escaped, where the macro shows them, and it may do nothing but
    show them. What follows them is the shape: few different values, none of which somebody wrote.
    """
    marks = [Markup("{0}{1}{0}").format(_MARK, number) for number in range(slots)]

    @lru_cache(maxsize=_DRAWINGS_KEPT)
    def draw(*shape: object) -> tuple[list[str], list[int]]:
        pieces = str(macro(*marks, *shape)).split(_MARK)
        return pieces, [int(number) for number in pieces[1::2]]

    def fill(*handed: object) -> Markup:
        pieces, places = draw(*handed[slots:])
        put_in = [escape(value) for value in handed[:slots]]
        filled = pieces.copy()
        filled[1::2] = [put_in[place] for place in places]
        return Markup("".join(filled))  # noqa: S704 - the macro's own pieces, and what was escaped

    return fill


def snippet(fragments: Sequence[Fragment]) -> Markup:
    """Draw runs of text, the found words marked."""
    runs = (f"<mark>{escape(run.text)}</mark>" if run.is_match else escape(run.text) for run in fragments)
    return Markup("".join(runs))  # noqa: S704


def reasons(parts: Sequence[ScorePart]) -> Markup:
    """Draw the rows of the table of what a score is made of."""
    rows = (f"<tr><td>{_reason(what, where)}</td><td>{told}</td></tr>" for what, where, told in points_shown(parts))
    return Markup("".join(rows))  # noqa: S704


@lru_cache(maxsize=_DRAWINGS_KEPT)
def _reason(what: str, where: str) -> str:
    return escape(what) + Markup(', <span class="faint">{}</span>').format(where) if where else escape(what)


def _interval(rated: Evidence | UsageToCloseLine) -> Interval | None:
    verdict = Verdict(rated.label) if rated.label else None
    if rated.lift is None or rated.lo is None or rated.hi is None or verdict in {None, Verdict.PAPERWORK}:
        return None
    return Interval(lift=rated.lift, lo=rated.lo, hi=rated.hi, verdict=verdict)


def gauge(rated: Evidence | UsageToCloseLine, tau: float | None = None) -> Markup:
    """Draw what is known of one asset with its own scale; nothing where nothing was rated."""
    interval = _interval(rated)
    known = tau if tau is not None else getattr(rated, "tau", None)
    return Markup(interval_plot.draw_gauge(interval, tau=known or _SMALLEST_TAU) if interval else "")  # noqa: S704


def report_scale(rows: Sequence[UsageToCloseLine]) -> Scale:
    """Choose the one scale of a report."""
    return interval_plot.fit_scale(filter(None, map(_interval, rows)))


def interval_row(line: UsageToCloseLine, tau: float, scale: Scale) -> Markup:
    """Draw one row of the report."""
    return Markup(interval_plot.draw_row(_interval(line), tau=tau, scale=scale))  # noqa: S704


def axis(scale: Scale) -> Markup:
    """Draw the head of the report's column."""
    return Markup(interval_plot.draw_axis(scale))  # noqa: S704


def key() -> Markup:
    """Draw the sample beside "How to read this"."""
    return Markup(interval_plot.draw_key())  # noqa: S704


def timeline(deal: DealView, stays: Sequence[StageStay], ahead: Sequence[str], now: datetime) -> Markup:
    """Draw a deal's way through its stages to scale, with what was used and stands."""
    stages = [deal_timeline.TimelineStage(label=stay.stage, entered_at=stay.entered_at) for stay in stays]
    uses = [
        deal_timeline.TimelineUse(label=f"{use.asset_title}, {use.channel}", at=use.occurred_at)
        for stay in stays
        for use in stay.used
    ]
    drawn = deal_timeline.draw_timeline(
        stages,
        uses,
        until=deal.closed_at or now,
        ahead=() if deal.outcome else ahead,
        ending=deal.outcome.value if deal.outcome else None,
    )
    return Markup(drawn)  # noqa: S704


def split(parts: Sequence[tuple[str, int, str]]) -> Markup:
    """Draw a whole in its parts: (label, amount, class)."""
    return Markup(bars.draw_split([bars.Part(label=la, amount=am, class_=cl) for la, am, cl in parts]))  # noqa: S704
