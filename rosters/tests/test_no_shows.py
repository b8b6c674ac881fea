"""Who has not come past the desk's limit is raised once by the clock, heard, and settled by the supervisor; nothing of it goes away (A22, I7)."""

from datetime import timedelta

import pytest
import time_machine

from desks.claims import AlreadyChanged
from desks.refusal import Refused
from desks.testing import MORNING, Town, read_town, signed_in
from logbook.actions import join_watch, open_watch
from logbook.models import AccessRecord, Entry
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions, panels
from rosters.actions import attendance
from rosters.models import PresenceCase, PresenceOutcome, PresenceStatement
from rosters.tests.scenes import november
from rosters.tests.test_check_in import START, duty_of, minutes

LIMIT = START + minutes(30)
SECOND = timedelta(seconds=1)
HEARING = timedelta(hours=48)


@pytest.fixture
def planned(town: Town, morning) -> Town:
    """The agent opened the desk on time; the colleague of the same shift has not come."""
    november(town, morning)
    open_watch(actor=town.agent, desk=town.desk, now=START)
    return town


def raised(town: Town) -> PresenceCase:
    assert actions.raise_no_shows(LIMIT) == 1
    return PresenceCase.objects.get(about=town.colleague)


def settle(town: Town, case: PresenceCase, now, actor=None, **said):
    values = {"outcome": "reminder", "special_reason": False, "reason": "迟到未报备", "now": now} | said
    return actions.settle_presence(actor=actor or town.supervisor, case=case, **values)


@pytest.mark.clause("A22")
def test_past_the_limit_it_is_raised_once_and_both_are_told(planned: Town) -> None:
    assert actions.raise_no_shows(LIMIT - SECOND) == 0
    case = raised(planned)
    for now in (LIMIT, LIMIT + minutes(1), LIMIT - SECOND, LIMIT + timedelta(hours=7)):
        assert actions.raise_no_shows(now) == 0
    assert (case.kind, case.raised_by, case.duty) == ("no_show", None, duty_of(planned, "colleague"))
    entry = Entry.objects.get(pk=case.entry_id)
    assert (entry.code, entry.author, entry.audience) == ("no_show", None, "supervisors")
    told = {(row.person.login, row.code) for row in Notice.objects.filter(matter="presence").select_related("person")}
    assert told == {("taikoo-colleague", "no_show_you_told"), ("taikoo-supervisor", "no_show_told")}


@pytest.mark.clause("A22")
def test_who_joins_or_checks_in_before_the_clock_looks_is_not_raised(planned: Town) -> None:
    actions.check_in(actor=planned.colleague, desk=planned.desk, now=LIMIT)
    assert actions.raise_no_shows(LIMIT + minutes(5)) == 0


@pytest.mark.clause("I7")
def test_a_clock_that_stood_still_raises_what_is_still_so_and_not_what_is_long_past(planned: Town) -> None:
    assert actions.raise_no_shows(LIMIT + timedelta(hours=8, minutes=31)) == 3  # the colleague, and both of the late shift
    assert set(PresenceCase.objects.values_list("about__login", flat=True)) == {
        "taikoo-colleague", "taikoo-butler", "taikoo-second_butler"
    }


@pytest.mark.clause("I7")
def test_what_is_older_than_two_days_is_left_to_the_month_s_table(planned: Town) -> None:
    assert actions.raise_no_shows(LIMIT + timedelta(days=30)) == 0


@pytest.mark.clause("A22")
def test_a_desk_that_keeps_no_watches_yet_or_set_the_limit_to_nothing_accuses_nobody(town: Town, morning) -> None:
    november(town, morning)
    assert actions.raise_no_shows(LIMIT + minutes(5)) == 0
    open_watch(actor=town.agent, desk=town.desk, now=START + minutes(1))
    assert actions.raise_no_shows(LIMIT + minutes(5)) == 0, "the watch began after the duty"
    town.desk.settings.no_show_minutes = 0
    town.desk.settings.save()
    assert actions.raise_no_shows(LIMIT + timedelta(days=1)) == 0


@pytest.mark.clause("I11")
def test_another_site_s_duty_begins_by_its_own_clock(town: Town, morning) -> None:
    town.away.site.timezone = "America/New_York"
    town.away.site.save()
    town.away.desk.refresh_from_db()
    november(town.away, morning)
    open_watch(actor=town.away.agent, desk=town.away.desk, now=START)
    there = START + timedelta(hours=13)  # eight in the morning of the 24th in New York
    assert actions.raise_no_shows(there + minutes(30) - SECOND) == 0
    assert actions.raise_no_shows(there + minutes(30)) == 1
    assert PresenceCase.objects.get(about=town.away.colleague).desk == town.away.desk


@pytest.mark.clause("A22")
def test_the_person_is_heard_and_the_supervisor_settles(planned: Town) -> None:
    case = raised(planned)
    with pytest.raises(Refused) as refused:
        settle(planned, case, LIMIT + HEARING - SECOND)
    assert refused.value.field == "reason" and "heard" in str(refused.value)
    actions.state_presence(actor=planned.colleague, case=case, words="地铁停运", now=LIMIT + minutes(20))
    made = settle(planned, case, LIMIT + minutes(30), outcome="none", special_reason=True)
    assert (made.outcome, made.special_reason) == ("none", True)
    codes = list(Entry.objects.filter(book__desk=planned.desk).order_by("number").values_list("code", flat=True))
    assert codes[-3:] == ["no_show", "presence_stated", "presence_settled_none"]
    assert Notice.objects.filter(person=planned.colleague, code="presence_settled_told").count() == 1
    for act in (lambda: settle(planned, case, LIMIT + HEARING), lambda: actions.state_presence(actor=planned.colleague, case=case, words="再说", now=LIMIT + HEARING)):
        with pytest.raises(Refused):
            act()


@pytest.mark.clause("A22")
def test_who_says_nothing_in_time_is_settled_without(planned: Town) -> None:
    assert settle(planned, raised(planned), LIMIT + HEARING).outcome == "reminder"


@pytest.mark.clause("A22")
@pytest.mark.parametrize(
    "said,field",
    [({"outcome": "fine"}, "outcome"), ({"outcome": ""}, "outcome"), ({"reason": "  "}, "reason"), ({"special_reason": True}, "outcome")],
)
def test_an_outcome_is_one_of_the_site_s_and_has_a_reason(planned: Town, said: dict, field: str) -> None:
    case = raised(planned)
    with pytest.raises(Refused) as refused:
        settle(planned, case, LIMIT + HEARING, **said)
    assert refused.value.field == field and not PresenceOutcome.objects.exists()


@pytest.mark.clause("A22")
@pytest.mark.parametrize("part", ["agent", "colleague", "head", "auditor", "administrator"])
def test_nobody_but_the_supervisor_settles_and_nobody_speaks_for_another(planned: Town, part: str) -> None:
    case = raised(planned)
    person = getattr(planned, part)
    with pytest.raises(Refused):
        settle(planned, case, LIMIT + HEARING, actor=person)
    if part != "colleague":
        with pytest.raises(Refused):
            actions.state_presence(actor=person, case=case, words="替他说", now=LIMIT + minutes(1))
    with pytest.raises(Refused):
        actions.state_presence(actor=planned.colleague, case=case, words=" \n", now=LIMIT + minutes(1))
    assert not PresenceStatement.objects.exists() and not PresenceOutcome.objects.exists()


@pytest.mark.clause("A22")
def test_a_supervisor_asks_about_a_late_arrival_and_not_about_the_lead(planned: Town) -> None:
    late, punctual = duty_of(planned, "colleague"), duty_of(planned, "agent")
    watch = planned.desk.watches.get()
    join_watch(actor=planned.agent, watch=watch, person=planned.colleague, now=START + minutes(9))
    case = actions.ask_about_lateness(actor=planned.supervisor, duty=late, now=LIMIT)
    assert (case.kind, case.raised_by, Entry.objects.get(pk=case.entry_id).fields["minutes"]) == ("late", planned.supervisor, "9")
    for duty, actor in ((late, planned.supervisor), (punctual, planned.supervisor), (late, planned.agent)):
        with pytest.raises(Refused):
            actions.ask_about_lateness(actor=actor, duty=duty, now=LIMIT)
    assert PresenceCase.objects.count() == 1


@pytest.mark.clause("I8")
def test_the_pages_show_one_s_own_cases_and_all_to_who_may_see_them(planned: Town) -> None:
    case = raised(planned)
    base = f"/rosters/{planned.desk.slug}/presence/"
    with time_machine.travel(LIMIT + minutes(1), tick=False):
        for part, seen in {"colleague": 200, "supervisor": 200, "head": 200, "auditor": 200, "agent": 404, "butler": 404}.items():
            client = signed_in(getattr(planned, part))
            assert client.get(f"{base}{case.pk}/").status_code == seen, part
            shown = "Huang" in client.get(base).content.decode().split("<main", 1)[1]
            assert shown == (seen == 200), part
        assert signed_in(planned.away.supervisor).get(f"{base}{case.pk}/").status_code == 404
        other = f"/rosters/{planned.other_desk.slug}/presence/{case.pk}/"
        assert signed_in(planned.supervisor).get(other).status_code == 404
    assert AccessRecord.objects.filter(page="presence_case", person=planned.head).count() == 1


@pytest.mark.clause("I10")
def test_what_was_typed_stays_where_it_is_refused_and_is_said_where_it_is_right(planned: Town) -> None:
    case = raised(planned)
    base = f"/rosters/{planned.desk.slug}/presence/{case.pk}/"
    with time_machine.travel(LIMIT + minutes(1), tick=False):
        supervisor, person = signed_in(planned.supervisor), signed_in(planned.colleague)
        early = supervisor.post(base + "settle/", {"outcome": "training", "reason": "<b>先听</b>"})
        assert early.status_code == 422 and "&lt;b&gt;先听&lt;/b&gt;" in early.content.decode()
        assert person.post(base + "state/", {"words": ""}).status_code == 422
        assert person.post(base + "state/", {"words": "<i>发烧</i>"}).status_code == 302
        assert "&lt;i&gt;发烧&lt;/i&gt;" in supervisor.get(base).content.decode()
        items = panels.now_items(planned.supervisor, planned.site, LIMIT + minutes(2))
        assert [item.url for item in items if "presence" in item.url] == [base]
        assert not [item for item in panels.now_items(planned.head, planned.site, LIMIT + minutes(2)) if "presence" in item.url]
        assert supervisor.post(base + "settle/", {"outcome": "none", "special_reason": "on", "reason": "发烧"}).status_code == 302
        assert "special reason accepted" in supervisor.get(base).content.decode()
        assert person.post(base + "settle/", {"outcome": "none", "reason": "x"}).status_code == 403


@pytest.mark.clause("I7")
def test_two_clocks_at_once_raise_it_once(transactional_db) -> None:
    place = read_town()
    november(place, MORNING)
    open_watch(actor=place.agent, desk=place.desk, now=START)
    assert together([lambda: actions.raise_no_shows(LIMIT) and None] * 3) == []
    assert PresenceCase.objects.count() == 1 and Notice.objects.filter(matter="presence").count() == 2


@pytest.mark.clause("I7")
def test_without_the_lock_the_database_raises_it_once(transactional_db, monkeypatch) -> None:
    place = read_town()
    november(place, MORNING)
    open_watch(actor=place.agent, desk=place.desk, now=START)
    monkeypatch.setattr(attendance, "hold_books", lambda *books: None)
    together([lambda: actions.raise_no_shows(LIMIT) and None] * 3)
    assert PresenceCase.objects.count() == 1


@pytest.mark.clause("A22")
def test_two_supervisors_settle_it_once(transactional_db) -> None:
    place = read_town()
    november(place, MORNING)
    open_watch(actor=place.agent, desk=place.desk, now=START)
    case = raised(place)
    errors = together([lambda: settle(place, case, LIMIT + HEARING) and None] * 3)
    assert len(errors) == 2 and all(isinstance(error, (Refused, AlreadyChanged)) for error in errors)
    assert PresenceOutcome.objects.count() == 1


@pytest.mark.clause("I1")
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE rosters_presencecase SET kind = 'late'", "DELETE FROM rosters_presencecase", "DELETE FROM rosters_presencestatement",
        "UPDATE rosters_presencestatement SET words = 'x'", "DELETE FROM rosters_presenceoutcome",
        "INSERT INTO rosters_presencestatement (case_id, words, said_by_id, said_at, entry_id) "
        "SELECT id, 'x', (SELECT id FROM desks_person WHERE login = 'taikoo-agent'), now(), entry_id FROM rosters_presencecase",
        "INSERT INTO rosters_presencecase (desk_id, kind, duty_id, about_id, raised_by_id, raised_at, entry_id) "
        "SELECT desk_id, 'late', (SELECT max(id) FROM rosters_duty), about_id, about_id, now(), entry_id - 1 FROM rosters_presencecase",
    ],
)
def test_no_case_is_changed_or_invented_by_another_path(planned: Town, act: str) -> None:
    from django.db import Error, connection, transaction

    raised(planned)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
