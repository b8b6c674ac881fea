"""The lists of every floor go out by the one path: by right, narrowed as their page, masked, harmless, recorded where they belong (A20, I8)."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from desks.clock import local_day
from desks.hooks import Registry
from desks.promises import VERSION, promise_confidentiality
from desks.testing import Town, signed_in
from escalations import actions as escalating
from escalations.models import Escalation
from handover import actions as handing
from handover.tests import steps
from inspections.tests import making
from logbook import actions
from logbook.models import AccessRecord, Entry
from logbook.taking_out import LISTS, SITE_LISTS, ListKind, listed
from office.actions import name_acting_supervisor
from registers.actions import issue_item
from registers.models import CustodyItem
from rosters.actions import raise_no_shows, state_presence
from rosters.models import PresenceCase
from rosters.tests.changing import asked, leave_asked, month_out
from rosters.tests.scenes import november, reported
from rounds.actions import walk_round
from rounds.tests.scenes import held_long, lay_round, long_ago


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> None:
    """Files of exports lie where the test looks."""
    settings.EXPORTS_DIR = tmp_path / "exports"


def escalated(place, now, text: str = "=业主要求赔偿，电话13900139000", audience: str = "staff", desk=None) -> Escalation:
    entry = actions.record_entry(
        actor=place.supervisor, desk=desk or place.desk, now=now, text=text, audience=audience, kind="repair", customer="李先生", phone="13800138000",
        place="5栋1203",
    )
    return escalating.raise_escalation(actor=place.supervisor, entry=entry, now=now)


def with_escalations(town: Town, now) -> None:
    escalated(town, now)
    escalated(town.away, now, "隔壁的事")


def with_finding(town: Town, now) -> None:
    making.finished(town, now, failed={"environment": ("=台面杂物较多", "")})


def with_handovers(town: Town, now) -> None:
    steps.hand_over_yesterday(town, now)


def with_custody(town: Town, now) -> None:
    for place, taker in ((town, "=外墙公司"), (town.away, "隔壁")):
        item = CustodyItem.objects.get(desk=place.desk, code="radios", current=True)
        issue_item(actor=place.agent, item=item, amount=Decimal(1), taken_by=taker, now=now)


def with_rounds(town: Town, now) -> None:
    for place, name in ((town, "=Lobby"), (town.away, "隔壁")):
        held_long(place.desk, place.agent, now)
        row = lay_round(place.desk, long_ago(now), label_en=name)
        walk_round(actor=place.agent, round=row, due_at=now - timedelta(minutes=30), now=now)


def with_omission(town: Town, now) -> None:
    steps.open_desk(town.desk, town.agent, now)
    done = steps.hand_over(town.desk, town.butler, now)
    entry = actions.record_entry(actor=town.butler, desk=town.desk, now=now, text="快递在 B-1 架")
    handing.report_omission(actor=town.butler, handover=done, what="=快递未交代，电话13900139000", evidence=entry.number, now=now)


def with_holder(town: Town, now) -> None:
    steps.open_desk(town.desk, town.butler, timezone.now())


def with_somebody_missing(town: Town, now) -> None:
    november(town, now)
    begin = now - timedelta(hours=1)
    actions.open_watch(actor=town.agent, desk=town.desk, now=begin)
    raise_no_shows(now)
    state_presence(actor=town.colleague, case=PresenceCase.objects.get(), words="=地铁停运", now=now)


def with_handovers_lately(town: Town, now) -> None:
    steps.hand_over_yesterday(town, timezone.now())


def with_roster(town: Town, now) -> None:
    reported(town, timezone.now(), month=local_day(timezone.now(), town.site.zone).replace(day=1))


def with_swap(town: Town, now) -> None:
    month_out(town, now)
    asked(town, now, reason="=家里有事")


def with_leave(town: Town, now) -> None:
    leave_asked(town, now, reason="=回老家")


# By list: where its page is, what makes one, what the file then says, and how many rows it has.
MADE: dict[str, tuple[str, Callable, str, int]] = {
    "escalations": ("/escalations/{desk}/", with_escalations, "=业主要求赔偿", 1),
    "escalations_all": ("/escalations/", with_escalations, "=业主要求赔偿", 1),
    "findings": ("/inspections/{desk}/findings/", with_finding, "=台面杂物较多", 1),
    "inspections": ("/inspections/{desk}/", with_finding, "morning", 1),
    "handovers": ("/handover/{desk}/past/", with_handovers, "closing for the night", 2),
    "custody": ("/registers/{desk}/history/", with_custody, "=外墙公司", 1),
    "rounds": ("/rounds/{desk}/", with_rounds, "=Lobby", 1),
    "omissions": ("/handover/{desk}/omissions/", with_omission, "=快递未交代", 1),
    "held": ("/handover/{desk}/held/", with_holder, "opened the desk", 1),
    "handover_patterns": ("/handover/{desk}/patterns/", with_handovers_lately, "Zhou Min", 1),
    "balances": ("/rosters/{desk}/balances/", with_roster, "He Jiayi", 8),
    "presence": ("/rosters/{desk}/presence/", with_somebody_missing, "=地铁停运", 1),
    "hours": ("/rosters/{desk}/hours/", with_holder, "Zhou Min", 1),
    "swaps": ("/rosters/{desk}/swaps/", with_swap, "=家里有事", 1),
    "leave": ("/rosters/{desk}/leave/all/", with_leave, "=回老家", 1),
    "promises": ("/log/{desk}/promises/", lambda town, now: None, "wording 1", 0),
}
AT = {
    "escalations": "/escalations/{desk}/export/", "escalations_all": "/escalations/{desk}/export-all/", "findings": "/inspections/{desk}/findings/export/",
    "inspections": "/inspections/{desk}/export/", "handovers": "/handover/{desk}/past/export/", "omissions": "/handover/{desk}/omissions/export/",
    "promises": "/log/{desk}/promises/export/", "custody": "/registers/{desk}/history/export/",
    "rounds": "/rounds/{desk}/export/", "held": "/handover/{desk}/held/export/", "handover_patterns": "/handover/{desk}/patterns/export/",
    "balances": "/rosters/{desk}/balances/export/",
    "hours": "/rosters/{desk}/hours/export/",
    "presence": "/rosters/{desk}/presence/export/", "swaps": "/rosters/{desk}/swaps/export/", "leave": "/rosters/{desk}/leave/export/",
}


def taken(client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment"), url
    return b"".join(answer.streaming_content)


def cells_of(content: bytes) -> list[str]:
    return [str(cell) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True) for cell in row if cell is not None]


def test_every_list_has_a_place_here() -> None:
    assert {name for name, _kind in LISTS} == {"log", "follow_ups", "review", "access", *MADE} and set(MADE) == set(AT)
    assert {name for name, _kind in SITE_LISTS} == {"site_book", "access", "notices"}
    assert all(len(name) <= 20 for name, _kind in (*LISTS, *SITE_LISTS))
    own: Registry[ListKind] = Registry("list")
    kind = ListKind("x", ("log.export",), lambda *_: None)  # type: ignore[arg-type,return-value]
    own.register("x", kind)
    with pytest.raises(LookupError):
        own.register("x", ListKind("y", (), kind.read))


@pytest.mark.clause("A20")
@pytest.mark.parametrize("name", sorted(MADE))
def test_each_goes_out_in_each_format_and_is_recorded(town: Town, morning, monkeypatch, name: str) -> None:
    page, make, said, rows = MADE[name]
    make(town, morning)
    client, at = signed_in(town.supervisor), AT[name].format(desk=town.desk.slug)
    drawn: list[list[str]] = []

    def draw(file, sheet, written, still) -> None:
        # Reading the typeface takes seconds; that it can be drawn is seen below.
        drawn.extend(list(row) for row in written)
        assert all(len(drawn[0]) > place for column in sheet.columns for place in column.cells) if drawn else True
        file.write(b"%PDF-")

    monkeypatch.setattr("logbook.actions.lists.write_pdf", draw)
    shown = client.get(page.format(desk=town.desk.slug)).content.decode()
    assert f"{at}?format=csv" in shown, "the page offers it"
    for format in ("csv", "xlsx", "pdf"):
        content = taken(client, f"{at}?format={format}")
        record = AccessRecord.objects.filter(kind="export").get(page=f"{name}_{format}")
        assert (record.desk, record.person, record.file_digest) == (town.desk, town.supervisor, hashlib.sha256(content).hexdigest())
        assert record.count == (rows or record.count) > 0
        words = {"csv": lambda data: data.decode("utf-8-sig"), "xlsx": lambda data: "\n".join(cells_of(data)), "pdf": lambda data: str(drawn)}[format](content)
        assert said in words and "隔壁" not in words and "李先生" not in words and not any(number in words for number in ("13800138000", "13900139000"))
        if said.startswith("="):
            assert format != "csv" or f"'{said}" in words, "no cell of text becomes a formula"
    front = signed_in(town.head).get(f"/log/{town.desk.slug}/access/").content.decode()
    assert front.count(f"{LISTS.get(name).title} as CSV") > 1, "what was taken out is named in words, in its row and in the filter"


@pytest.mark.clause("A20")
@pytest.mark.parametrize("name", sorted(MADE))
def test_who_has_not_the_rights_or_is_of_another_site_gets_none(town: Town, morning, name: str) -> None:
    MADE[name][1](town, morning)
    at = AT[name].format(desk=town.desk.slug)
    for format in ("csv", "pdf"):
        assert signed_in(town.agent).get(f"{at}?format={format}").status_code == 403
        assert signed_in(town.away.supervisor).get(f"{at}?format={format}").status_code == 404
        auditor = signed_in(town.auditor).get(f"{at}?format={format}&show=all" if name == "escalations" else f"{at}?format=exe")
        assert auditor.status_code == (422 if name == "escalations" else 404), "an auditor sees no escalations, and there is no such format"
    page = MADE[name][0].format(desk=town.desk.slug)
    assert f"{at}?format" not in signed_in(town.agent).get(page, follow=True).content.decode()
    assert not AccessRecord.objects.filter(kind="export").exists()


@pytest.mark.clause("A20")
def test_what_is_for_supervisors_only_is_left_out_for_who_takes_it_out_as_their_deputy(town: Town, morning) -> None:
    escalated(town, morning, "只给主管看的事", audience="supervisors")
    name_acting_supervisor(
        actor=town.supervisor, site=town.site, person=town.agent, rights=["log.export"], starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=1), now=timezone.now(),
    )
    at = f"/escalations/{town.desk.slug}/export/?format=csv"
    said = taken(signed_in(town.agent), at).decode("utf-8-sig")
    assert "For supervisors only" in said and "只给主管看的事" not in said
    assert "只给主管看的事" in taken(signed_in(town.supervisor), at).decode("utf-8-sig")


@pytest.mark.clause("A4")
def test_a_desk_s_list_is_narrowed_as_its_page(town: Town, morning) -> None:
    made = escalated(town, morning, "已了结的事")
    escalating.decide_escalation(
        actor=town.supervisor, confirmed=steps.confirmed(town.supervisor, morning), escalation=made, now=morning, decision="=赔五十，已告知13900139000",
    )
    escalating.close_escalation(actor=town.supervisor, escalation=made, now=morning, done="已赔")
    escalated(town, morning, "还在等的事")
    client, at = signed_in(town.supervisor), f"/escalations/{town.desk.slug}/export/?format=csv"
    for show, here, absent in (("", "还在等", "已了结"), ("&show=closed", "已了结", "还在等")):
        said = taken(client, at + show).decode("utf-8-sig")
        assert here in said and absent not in said
    said = taken(client, f"{at}&show=all").decode("utf-8-sig")
    assert "'=赔五十" in said and "13900139000" not in said, "numbers in texts are masked as on the page"


@pytest.mark.clause("I8")
def test_all_escalations_are_recorded_at_each_desk_of_which_something_goes_out(town: Town, settings, django_capture_on_commit_callbacks) -> None:
    now = timezone.now()
    escalated(town, now)
    escalated(town, now, "又一件", desk=town.other_desk)
    escalated(town, now, "第三件", desk=town.other_desk)
    escalated(town.away, now, "隔壁的事")
    client, at = signed_in(town.head), f"/escalations/{town.desk.slug}/export-all/"
    said = taken(client, f"{at}?format=csv").decode("utf-8-sig")
    assert "又一件" in said and "隔壁" not in said and said.count("\n") == 4
    records = AccessRecord.objects.filter(page="escalations_all_csv").order_by("desk")
    assert {(each.desk, each.count) for each in records} == {(town.desk, 1), (town.other_desk, 2)}
    only = taken(client, f"{at}?format=csv&desk={town.other_desk.slug}&state=waiting").decode("utf-8-sig")
    assert "又一件" in only and "业主要求" not in only
    assert taken(client, f"{at}?format=csv&desk={town.away.desk.slug}").decode("utf-8-sig").count("隔壁") == 0, "no way to another site"
    assert AccessRecord.objects.filter(desk=town.away.desk, kind="export").count() == 0
    settings.LONG_LIST = {"csv": 1, "xlsx": 1, "pdf": 1}
    before = AccessRecord.objects.filter(page="escalations_all_csv").count()
    assert "exports/ask/" in client.get(f"{at}?format=csv").content.decode()
    job = actions.ask_export(
        actor=town.head, of=town.desk, name="escalations_all", format="csv", asked={}, language="en", now=now,
    )
    assert actions.run_export(job.pk, now=now) is True
    job.refresh_from_db()
    with actions.hand_out(actor=town.head, job=job, session_key="x", now=now) as file:
        assert "第三件" in file.read().decode("utf-8-sig")
    fresh = AccessRecord.objects.filter(page="escalations_all_csv").order_by("-pk")[: 2]
    assert AccessRecord.objects.filter(page="escalations_all_csv").count() == before + 2
    assert {(each.desk, each.count, each.file_digest) for each in fresh} == {(town.desk, 1, job.file_digest), (town.other_desk, 2, job.file_digest)}


@pytest.mark.clause("A20")
def test_more_than_a_page_stands_in_the_book_of_the_site(town: Town, morning, monkeypatch) -> None:
    monkeypatch.setattr("logbook.actions.lists.PAGE", 0)
    with_finding(town, morning)
    taken(signed_in(town.supervisor), f"/inspections/{town.desk.slug}/findings/export/?format=csv")
    entry = Entry.objects.get(code="list_exported")
    assert entry.book.desk_id is None and entry.fields["list_en"] == "Findings"


@pytest.mark.clause("A33")
def test_findings_and_inspections_are_narrowed_as_their_pages(town: Town, morning) -> None:
    with_finding(town, morning)
    client, front = signed_in(town.supervisor), f"/inspections/{town.desk.slug}"
    assert "台面" not in taken(client, f"{front}/findings/export/?format=csv&state=verified").decode("utf-8-sig")
    assert "台面" in taken(client, f"{front}/findings/export/?format=csv&state=unsettled").decode("utf-8-sig")
    assert "state=unsettled" in client.get(f"{front}/findings/").content.decode(), "the page's own choice goes along"
    none = taken(client, f"{front}/export/?format=csv&state=missed").decode("utf-8-sig")
    assert none.count("\n") == 1
    assert AccessRecord.objects.latest("pk").filters == {"state": "missed"} and AccessRecord.objects.latest("pk").count == 0


@pytest.mark.clause("A20")
def test_the_widest_of_them_is_drawn_on_paper(town: Town, morning) -> None:
    import pypdfium2

    with_finding(town, morning)
    content = taken(signed_in(town.supervisor), f"/inspections/{town.desk.slug}/findings/export/?format=pdf")
    said = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)).replace("\r\n", "")
    assert "台面杂物较多" in said and "Confidential" in said


@pytest.mark.clause("A20")
def test_the_promises_say_who_owes_and_who_gave(town: Town) -> None:
    later = timezone.now() + timedelta(days=370)
    promise_confidentiality(actor=town.supervisor, site=town.site, version=VERSION, now=later)
    found = listed("promises", of=town.desk, reader=town.supervisor, asked={}, now=later)
    rows = list(found.rows)
    states = {row[1]: row[2] for row in rows}
    assert states[town.supervisor.employee_number] == "promised" and states[town.agent.employee_number] == "due again"
    assert rows[-1][1] == town.supervisor.employee_number and rows[-1][3].count("wording 1") == 2, "who owes stands first"
    assert found.count == len(rows)
