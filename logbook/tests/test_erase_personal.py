"""Personal values go by rule, by a function of the database alone, and the record says so (A18, A20, I1)."""

from datetime import date, timedelta

import psycopg2
import pytest
from django.db import Error, connection, transaction
from django.db.utils import InternalError

from desks import record_clock
from desks.refusal import Refused
from desks.testing import Town
from logbook import actions, rules
from logbook.clock import erase_by_rule
from logbook.models import Entry, ErasedValue, ErasureRun, PersonalPeriod, PersonalValue
from logbook.tests.independent_verifier import check
from logbook.tests.plain_rows import plain_rows
from logbook.tests.test_attacks import committed  # noqa: F401
from logbook.verify import verify

DAY = timedelta(days=1)


@pytest.fixture
def clock(db, as_owner):
    """The record's clock, to be set."""
    record_clock.install()
    return record_clock.set_to


@pytest.fixture
def entries(town: Town, morning, clock) -> dict[str, Entry]:
    """A settled enquiry and an open repair of one morning, both with a customer and a phone."""
    clock(morning)
    made = {}
    for kind, place in (("enquiry", ""), ("repair", "5栋1203")):
        made[kind] = actions.record_entry(
            actor=town.agent, desk=town.desk, now=morning, text=kind, kind=kind, place=place, customer="王女士", phone="13800138000"
        )
    return made


def erase(town: Town, moment) -> int:
    """Portion after portion, until nothing is left."""
    count = actions.erase_personal_values(desk=town.desk, day=moment.date(), now=moment)
    return count + erase(town, moment) if count else 0


def names_left(entry: Entry) -> set[str]:
    return set(PersonalValue.objects.filter(pk__in=entry.personal.values()).values_list("name", flat=True))


@pytest.mark.clause("A20")
def test_they_go_at_the_end_of_their_period_and_not_a_moment_before(town: Town, morning, clock, entries) -> None:
    before, after = morning + 180 * DAY - timedelta(minutes=5), morning + 180 * DAY + timedelta(minutes=5)
    clock(before)
    assert erase(town, before - DAY) == 0 and PersonalValue.objects.count() == 4
    clock(after)
    assert erase(town, after) == 2
    assert names_left(entries["enquiry"]) == set() and names_left(entries["repair"]) == {"customer", "phone"}
    notes = list(Entry.objects.filter(code__startswith="personal_erased").order_by("number").values_list("code", "author", "fields__count", "fields__days"))
    assert notes == [("personal_erased_customer", None, "1", "180"), ("personal_erased_phone", None, "1", "180")]
    report = verify()
    assert (report.breaches, report.erased) == ([], 2)


@pytest.mark.clause("A20")
def test_an_open_matter_keeps_them_and_its_closing_begins_the_period(town: Town, morning, clock, entries) -> None:
    late = morning + 400 * DAY
    clock(late)
    erase(town, late)
    actions.move_follow_up(actor=town.agent, root=entries["repair"], now=late, state="closed", result="好了")
    for days, left in ((179, {"customer", "phone"}), (181, set())):
        clock(late + days * DAY)
        erase(town, late + days * DAY)
        assert names_left(entries["repair"]) == left
    assert verify().breaches == []


@pytest.mark.clause("A20")
def test_a_period_takes_effect_a_day_later_for_its_kind_and_its_site_alone(town: Town, morning, clock, entries) -> None:
    there = actions.record_entry(
        actor=town.away.agent, desk=town.away.desk, now=morning, text="x", kind="enquiry", customer="赵", phone="13900139000"
    )
    day = morning + 40 * DAY
    clock(day)
    made = actions.set_personal_period(actor=town.administrator, site=town.site, name="phone", days=30, reason="少留", now=day)
    assert made.takes_effect_at - made.set_at == DAY
    assert erase(town, day) == 0
    clock(day + DAY + timedelta(minutes=1))
    assert erase(town, day + DAY) == 1
    assert actions.erase_personal_values(desk=town.away.desk, day=day.date(), now=day) == 0
    assert names_left(entries["enquiry"]) == {"customer"} and names_left(there) == {"customer", "phone"}
    assert Entry.objects.get(code="personal_period_phone").book.desk_id is None


@pytest.mark.clause("A20")
@pytest.mark.parametrize(
    ("name", "days", "reason", "field"),
    [("phone", 29, "x", "days"), ("phone", 1096, "x", "days"), ("plate", 90, "x", "name"), ("phone", 90, "", "reason")],
)
def test_a_period_has_a_floor_a_ceiling_a_known_kind_and_a_reason(name: str, days: int, reason: str, field: str) -> None:
    refusal = rules.why_not_period(name=name, known=actions.keeping.PERSONAL_NAMES, days=days, reason=reason)
    assert refusal is not None and refusal.field == field
    assert rules.why_not_period(name="phone", known=["phone"], days=30, reason="x") is None


@pytest.mark.clause("A20")
def test_only_the_administrator_of_the_site_sets_a_period(town: Town, morning) -> None:
    for person in (town.supervisor, town.agent, town.head, town.away.administrator):
        with pytest.raises(Refused):
            actions.set_personal_period(actor=person, site=town.site, name="phone", days=90, reason="x", now=morning)


@pytest.mark.clause("I1")
def test_the_database_itself_holds_floor_and_delay(town: Town, morning) -> None:
    note = actions.record_act(actor=town.administrator, site=town.site, now=morning, code="personal_period_phone")
    values = {"site": town.site, "name": "phone", "reason": "x", "set_by": town.administrator, "note": note}
    with pytest.raises(Error), transaction.atomic():
        PersonalPeriod.objects.create(days=29, **values)
    made = PersonalPeriod.objects.create(days=30, takes_effect_at=morning - 9 * DAY, set_at=morning - 9 * DAY, **values)
    made.refresh_from_db()
    assert made.takes_effect_at - made.set_at == DAY and made.takes_effect_at > morning


@pytest.mark.clause("I12")
@pytest.mark.parametrize("scope", ["desk", "month", "thread", "customer"])
def test_a_hold_stops_the_erasing_until_it_is_lifted(town: Town, morning, clock, entries, scope: str) -> None:
    named = {"month": {"month": date(2026, 11, 30)}, "thread": {"number": 1}, "customer": {"number": 2}}.get(scope, {})
    hold = actions.place_hold(actor=town.supervisor, desk=town.desk, scope=scope, reason="诉讼", now=morning, **named)
    late = morning + 200 * DAY
    clock(late)
    assert erase(town, late) == 0 and names_left(entries["enquiry"]) == {"customer", "phone"}
    actions.lift_hold(actor=town.supervisor, hold=hold, reason="结案", now=late)
    assert erase(town, late + DAY) == 2 and verify().breaches == []


@pytest.mark.clause("I12")
def test_a_hold_on_another_month_or_another_s_thread_stops_nothing(town: Town, morning, clock, entries) -> None:
    actions.place_hold(actor=town.supervisor, desk=town.desk, scope="month", reason="x", now=morning, month=date(2026, 10, 1))
    actions.place_hold(actor=town.supervisor, desk=town.desk, scope="thread", reason="x", now=morning, number=2)
    actions.place_hold(actor=town.away.supervisor, desk=town.away.desk, scope="desk", reason="x", now=morning)
    clock(morning + 200 * DAY)
    assert erase(town, morning + 200 * DAY) == 2


@pytest.mark.clause("I12")
def test_a_hold_is_the_supervisor_s_with_a_reason_and_lifted_once(town: Town, morning, entries) -> None:
    place = {"desk": town.desk, "scope": "desk", "now": morning}
    for person in (town.agent, town.head, town.auditor, town.administrator, town.away.supervisor):
        with pytest.raises(Refused):
            actions.place_hold(actor=person, reason="x", **place)
    for wrong in ({"reason": ""}, {"reason": "x", "scope": "month"}, {"reason": "x", "scope": "thread", "number": 999}):
        with pytest.raises(Refused):
            actions.place_hold(actor=town.supervisor, **place | wrong)
    hold = actions.place_hold(actor=town.supervisor, reason="x", **place)
    for person, reason in ((town.agent, "x"), (town.supervisor, "")):
        with pytest.raises(Refused):
            actions.lift_hold(actor=person, hold=hold, reason=reason, now=morning)
    lifted = actions.lift_hold(actor=town.supervisor, hold=hold, reason="x", now=morning)
    assert lifted.note.refers_to == hold.note
    with pytest.raises(Refused):
        actions.lift_hold(actor=town.supervisor, hold=hold, reason="x", now=morning)


@pytest.mark.clause("A20")
def test_the_clock_does_it_once_on_each_day_of_the_site(town: Town, morning, clock, entries) -> None:
    night = (morning + 181 * DAY).replace(hour=19, minute=29)  # 3:29 in Shanghai
    clock(night)
    assert erase_by_rule(night) == 0 and not ErasureRun.objects.exists()
    assert [erase_by_rule(night + timedelta(minutes=minute)) for minute in (1, 2, 3)] == [1, 1, 0]
    count = ErasureRun.objects.count()
    assert count >= 1 and erase_by_rule(night + timedelta(hours=1)) == 0 and ErasureRun.objects.count() == count


@pytest.mark.clause("A18")
def test_the_independent_verifier_tells_erased_from_missing(town: Town, morning, clock, entries) -> None:
    book = actions.book_of(town.desk)
    assert check(plain_rows(book), book.origin) == []
    clock(morning + 200 * DAY)
    erase(town, morning + 200 * DAY)
    rows = plain_rows(book)
    assert check(rows, book.origin) == [] and rows[0]["gone"]["phone"]["by"] == 4
    del rows[0]["gone"]["phone"]
    assert check(rows, book.origin) == ["#1"]


TAMPERINGS = [
    ("DELETE FROM logbook_personalvalue WHERE id = (SELECT (personal ->> 'phone')::bigint FROM logbook_entry WHERE kind = 'repair')", 2),
    ("DELETE FROM logbook_erasedvalue WHERE name = 'phone'", 1),
    ("UPDATE logbook_erasedvalue SET note_id = (SELECT id FROM logbook_entry WHERE number = 2) WHERE name = 'phone'", 1),
    ("UPDATE logbook_erasedvalue SET name = 'customer' WHERE name = 'phone'", 1),
    ("WITH gone AS (DELETE FROM logbook_personalvalue WHERE name = 'phone' RETURNING id, book_id) INSERT INTO logbook_erasedvalue "
     "SELECT id, 2, 'phone', book_id, (SELECT note_id FROM logbook_erasedvalue WHERE name = 'phone') FROM gone", 1),
    ("UPDATE logbook_entry SET fields = fields || '{\"days\": \"9\"}' WHERE number = 4", 4),
]


@pytest.mark.clause("I2")
@pytest.mark.parametrize(("statement", "number"), TAMPERINGS)
def test_an_erasing_that_no_entry_tells_is_found(town: Town, morning, clock, entries, as_owner, statement: str, number: int) -> None:
    clock(morning + 200 * DAY)
    erase(town, morning + 200 * DAY)
    assert verify().breaches == []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "personalvalue", "erasedvalue"):
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount >= 1
    assert [breach.number for breach in verify().breaches] == [number]


@pytest.mark.clause("I1")
def test_the_guard_refuses_the_owner_too(town: Town, entries, as_owner) -> None:
    for statement in ("DELETE FROM logbook_personalvalue", "UPDATE logbook_personalvalue SET value = 'x'"):
        with as_owner(), pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.clause("I1")
def test_the_application_s_login_erases_nothing_before_its_time(committed, app_login) -> None:  # noqa: F811
    _town, entry = committed
    with app_login.cursor() as cursor:
        cursor.execute("SELECT record_erase_personal(%s, 'customer')", [entry.book_id])
        assert cursor.fetchone() == (0,)
    app_login.commit()
    for attack in (
        f"INSERT INTO logbook_erasedvalue SELECT id, 2, 'customer', book_id, {entry.pk} FROM logbook_personalvalue",
        "DELETE FROM logbook_personalvalue",
        "DELETE FROM logbook_legalhold",
        "SELECT * FROM logbook_sealedtext",
        "SELECT set_config('search_path', 'pg_temp', false); CREATE TEMP TABLE logbook_personalperiod AS SELECT 1 AS site_id, 'customer' AS name, "
        "0 AS days, now() - interval '1 year' AS takes_effect_at, 1 AS id; DELETE FROM public.logbook_personalvalue",
    ):
        with pytest.raises(psycopg2.Error), app_login.cursor() as cursor:
            cursor.execute(attack)
        app_login.rollback()
    assert PersonalValue.objects.count() == 1 and ErasedValue.objects.count() == 0


@pytest.mark.clause("I1")
def test_a_temporary_table_of_periods_or_a_clock_of_one_s_own_does_not_deceive_the_function(committed, app_login) -> None:  # noqa: F811
    _, entry = committed
    with app_login.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE logbook_personalperiod AS SELECT b.site_id, 'customer'::varchar AS name, 0 AS days, now() - interval '1 year' "
            "AS takes_effect_at, 1 AS id FROM logbook_book b"
        )
        cursor.execute("CREATE FUNCTION pg_temp.record_clock() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2099-01-01' $$")
        cursor.execute("SET search_path = pg_temp, public")
        cursor.execute("SELECT public.record_erase_personal(%s, 'customer')", [entry.book_id])
        assert cursor.fetchone() == (0,)
    app_login.rollback()
