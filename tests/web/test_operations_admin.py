"""Jobs and the audit trail in the pages: what was given up is tried again, and who did what is found and told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa

from contentlib.domain.people import OPERATOR
from contentlib.jobs import runner
from contentlib.library import Library
from contentlib.storage.tables import Job
from tests.web.conftest import ONE_SHEETER, email_of
from tests.web.critic import Critic

Enter = Callable[[str | None], Critic]


@pytest.fixture
def ada(as_person: Enter) -> Critic:
    return as_person("ada")


@pytest.fixture
def given_up(web_library: Library) -> Iterator[list[int]]:
    """Two jobs that failed for good, about an asset and about nothing that can be named."""
    with web_library.work(OPERATOR) as uow:
        jobs = [
            Job(kind="index asset", subject=1, state="dead", run_at=uow.now, attempts=5, error=error)
            for error in ("OSError: No space left on the disk\n  at line 3", "")
        ]
        jobs[1].kind, jobs[1].subject = "rate usage", 0
        uow.session.add_all(jobs)
    yield [job.id for job in jobs]
    with web_library.work(OPERATOR) as uow:
        uow.session.execute(sa.delete(Job).where(Job.id.in_([job.id for job in jobs])))


def test_what_was_given_up_says_why_and_is_tried_again(ada: Critic, web_library: Library, given_up: list[int]):
    page = ada.open("/admin/jobs")
    (first, second) = page.texts("//section[contains(@class, 'given-up')]//li")
    assert "No space left on the disk. 5 attempts." in first
    assert "It ended without saying why." in second
    assert ada.post(f"/admin/jobs/{given_up[0]}/retry", {}).words.count("1 job given up") == 1
    assert ada.client.post(f"/admin/jobs/{given_up[0]}/retry").status_code == 404  # it is not given up any more
    assert "1 job tried again" in ada.post("/admin/jobs/retry", {}).words
    with web_library.read(OPERATOR) as reading:
        states = reading.session.execute(sa.select(Job.state, Job.attempts).where(Job.id.in_(given_up))).all()
    assert {tuple(state) for state in states} == {("waiting", 0)}


def test_whether_somebody_works_is_told(ada: Critic, web_library: Library):
    assert "Nobody works on them" in ada.open("/admin/jobs").words
    for lock in (runner.runner_lock, runner.worker_lock):
        with lock(web_library.settings.data):
            assert "Somebody works on them" in ada.open("/admin/jobs").words


def test_the_trail_is_filtered_by_whom_deed_subject_and_time(ada: Critic, web_library: Library):
    ada.post(f"/admin/people/{email_of('sam')}/end-sessions", {})
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    address = f"/admin/audit?by={email_of('ada')}&deed=end+sessions&about={email_of('sam')}&since={today}&until={today}"
    page = ada.open(address)
    told = {tuple(page.texts(f"//tbody/tr/*[{place}]")) for place in (2, 3, 4)}
    rows = len(page.texts("//tbody/tr"))
    assert rows
    assert told == {(words,) * rows for words in ("Ada Norling", "End sessions", "Sam Okafor")}
    asked = dict(parse_qsl(urlsplit(address).query))
    for other in (
        {"until": "2020-01-01"},
        {"by": "operator"},
        {"about": "nobody@tarnwell.example"},
        {"subject": "asset"},
    ):
        assert "No deed like that" in ada.open(f"/admin/audit?{urlencode(asked | other)}").words, other
    assert ada.open(f"/admin/audit?about={ONE_SHEETER}&since=nonsense").texts("//table//tbody/tr")
    always = "since=0001-01-01&until=9999-12-31"
    assert ada.open(f"/admin/audit?about={ONE_SHEETER}&{always}").texts("//table//tbody/tr")


def test_the_trail_comes_as_csv_that_no_spreadsheet_runs(ada: Critic, web_library: Library):
    with web_library.work(OPERATOR) as uow:
        uow.audit("change tag", "tag", 1, label="=HYPERLINK(1)", before="old", stood={"kind_id": 1, "brand": ""})
    text = ada.client.get("/admin/audit.csv?deed=change+tag&subject=tag").get_data(as_text=True)
    (row, *_) = csv.DictReader(io.StringIO(text))
    assert (row["by"], row["about"], row["detail"]) == ("Operator", "'=HYPERLINK(1)", "before: old; stood: kind id 1")
    page = ada.open("/admin/audit?deed=change+tag&subject=tag")
    (told,) = page.tree.xpath("//tr[contains(., 'HYPERLINK')]/td[last()]")
    assert told.text == "before: old"
    assert told.xpath("string(details/p)") == "stood: kind id 1"
    everything = ada.client.get("/admin/audit.csv").get_data(as_text=True)
    assert everything.count("\n") > text.count("\n")


def test_jobs_and_trail_are_for_admins(leo: Critic):
    assert [leo.client.get(f"/admin/{page}").status_code for page in ("jobs", "audit", "audit.csv")] == [403] * 3
