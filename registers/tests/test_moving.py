"""What goes out and comes back: who took what, until when; expected is the last count with what moved since (A28, B1.9)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg2
import pytest
from django.db import Error, transaction
from django.utils import timezone

from desks.models import DeskSettings
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import record_act
from logbook.models import Entry
from logbook.verify import verify
from notices.models import Notice
from registers import actions
from registers.clock import raise_overdue_issues
from registers.models import CustodyDifference, CustodyIssue, CustodyItem, CustodyMovement
from registers.queries import custody_of, happened, history_keys, open_differences, out_of, unsettled_at

ONE = Decimal(1)


def item(town: Town, code: str = "access_cards") -> CustodyItem:
    return CustodyItem.objects.get(desk=town.desk, code=code, current=True)


def expected(town: Town, code: str = "access_cards") -> Decimal:
    return next(row.expected for row in custody_of(town.desk) if row.item.code == code)


def issued(town: Town, now, **said) -> CustodyIssue:
    values = {"actor": town.agent, "item": item(town), "amount": Decimal(3), "taken_by": "外墙施工队 老王", "now": now} | said
    return actions.issue_item(**values)


def counted(town: Town, now, code: str, amount: int, why: str = "") -> Entry:
    entry = record_act(actor=town.agent, desk=town.desk, now=now, code="desk_closed", fields={"holder": "x"})
    row = next(row for row in custody_of(town.desk) if row.item.code == code)
    actions.record_counts(
        actor=town.agent, desk=town.desk, entry=entry, counted_with=None, now=now,
        lines=[actions.Counted(row.item, row.expected, Decimal(amount), why)],
    )
    return entry


@pytest.fixture
def keys(town: Town) -> CustodyItem:
    """Keys by number, back within an hour."""
    row = item(town, "spare_keys")
    row.numbered, row.out_minutes = True, 60
    row.save()
    return row


@pytest.mark.clause("B1.9")
def test_what_is_issued_is_out_and_comes_back_in_parts(town: Town, morning) -> None:
    issue = issued(town, morning, purpose="外墙清洗")
    assert expected(town) == 17 and [each.pk for each in out_of(town.desk)] == [issue.pk]
    entry = Entry.objects.get(code="custody_issued")
    assert (entry.author, entry.words.text, entry.fields["taken_by"], entry.fields["how_much"]) == (town.agent, "外墙清洗", "外墙施工队 老王", "3")
    part = actions.take_back(actor=town.butler, issue=issue, amount=Decimal(2), brought_by="小李", now=morning)
    assert (part.state, part.left, expected(town)) == ("out", 1, 19)
    back = Entry.objects.get(code="custody_returned")
    assert back.refers_to_id == entry.pk and back.fields["brought_by"] == "小李"
    done = actions.take_back(actor=town.agent, issue=issue, now=morning)
    assert (done.state, done.left, done.closed_at, expected(town)) == ("back", 0, morning, 20)
    assert done.history.order_by("-history_id")[0].history_user == town.agent
    with pytest.raises(Refused):
        actions.take_back(actor=town.agent, issue=issue, now=morning)
    assert verify().breaches == []


@pytest.mark.clause("B1.9")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"taken_by": "  "}, "taken_by"), ({"amount": Decimal(0)}, "amount"), ({"amount": Decimal("1.5")}, "amount"), ({"amount": Decimal(21)}, "amount"),
        ({"due": -1}, "due_at"), ({"due": 0}, "due_at"), ({"piece": "a" * 21}, "piece"),
    ],
)
def test_what_cannot_be_issued_is_refused_beside_its_field_and_leaves_nothing(town: Town, morning, said: dict, field: str) -> None:
    if "due" in said:
        said = {"due_at": morning + timedelta(minutes=said["due"])}
    with pytest.raises(Refused) as refused:
        issued(town, morning, **said)
    assert refused.value.field == field
    assert not CustodyIssue.objects.exists() and not Entry.objects.filter(code__startswith="custody").exists()
    assert "20" not in str(refused.value.reason) or field == "piece"


@pytest.mark.clause("B1.9")
def test_who_works_at_the_desk_issues_and_only_the_supervisor_writes_off(town: Town, morning) -> None:
    for stranger in (town.auditor, town.head, town.administrator, town.operator, town.away.agent, town.nobody):
        with pytest.raises(Refused):
            issued(town, morning, actor=stranger)
    issue = issued(town, morning)
    for actor, reason in ((town.agent, "丢失"), (town.away.supervisor, "x"), (town.supervisor, " ")):
        with pytest.raises(Refused):
            actions.write_off(actor=actor, issue=issue, reason=reason, now=morning)
    gone = actions.write_off(actor=town.supervisor, issue=issue, reason="施工队丢失，已赔偿", now=morning)
    assert (gone.state, gone.left, expected(town)) == ("gone", 0, 17)


@pytest.mark.clause("B1.9")
def test_a_key_goes_out_by_its_number_once_until_it_is_back(town: Town, morning, keys: CustodyItem) -> None:
    with pytest.raises(Refused) as refused:
        issued(town, morning, item=keys)
    assert refused.value.field == "piece"
    first = issued(town, morning, item=keys, piece=" 12 ", amount=Decimal(9))
    assert (first.piece, first.amount, first.due_at, expected(town, "spare_keys")) == ("12", 1, morning + timedelta(hours=1), 35)
    with pytest.raises(Refused) as refused:
        issued(town, morning, item=keys, piece="12")
    assert refused.value.field == "piece" and Entry.objects.filter(code="custody_issued_until").count() == 1
    actions.take_back(actor=town.agent, issue=first, now=morning)
    assert issued(town, morning, item=keys, piece="12").state == "out"


@pytest.mark.clause("B1.9")
def test_past_its_time_it_is_raised_once_at_the_border(town: Town, morning, keys: CustodyItem) -> None:
    issue = issued(town, morning, item=keys, piece="3")
    issued(town, morning)
    due = morning + timedelta(hours=1)
    assert raise_overdue_issues(due - timedelta(seconds=1)) == 0
    assert raise_overdue_issues(due) == 1
    assert raise_overdue_issues(due + timedelta(days=3)) == 0
    assert Entry.objects.get(code="custody_overdue").refers_to_id == issue.entry_id
    assert [each.person for each in Notice.objects.filter(code="custody_overdue_told")] == [town.supervisor]
    late = issued(town, due, item=keys, piece="4")
    actions.take_back(actor=town.agent, issue=late, now=due)
    assert raise_overdue_issues(due + timedelta(days=3)) == 0
    page = signed_in(town.supervisor).get("/").content.decode()
    assert "№ 3" in page


@pytest.mark.clause("B1.9")
def test_it_stays_out_longer_and_is_raised_by_the_new_time_alone(town: Town, morning, keys: CustodyItem) -> None:
    issue, due = issued(town, morning, item=keys, piece="3"), morning + timedelta(hours=1)
    later = due + timedelta(hours=2)
    row = actions.extend_issue(actor=town.butler, issue=issue, due_at=later, reason="配件未到", now=due - timedelta(minutes=1))
    assert (row.due_at, row.state) == (later, "out") and row.history.latest("history_id").history_user == town.butler
    said = Entry.objects.get(code="custody_extended")
    assert (said.refers_to_id, said.words.text, said.author) == (issue.entry_id, "配件未到", town.butler)
    assert (said.fields["was_due_at"], said.fields["back_by_at"]) == (due.isoformat(), later.isoformat())
    assert raise_overdue_issues(later - timedelta(seconds=1)) == 0
    assert (raise_overdue_issues(later), raise_overdue_issues(later)) == (1, 0)
    # Once raised it may be put off again, and is raised once more.
    actions.extend_issue(actor=town.agent, issue=issue, due_at=later + timedelta(hours=1), now=later)
    assert [raise_overdue_issues(later + timedelta(minutes=minutes)) for minutes in (59, 60, 61)] == [0, 1, 0]
    assert Notice.objects.filter(code="custody_overdue_told", person=town.supervisor).count() == 2
    assert verify().breaches == []


@pytest.mark.clause("B1.9")
def test_what_had_no_time_gets_one_and_is_raised(town: Town, morning) -> None:
    issue = issued(town, morning)
    actions.extend_issue(actor=town.agent, issue=issue, due_at=morning + timedelta(minutes=1), now=morning)
    assert "was_due_at" not in Entry.objects.get(code="custody_time_set").fields
    assert raise_overdue_issues(morning + timedelta(minutes=1)) == 1


@pytest.mark.clause("B1.9")
def test_a_time_that_passed_or_stands_and_who_takes_nothing_back_are_refused(town: Town, morning, keys: CustodyItem) -> None:
    issue, due = issued(town, morning, item=keys, piece="3"), morning + timedelta(hours=1)
    for at in (morning, morning - timedelta(days=1), due):
        with pytest.raises(Refused) as refused:
            actions.extend_issue(actor=town.agent, issue=issue, due_at=at, now=morning)
        assert refused.value.field == "due_at"
    later = due + timedelta(hours=1)
    for stranger in (town.auditor, town.head, town.administrator, town.operator, town.away.agent, town.nobody):
        with pytest.raises(Refused):
            actions.extend_issue(actor=stranger, issue=issue, due_at=later, now=morning)
    actions.take_back(actor=town.agent, issue=issue, now=morning)
    with pytest.raises(Refused):
        actions.extend_issue(actor=town.agent, issue=issue, due_at=later, now=morning)
    assert not Entry.objects.filter(code="custody_extended").exists()


@pytest.mark.clause("B1.9")
@pytest.mark.parametrize("change", [{"due_at": None}, {"due_at": "before"}, {"raised_at": None}])
def test_the_database_takes_no_time_away_and_silences_nothing_without_another(town: Town, morning, keys: CustodyItem, change: dict) -> None:
    issue = issued(town, morning, item=keys, piece="3")
    raise_overdue_issues(morning + timedelta(hours=1))
    if change.get("due_at") == "before":
        change = {"due_at": morning}
    with pytest.raises(Error), transaction.atomic():
        CustodyIssue.objects.filter(pk=issue.pk).update(**change)


@pytest.mark.clause("B1.9")
def test_the_page_puts_the_time_off_and_keeps_what_was_typed(town: Town, morning, keys: CustodyItem) -> None:
    issue = issued(town, timezone.now(), item=keys, piece="3")
    base, agent = f"/registers/{town.desk.slug}", signed_in(town.agent)
    address = f"{base}/issues/{issue.pk}/time/"
    for wrong in ("", "2020-01-01T08:00", "tomorrow", "99999-01-01T00:00"):
        refused = agent.post(address, {"due_at": wrong, "reason": "<b>等配件"})
        assert refused.status_code == 422 and "&lt;b&gt;等配件" in refused.content.decode()
    at = timezone.localtime(timezone.now() + timedelta(days=1), town.site.zone).replace(second=0, microsecond=0)
    assert agent.post(address, {"due_at": f"{at:%Y-%m-%dT%H:%M}", "reason": ""}).status_code == 302
    issue.refresh_from_db()
    assert issue.due_at == at
    assert signed_in(town.auditor).post(address, {"due_at": "2099-01-01T08:00"}).status_code == 403
    assert signed_in(town.away.agent).post(address, {"due_at": "2099-01-01T08:00"}).status_code == 404


@pytest.mark.clause("A28")
def test_what_comes_in_or_leaves_for_good_is_expected_with_its_reason(town: Town, morning) -> None:
    box = item(town, "cash_box")
    for said, field in (({"reason": ""}, "reason"), ({"amount": Decimal(0)}, "amount"), ({"amount": Decimal("500.01"), "comes_in": False}, "amount")):
        with pytest.raises(Refused) as refused:
            actions.move_for_good(**{"actor": town.agent, "item": box, "amount": ONE, "comes_in": True, "reason": "x", "now": morning} | said)
        assert refused.value.field == field
    actions.move_for_good(actor=town.agent, item=box, amount=Decimal("30.50"), comes_in=True, reason="开锁服务费", now=morning)
    actions.move_for_good(actor=town.butler, item=box, amount=Decimal(12), comes_in=False, reason="买水", now=morning)
    assert expected(town, "cash_box") == Decimal("518.50")
    assert Entry.objects.get(code="custody_added").fields["how_much"] == "CNY 30.50"


@pytest.mark.clause("A28")
def test_a_count_decides_and_only_what_moved_after_it_counts(town: Town, morning) -> None:
    issue = issued(town, morning)
    counted(town, morning, "access_cards", 16, "少一张")
    assert expected(town) == 16
    actions.take_back(actor=town.agent, issue=issue, now=morning)
    assert expected(town) == 19


@pytest.mark.clause("A28")
@pytest.mark.parametrize(("result", "again", "after"), [("found", False, 20), ("lost", False, 18), ("found", True, 18)])
def test_what_is_found_comes_back_unless_it_was_counted_since(town: Town, morning, result: str, again: bool, after: int) -> None:
    counted(town, morning, "access_cards", 18, "少两张")
    (difference,) = open_differences(town.desk)
    if again:
        counted(town, morning, "access_cards", 18)
    assert list(unsettled_at(town.desk, morning + timedelta(hours=1))) == [difference]
    with pytest.raises(Refused) as refused:
        actions.settle_difference(actor=town.supervisor, difference=difference, result="", reason="x", now=morning)
    assert refused.value.field == "result"
    settled = actions.settle_difference(actor=town.supervisor, difference=difference, result=result, reason="在抽屉里", now=morning)
    assert (settled.settled_result, expected(town)) == (result, after)
    assert not unsettled_at(town.desk, morning + timedelta(hours=1)) and CustodyDifference.objects.get().state == "settled"


@pytest.mark.clause("I10")
def test_sent_twice_is_stored_once(town: Town, morning) -> None:
    key, box = uuid4(), item(town, "cash_box")
    assert issued(town, morning, key=key).pk == issued(town, morning, key=key).pk
    more = uuid4()
    for _time in range(2):
        actions.move_for_good(actor=town.agent, item=box, amount=ONE, comes_in=True, reason="x", now=morning, key=more)
    assert CustodyIssue.objects.count() == 1 and CustodyMovement.objects.count() == 2


@pytest.mark.clause("I1")
def test_what_moved_stays_as_it_was_and_fits_what_was_issued(town: Town, morning, as_owner) -> None:
    issue = issued(town, morning)
    moved = CustodyMovement.objects.get()
    rows = CustodyIssue.objects.filter(pk=issue.pk)

    def forged(**changes) -> CustodyMovement:
        values = {field.attname: getattr(moved, field.attname) for field in moved._meta.fields if field.name != "id"}
        return CustodyMovement.objects.create(**values | {"kind": "returned", "key": None} | changes)

    actions.move_for_good(actor=town.agent, item=item(town, "cash_box"), amount=ONE, comes_in=True, reason="x", now=morning)
    for attack in (
        lambda: CustodyMovement.objects.update(amount=1), lambda: CustodyMovement.objects.all()._raw_delete("default"),
        lambda: rows.update(taken_by="x"), lambda: rows.update(amount=9), lambda: rows._raw_delete("default"), lambda: rows.update(left=4),
        lambda: rows.update(left=0), lambda: rows.update(state="back"), forged, lambda: forged(amount=99), lambda: forged(number=moved.number + 1),
        lambda: forged(kind="added", issue_id=None, note=""),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    actions.take_back(actor=town.agent, issue=issue, now=morning)
    with pytest.raises(Error), transaction.atomic():
        rows.update(raised_at=morning)
    with as_owner(), pytest.raises(Error, match="part of the record"), transaction.atomic():
        CustodyMovement.objects.update(amount=1)


@pytest.mark.clause("I1")
def test_a_login_of_the_application_s_role_cannot_change_a_movement(app_login) -> None:
    for attack in ("UPDATE registers_custodymovement SET amount = 4", "DELETE FROM registers_custodymovement"):
        with app_login.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(attack)
        app_login.rollback()


@pytest.mark.clause("A28")
def test_the_history_says_who_held_it_when(town: Town, morning) -> None:
    from logbook.actions import open_watch

    record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_closed", fields={"holder": "x"})
    before = issued(town, morning)
    open_watch(actor=town.butler, desk=town.desk, now=morning)
    actions.take_back(actor=town.butler, issue=before, now=morning)
    counted(town, morning, "access_cards", 19, "少一张")
    issued(town, morning, item=item(town, "radios"), amount=ONE)
    lines = happened(town.desk, history_keys(town.desk, "access_cards"))
    assert [each.count.counted if each.count else each.movement.kind for each in lines] == [19, "returned", "issued"]
    assert [each.watch.holder if each.watch else None for each in lines] == [town.butler, town.butler, None]
    assert history_keys(town.desk).count() == 4 and not history_keys(town.other_desk).exists()


@pytest.mark.clause("B1.9")
def test_the_page_issues_takes_back_and_keeps_what_was_typed(town: Town, morning, keys: CustodyItem) -> None:
    base, agent = f"/registers/{town.desk.slug}", signed_in(town.agent)
    page = agent.get(f"{base}/custody/").content.decode()
    assert "Nothing is out" in page
    said = {"item": "spare_keys", "piece": "7", "amount": "1", "taken_by": "<b>工程 王工</b>", "purpose": "配电房", "due_at": "2099-01-01T08:00"}
    for wrong, words in (({"taken_by": ""}, "Nobody is named"), ({"due_at": "2001-01-01T08:00"}, "has passed already"), ({"amount": "1e9"}, "9,999,999.99"),
                         ({"amount": "-1"}, "9,999,999.99"), ({"amount": "一"}, "not a number"), ({"amount": "1.234"}, "two decimals"), ({"item": "nothing"}, "valid choice"),
                         ({"purpose": "a\0"}, "Null"), ({"purpose": "字" * 100_000}, "200")):
        answer = agent.post(f"{base}/issues/", said | wrong)
        assert answer.status_code == 422 and words in answer.content.decode()
        assert "配电房" in answer.content.decode() or "purpose" in wrong
    assert agent.post(f"{base}/issues/", said).status_code == 302
    issue = CustodyIssue.objects.get()
    page = agent.get(f"{base}/custody/").content.decode()
    assert "<b>工程" not in page and "&lt;b&gt;工程 王工" in page and "№ 7" in page
    assert "№ 7" in agent.get(f"{base}/sheet/").content.decode()
    assert "№ 7" in agent.get(f"/desk/{town.desk.slug}/").content.decode()
    assert signed_in(town.auditor).post(f"{base}/issues/{issue.pk}/back/").status_code == 403
    assert agent.post(f"{base}/issues/{issue.pk}/gone/", {"reason": "x"}).status_code == 403
    assert signed_in(town.supervisor).post(f"/registers/{town.other_desk.slug}/issues/{issue.pk}/back/").status_code == 404
    too_much = agent.post(f"{base}/issues/{issue.pk}/back/", {"amount": "2", "note": "还了"})
    assert too_much.status_code == 422 and "More came back" in too_much.content.decode() and "还了" in too_much.content.decode()
    assert agent.post(f"{base}/issues/{issue.pk}/back/").status_code == 302
    moved = agent.post(f"{base}/movements/", {"way": "in", "item": "cash_box", "amount": "5", "reason": "服务费"})
    assert moved.status_code == 302 and expected(town, "cash_box") == 505
    history = agent.get(f"{base}/custody/spare_keys/").content.decode()
    assert "№ 7" in history and "配电房" in history
    one, other = (agent.get(f"{base}/custody/spare_keys/", {"piece": piece}).content.decode() for piece in ("7", "8\0"))
    assert "配电房" in one and "配电房" not in other and "Nothing happened with this piece" in other
    assert agent.get(f"{base}/history/").status_code == 200


@pytest.mark.clause("A28")
def test_the_history_goes_out_as_a_file_by_right(town: Town, morning) -> None:
    issued(town, morning)
    counted(town, morning, "access_cards", 16, "=少一张")
    address = f"/registers/{town.desk.slug}/history/export/?format=csv&item=access_cards"
    assert signed_in(town.agent).get(address).status_code == 403
    said = b"".join(signed_in(town.supervisor).get(address).streaming_content).decode()
    assert "外墙施工队 老王" in said and "'=少一张" in said


@pytest.mark.clause("A28")
def test_a_desk_that_counts_blind_shows_its_numbers_to_supervisors_alone(town: Town, morning) -> None:
    settings = DeskSettings.objects.get(desk=town.desk)
    settings.blind_count = True
    settings.save()
    row = item(town)
    row.expected = Decimal(7391)
    row.save()
    pages = [f"/registers/{town.desk.slug}/{each}" for each in ("custody/", "sheet/", "custody/access_cards/", "history/")]
    record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_closed", fields={"holder": "x"})
    counted(town, morning, "access_cards", 7391)
    agent, supervisor = signed_in(town.agent), signed_in(town.supervisor)
    assert not any("7391" in agent.get(page).content.decode() for page in pages)
    assert all("7391" in supervisor.get(page).content.decode() for page in pages)
    assert "counts blind" in agent.get(pages[0]).content.decode()
