"""`contentlib search` and `contentlib index …`: find assets, and look after what finds them."""

from __future__ import annotations

import click

from contentlib.cli.door import Door, answer, answers, as_json, pass_door, progress
from contentlib.domain.search import Facet, FindResult
from contentlib.services import deals, operations
from contentlib.services import search as services
from contentlib.services.taxonomy import to_slug

_FACETS = {
    "stage": Facet.STAGE,
    "kind": Facet.KIND,
    "industry": Facet.INDUSTRY,
    "persona": Facet.PERSONA,
    "region": Facet.REGION,
    "status": Facet.STATUS,
}


# A question may begin with a minus; it is then a word, not an option.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--stage", multiple=True, help="Funnel stage; may be given several times, as may the others.")
@click.option("--kind", multiple=True, help="Asset kind.")
@click.option("--industry", multiple=True, help="Industry.")
@click.option("--persona", multiple=True, help="Who it is for.")
@click.option("--region", multiple=True, help="Region.")
@click.option("--status", multiple=True, help="Status, for those who may see more than published assets.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option("--deal", help="Rank for this deal: its stage and industry count a little.")
@click.option("--explain", is_flag=True, help="Say why each asset was found.")
@as_json
@pass_door
@answers
def search(
    door: Door,
    /,
    query: tuple[str, ...],
    limit: int,
    deal: str | None,
    explain: bool,
    as_json: bool,
    **facets: tuple[str, ...],
) -> None:
    """Find assets by words; without words all of them, newest first."""
    filters = {_FACETS[name]: [_to_value(_FACETS[name], value) for value in values] for name, values in facets.items()}
    with door.library.read(door.actor) as reading:
        deal_id = deals.get_id(reading, deal) if deal else None
        found = services.find(reading, text=" ".join(query), filters=filters, limit=limit, deal_id=deal_id)
    answer(_answer(found, explain=explain), as_json=as_json, text=lambda: _text(found, explain=explain))


def _to_value(facet: Facet, text: str) -> str:
    """Give the value meant by a slug or a label, whatever its case."""
    return " ".join(text.lower().split()) if facet is Facet.STATUS else to_slug(text) or text


def _answer(found: FindResult, *, explain: bool) -> dict[str, object]:
    hits = []
    for hit in found.hits:
        told: dict[str, object] = {
            "slug": hit.slug,
            "title": hit.title,
            "kind": hit.kind,
            "stages": [stage.slug for stage in hit.stages if stage.is_on],
            "summary": hit.summary,
            "snippet": "".join(f"<mark>{f.text}</mark>" if f.is_match else f.text for f in hit.snippet),
            "page": hit.page,
            "score": hit.score,
            "audience": hit.audience.value,
            "status": hit.status.value,
        }
        if explain:
            told["why"] = [{"what": part.what, "where": part.where, "score": part.score} for part in hit.why]
        hits.append(told)
    facets = {
        facet.value: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
        for facet, values in found.facets.items()
    }
    return {
        "query": found.text,
        "total": found.total,
        "took_ms": found.took_ms,
        "hits": hits,
        "facets": facets,
        "did_you_mean": found.did_you_mean,
        "relaxed": found.relaxed,
    }


def _text(found: FindResult, *, explain: bool) -> str:
    lines = [f"{found.total} found in {found.took_ms:.0f} ms"]
    if found.did_you_mean:
        lines.append(f"Did you mean: {found.did_you_mean}")
    for hit in found.hits:
        stages = ", ".join(stage.label for stage in hit.stages if stage.is_on)
        page = f", page {hit.page}" if hit.page else ""
        lines.append(f"\n{hit.title}\n  {hit.slug} · {hit.kind_label} · {stages}{page}")
        lines.append("  " + " ".join("".join(fragment.text for fragment in hit.snippet).split()))
        if explain:
            lines += [f"    {part.score:6.2f}  {part.what} ({part.where})" for part in hit.why]
    return "\n".join(lines)


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command()
@as_json
@pass_door
@answers
def rebuild(door: Door, as_json: bool) -> None:
    """Build the index anew beside the old one, which answers until the swap."""
    with progress(None, "Indexing assets") as step:
        door.library.rebuild_index(on_progress=lambda _: step(1))
        door.library.rebuild_meanings(on_progress=step)
    _status(door, as_json=as_json)


@index.command()
@as_json
@pass_door
@answers
def status(door: Door, as_json: bool) -> None:
    """Say which generation of the index answers, and what is still to be indexed."""
    _status(door, as_json=as_json)


def _status(door: Door, *, as_json: bool) -> None:
    with door.library.read(door.actor) as reading:
        told = operations.index_status(reading)
    answer(
        told,
        as_json=as_json,
        text=lambda: (
            f"Generation {told['generation']}, {told['assets']} assets, {told['pending_jobs']} still to index."
        ),
    )
