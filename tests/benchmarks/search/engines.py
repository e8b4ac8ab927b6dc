"""Four engines that make the same results page of the same assets: ours, stock Whoosh, SQLite FTS5 and tantivy."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from contentlib.domain.assets import AssetStatus, Audience
from contentlib.domain.search import IndexEntry, SearchRequest, Visibility
from contentlib.search import tuning
from contentlib.search.index import WhooshIndex

FACETS = ("kind", "stage", "industry", "persona", "product", "region")
PAGE = 20
EVERYONE = Visibility(statuses=frozenset({AssetStatus.PUBLISHED}), audiences=frozenset(Audience), on=date(2026, 10, 5))


class Engine(Protocol):
    """Something that is built once and then makes pages: twenty hits with snippets, and six facets with counts."""

    def page(self, text: str) -> list[int]:
        """Make a page; gives the assets in order."""
        ...


class AnyWord:
    """An engine that needs not all words, but any, and is spared the words without subject, as ours is."""

    def __init__(self, engine: Fts5 | Tantivy) -> None:
        self._engine = engine
        self._common = tuning.shipped().common_by_language["en"]

    def page(self, text: str) -> list[int]:
        telling = " ".join(word for word in text.split() if word.casefold() not in self._common)
        return self._engine.page(telling or text, any_word=True)


def text_of(entry: IndexEntry) -> dict[str, str]:
    return {
        "title": entry.title,
        "summary": f"{entry.company} {entry.summary}",
        "labels": " ".join((entry.kind_label, *entry.labels)),
        "body": " ".join(f"{page.title} {page.text}" for page in entry.pages),
    }


def facets_of(entry: IndexEntry) -> dict[str, tuple[str, ...]]:
    values = ((entry.kind,), entry.stages, entry.industries, entry.personas, entry.products, entry.regions)
    return dict(zip(FACETS, values, strict=True))


class Ours:
    def __init__(self, folder: Path, entries: Sequence[IndexEntry]) -> None:
        self.index = WhooshIndex(folder)
        self.index.rebuild(entries)

    def page(self, text: str) -> list[int]:
        answer = self.index.answer(SearchRequest(text=text, visibility=EVERYONE, limit=PAGE))
        return [hit.asset_id for hit in answer.hits]


class StockWhoosh:
    """Whoosh as its manual shows it: MultifieldParser over plain TEXT fields, facets by its own collector."""

    def __init__(self, folder: Path, entries: Sequence[IndexEntry]) -> None:
        from whoosh import fields, index, qparser

        folder.mkdir()
        texts = {name: fields.TEXT(stored=True) for name in ("title", "summary", "labels", "body")}
        keywords = {f"f_{name}": fields.KEYWORD(commas=True) for name in FACETS}
        self._index = index.create_in(str(folder), fields.Schema(id=fields.STORED, **texts, **keywords))
        writer = self._index.writer(limitmb=256)
        for entry in entries:
            facets = {f"f_{name}": ",".join(values) for name, values in facets_of(entry).items()}
            writer.add_document(id=entry.asset_id, **text_of(entry), **facets)
        writer.commit()
        self._searcher = self._index.searcher()
        self._parser = qparser.MultifieldParser(list(texts), self._index.schema)

    def page(self, text: str) -> list[int]:
        from whoosh import sorting

        groups = sorting.Facets()
        for name in FACETS:
            groups.add_field(f"f_{name}", allow_overlap=True, maptype=sorting.Count)
        results = self._searcher.search(self._parser.parse(text), limit=PAGE, groupedby=groups)
        for name in FACETS:
            results.groups(f"f_{name}")
        # With groups it gives all that it found, whatever the limit.
        page = results[:PAGE]
        for hit in page:
            hit.highlights("body")
        return [hit["id"] for hit in page]


class Fts5:
    def __init__(self, folder: Path, entries: Sequence[IndexEntry]) -> None:
        folder.mkdir()
        self._db = sqlite3.connect(folder / "fts.sqlite3")
        self._db.execute(
            "CREATE VIRTUAL TABLE assets USING fts5(title, summary, labels, body, tokenize='porter unicode61')"
        )
        self._db.execute("CREATE TABLE facet (asset INTEGER, name TEXT, value TEXT, PRIMARY KEY (asset, name, value))")
        for entry in entries:
            self._db.execute(
                "INSERT INTO assets (rowid, title, summary, labels, body) VALUES (?, ?, ?, ?, ?)",
                (entry.asset_id, *text_of(entry).values()),
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO facet VALUES (?, ?, ?)",
                [(entry.asset_id, name, value) for name, values in facets_of(entry).items() for value in values],
            )
        self._db.commit()

    def page(self, text: str, *, any_word: bool = False) -> list[int]:
        words = (" OR " if any_word else " ").join('"' + word.replace('"', '""') + '"' for word in text.split())
        rows = self._db.execute(
            "SELECT rowid, snippet(assets, 3, '<b>', '</b>', '…', 30) FROM assets WHERE assets MATCH ? "
            f"ORDER BY bm25(assets) LIMIT {PAGE}",
            (words,),
        ).fetchall()
        self._db.execute(
            "SELECT name, value, count(*) FROM facet WHERE asset IN (SELECT rowid FROM assets WHERE assets MATCH ?) "
            "GROUP BY name, value",
            (words,),
        ).fetchall()
        return [row[0] for row in rows]


class Tantivy:
    def __init__(self, folder: Path, entries: Sequence[IndexEntry]) -> None:
        import tantivy

        folder.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, fast=True)
        self._fields = ["title", "summary", "labels", "body"]
        for name in self._fields:
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
        for name in FACETS:
            builder.add_text_field(f"f_{name}", tokenizer_name="raw", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        writer = self._index.writer(64_000_000, 1)
        for entry in entries:
            document = tantivy.Document(id=entry.asset_id, **text_of(entry))
            for name, values in facets_of(entry).items():
                for value in values:
                    document.add_text(f"f_{name}", value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._counts = {name: {"terms": {"field": f"f_{name}", "size": 100}} for name in FACETS}

    def page(self, text: str, *, any_word: bool = False) -> list[int]:
        import tantivy

        words = "".join(char if char.isalnum() else " " for char in text)
        query = self._index.parse_query(words, self._fields, conjunction_by_default=not any_word)
        found = self._searcher.search(query, PAGE).hits
        self._searcher.aggregate(query, self._counts)
        cutter = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        ids = []
        for _, address in found:
            document = self._searcher.doc(address)
            cutter.snippet_from_doc(document).to_html()
            ids.append(int(document.to_dict()["id"][0]))
        return ids
