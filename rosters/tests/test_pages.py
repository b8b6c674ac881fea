"""The pages: who sees which roster, the way from file to published month, print and spreadsheet (A5, A20, A35, I10)."""

import io
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from desks.testing import PIN, Town, signed_in
from rosters.models import Duty, Roster, RosterUpload
from rosters.reading import read_table
from rosters.tests.scenes import DECEMBER, csv_of, drafted, reported, roster_table

STAFF = ["agent", "butler", "head", "auditor"]


@pytest.fixture(autouse=True)
def clock(morning):
    """The pages read the clock themselves: it stands at the tests' morning."""
    with time_machine.travel(morning, tick=False):
        yield


def url(town: Town, more: str = "2026-12/") -> str:
    return f"/rosters/{town.desk.slug}/{more}"


def send(town: Town, content: bytes, name: str = "十二月.csv", month: str = "2026-12"):
    file = SimpleUploadedFile(name, content)
    return signed_in(town.supervisor).post(url(town, "import/"), {"month": month, "file": file})


@pytest.mark.clause("A5")
def test_from_the_file_to_the_published_month(town: Town, morning) -> None:
    client = signed_in(town.supervisor)
    answer = send(town, csv_of(roster_table(town), "gb18030"))
    upload = RosterUpload.objects.get()
    assert answer["Location"] == url(town, f"import/{upload.pk}/")
    page = client.get(answer["Location"]).content.decode()
    assert "confirm-form" in page and page.count("<tr>") >= 5
    assert client.post(answer["Location"])["Location"] == url(town)
    assert not RosterUpload.objects.exists() and Roster.objects.get().state == "draft"
    wrong = client.post(url(town, "2026-12/review/"), {"version": 1, "secret": "111222"})
    assert wrong.status_code == 422 and "is wrong" in wrong.content.decode()
    assert not Duty.objects.exists()
    assert client.post(url(town, "2026-12/review/"), {"version": 1, "secret": PIN}).status_code == 302
    assert Roster.objects.get().state == "reported" and Duty.objects.count() == 93
    mine = signed_in(town.agent).get(url(town)).content.decode()
    assert "My duties" in mine and mine.count("mine") >= 24


@pytest.mark.clause("A5")
def test_a_file_with_problems_lists_them_and_cannot_be_confirmed(town: Town) -> None:
    table = roster_table(town)
    table[1][0], table[2][5] = "<b>谁</b>", "夜"
    answer = send(town, csv_of(table))
    client = signed_in(town.supervisor)
    page = client.get(answer["Location"]).content.decode()
    assert "2 problems" in page and "confirm-form" not in page and "<b>谁</b>" not in page
    assert client.post(answer["Location"]).status_code == 422
    assert not Roster.objects.exists() and RosterUpload.objects.count() == 1
    assert "十二月.csv" in client.get(url(town, "import/")).content.decode()
    assert client.post(answer["Location"] + "drop/").status_code == 302
    assert not RosterUpload.objects.exists()


@pytest.mark.clause("I10")
@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" + bytes(99), b"\xff\xff"])
def test_a_file_that_cannot_be_read_is_refused_beside_the_field_and_the_month_stays(town: Town, content: bytes) -> None:
    answer = send(town, content, month="2027-01")
    page = answer.content.decode()
    assert answer.status_code == 422 and "invalid-feedback" in page
    assert '<option value="2027-01" selected>' in page


def test_one_s_file_is_one_s_own(town: Town) -> None:
    path = send(town, csv_of(roster_table(town)))["Location"]
    assert signed_in(town.agent).get(path).status_code == 403
    assert signed_in(town.away.supervisor).get(path).status_code == 404
    other = path.replace(town.desk.slug, town.other_desk.slug)
    assert signed_in(town.supervisor).get(other).status_code == 404


@pytest.mark.clause("A20")
@pytest.mark.parametrize("part", STAFF)
def test_a_draft_is_seen_by_who_drafts_and_reviews_alone(town: Town, morning, part: str) -> None:
    drafted(town, morning)
    client = signed_in(getattr(town, part))
    page = client.get(url(town))
    assert page.status_code == 200 and b'id="grid"' not in page.content and "no-roster" in page.content.decode()
    for more in ("2026-12/print/", "2026-12/roster.xlsx"):
        assert client.get(url(town, more)).status_code == 404
    assert b'id="grid"' in signed_in(town.supervisor).get(url(town)).content


@pytest.mark.clause("A5")
@pytest.mark.parametrize("part", STAFF)
def test_a_reported_roster_is_seen_by_everybody_of_the_desk(town: Town, morning, part: str) -> None:
    reported(town, morning)
    client = signed_in(getattr(town, part))
    for more in ("2026-12/", "2026-12/print/", "2026-12/roster.xlsx"):
        assert client.get(url(town, more)).status_code == 200
    assert b"review-form" not in client.get(url(town)).content
    assert signed_in(town.away.supervisor).get(url(town)).status_code == 404


def test_that_a_roster_is_late_is_not_shown_to_staff(town: Town) -> None:
    with time_machine.travel(datetime_of(28), tick=False):
        page = signed_in(town.agent).get(url(town)).content.decode()
        desk = signed_in(town.agent).get(f"/desk/{town.desk.slug}/").content.decode()
    assert "overdue" not in page and "roster" not in desk.split("<main", 1)[1].split("</main>")[0].casefold()


def datetime_of(day: int):
    from datetime import UTC, datetime

    return datetime(2026, 11, day, 1, 0, tzinfo=UTC)


@pytest.mark.clause("A5")
def test_an_older_version_than_the_one_that_stands_is_not_approved(town: Town, morning) -> None:
    drafted(town, morning)
    drafted(town, morning, agent="早休", butler="休晚")
    client = signed_in(town.supervisor)
    answer = client.post(url(town, "2026-12/review/"), {"version": 1, "secret": PIN})
    assert answer.status_code == 422 and "newer version" in answer.content.decode()
    assert client.post(url(town, "2026-12/review/"), {"version": 2, "secret": PIN}).status_code == 302


@pytest.mark.clause("A5")
def test_a_returned_roster_keeps_the_reason_that_was_typed_and_shows_it(town: Town, morning) -> None:
    client = signed_in(town.supervisor)
    drafted(town, morning)
    assert client.post(url(town, "2026-12/submit/"), {"version": 1}).status_code == 302
    refused = client.post(url(town, "2026-12/return/"), {"version": 1, "reason": " "})
    assert refused.status_code == 422 and "returned with a reason" in refused.content.decode()
    client.post(url(town, "2026-12/return/"), {"version": 1, "reason": "<i>周末</i>"})
    page = client.get(url(town)).content.decode()
    assert "&lt;i&gt;周末&lt;/i&gt;" in page and "returned" in page


@pytest.mark.clause("A35")
def test_the_spreadsheet_can_be_brought_in_again_and_holds_no_formula(town: Town, morning) -> None:
    town.agent.name = "=cmd|何"
    town.agent.save()
    reported(town, morning)
    content = signed_in(town.supervisor).get(url(town, "2026-12/roster.xlsx")).content
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type) == ("=cmd|何", "s")
    assert [row[2:] for row in read_table(content)[1:]] == [row[2:] for row in roster_table(town)[1:]]


@pytest.mark.clause("A35")
def test_the_print_names_who_drafted_reviewed_and_reported(town: Town, morning) -> None:
    reported(town, morning)
    page = signed_in(town.supervisor).get(url(town, "2026-12/print/")).content.decode()
    for words in ("drafted", "reviewed", "reported", "sign-line", "Xu Wenting", 'class="has-tabs across"'):
        assert words in page


def test_months_lead_to_each_other_and_an_empty_one_says_how_to_begin(town: Town) -> None:
    page = signed_in(town.supervisor).get(url(town, "2026-12/")).content.decode()
    assert url(town, "2026-11/") in page and url(town, "2027-01/") in page
    assert url(town, "import/?month=2026-12") in page
    for wrong in ("2026-13/", "0000-01/", "1999-12/"):
        assert signed_in(town.supervisor).get(url(town, wrong)).status_code == 404
    assert signed_in(town.agent).get(url(town, "")).status_code == 200


def test_the_month_page_costs_the_same_however_many_people(town: Town, morning) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    client = signed_in(town.auditor)
    for month, people in ((DECEMBER, {"agent": "早", "butler": "晚"}), (date(2027, 1, 1), {})):
        reported(town, morning, month=month, **people)
        client.get(url(town, f"{month:%Y-%m}/"))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(town, f"{month:%Y-%m}/"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
