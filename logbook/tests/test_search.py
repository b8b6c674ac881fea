"""Searching the log: what is found, by whom, newest first, page by page, marked and never more than its reader may see (A17, A20, I8)."""

import random
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from desks.binding import Confirmation
from desks.models import Choice
from desks.testing import Town, signed_in
from logbook import actions, migrations, search
from logbook.folding import left_out_of, mark_of, search_text, words_of
from logbook.marks import marked
from logbook.models import AccessRecord, Book, Entry, EntryText, SearchName, SearchText
from logbook.proof.searched import verify_search
from logbook.queries import PAGE, book_ids_of, found_entries
from logbook.tests.pages import attribute, find, rows, tree, words
from logbook.tests.scenes import busy


def write(town: Town, text: str, **values) -> Entry:
    return actions.record_entry(actor=town.agent, desk=values.pop("desk", town.desk), now=timezone.now(), text=text, **values)


def found(town: Town, asked: str, **narrowed) -> list[int]:
    return [entry.number for entry in found_entries(town.desk, text=asked, limit=PAGE, **narrowed)]


@pytest.mark.parametrize(
    ("text", "asked", "fits"),
    [
        ("厨房水管渗漏", "渗", True), ("厨房水管渗漏", "滲漏", True), ("廚房水管滲漏", "厨房", True), ("厨房水管渗漏", "漏水", False),
        ("厨房水管渗漏", "水管 厨房", True), ("厨房水管渗漏", "水管 客厅", False), ("Lift of ＴＯＷＥＲ B", "lift tower", True),
        ("5栋1203漏水", "5-1203", True), ("5-1203 leaks", "5栋1203", True), ("5棟2單元1203室", "5-2-1203", True),
        ("15栋1203漏水", "5-1203", False), ("Building 5, flat 1203", "5号楼1203", True), ("A座1203", "a-1203", True),
        ("5栋1203漏水", "5栋1203漏水", True), ("5栋1203漏水", "1203", True), ("5栋1203漏水", "5栋", True),
        ("电压100%正常", "100%", True), ("电压1000正常", "100%", False), ("a_b", "a_b", True), ("axb", "a_b", False),
        ("价格'五\\元", "'五\\", True), ("A-3 架", "-", True), ("烟感😀误报", "😀误", True), ("x", "&|!():*", False),
        ("来电", "的 ", False), ("ends with 水", "水", True),
    ],
)
@pytest.mark.clause("A17")
def test_what_a_search_finds(town: Town, text: str, asked: str, fits: bool) -> None:
    write(town, "Another entry")
    entry = write(town, text)
    assert found(town, asked) == ([entry.number] if fits else [])


def test_words_are_few_and_each_stands_once() -> None:
    assert words_of("水 水\u3000\x00火 5栋1203") == ["⌂5-1203", "水", "火"]
    assert len(words_of(" ".join(f"w{number}" for number in range(50)))) == 8
    assert left_out_of("1 2 3 4 5 6 7 8") == [] and left_out_of("1 2 3 4 5 6 7 8 水 9 1") == ["水", "9"]
    assert words_of(" \n ") == []
    assert search_text(["5栋1203、5-1203", "", "12-302"]).split("\n")[-2:] == ["⌂5-1203", "⌂12-302"]


@pytest.mark.clause("A1")
def test_steps_results_and_places_are_found_too(town: Town) -> None:
    now = timezone.now()
    root = write(town, "漏水", kind="repair", place="12栋302")
    moved = actions.move_follow_up(actor=town.agent, root=root, now=now, state="closed", result="阀门已更换")
    assert found(town, "阀门") == [moved.number]
    assert found(town, "12-302") == [root.number]
    assert found(town, "", place="12棟302") == [root.number]
    assert found(town, "", place="12-302") == [root.number]
    assert found(town, "", place="2栋302") == []


@pytest.mark.clause("I8")
def test_only_ones_own_desk_is_searched(town: Town) -> None:
    write(town, "烟感误报", desk=town.other_desk)
    assert found(town, "烟感") == []


@pytest.mark.clause("I8")
def test_what_is_for_supervisors_only_is_found_by_them_only(town: Town) -> None:
    busy(town, timezone.now())
    page = f"/log/{town.desk.slug}/?q=员工态度"
    assert rows(tree(signed_in(town.agent).get(page))) == []
    assert rows(tree(signed_in(town.supervisor).get(page))) == [12]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [("13800138000", True), ("138 0013 8000", True), ("8000", True), ("138-0013-8000", True), ("3800", False), ("020-81872479", False), ("800", False)],
)
@pytest.mark.clause("A20")
def test_phone_numbers_are_found_whole_or_by_their_last_digits(town: Town, asked: str, fits: bool) -> None:
    entry = write(town, "来电咨询", customer="王女士", phone="138 0013 8000")
    write(town, "另一来电", phone="13911112222")
    assert found(town, asked, sees_personal=True) == ([entry.number] if fits else [])
    assert found(town, asked) == []
    assert found(town, f"{asked} 咨询", sees_personal=True) == ([entry.number] if fits else [])
    assert found(town, f"{asked} 投诉", sees_personal=True) == []


@pytest.mark.clause("A20")
def test_who_may_not_see_phones_does_not_find_them(town: Town) -> None:
    entry = write(town, "来电咨询", phone="13800138000")
    page = f"/log/{town.desk.slug}/?q=13800138000"
    assert rows(tree(signed_in(town.agent).get(page))) == [] == rows(tree(signed_in(town.auditor).get(page)))
    assert rows(tree(signed_in(town.supervisor).get(page))) == [entry.number]
    actions.open_watch(actor=town.agent, desk=town.desk, now=timezone.now())
    assert rows(tree(signed_in(town.agent).get(page))) == [entry.number]
    assert rows(tree(signed_in(town.colleague).get(page))) == []
    kept = AccessRecord.objects.filter(page="log").values_list("filters", flat=True)
    assert len(kept) == 5 and all(each["text"].startswith("hmac-sha256:") for each in kept)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [("歐陽", True), ("欧阳", True), ("芷晴", True), ("欧", True), ("欧阳 漏水", True), ("欧阳 王", False), ("欧芷", False), ("陈", False)],
)
@pytest.mark.clause("A20")
def test_customers_are_found_by_their_names_however_these_are_written(town: Town, asked: str, fits: bool) -> None:
    entry = write(town, "厨房漏水", customer="歐陽芷晴")
    write(town, "漏水，陳述完毕", customer="王女士")
    assert found(town, asked, sees_personal=True) == ([entry.number] if fits else [] if asked != "陈" else [2])
    if asked != "陈":
        assert found(town, asked) == []


@pytest.mark.clause("A20")
def test_who_may_not_see_customers_does_not_find_them_and_what_is_for_supervisors_stays_theirs(town: Town) -> None:
    entry = write(town, "来电咨询", customer="欧阳芷晴")
    hidden = write(town, "投诉", customer="欧阳芷晴", audience="supervisors")
    page = f"/log/{town.desk.slug}/?q=歐陽"
    assert rows(tree(signed_in(town.agent).get(page))) == [] == rows(tree(signed_in(town.auditor).get(page)))
    answer = signed_in(town.supervisor).get(page)
    assert rows(tree(answer)) == [hidden.number, entry.number] and "欧阳" not in answer.content.decode()
    actions.open_watch(actor=town.agent, desk=town.desk, now=timezone.now())
    assert rows(tree(signed_in(town.agent).get(page))) == [entry.number]


@pytest.mark.clause("A20")
def test_a_name_is_found_no_more_once_it_is_erased(town: Town, as_owner) -> None:
    entry = write(town, "来电咨询", customer="欧阳芷晴")
    assert SearchName.objects.filter(entry=entry).exists()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_personalvalue DISABLE TRIGGER record_refuses_removal")
        cursor.execute("DELETE FROM logbook_personalvalue WHERE id = %s", [entry.personal["customer"]])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_personalvalue ENABLE ALWAYS TRIGGER record_refuses_removal")
    assert not SearchName.objects.filter(entry=entry).exists()
    assert found(town, "欧阳", sees_personal=True) == [] and found(town, "咨询", sees_personal=True) == [entry.number]


@pytest.mark.clause("A20")
def test_the_names_of_entries_that_stood_before_are_folded_alike(town: Town, as_owner) -> None:
    for text, customer in (("漏水", "歐陽芷晴"), ("", "王女士"), ("5栋1203 停电", "")):
        write(town, text or "x", customer=customer)
    names = SearchName.objects.order_by("number").values_list("entry", "value", "book", "number", "search", "folding")
    made = list(names)
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM logbook_searchname")
        (path,) = Path(migrations.__file__).parent.glob("*_search_reaches_further.py")
        import_module(f"logbook.migrations.{path.stem}").fold_what_stands(None, SimpleNamespace(connection=connection))
    assert len(made) == 2 and list(names.all()) == made


@pytest.mark.clause("A17")
def test_words_beyond_the_eighth_are_named(town: Town) -> None:
    page = words(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=1 2 3 4 5 6 7 8 水管")))
    assert "eight words at most. Not looked for: 水管" in page
    assert "eight words" not in words(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=1 2 3 4 5 6 7 8")))


def test_every_page_both_ways_over_borders_of_blocks(town: Town, monkeypatch) -> None:
    """With blocks of four numbers a page reaches over many of them; the index is then of little help, the order the same."""
    monkeypatch.setattr(search, "BLOCK", 4)
    monkeypatch.setattr(search, "PAGE", search.PAGE.replace("search_tokens(book_id, number, search) @@ ({query})", "number / 4 = block.place AND ({query}) IS NOT NULL"))
    chance = random.Random(7)
    wanted = []
    for _ in range(60):
        says = chance.random() < 0.4
        entry = write(town, "水管渗漏" if says else "门禁卡")
        wanted += [entry.number] if says else []
    wanted.reverse()
    older, before = [], None
    while page := [entry.number for entry in found_entries(town.desk, text="渗漏", limit=5, before=before)]:
        older, before = older + page, page[-1]
    assert older == wanted
    newer = [entry.number for entry in found_entries(town.desk, text="渗漏", limit=5, after=wanted[10], oldest_first=True)]
    assert newer == wanted[5:10][::-1]


def test_the_index_answers_and_no_other_desk_is_read(town: Town) -> None:
    write(town, "烟感误报")
    sent: list[str] = []

    def keep(execute, sql, params, many, context):
        if "generate_series" in sql:
            sent.append(connection.ops.compose_sql(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert len(found(town, "烟感", sees_personal=True)) == 1
    for statement, index in zip(sent, ("searchtext_tokens", "searchname_tokens"), strict=True):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert f"Bitmap Index Scan on {index}" in plan, plan


@pytest.mark.clause("I1")
def test_search_text_goes_when_the_text_goes(town: Town, as_owner) -> None:
    entry = write(town, "密码 4711")
    assert SearchText.objects.filter(entry=entry).exists()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrytext DISABLE TRIGGER record_refuses_removal")
        cursor.execute("DELETE FROM logbook_entrytext WHERE entry_id = %s", [entry.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER record_refuses_removal")
    assert not SearchText.objects.filter(entry=entry).exists() and not EntryText.objects.filter(entry=entry).exists()
    assert found(town, "密码") == []


@pytest.mark.parametrize(
    ("text", "asked", "html"),
    [
        ("厨房水管", "水", "厨房<mark>水</mark>管"),
        ("廚房滲漏", "渗漏", "廚房<mark>滲漏</mark>"),
        ("<b>水</b>", "水", "&lt;b&gt;<mark>水</mark>&lt;/b&gt;"),
        ("<b>x</b>", "<b>", "<mark>&lt;b&gt;</mark>x&lt;/b&gt;"),
        ("5栋1203室漏水", "5-1203 漏", "<mark>5栋1203室漏</mark>水"),
        ("水管水", "水 水管", "<mark>水管水</mark>"),
        ("㎏ of Straße", "strasse kg", "<mark>㎏</mark> of <mark>Straße</mark>"),
        ("nothing <here>", "水", "nothing <here>"),
    ],
)
def test_hits_are_marked_and_nothing_else_becomes_html(text: str, asked: str, html: str) -> None:
    assert str(marked(text, words_of(asked))) == html


@pytest.mark.clause("A18")
def test_a_hit_stands_with_its_thread(town: Town) -> None:
    busy(town, timezone.now())
    page = tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=8栋1501"))
    assert rows(page) == [7]
    hit = find(page, "article", id="entry-7")[0]
    assert "Belongs to" in words(hit) and "#6" in words(hit) and find(hit, "mark")
    original = tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=7栋1501"))
    assert find(find(original, "article", id="entry-6")[0], "div", id="answer-7"), "the correction stands beside it"


@pytest.mark.clause("A18")
def test_a_step_of_a_corrected_matter_stands_with_the_correction_that_holds(town: Town) -> None:
    _leak, noise, _lift = busy(town, timezone.now())
    for says in ("约了师傅", "师傅改约"):
        actions.move_follow_up(actor=town.agent, root=noise, now=timezone.now(), state="in_progress", text=says)
    answer = signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=师傅")
    hits = [each for each in find(tree(answer), "article") if "Belongs to" in words(each)]
    assert len(hits) == 2
    for hit in hits:
        chain = find(hit, "div", class_="thread")
        assert "7栋1501" in words(find(chain[0], "s")[0]) and "8栋1501" in words(find(chain[1], "b")[0])
        assert "misheard" in words(chain[1]) or "Misheard" in words(chain[1])
    assert answer.content.decode().count('id="answer-7"') == 0


@pytest.mark.clause("A17")
def test_hits_are_marked_in_the_kinds_fields_in_results_and_in_what_stands_beside_an_act(town: Town) -> None:
    write(town, "梯困", kind="emergency", own={"mobilised": "9:05 工程部"})
    write(town, "门锁", kind="repair", place="1栋101", result="tag <b> 换锁芯")
    for asked, said in (("工程部", "工程部"), ("锁芯", "锁芯"), ("tag", "tag"), ("<b>", "&lt;b&gt;")):
        html = signed_in(town.agent).get(f"/log/{town.desk.slug}/?q={asked}").content.decode()
        assert f"<mark>{said}</mark>" in html and 'class="<mark>' not in html and "<b> 换" not in html, asked


def test_a_search_is_linked_to_page_by_page(town: Town) -> None:
    for number in range(PAGE + 3):
        write(town, f"烟感 {number}")
    client = signed_in(town.agent)
    first = tree(client.get(f"/log/{town.desk.slug}/?q=烟感&kind=other"))
    link = attribute(find(first, "a", rel="next")[0], "href")
    assert "kind=other" in link and rows(tree(client.get(f"/log/{town.desk.slug}/{link}"))) == [3, 2, 1]


def test_several_days(town: Town) -> None:
    busy(town, timezone.now())
    today = timezone.now().astimezone(town.site.zone).date()
    client = signed_in(town.supervisor)
    for query, some in ((f"until={today}", True), (f"day={today}&until={today}", True), ("day=2020-01-01&until=2020-01-31", False), ("until=2020-01-01", False)):
        assert bool(rows(tree(client.get(f"/log/{town.desk.slug}/?{query}")))) is some, query


@pytest.mark.clause("A20")
def test_an_export_holds_what_the_search_shows(town: Town) -> None:
    write(town, "烟感误报")
    write(town, "门禁")
    last = write(town, "煙感復位")
    answer = signed_in(town.supervisor).get(f"/log/{town.desk.slug}/export/?format=csv&q=烟感")
    lines = b"".join(answer.streaming_content).decode().strip().split("\r\n")
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "3"]
    assert AccessRecord.objects.filter(kind="export").values_list("from_number", "to_number", "count").get() == (1, last.number, 2)


def test_the_newest_number_is_of_these_books(town: Town) -> None:
    write(town, "x")
    assert search.newest_number(book_ids_of(town.desk)) == 1 and search.newest_number([]) == 0


@pytest.mark.clause("I11")
def test_a_search_on_days_finds_what_was_written_down_late(town: Town) -> None:
    now = timezone.now()
    for days, text in ((3, "烟感 一"), (1, "烟感 二"), (3, "烟感 三"), (0, "烟感 四")):
        actions.record_entry(
            actor=town.agent, desk=town.desk, now=now, text=text, occurred_at=now - timedelta(days=days), late_reason="忙", sure=True
        )
    day = (now - timedelta(days=3)).astimezone(town.site.zone).date()
    assert found(town, "烟感", day=day) == [3, 1] == found(town, "", day=day)
    assert found(town, "烟感", day=day, until=day + timedelta(days=2)) == [3, 2, 1] == found(town, "烟感", until=day + timedelta(days=2))
    assert found(town, "烟感", day=day, before=3) == [1] and found(town, "烟感", day=day, after=1, oldest_first=True) == [3]
    assert found(town, "烟感", day=day - timedelta(days=9)) == [] == found(town, "", day=day - timedelta(days=9))


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("王工", True), ("電梯公司", True), ("工程维修部", True), ("工程維修部", True), ("工程", True), ("维修部", True), ("engineering", True),
        ("漏水 工程", True), ("security", False), ("工", True), ("维修", False), ("程维", False), ("部", False),
    ],
)
def test_who_handles_it_and_for_whom_it_waits_are_found_in_every_language(town: Town, asked: str, fits: bool) -> None:
    root = write(town, "厨房漏水", kind="repair", place="5栋1203", handler="王工")
    moved = actions.move_follow_up(
        actor=town.agent, root=root, now=timezone.now(), state="waiting", waiting_for="电梯公司", handler="engineering", text="漏水已查看"
    )
    wanted = {"王工": root.number, "工": root.number}.get(asked, moved.number)
    assert (wanted in found(town, asked)) is fits
    assert (wanted in found(town, asked, sees_personal=True)) is fits


@pytest.mark.clause("A17")
def test_a_department_that_is_called_otherwise_later_is_found_by_both_names(town: Town) -> None:
    entry = write(town, "渗水", kind="repair", place="5栋1203", handler="engineering", customer="陈先生")
    row = Choice.objects.get(desk=town.desk, purpose="department", code="engineering")
    Choice.objects.filter(pk=row.pk).update(current=False)
    Choice.objects.create(
        desk=town.desk, purpose="department", code="engineering", version=row.version + 1, label_en="Plant", label_zh_hans="设备部", label_zh_hant="設備部",
        position=row.position,
    )
    assert found(town, "设备部") == found(town, "工程维修部") == found(town, "plant") == [entry.number]
    assert found(town, "設備部 陈先生", sees_personal=True) == [entry.number] and found(town, "設備部 陈先生") == []


@pytest.mark.clause("A1")
def test_the_list_of_follow_ups_finds_by_who_handles_them_now(town: Town) -> None:
    root = write(town, "厨房漏水", kind="repair", place="5栋1203")
    actions.move_follow_up(actor=town.agent, root=root, now=timezone.now(), state="waiting", waiting_for="電梯公司", handler="security")
    client = signed_in(town.agent)
    for asked, fits in (("電梯公司", True), ("秩序维护部", True), ("Security", True), ("漏水 Security", True), ("Finance", False)):
        page = tree(client.get(f"/log/{town.desk.slug}/follow-ups/?q={asked}"))
        assert bool(find(page, "a", href=f"/log/{town.desk.slug}/{root.number}/")) is fits, asked


@pytest.mark.clause("A17")
def test_acts_are_found_by_whom_they_name_and_how_they_are_worded(town: Town) -> None:
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now)
    act = Entry.objects.get(code="desk_opened")
    write(town, "开台前已清洁")
    for asked in (town.agent.name, "He Jiayi", "opened the desk", "jiayi opened"):
        assert act.number in found(town, asked), asked
    for asked in ("holder", "%(", town.butler.name, "closed the desk"):
        assert act.number not in found(town, asked), asked
    hidden = actions.record_act(
        actor=town.supervisor, desk=town.desk, now=now, code="asked_to_read", fields={"person": "徐文婷", "number": "1", "people": "周敏"}, audience="supervisors",
    )
    assert found(town, "徐文婷") == [hidden.number] and found(town, "徐文婷", see_restricted=False) == []
    page = tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=jiayi"))
    assert act.number in rows(page) and find(page, "mark")


@pytest.mark.clause("A18")
def test_what_the_database_writes_itself_has_its_mark_and_all_of_it_verifies(town: Town, morning) -> None:
    entry = write(town, "密码 7719", handler="engineering", kind="repair", place="5栋1203", customer="陈先生")
    request = actions.ask_veil(
        actor=town.agent, confirmed=Confirmation(town.agent, "pin", timezone.now()), entries=[entry], reason="误写", now=timezone.now()
    )[0]
    note = actions.confirm_veil(
        actor=town.supervisor, confirmed=Confirmation(town.supervisor, "pin", timezone.now()), request=request, now=timezone.now()
    )
    assert SearchText.objects.get(entry=note).search == mark_of("act", "text_veiled") and note.number in found(town, "is veiled by")
    actions.set_retention(actor=town.administrator, site=town.site, years=4, reason="合同要求", now=timezone.now())
    books = list(Book.objects.all())
    assert verify_search(books) == (Entry.objects.count(), []) and len(books) > 1


@pytest.mark.clause("A17")
def test_what_stood_before_is_folded_alike_and_back_again(town: Town, as_owner) -> None:
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now)
    root = write(town, "漏水", kind="repair", place="5栋1203", handler="王工", customer="歐陽芷晴", own={})
    actions.move_follow_up(actor=town.agent, root=root, now=now, state="waiting", waiting_for="engineering")
    actions.set_retention(actor=town.administrator, site=town.site, years=4, reason="合同要求", now=now)
    made = [list(model.objects.order_by("entry").values_list("entry", "number", "search", "folding")) for model in (SearchText, SearchName)]
    (path,) = Path(migrations.__file__).parent.glob("*_search_finds_people_and_acts.py")
    step = import_module(f"logbook.migrations.{path.stem}")
    with as_owner():
        step.fold_as_before(None, SimpleNamespace(connection=connection))
        before = SearchText.objects.get(entry=root).search
        assert "王工" not in before and "漏水" in before and SearchName.objects.get(entry=root).search == f"{before}\n欧阳芷晴"
        step.fold_what_stands(None, SimpleNamespace(connection=connection))
    assert [list(model.objects.order_by("entry").values_list("entry", "number", "search", "folding")) for model in (SearchText, SearchName)] == made


@pytest.mark.clause("A17")
def test_an_act_is_not_found_by_the_references_and_digests_that_nobody_reads(town: Town, as_owner) -> None:
    now = timezone.now()
    unread = {
        "handover": "0cb1a302-7d1f-4c3e-9a55-1203aa4417f0", "digest": "1203" * 16, "refs": "0cb1a302-7d1f-4c3e-9a55-1203aa4417f0 5de1a302-7d1f-4c3e-9a55-4417aa1203f0",
        "together_from": "2026-11-27T12:03:00+00:00", "outgoing_meaning": "hands_over_1203", "mode": "1203",
    }
    act = actions.record_act(actor=town.agent, desk=town.desk, now=now, code="desk_opened", fields={"holder": "何嘉怡", "with": "12栋1204"} | unread)
    gone = actions.record_act(actor=None, site=town.site, now=now, code="log_archived", fields={"month": "2023-11", "file_digest": "44" * 32})
    key = actions.record_act(actor=None, site=town.site, now=now, code="signing_key_changed", fields={"old_key": "ab" * 32, "new_key": "cd" * 32, "why": "换机器"})
    room = write(town, "1203 漏水")
    assert found(town, "1203") == [room.number] and found(town, "1204") == [act.number] and found(town, "何嘉怡") == [act.number]
    assert "44" * 32 in SearchText.objects.get(entry=gone).search, "whoever holds a file finds when it went out"
    assert "cd" * 32 in SearchText.objects.get(entry=key).search, "an act says these two in its words"
    made = list(SearchText.objects.order_by("entry").values_list("entry", "number", "search", "folding"))
    (path,) = Path(migrations.__file__).parent.glob("*_search_reads_no_digests.py")
    step = import_module(f"logbook.migrations.{path.stem}")
    with as_owner():
        step.fold_with_digests(None, SimpleNamespace(connection=connection))
        assert set(found(town, "1203")) == {room.number, act.number}
        step.fold_without_digests(None, SimpleNamespace(connection=connection))
    assert list(SearchText.objects.order_by("entry").values_list("entry", "number", "search", "folding")) == made
    assert verify_search(list(Book.objects.all())) == (Entry.objects.count(), [])
