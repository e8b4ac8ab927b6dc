"""Words inside what Office files draw: text bodies, charts, diagrams; slides and documents share them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from contentlib.ingest.packages import Package

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_EXTENDED = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Fields that Office fills in by itself and that say nothing of the content.
OWN_FIELDS = ("slidenum", "datetime")
# The words of a chart are its names and categories; a column of thousands of figures helps nobody find it.
_MOST_POINTS = 200


def text_of(body: etree._Element) -> str:
    """Give the words of a text body of DrawingML, a line per paragraph."""
    return "\n".join(_paragraph(paragraph) for paragraph in body.iter(f"{A}p"))


def _paragraph(paragraph: etree._Element) -> str:
    parts = []
    for run in paragraph:
        if run.tag == f"{A}br":
            parts.append("\n")
        elif run.tag == f"{A}r" or (run.tag == f"{A}fld" and not run.get("type", "").startswith(OWN_FIELDS)):
            parts.append(run.findtext(f"{A}t") or "")
        elif isinstance(run.tag, str) and run.tag not in {f"{A}fld", f"{A}pPr", f"{A}endParaRPr"}:
            # Formulas stand in an element of their own.
            parts.append("".join(t.text or "" for t in run.iter() if isinstance(t.tag, str) and t.tag.endswith("}t")))
    return "".join(parts)


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Give an element's children; of content in two versions for old and new programs, the one with more words."""
    for child in element:
        if child.tag != f"{_COMPATIBLE}AlternateContent":
            yield child
            continue
        versions = [v for v in child if isinstance(v.tag, str) and v.tag.startswith(_COMPATIBLE)]
        if versions:
            yield from children(max(versions, key=lambda v: sum(len(t or "") for t in v.itertext())))


def alternative_of(properties: etree._Element) -> list[str]:
    """Give the alternative text that somebody wrote, which older programs part into a title and a description."""
    told = (properties.get("title", ""), properties.get("descr", ""))
    return list(dict.fromkeys(words for words in told if words.strip()))


def table_of(table: etree._Element) -> str:
    """Give the words of a table, a line per row."""
    rows = []
    for row in table.iter(f"{A}tr"):
        cells = (" ".join(text_of(cell).split()) for cell in row.iter(f"{A}tc"))
        rows.append(" | ".join(cell for cell in cells if cell))
    return "\n".join(row for row in rows if row)


def of_frame(package: Package, part: str, frame: etree._Element) -> list[str]:
    """Give the words of a chart or diagram that a part shows in a frame."""
    relations = package.relations(part)
    found = []
    for element in frame.iter():
        if element.tag in {f"{_CHART}chart", f"{_EXTENDED}chart"}:
            relation = relations.get(element.get(f"{_OFFICE}id", ""))
            found.append(_chart(package.find_xml(relation.target)) if relation else "")
        elif element.tag == f"{_DIAGRAM}relIds":
            relation = relations.get(element.get(f"{_OFFICE}dm", ""))
            found.append(_diagram(package.find_xml(relation.target)) if relation else "")
    return [words for words in found if words]


def _chart(root: etree._Element | None) -> str:
    """Give a chart's titles, then its series and categories; figures stand in the rows they belong to."""
    if root is None:
        return ""
    titles = [text_of(rich) for rich in root.iter(f"{_CHART}rich", f"{_EXTENDED}rich")]
    said: dict[str, None] = {}
    for place in ("tx", "cat", "xVal"):
        for element in root.iter(f"{_CHART}{place}"):
            values = [value.text or "" for value in element.iter(f"{_CHART}v")][:_MOST_POINTS]
            said.update(dict.fromkeys(value for value in values if value.strip()))
    for element in root.iter(f"{_EXTENDED}pt", f"{_EXTENDED}v"):
        said[element.text or ""] = None
    return "\n".join([*titles, ", ".join(word for word in said if word.strip())]).strip()


def _diagram(root: etree._Element | None) -> str:
    """Give the words of a SmartArt diagram, a line per shape."""
    if root is None:
        return ""
    points = (text_of(body) for body in root.iter(f"{_DIAGRAM}t"))
    return "\n".join(words for words in points if words.strip())
