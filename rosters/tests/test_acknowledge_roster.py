"""Staff acknowledge their duties of a published month; a later change is seen anew; who drafts sees who has not (A5, I9)."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from notices.models import Notice
from rosters import actions
from rosters.models import Duty, RosterAcknowledgement, Wish
from rosters.queries.acknowledged import changed_for, own_seen, seen_by
from rosters.tests.scenes import drafted, reported


def hand_on(town: Town, now) -> None:
    duty = Duty.objects.filter(person=town.agent, site_day="2026-12-02").get()
    actions.hand_over_duty(actor=town.supervisor, duty=duty, person=town.butler, reason="换班", now=now)


@pytest.mark.clause("A5")
def test_one_s_duties_are_acknowledged_once_and_who_has_not_is_seen(town: Town, morning) -> None:
    roster = reported(town, morning)
    made = actions.acknowledge_roster(actor=town.agent, roster=roster, now=morning)
    assert actions.acknowledge_roster(actor=town.agent, roster=roster, now=morning) == made and RosterAcknowledgement.objects.count() == 1
    assert Entry.objects.get(code="roster_acknowledged").audience == "supervisors"
    assert {each.person: each.at for each in seen_by(roster)} == {
        town.agent: morning, town.colleague: None, town.butler: None, town.second_butler: None,
    }


@pytest.mark.clause("A5")
def test_what_is_not_published_and_who_has_no_duty_are_refused(town: Town, morning) -> None:
    roster = drafted(town, morning)
    with pytest.raises(Refused, match="not been reported"):
        actions.acknowledge_roster(actor=town.agent, roster=roster, now=morning)
    roster = reported(town, morning, month=roster.month.replace(year=2027, month=1))
    for person in (town.supervisor, town.away.agent, town.nobody):
        with pytest.raises(Refused, match="no duty"):
            actions.acknowledge_roster(actor=person, roster=roster, now=morning)


@pytest.mark.clause("A5")
def test_a_decided_change_is_seen_anew_by_whom_it_touches(town: Town, morning) -> None:
    roster = reported(town, morning)
    for person in (town.agent, town.colleague):
        actions.acknowledge_roster(actor=person, roster=roster, now=morning)
    hand_on(town, morning)
    assert own_seen(roster, town.agent).at is None and own_seen(roster, town.colleague).at == morning
    assert [(each.day.day, each.after) for each in changed_for(roster, town.agent)] == [(2, ())] and not changed_for(roster, town.colleague)
    actions.acknowledge_roster(actor=town.agent, roster=roster, now=morning)
    assert own_seen(roster, town.agent).at == morning and RosterAcknowledgement.objects.filter(person=town.agent).count() == 2


@pytest.mark.clause("I1")
def test_it_stays_whoever_writes(town: Town, morning) -> None:
    actions.acknowledge_roster(actor=town.agent, roster=reported(town, morning), now=morning)
    for act in (lambda: RosterAcknowledgement.objects.all().delete(), lambda: RosterAcknowledgement.objects.update(person=town.butler)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.clause("A5")
def test_the_month_s_page_asks_and_shows(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        roster, path = reported(town, morning), f"/rosters/{town.desk.slug}/2026-12/"
        hand_on(town, morning)
        client = signed_in(town.agent)
        page = client.get(path).content.decode()
        assert "Changed for you since it was published" in page and "Who has seen it" not in page
        assert client.post(f"{path}acknowledge/")["Location"] == path
        assert "I have seen my duties" not in client.get(path).content.decode()
        assert "3 not yet" in signed_in(town.supervisor).get(path).content.decode()
        assert signed_in(town.agent).get(f"{path}acknowledge/").status_code == 405
        signed_in(town.auditor).post(f"{path}acknowledge/")
        assert RosterAcknowledgement.objects.filter(roster=roster).count() == 1


@pytest.mark.clause("A5")
def test_everybody_is_told_what_the_month_is_for_them_and_the_notice_leads_to_where_it_is_acknowledged(town: Town, morning) -> None:
    Wish.objects.create(desk=town.desk, person=town.agent, day=date(2026, 12, 1), weight=2)
    reported(town, morning)
    notice = Notice.objects.get(person=town.agent, code="tell_roster_own")
    assert notice.fields["duties"] == "24" and notice.fields["unmet"] == "1" and notice.url == f"/rosters/{town.desk.slug}/2026-12/mine/"
    assert not Notice.objects.filter(person=town.agent, code="tell_roster_reported").exists()
    assert not Notice.objects.filter(person=town.head, code="tell_roster_own").exists()
    with time_machine.travel(morning, tick=False):
        client = signed_in(town.agent)
        page = client.get(notice.url).content.decode()
        assert "I have seen my duties" in page and "1 not met" in page and "Zhou Min" not in page
        assert client.post(f"/rosters/{town.desk.slug}/2026-12/acknowledge/", {"to": "own"})["Location"] == notice.url
        assert "I have seen my duties" not in client.get(notice.url).content.decode()
        assert "No duties of yours" in signed_in(town.head).get(notice.url).content.decode()
        assert client.get(f"/rosters/{town.desk.slug}/2027-01/mine/").status_code == 404
        assert signed_in(town.away.agent).get(notice.url).status_code == 404


@pytest.mark.clause("A5")
def test_nobody_is_asked_about_a_month_that_is_over(town: Town, morning) -> None:
    roster = reported(town, morning)
    for now, over in ((datetime(2026, 12, 31, 15, 59, tzinfo=UTC), False), (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), True)):
        with time_machine.travel(now, tick=False):
            page = signed_in(town.agent).get(f"/rosters/{town.desk.slug}/2026-12/").content.decode()
            assert ("I have seen my duties" not in page) == over
    with pytest.raises(Refused, match="over"):
        actions.acknowledge_roster(actor=town.agent, roster=roster, now=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert not RosterAcknowledgement.objects.exists()
