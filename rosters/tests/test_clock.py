"""Next month's roster is asked for from the 20th and overdue from the end of the 25th, each told once (A5, I7, I11)."""

from datetime import UTC, datetime, timedelta

import pytest

from desks import hooks
from desks.testing import Town
from notices.models import Notice
from rosters import actions, clock, panels
from rosters.tests.scenes import DECEMBER, confirmed, drafted, reported

# The borders in Shanghai: the beginning of the 20th, and the end of the 25th of November.
ASKED = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def told(town: Town) -> set[tuple[str, str]]:
    """Who was told of this site's front desk, and under which code."""
    return {
        (row.person.login, row.code)
        for row in Notice.objects.filter(matter="roster", matter_id=f"{town.desk.pk}:2026-12").select_related("person")
    }


@pytest.mark.clause("A5")
def test_nothing_is_asked_before_the_reminder_day_in_the_site_s_zone(town: Town) -> None:
    assert clock.ask_for_rosters(ASKED - TICK) == 0
    clock.ask_for_rosters(ASKED)
    assert told(town) == {
        ("taikoo-supervisor", "tell_roster_reminder"),
        *((f"taikoo-{part}", "tell_ask_leave") for part in ("agent", "colleague", "butler", "second_butler")),
    }
    leads_to = set(Notice.objects.filter(code="tell_ask_leave", site=town.site).values_list("url", flat=True))
    assert leads_to == {f"/rosters/{town.desk.slug}/wishes/"}


@pytest.mark.clause("A5")
@pytest.mark.clause("I11")
def test_it_is_overdue_from_the_end_of_the_25th_in_the_site_s_zone(town: Town) -> None:
    clock.ask_for_rosters(DUE - TICK)
    assert not any(code == "tell_roster_overdue" for _login, code in told(town))
    clock.ask_for_rosters(DUE)
    late = {login for login, code in told(town) if code == "tell_roster_overdue"}
    assert late == {"taikoo-supervisor", "taikoo-head"}


@pytest.mark.clause("I11")
def test_another_site_s_25th_ends_at_its_own_midnight(town: Town) -> None:
    town.away.site.timezone = "America/New_York"
    town.away.site.save()
    clock.ask_for_rosters(DUE)
    assert not Notice.objects.filter(site=town.away.site, code="tell_roster_overdue").exists()
    clock.ask_for_rosters(DUE + timedelta(hours=13) - TICK)
    assert not Notice.objects.filter(site=town.away.site, code="tell_roster_overdue").exists()
    clock.ask_for_rosters(DUE + timedelta(hours=13))
    people = Notice.objects.filter(site=town.away.site, code="tell_roster_overdue").values_list("person__login", flat=True)
    assert set(people) == {"away-supervisor", "away-head"}


@pytest.mark.clause("I7")
def test_a_clock_that_ticks_often_or_is_put_back_tells_once(town: Town) -> None:
    first = clock.ask_for_rosters(DUE)
    assert first == 8  # supervisor and project head of four desks at two sites
    for now in (DUE, DUE + timedelta(hours=9), DUE - timedelta(days=3), DUE + timedelta(days=2)):
        clock.ask_for_rosters(now)
    assert Notice.objects.filter(code="tell_roster_overdue").count() == 8


@pytest.mark.clause("I7")
def test_a_beat_that_was_away_tells_once_what_is_still_true(town: Town) -> None:
    clock.ask_for_rosters(DUE + timedelta(days=2))
    assert told(town) == {("taikoo-supervisor", "tell_roster_overdue"), ("taikoo-head", "tell_roster_overdue")}


@pytest.mark.clause("A5")
def test_nobody_is_told_once_it_is_reported(town: Town, morning) -> None:
    reported(town, morning)
    before = told(town)
    for now in (ASKED, DUE, DUE + timedelta(days=9)):
        clock.ask_for_rosters(now)
    assert told(town) == before
    assert not {"tell_roster_overdue", "tell_roster_reminder", "tell_ask_leave"} & {code for _login, code in before}


@pytest.mark.clause("A5")
def test_approved_but_not_reported_is_unfinished_yet_nobody_is_asked_for_leave(town: Town, morning) -> None:
    from desks.models import Membership, Role

    Membership.objects.create(person=town.nobody, site=town.site, role=Role.SUPERVISOR, starts_at=morning)
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    actions.approve(actor=town.nobody, roster=roster, confirmed=confirmed(town.nobody, morning), now=morning)
    clock.ask_for_rosters(morning)
    assert not any(code == "tell_ask_leave" for _login, code in told(town))
    clock.ask_for_rosters(DUE)
    assert ("taikoo-head", "tell_roster_overdue") in told(town)


@pytest.mark.clause("A5")
def test_a_month_that_has_begun_stays_overdue_only_where_rosters_are_kept(town: Town, morning) -> None:
    drafted(town, morning)
    clock.ask_for_rosters(datetime(2026, 12, 3, 1, 0, tzinfo=UTC))
    assert ("taikoo-head", "tell_roster_overdue") in told(town)
    assert not Notice.objects.filter(matter_id=f"{town.other_desk.pk}:2026-12").exists()


@pytest.mark.clause("A5")
def test_the_now_list_of_supervisor_and_head_and_nobody_else(town: Town) -> None:
    def items(person, now) -> list:
        return [item for item in panels.now_items(person, town.site, now) if town.desk.slug in item.url]

    assert [item.tone for item in items(town.supervisor, ASKED)] == ["warn"]
    assert items(town.head, ASKED) == []
    for person in (town.supervisor, town.head):
        assert [item.tone for item in items(person, DUE)] == ["bad"]
    for part in ("agent", "butler", "auditor", "administrator", "operator"):
        assert panels.now_items(getattr(town, part), town.site, DUE) == []
    assert panels.now_items(town.away.supervisor, town.site, DUE) == []


@pytest.mark.clause("A5")
def test_the_acting_supervisor_with_the_right_is_reminded_too(town: Town) -> None:
    from desks.models import ActingSupervisor

    ActingSupervisor.objects.create(
        person=town.butler, site=town.site, rights=["roster.draft"], starts_at=ASKED, ends_at=DUE, named_by=town.supervisor
    )
    clock.ask_for_rosters(ASKED)
    assert ("taikoo-butler", "tell_roster_reminder") in told(town)


def test_the_clock_s_acts_are_registered_and_old_files_go(town: Town, morning) -> None:
    names = {name for name, _act in hooks.clock_acts}
    assert {"rosters.months", "rosters.uploads"} <= names
    content = "姓名,1".encode()
    actions.keep_upload(
        actor=town.supervisor, desk=town.desk, month=DECEMBER, name="x", content=content, now=morning
    )
    assert clock.clear_uploads(morning + clock.KEEP_UPLOADS) == 0
    assert clock.clear_uploads(morning + clock.KEEP_UPLOADS + TICK) == 1
