"""Old entries come in from a file: in its order, as a whole or not at all, once (A17, I1, I2)."""

import csv
import io
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from desks.models import Membership
from desks.refusal import Refused
from desks.testing import Town, make_person, signed_in
from logbook import actions
from logbook.actions.imports import FileRefused, read_file
from logbook.models import Entry, EntryText, FollowUp, ImportedFile, PersonalValue
from logbook.queries import entries_of
from logbook.reading import rows_for
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify

SAMPLE = Path(__file__).parents[2] / "duty_desk" / "sample"
GOOD, BAD = SAMPLE / "log-2026-11.csv", SAMPLE / "log-bad-rows.csv"
HEAD = "发生时间,记录时间,记录人,类别,来源,房号,客户,电话,内容及处理,状态,跟进期限\n"
ROW = "2026-11-23 09:00,2026-11-23 09:02,周敏,咨询,电话,5栋1203,李先生,13800138000,来电,已办结,\n"


@pytest.fixture
def staffed(town: Town) -> Town:
    """The town with the other writers of the sample's old entries."""
    for number, name in enumerate(["林晓燕", "郑雅文", "梁美玲", "吴俊杰"], start=50):
        person = make_person(f"old-{number}", name, town.agent.employer, f"{number:04}")
        Membership.objects.create(
            person=person, site=town.site, desk=town.desk, role="agent", starts_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
    return town


def bring(town: Town, content: bytes | str, now, *, actor=None, desk=None):
    content = content.encode() if isinstance(content, str) else content
    return actions.import_log(actor=actor or town.administrator, desk=desk or town.desk, content=content, name="old.csv", now=now)


def problems(town: Town, content: bytes | str) -> list[tuple[int, str]]:
    read = read_file(desk=town.desk, content=content.encode() if isinstance(content, str) else content)
    return [(each.line, each.column) for each in read.problems]


@pytest.mark.clause("A17")
def test_the_month_comes_in_in_the_order_of_the_file(staffed: Town, morning) -> None:
    rows = list(csv.DictReader(io.StringIO(GOOD.read_text(encoding="utf-8-sig"))))
    made = bring(staffed, GOOD.read_bytes(), morning)
    assert (made.entries, made.open_matters) == (447, 85)
    entries = list(Entry.objects.filter(act="entry").order_by("number").select_related("words", "author"))
    assert [entry.number for entry in entries] == list(range(1, 448))
    zone = staffed.site.zone
    for row, entry in zip(rows, entries, strict=True):
        assert entry.words.text == row["内容及处理"] and entry.author.name == row["记录人"] and entry.place == row["房号"]
        assert entry.occurred_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") == row["发生时间"]
        assert entry.original_recorded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") == row["记录时间"]
        assert entry.entered_by == staffed.administrator and bool(entry.follow_state) is (row["状态"] == "待跟进")
    assert FollowUp.objects.filter(state="open").count() == 85 == FollowUp.objects.filter(due_at__isnull=False).count()
    first_open = next(row for row in rows if row["状态"] == "待跟进")
    matter = FollowUp.objects.order_by("root__number").first()
    assert matter.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") == first_open["跟进期限"]
    assert verify().breaches == []


@pytest.mark.clause("A17")
def test_the_act_of_importing_is_the_entry_after_them_and_all_are_marked(staffed: Town, morning) -> None:
    bring(staffed, GOOD.read_bytes(), morning)
    act = Entry.objects.get(code="log_imported")
    assert act.number == 448 and (act.fields["count"], act.fields["first"], act.fields["last"]) == ("447", "1", "447")
    found = rows_for(list(entries_of(staffed.desk)[:50]), reader=staffed.agent, desk=staffed.desk, now=morning)
    assert all(row.imported for row in found[1:]) and not found[0].imported and "447" in found[0].worded


@pytest.mark.clause("A17")
def test_bad_rows_are_named_with_line_and_column_and_nothing_comes_in(town: Town, morning) -> None:
    with pytest.raises(FileRefused) as refused:
        bring(town, BAD.read_bytes(), morning)
    assert [(each.line, each.column) for each in refused.value.problems] == [
        (4, "发生时间"), (5, "发生时间"), (6, "发生时间"), (7, "记录人"), (8, "类别"), (10, "内容及处理"), (11, "内容及处理"), (11, "跟进期限"), (13, ""),
    ]
    assert all(each.reason for each in refused.value.problems)
    assert Entry.objects.count() == ImportedFile.objects.count() == EntryText.objects.count() == 0


@pytest.mark.clause("A17")
def test_hostile_and_full_width_rows_of_that_file_are_good(town: Town, morning) -> None:
    lines = BAD.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    made = bring(town, "".join(lines[each - 1] for each in (1, 2, 3, 9, 12)), morning)
    assert made.entries == 4
    texts = list(EntryText.objects.order_by("entry__number").values_list("text", flat=True))
    assert texts[0] == '=HYPERLINK("http://x","点我")' and texts[1].startswith("<script>alert(1)</script>")
    assert texts[3] == "表情😀与罕见字𠮷、零\u200b宽字符"
    wide = Entry.objects.get(number=3)
    assert wide.place == "3栋1201" and wide.occurred_at == datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
    assert PersonalValue.objects.get(pk=wide.personal["phone"]).value == "13800138000"


@pytest.mark.clause("A17")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_as_excel_in_china_writes_them_are_read(town: Town, morning, encoding: str) -> None:
    text = HEAD + ROW.replace("来电", "来电😀𠮷")
    assert bring(town, text.encode(encoding), morning).entries == 1
    assert EntryText.objects.get().text == "来电😀𠮷"
    with pytest.raises(Refused, match="before"):
        bring(town, text.encode("gb18030"), morning)


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("2026-11-23 09:00", ""), "发生时间"), (("2026-11-23 09:00", "2026-02-30 09:00"), "发生时间"),
        (("2026-11-23 09:00", "09:00"), "发生时间"), (("2026-11-23 09:02", "2026-11-23 08:59"), "发生时间"),
        (("2026-11-23 09:02", "昨天"), "记录时间"), (("周敏", ""), "记录人"), (("周敏", "周某"), "记录人"),
        (("咨询", ""), "类别"), (("咨询", "闲聊"), "类别"), (("电话,5", "电报,5"), "来源"), (("5栋1203", "长" * 81), "房号"),
        (("李先生", "李" * 201), "客户"), (("李先生", "李\x07"), "客户"), (("来电", " "), "内容及处理"),
        (("来电", "来\x00电"), "内容及处理"), (("来电", "长" * 4001), "内容及处理"), (("已办结", "也许"), "状态"),
        (("2026-11-23 09:00", "0001-01-01 00:00"), "发生时间"), (("2026-11-23 09:02", "9999-12-31 23:59"), "记录时间"),
        (("已办结,", "待跟进,明天"), "跟进期限"), (("已办结,", "待跟进,2026-11-22 09:00"), "跟进期限"),
    ],
)
def test_each_problem_is_named_by_its_column(town: Town, change: tuple[str, str], column: str) -> None:
    assert problems(town, HEAD + ROW.replace("来电", "一") + ROW.replace(*change)) == [(3, column)]


@pytest.mark.clause("A17")
def test_a_line_too_wide_and_lines_within_a_cell_keep_the_count_of_lines(town: Town) -> None:
    text = HEAD + ROW.replace("来电", '"来\n电"') + "\n" + ROW.replace("已办结,", "已办结,,x") + ROW.replace("周敏", "x")
    assert problems(town, text) == [(5, ""), (6, "记录人")]


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", HEAD.encode(), b"a,b\n1,2\n", (HEAD + '"x').encode(), (HEAD + ROW).replace("记录人,", "记录人,记录人,").encode(), b"x" * 2_000_001],
)
def test_what_is_no_table_of_entries_is_refused(town: Town, morning, content: bytes) -> None:
    with pytest.raises(Refused):
        bring(town, content, morning)
    assert not Entry.objects.exists()


@pytest.mark.clause("A17")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le"])
def test_a_row_with_half_a_character_is_named_and_the_others_are_read(town: Town, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    lost = b"\xff" if encoding == "gb18030" else "\ud800".encode(encoding.removesuffix("-sig"), "surrogatepass")
    content = (mark + HEAD + ROW).encode(encoding) + ROW.replace("09:00", "09:01").encode(encoding.removesuffix("-sig"))
    read = read_file(desk=town.desk, content=content.replace("来电".encode(encoding.removesuffix("-sig")), lost, 1))
    assert [(each.line, each.column) for each in read.problems] == [(2, "内容及处理")] and len(read.rows) == 1


@pytest.mark.clause("A17")
def test_columns_kinds_and_sources_are_known_in_every_language(town: Town, morning) -> None:
    text = "Occurred at\tRecorded at\tWritten by\tKind\tSource\tText\tState\n2026/11/3 9:05\t2026-11-03 9:06\tZHOU MIN\tRepair\tphone\tx\topen\n"
    bring(town, text, morning)
    bring(town, HEAD.replace("类别", "類別") + ROW.replace("咨询", "報修").replace("电话,5", "來訪,5"), morning)
    assert list(Entry.objects.filter(act="entry").order_by("number").values_list("kind", "source")) == [
        ("repair", "phone"), ("repair", "desk")
    ]
    matter = FollowUp.objects.get()
    assert matter.due_at == datetime(2026, 11, 4, 1, 5, tzinfo=UTC) and matter.handler == "engineering"


@pytest.mark.clause("A17")
def test_a_name_that_two_people_have_needs_the_number_and_who_has_left_may_have_written(town: Town, morning) -> None:
    twin = make_person("twin", "周敏", town.agent.employer, "0099", ended_at=morning)
    Membership.objects.create(
        person=twin, site=town.site, role="agent", starts_at=morning - timedelta(days=90), ends_at=morning - timedelta(days=1)
    )
    assert problems(town, HEAD + ROW) == [(2, "记录人")]
    bring(town, HEAD + ROW.replace("周敏", "0099"), morning)
    assert Entry.objects.get(number=1).author == twin


@pytest.mark.clause("I11")
def test_a_time_that_the_clocks_skipped_is_a_problem_and_a_double_one_is_the_first(town: Town, morning) -> None:
    town.site.timezone = "Europe/Berlin"
    town.site._history_user = town.operator
    town.site.save()
    town.desk.site = town.site
    row = ROW.replace("2026-11-23 09:02", "2026-11-23 12:00")
    assert problems(town, HEAD + row.replace("2026-11-23 09:00", "2026-03-29 02:30")) == [(2, "发生时间")]
    bring(town, HEAD + row.replace("2026-11-23 09:00", "2026-10-25 02:30"), morning)
    assert Entry.objects.get(number=1).occurred_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.clause("A17")
def test_what_would_have_been_recorded_in_the_future_is_refused(town: Town, morning) -> None:
    with pytest.raises(FileRefused):
        bring(town, HEAD + ROW.replace("2026-11-23", "2026-11-25"), morning)


@pytest.mark.clause("A20")
@pytest.mark.parametrize("part", ["agent", "butler", "supervisor", "head", "auditor"])
def test_nobody_but_the_administrator_of_the_site_imports(town: Town, morning, part: str) -> None:
    for actor in (getattr(town, part), town.away.administrator, town.operator):
        with pytest.raises(Refused):
            bring(town, HEAD + ROW, morning, actor=actor)
    assert not Entry.objects.exists()


@pytest.mark.clause("I2")
def test_a_failure_in_the_middle_leaves_nothing(staffed: Town, morning, monkeypatch) -> None:
    from logbook.actions import imports

    insert, done = imports.insert_entry, []

    def failing(**values):
        done.append(1)
        if len(done) == 100:
            raise RuntimeError("power cut")
        return insert(**values)

    monkeypatch.setattr(imports, "insert_entry", failing)
    with pytest.raises(RuntimeError):
        bring(staffed, GOOD.read_bytes(), morning)
    assert Entry.objects.count() == EntryText.objects.count() == PersonalValue.objects.count() == 0
    monkeypatch.setattr(imports, "insert_entry", insert)
    assert bring(staffed, GOOD.read_bytes(), morning).file.first_number == 1


@pytest.mark.clause("I10")
def test_two_bring_in_the_same_file_at_once_and_it_is_there_once(place, morning) -> None:  # noqa: F811
    raised = together([lambda: bring(place, HEAD + ROW, morning) and None] * 3)
    assert len(raised) == 2 and all(isinstance(each, Refused) for each in raised)
    assert Entry.objects.filter(act="entry").count() == 1


@pytest.mark.clause("I10")
def test_control_without_the_book_s_lock_the_database_s_net_still_holds(place, morning, monkeypatch) -> None:  # noqa: F811
    import threading

    from logbook.actions import imports

    both, read = threading.Barrier(2), imports.read_file
    actions.book_of(place.desk)

    def read_together(**values):
        found = read(**values)
        both.wait(20)
        return found

    monkeypatch.setattr(imports, "hold_books", lambda *books: None)
    monkeypatch.setattr(imports, "read_file", read_together)
    raised = together([lambda: bring(place, HEAD + ROW, morning) and None] * 2)
    assert len(raised) == 1 and "before" in str(raised[0])
    assert ImportedFile.objects.count() == 1 and Entry.objects.filter(act="entry").count() == 1
    assert verify().breaches == []


@pytest.mark.clause("A17")
def test_the_command_brings_in_says_and_only_looks(town: Town, tmp_path) -> None:
    file, out, err = tmp_path / "old.csv", StringIO(), StringIO()
    file.write_text(HEAD + ROW, encoding="utf-8")
    told = {"desk": town.desk.slug, "login": town.administrator.login, "stdout": out, "stderr": err}
    call_command("import_log", file, dry_run=True, **told)
    assert not Entry.objects.exists() and "1 entries" in out.getvalue()
    call_command("import_log", file, **told)
    assert Entry.objects.filter(act="entry").count() == 1
    with pytest.raises(CommandError, match="before"):
        call_command("import_log", file, **told)
    with pytest.raises(CommandError):
        call_command("import_log", BAD, **told)
    assert "line 4, 发生时间" in err.getvalue()
    for wrong in ({"desk": "nowhere"}, {"login": "nobody-there"}, {"login": town.agent.login}):
        with pytest.raises(CommandError):
            call_command("import_log", BAD.with_name("roster-2026-12.csv"), **told | wrong)
    with pytest.raises(CommandError):
        call_command("import_log", tmp_path / "missing.csv", **told)


def upload(town: Town, content: bytes, person=None):
    client = signed_in(person or town.administrator)
    return client, client.post(f"/log/{town.desk.slug}/import/", {"file": SimpleUploadedFile("old.csv", content)})


@pytest.mark.clause("A17")
def test_the_page_shows_what_the_file_says_before_anything_is_written(town: Town) -> None:
    client, preview = upload(town, (HEAD + ROW.replace("来电", "<script>alert(1)</script>")).encode("gb18030"))
    assert preview.status_code == 200 and not Entry.objects.exists()
    assert "&lt;script&gt;" in preview.content.decode() and "<script>alert" not in preview.content.decode()
    form = preview.context["confirm"]
    sent = {"content": form["content"].value(), "name": form["name"].value()}
    assert client.post(f"/log/{town.desk.slug}/import/", sent).status_code == 302
    assert Entry.objects.filter(act="entry").count() == 1
    again = client.post(f"/log/{town.desk.slug}/import/", sent)
    assert again.status_code == 422 and Entry.objects.filter(act="entry").count() == 1


@pytest.mark.clause("A17")
def test_the_page_lists_every_problem_with_line_and_column(town: Town) -> None:
    _, page = upload(town, BAD.read_bytes())
    text = page.content.decode()
    assert page.status_code == 422 and "发生时间" in text and "查无此人" in text and not Entry.objects.exists()
    assert page.context["confirm"] is None


@pytest.mark.clause("I8")
def test_a_forged_confirmation_is_read_as_carefully_as_a_file(town: Town) -> None:
    import base64
    import zlib

    client, url = signed_in(town.administrator), f"/log/{town.desk.slug}/import/"
    bomb = base64.b64encode(zlib.compress(b"0" * 50_000_000)).decode()
    bad = base64.b64encode(zlib.compress(BAD.read_bytes())).decode()
    for content in ("", "x", "AAAA", bomb, bad):
        assert client.post(url, {"content": content, "name": "x"}).status_code == 422
    assert not Entry.objects.exists()
    assert client.post(url, {}).status_code == 422
    assert signed_in(town.supervisor).post(url, {"content": bad}).status_code == 403
    assert signed_in(town.away.administrator).get(url).status_code == 404
