"""What is suggested of real files: titles, languages, companies and days against what people would say of them.

`said_of_files.csv` was written by a person who looked at each file; companies and industries of texts stand in the
catalogue, where the text names them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from contentlib.domain.assets import DEFAULT_FUNNEL_STAGES, DEFAULT_KINDS, Vocabulary
from contentlib.domain.suggestions import KnownWords, SuggestedField, Suggestion
from contentlib.domain.uploads import ExtractedFile, ExtractedPage, UploadFormat
from contentlib.ingest import reading
from contentlib.ingest.extractors import extract
from contentlib.ingest.suggesting import suggest
from contentlib.ingest.suggesting.subjects import short_name
from contentlib.settings import Settings

TODAY = date(2026, 9, 1)
KINDS = tuple((kind.slug, kind.label) for kind in DEFAULT_KINDS)
COMPANIES = ("Fujitsu Limited", "Hitachi", "Sony", "Samsung", "Siemens AG", "NHS England", "Bosch")
HOUSES = {
    "kubernetes": "kubernetes-case-studies",
    "jenkins": "jenkins-stories",
    "go": "go-solutions",
    "handbook": "sourcegraph-handbook",
}
# What the catalogue calls them; of a handbook's pages none is a kind of collateral.
COLLATERAL = {"case_study": "case-study", "user_story": "case-study", "battlecard": "battlecard"}
# A list as a company keeps one, and the words of the catalogue's free labels that belong to each.
INDUSTRIES = {
    "Banking and finance": "bank financ fintech",
    "Insurance": "insurance insurer",
    "Healthcare": "health hospital medical pharma",
    "Education": "education university",
    "Telecommunications": "telecom",
    "Automotive": "automotive automobile",
    "Government": "government",
    "Retail and e-commerce": "retail ecommerce e-commerce fashion",
    "Media and entertainment": "media news television entertainment music",
    "Travel": "travel",
    "Energy": "energy oil",
    "Semiconductors and electronics": "semiconductor electronic",
    "Games": "gaming",
    "Advertising": "adtech advertising",
    "Aerospace": "aerospace space",
    "Food and drink": "dairy brewery",
}


def folded(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def say(what: str, share: Counter[str]) -> float:
    right = share["right"] / max(sum(share.values()), 1)
    print(f"{what}: {right:.0%} right of {sum(share.values())} ({dict(share)})")
    return right


def is_told_of(share: Counter[str]) -> bool:
    """Tell whether there are enough to speak of a share: the few that stand in this repository are not."""
    return sum(share.values()) >= 20


def precise(what: str, share: Counter[str]) -> float:
    """Print the share of what is suggested at all that is right: a wrong word is worse than none."""
    said = sum(share.values()) - share["nothing"]
    right = share["right"] / said if said else 1.0
    print(f"{what}: {share['right']} of {said} suggestions are right, {right:.0%}")
    return right


def judged(got: Suggestion | None, is_right: bool) -> str:
    return "nothing" if got is None else "right" if is_right else "wrong" if got.is_sure else "wrong guess"


def test_files_are_called_what_people_would_call_them(real_data: Path):
    titles, languages, companies, days = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    kinds, stages = Counter[str](), Counter[str]()
    known = KnownWords(kinds=KINDS, stages=DEFAULT_FUNNEL_STAGES, companies=COMPANIES, own_names=("OpenChain",))
    with (Path(__file__).parent / "said_of_files.csv").open(encoding="utf-8", newline="") as said:
        rows = [row for row in csv.DictReader(said) if (real_data / "files" / row["file"]).exists()]
    for row in rows:
        file = extract(str(real_data / "files" / row["file"]), row["file"])
        found = suggest(file, name=row["file"], known=known, today=TODAY)
        assert all(one.values and one.why for one in found.values()), row["file"]
        title, language = found[SuggestedField.TITLE], found.get(SuggestedField.LANGUAGE)
        company, day = found.get(SuggestedField.COMPANY), found.get(SuggestedField.DATE)
        if row["titles"]:
            is_right = folded(title.values[0]) in {folded(one) for one in row["titles"].split("|")}
            titles[judged(title, is_right)] += 1
        if row["language"]:
            languages[judged(language, language is not None and language.values == (row["language"],))] += 1
        if row["company"] or company:
            told = short_name(company.values[0]) if company else ""
            companies[judged(company, told == row["company"])] += 1
        for field, count in (("kinds", kinds), ("stages", stages)):
            one = found.get(SuggestedField.KIND if field == "kinds" else SuggestedField.STAGES)
            if one or row[field]:  # where no kind fits, nothing should be said
                count[judged(one, one is not None and one.values[0] in row[field].split("|"))] += 1
        if row["date"]:
            days[judged(day, day is not None and day.values == (row["date"],))] += 1
    assert say("titles", titles) >= 0.8
    # Pages with a handful of words tell no language; a guess is allowed, a claim is not.
    assert say("languages", languages) >= 0.75
    assert not languages["wrong"]
    assert say("companies", companies) >= 0.8
    assert say("days that stand on a page", days) >= 0.75
    assert say("kinds", kinds) >= 0.6 or not is_told_of(kinds)
    assert precise("kinds", kinds) >= 0.95
    assert say("stages", stages) >= 0.55 or not is_told_of(stages)
    assert precise("stages", stages) >= 0.9


@pytest.fixture(scope="module")
def texts(real_data: Path) -> dict[str, str]:
    """The words of each text by the path that the catalogue has for it."""
    templates = str(Settings().templates_folder / "documents")
    found = {}
    for layout, house in HOUSES.items():
        folder = real_data / "collateral" / house
        files = [
            (path.relative_to(folder).as_posix(), f"piece-{number}", path.read_bytes())
            for number, path in enumerate(sorted(folder.rglob("*.*"))) if path.suffix in {".md", ".html", ".yaml"}
        ]  # fmt: skip
        read = reading.read_batch(
            files, layout=layout, root=house, pictures=(), kinds=[slug for slug, _ in KINDS], templates=templates
        )
        for composed in read:
            assert isinstance(composed, reading.ComposedSource), composed
            found[f"{house}/{composed.path}"] = "\n".join(page.text for page in composed.source.pages)
    return found


def named(row: Mapping[str, str]) -> str:
    """The company of a catalogue's row, without its address and the rest of a sentence."""
    return re.split(r',|\[|<|\(| "', row["company"])[0].strip()


def set_on_paper(text: str) -> tuple[ExtractedPage, ...]:
    """Break a text into pages as a printed one has, a few hundred words each."""
    pages: list[list[str]] = [[]]
    for line in text.splitlines():
        if sum(len(words.split()) for words in pages[-1]) > 350:
            pages.append([])
        pages[-1].append(line)
    return tuple(
        ExtractedPage(number=number, title="", text="\n".join(lines)) for number, lines in enumerate(pages, start=1)
    )


def test_texts_are_about_whom_and_what_the_catalogue_says(real_data: Path, texts: dict[str, str]):
    with (real_data / "collateral" / "catalog.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"] in texts]
    terms = tuple((folded(label), label) for label in INDUSTRIES)
    known = KnownWords(
        kinds=KINDS,
        stages=DEFAULT_FUNNEL_STAGES,
        companies=tuple(sorted({named(row) for row in rows} - {""})),
        terms={Vocabulary.INDUSTRY: terms},
        own_names=("Kubernetes", "Jenkins", "Go"),
    )
    languages, companies, industries = Counter[str](), Counter[str](), Counter[str]()
    kinds, stages = Counter[str](), Counter[str]()
    for row in rows:
        whole = f"{row['title']}\n{row['summary']}\n{texts[row['path']]}"
        pages = set_on_paper(whole)
        found = suggest(ExtractedFile(format=UploadFormat.PDF, pages=pages), name="file.pdf", known=known, today=TODAY)
        language = found.get(SuggestedField.LANGUAGE)
        # Some texts of the Chinese folder were never translated.
        spoken = row["lang"] if row["lang"] != "zh" or re.search(r"[\u4e00-\u9fff]{20}", whole) else "en"
        languages[judged(language, language is not None and language.values == (spoken,))] += 1
        short = short_name(named(row))
        if short and short.casefold() in whole.casefold():
            company = found.get(SuggestedField.COMPANY)
            is_right = company is not None and folded(short_name(company.values[0])) == folded(short)
            companies[judged(company, is_right)] += 1
        is_story = COLLATERAL.get(row["kind"]) == "case-study"
        if (kind := found.get(SuggestedField.KIND)) or row["kind"] in COLLATERAL:
            kinds[judged(kind, kind is not None and kind.values == (COLLATERAL.get(row["kind"]),))] += 1
        if stage := found.get(SuggestedField.STAGES) if is_story else None:
            stages[judged(stage, stage.values[0] in {"consideration", "decision"})] += 1
        words = row["industry"].casefold()
        truth = {folded(label) for label, marks in INDUSTRIES.items() if any(mark in words for mark in marks.split())}
        if truth:
            industry = found.get(SuggestedField.INDUSTRIES)
            industries[judged(industry, industry is not None and set(industry.values) <= truth)] += 1
    assert say("languages of texts", languages) >= 0.95
    assert say("companies that a text names", companies) >= 0.8
    assert say("industries, of those a company would tell apart", industries) >= 0.75
    assert precise("industries", industries) >= 0.95
    assert say("kinds of texts", kinds) >= 0.9 or not is_told_of(kinds)
    assert precise("kinds of texts", kinds) >= 0.95
    assert precise("stages of case studies", stages) >= 0.95
