"""What is in force: nobody on two duties at once (I5), and nothing changes after approval here (I6)."""

from datetime import timedelta

import psycopg2
import pytest
from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from desks.claims import AlreadyChanged
from desks.clock import local_day
from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import Town, read_town
from logbook.actions import open_watch
from logbook.queries import current_watch
from logbook.tests.test_concurrent_writers import together
from rosters import actions
from rosters.models import Absence, Duty, DutyChange, PlannedDuty, Roster, RosterLine
from rosters.tests.scenes import DECEMBER, confirmed, drafted, reported


def also_at_the_side(town: Town, now) -> None:
    """The agent and the butler may take duties at the site's other desk too."""
    for person, role in ((town.agent, Role.AGENT), (town.butler, Role.BUTLER)):
        Membership.objects.create(person=person, site=town.site, desk=town.other_desk, role=role, starts_at=now)


def again(duty: Duty, **changed: object) -> Duty:
    copy = Duty.objects.get(pk=duty.pk)
    copy.pk = None
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy


@pytest.mark.clause("I5")
def test_the_database_refuses_a_second_duty_at_the_same_time(town: Town, morning) -> None:
    duty = Duty.objects.filter(roster=reported(town, morning)).first()
    change = DutyChange.objects.create(
        desk=town.desk, kind="support", decided_by=town.supervisor, decided_at=morning, reason="忙"
    )
    own = {"roster": None, "brought_in_by": change, "origin": "change"}
    with pytest.raises(IntegrityError, match="duty_one_at_a_time"), transaction.atomic():
        again(duty, starts_at=duty.ends_at - timedelta(seconds=1), ends_at=duty.ends_at + timedelta(hours=1), **own).save()
    again(duty, starts_at=duty.ends_at, ends_at=duty.ends_at + timedelta(hours=1), **own).save()


SECOND = """INSERT INTO rosters_duty ({columns}) SELECT {values} FROM rosters_duty WHERE id = %(duty)s"""


STRONGER = [
    "SELECT 1", "SET CONSTRAINTS ALL DEFERRED", "SET CONSTRAINTS duty_one_at_a_time DEFERRED",
    "SET session_replication_role = replica", "SELECT set_config('session_replication_role', 'replica', true)",
    "SET ROLE duty_owner", "ALTER TABLE rosters_duty DROP CONSTRAINT duty_one_at_a_time",
    "ALTER TABLE rosters_duty DISABLE TRIGGER ALL", "TRUNCATE rosters_duty CASCADE",
]


@pytest.mark.clause("I5")
def test_a_login_of_the_application_s_role_puts_nobody_on_two_duties(place, morning, app_login) -> None:
    duty = Duty.objects.filter(roster=reported(place, morning)).first()
    change = DutyChange.objects.create(desk=place.desk, kind="support", decided_by=place.supervisor, decided_at=morning, reason="忙")
    own = {"roster_id": "NULL", "brought_in_by_id": str(change.pk), "origin": "'change'"}
    columns = [field.column for field in Duty._meta.concrete_fields if field.column != "id"]
    statement = SECOND.format(columns=", ".join(columns), values=", ".join(own.get(column, column) for column in columns))
    count, refused = Duty.objects.count(), []
    for first in STRONGER:
        try:
            with app_login.cursor() as cursor:
                cursor.execute(first)
                cursor.execute(statement, {"duty": duty.pk})
            app_login.commit()
        except (psycopg2.errors.ExclusionViolation, psycopg2.errors.InsufficientPrivilege):
            app_login.rollback()
            refused.append(first)
    assert refused == STRONGER and Duty.objects.count() == count


@pytest.mark.clause("I5")
def test_a_swap_may_exchange_two_people_within_one_transaction(town: Town, morning) -> None:
    reported(town, morning)
    duties = Duty.objects.filter(site_day=DECEMBER + timedelta(days=4)).order_by("starts_at")
    first, second = duties.first(), duties.last()
    assert first.person_id != second.person_id
    change = DutyChange.objects.create(
        desk=town.desk, kind="swap", decided_by=town.supervisor, decided_at=morning, reason="双方同意"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS duty_one_at_a_time DEFERRED")
        for duty, person in ((first, second.person), (second, first.person)):
            again(duty, person=person, roster=None, origin="change", brought_in_by=change).save()
        for duty in (first, second):
            duty.taken_out_by = change
            duty.save()
        cursor.execute("SET CONSTRAINTS duty_one_at_a_time IMMEDIATE")


@pytest.mark.clause("I5")
def test_a_duty_elsewhere_that_came_into_force_meanwhile_is_found_at_the_review(town: Town, morning) -> None:
    also_at_the_side(town, morning)
    here = drafted(town, morning)
    reported(town, morning, desk=town.other_desk, agent="早", butler="晚")
    with pytest.raises(Refused, match="has a duty at Side then") as refused:
        own = confirmed(town.supervisor, morning)
        actions.review_and_report(actor=town.supervisor, roster=here, confirmed=own, now=morning)
    assert refused.value.clause == "I5"


@pytest.mark.clause("I6")
def test_the_orm_and_raw_sql_cannot_change_a_duty_in_force(town: Town, morning, as_owner) -> None:
    roster = reported(town, morning)
    duty = Duty.objects.filter(roster=roster).first()
    attacks = [
        lambda: Duty.objects.filter(pk=duty.pk).update(person=town.butler),
        lambda: Duty.objects.filter(pk=duty.pk).update(ends_at=duty.ends_at + timedelta(hours=1)),
        lambda: Duty.objects.filter(pk=duty.pk).update(roster=None),
        lambda: Duty.objects.filter(pk=duty.pk)._raw_delete("default"),
        lambda: again(duty, person=town.second_butler).save(),
        lambda: Roster.objects.filter(pk=roster.pk).update(state="draft", reported_at=None),
        lambda: Roster.objects.filter(pk=roster.pk).update(version=2),
        lambda: Roster.objects.filter(pk=roster.pk)._raw_delete("default"),
        lambda: PlannedDuty.objects.filter(roster=roster).update(shift_code="late"),
        lambda: RosterLine.objects.filter(roster=roster)._raw_delete("default"),
        lambda: PlannedDuty.objects.create(
            roster=roster, version=1, person=town.agent, site_day=DECEMBER, shift_code="late", shift_version=1
        ),
    ]
    for place, attack in enumerate(attacks):
        with pytest.raises(Error), transaction.atomic():
            attack()
            pytest.fail(f"attack {place} went through")
    with as_owner(), pytest.raises(Error, match="I6"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(person=town.butler)


@pytest.mark.clause("I6")
def test_a_duty_goes_out_of_force_once_by_a_decided_change_of_its_own_desk_before_it_begins(town: Town, morning) -> None:
    duty = Duty.objects.filter(roster=reported(town, morning)).first()
    more = {"kind": "leave", "decided_by": town.supervisor, "decided_at": morning, "reason": "年假"}
    elsewhere = DutyChange.objects.create(desk=town.other_desk, **more)
    with pytest.raises(Error, match="its desk"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(taken_out_by=elsewhere)
    change = DutyChange.objects.create(desk=town.desk, **more)
    Duty.objects.filter(pk=duty.pk).update(taken_out_by=change)
    with pytest.raises(Error, match="once"), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(taken_out_by=None)
    with pytest.raises(Error), transaction.atomic():
        DutyChange.objects.filter(pk=change.pk).update(reason="x")


@pytest.mark.clause("I6")
def test_what_has_been_worked_is_never_changed(town: Town) -> None:
    now = timezone.now()
    last_month = (local_day(now, town.site.zone).replace(day=1) - timedelta(days=1)).replace(day=1)
    reported(town, now - timedelta(days=40), month=last_month, agent="早", butler="晚")
    worked = Duty.objects.filter(starts_at__lte=now).order_by("starts_at").first()
    assert worked is not None
    change = DutyChange.objects.create(
        desk=town.desk, kind="leave", decided_by=town.supervisor, decided_at=now, reason="x"
    )
    with pytest.raises(Error, match="worked"), transaction.atomic():
        Duty.objects.filter(pk=worked.pk).update(taken_out_by=change)


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


def _two_rosters(place: Town, now) -> list[Roster]:
    """Two drafts, at two desks, that put the same two people on duty at the same times."""
    also_at_the_side(place, now)
    both = {"agent": "早休", "butler": "休晚"}
    return [drafted(place, now, desk=desk, **both) for desk in (place.desk, place.other_desk)]


@pytest.mark.clause("I5")
def test_two_desks_approve_one_person_at_once_and_one_is_refused(place: Town, morning) -> None:
    rosters = _two_rosters(place, morning)
    own = confirmed(place.supervisor, morning)

    def approving(roster: Roster):
        return lambda: actions.review_and_report(
            actor=place.supervisor, roster=roster, confirmed=own, now=morning
        ) and None

    raised = together([approving(roster) for roster in rosters])
    assert [type(error) for error in raised] == [Refused]
    assert Duty.objects.values("roster").distinct().count() == 1


@pytest.mark.clause("A5")
def test_one_roster_reviewed_twice_at_once_comes_into_force_once(place: Town, morning) -> None:
    roster, own = drafted(place, morning), confirmed(place.supervisor, morning)

    def review() -> None:
        actions.review_and_report(actor=place.supervisor, roster=roster, confirmed=own, now=morning)

    raised = together([review] * 4)
    assert [type(error) for error in raised] == [AlreadyChanged] * 3
    assert Duty.objects.filter(roster=roster).count() == roster.planned.count()
    assert [row.state for row in roster.history.order_by("history_id")] == ["draft", "approved", "reported"]


@pytest.mark.clause("A5", "I9")
@pytest.mark.parametrize("first", ["approve", "return"])
def test_one_approves_what_another_returns_at_once_and_the_month_is_one_of_the_two(place: Town, morning, first: str) -> None:
    for person in (place.nobody, place.colleague):
        Membership.objects.create(person=person, site=place.site, role=Role.SUPERVISOR, starts_at=morning)
    roster = actions.submit(actor=place.supervisor, roster=drafted(place, morning), now=morning)
    own = confirmed(place.nobody, morning)

    def approve() -> None:
        actions.approve(actor=place.nobody, roster=Roster.objects.get(pk=roster.pk), confirmed=own, now=morning)

    def send_back() -> None:
        actions.return_roster(actor=place.colleague, roster=Roster.objects.get(pk=roster.pk), reason="周末排班不均", now=morning)

    raised = together([approve, send_back] if first == "approve" else [send_back, approve])
    assert [type(error) for error in raised] == [AlreadyChanged]
    roster.refresh_from_db()
    in_force = Duty.objects.filter(roster=roster).count()
    assert (roster.state, in_force) in {("approved", roster.planned.count()), ("returned", 0)}
    assert [row.state for row in roster.history.order_by("history_id")] == ["draft", "submitted", roster.state]


@pytest.mark.clause("A10")
def test_a_double_tap_on_meal_leaves_once(place: Town, morning) -> None:
    open_watch(actor=place.agent, desk=place.desk, now=morning, colleagues=[place.butler])

    def tap() -> None:
        actions.leave_for_a_while(actor=place.agent, desk=place.desk, what="meal", cover=place.butler, now=morning)

    raised = together([tap] * 4)
    assert [type(error) for error in raised] == [Refused] * 3
    assert Absence.objects.count() == 1 and current_watch(place.desk).holder == place.butler


def _insert_both(rosters: list[Roster], now) -> list[Exception]:
    """Both desks' first duties of the agent, straight into the table at the same moment, past every act."""
    for roster in rosters:
        Roster.objects.filter(pk=roster.pk).update(state="approved")

    def inserting(roster: Roster):
        duty = roster.planned.order_by("person", "site_day").first()
        return lambda: Duty.objects.create(
            person=duty.person, desk=roster.desk, site_day=duty.site_day, starts_at=now, ends_at=now + timedelta(hours=8),
            shift_code=duty.shift_code, shift_version=duty.shift_version, roster=roster,
        ) and None

    return together([inserting(roster) for roster in rosters])


@pytest.mark.clause("I5")
def test_two_at_once_past_the_acts_are_stopped_by_the_database(place: Town, morning) -> None:
    raised = _insert_both(_two_rosters(place, morning), morning)
    # Past the acts nobody holds a lock: the two checks may also wait for each other, and PostgreSQL ends one of them.
    assert len(raised) == 1 and isinstance(raised[0], IntegrityError | OperationalError)
    assert Duty.objects.count() == 1


@pytest.mark.clause("I5")
def test_control_without_the_constraint_one_person_is_on_two_duties(place: Town, morning) -> None:
    constraint = next(each for each in Duty._meta.constraints if each.name == "duty_one_at_a_time")

    def as_owner(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(statement)
            cursor.execute("SET ROLE duty_app")

    with connection.schema_editor(collect_sql=True) as editor:
        lay, drop = str(constraint.create_sql(Duty, editor)), str(constraint.remove_sql(Duty, editor))
    as_owner(drop)
    try:
        assert _insert_both(_two_rosters(place, morning), morning) == []
        first, second = Duty.objects.all()
        assert first.person_id == second.person_id and first.starts_at < second.ends_at
    finally:
        guards = "SELECT format('ALTER TABLE rosters_duty ENABLE ALWAYS TRIGGER %I', tgname) FROM pg_trigger WHERE tgrelid = 'rosters_duty'::regclass AND tgenabled = 'A'"
        with connection.cursor() as cursor:
            cursor.execute(guards)
            again = [words for (words,) in cursor.fetchall()]
        as_owner(";".join(["ALTER TABLE rosters_duty DISABLE TRIGGER USER", "DELETE FROM rosters_duty", "SET CONSTRAINTS ALL IMMEDIATE", *again, lay]))
