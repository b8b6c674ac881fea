"""The log as a file: by right, recorded, whole, and harmless in a spreadsheet (A20, I8)."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from desks.testing import Town, signed_in
from logbook import actions, lists
from logbook.export import cells, harmless, write_xlsx
from logbook.models import AccessRecord
from logbook.queries import entries_of
from logbook.reading import rows_for
from logbook.tests.scenes import busy
from logbook.words import DeskWords


def _csv(town: Town, person, query: str = "") -> list[dict[str, str]]:
    answer = signed_in(person).get(f"/log/{town.desk.slug}/export/?format=csv{query}")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    content = b"".join(answer.streaming_content).decode("utf-8")
    assert content[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(content[1:])))


@pytest.mark.clause("A20")
def test_an_export_holds_every_row_once_and_is_recorded(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PORTION", 4)
    busy(town, timezone.now())
    assert [row["Number"] for row in _csv(town, town.supervisor)] == [str(number) for number in range(1, 14)]
    record = AccessRecord.objects.get()
    assert (record.kind, record.page, record.from_number, record.to_number, record.count) == ("export", "log_csv", 1, 13, 13)
    _csv(town, town.supervisor)
    assert AccessRecord.objects.count() == 2, "each export is recorded"
    assert [row["Number"] for row in _csv(town, town.supervisor, "&kind=visitor")] == ["3"]


@pytest.mark.clause("I8")
def test_an_auditor_exports_masked_and_staff_not_at_all(town: Town) -> None:
    busy(town, timezone.now())
    row = _csv(town, town.auditor)[9]
    assert (row["Phone"], row["Customer"]) == ("138****8000", "王**")
    for person, status in ((town.agent, 403), (town.administrator, 403), (town.away.supervisor, 404)):
        assert signed_in(person).get(f"/log/{town.desk.slug}/export/").status_code == status
    assert signed_in(town.supervisor).get(f"/log/{town.desk.slug}/export/?format=exe").status_code == 404


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "|cmd", "%0A", "\r=1"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["业主来电", "5-1203", "13800138000", "", "a=1", "<script>"])
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.clause("A20")
def test_a_workbook_holds_strings_and_no_formula(town: Town) -> None:
    now = timezone.now()
    for text in ('=HYPERLINK("http://x","点我")', "<script>alert(1)</script>", "tab\tinside", "+86 138"):
        actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=text)
    answer = signed_in(town.head).get(f"/log/{town.desk.slug}/export/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[11].value for row in rows] == ['=HYPERLINK("http://x","点我")', "<script>alert(1)</script>", "tab\tinside", "+86 138"]
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}


def test_an_export_reads_portion_by_portion(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PORTION", 5)
    for number in range(12):
        actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text=f"x{number}")
    with CaptureQueriesContext(connection) as context:
        assert len(_csv(town, town.supervisor)) == 12
    portions = [query for query in context.captured_queries if "LIMIT 5" in query["sql"]]
    assert len(portions) == 4


@pytest.mark.clause("A17")
def test_a_step_of_a_matter_says_where_it_led_and_what_comes_next(town: Town, morning) -> None:
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203")
    hidden = actions.record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="投诉员工", kind="complaint", audience="supervisors")
    for matter in (root, hidden):
        actions.move_follow_up(actor=town.supervisor, root=matter, now=morning, state="waiting", waiting_for="厂家", next_step="回电", handler="engineering")
    step = _csv(town, town.supervisor)[2]
    assert (step["State"], step["Handled by"], step["More fields"]) == ("waiting", "Engineering", "Waiting for whom: 厂家; Next step: 回电")
    rows = rows_for(entries_of(town.desk).filter(act="follow_up").order_by("pk"), reader=town.agent, desk=town.desk, now=morning)
    seen = ["回电" in cell for cell in (" ".join(cells(row, desk=town.desk, words=DeskWords(town.desk))) for row in rows)]
    assert seen == [True, False], "what is for supervisors only stays with them"


@pytest.mark.clause("A20")
def test_a_workbook_holds_numbers_as_such_only_where_the_list_says_so_and_only_plain_ones() -> None:
    row = ["0104", "0104", "240:05", "7.5", "1:60", "=1+1", "-3", "１２", "1:05\n", ""]
    file = io.BytesIO()
    write_xlsx(file, [row], "hours", amounts=range(1, len(row)))
    cells_ = next(load_workbook(file).active.iter_rows())
    assert [cell.value for cell in cells_] == ["0104", 104, timedelta(hours=240, minutes=5), 7.5, "1:60", "=1+1", "-3", "１２", "1:05\n", None]
    assert [cell.data_type for cell in cells_[:1]] == ["s"] and cells_[5].data_type == "s" and cells_[2].number_format == "[h]:mm"
