"""Somebody acts for the supervisor for days or hours, with the rights that were ticked (A3)."""

from datetime import timedelta

import pytest
import time_machine

from desks.models import ActingSupervisor
from desks.permissions import ACTING_RIGHTS, may
from desks.queries import supervisors_of
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from notices.models import Notice
from office import actions
from office.rights import WORDS


def _name(town: Town, now, **changes) -> ActingSupervisor:
    given = {
        "actor": town.supervisor, "site": town.site, "person": town.butler, "rights": ["inspection.do", "briefing.write"],
        "starts_at": now, "ends_at": now + timedelta(hours=8), "now": now,
    }
    return actions.name_acting_supervisor(**(given | changes))


@pytest.mark.clause("A3")
def test_the_person_has_the_ticked_rights_for_that_time_and_is_told(town: Town, morning) -> None:
    assert not may(town.butler, "inspection.do", desk=town.desk, now=morning)
    _name(town, morning)
    for right, minutes, has in [
        ("inspection.do", 0, True), ("inspection.do", 479, True), ("inspection.do", 480, False), ("roster.review", 0, False),
    ]:
        assert may(town.butler, right, desk=town.desk, now=morning + timedelta(minutes=minutes)) is has, right
    assert may(town.butler, "inspection.do", desk=town.other_desk, now=morning)
    assert not may(town.butler, "inspection.do", desk=town.away.desk, now=morning)
    assert town.butler in supervisors_of(town.site, morning)
    assert Notice.objects.get().person == town.butler
    entry = Entry.objects.get(book__site=town.site, book__desk=None)
    assert (entry.code, entry.author, entry.fields["person"]) == ("acting_named", town.supervisor, town.butler.name)


@pytest.mark.clause("A3")
@pytest.mark.parametrize(
    "changes,field",
    [
        ({"rights": []}, "rights"),
        ({"rights": ["office.name_acting"]}, "rights"),
        ({"rights": ["site.set_up"]}, "rights"),
        ({"starts_at": timedelta(minutes=-16)}, "starts_at"),
        ({"ends_at": timedelta(0)}, "ends_at"),
        ({"ends_at": timedelta(days=93)}, "ends_at"),
        ({"person": "supervisor"}, "person"),
        ({"person": "auditor"}, "person"),
        ({"person": "administrator"}, "person"),
        ({"person": "nobody"}, "person"),
    ],
)
def test_what_may_not_be_is_refused(town: Town, morning, changes: dict, field: str) -> None:
    for name, value in changes.items():
        if isinstance(value, timedelta):
            changes = {name: morning + value}
        elif isinstance(value, str):
            changes = {name: getattr(town, value)}
    with pytest.raises(Refused) as refused:
        _name(town, morning, **changes)
    assert refused.value.field == field
    assert not ActingSupervisor.objects.exists() and not Notice.objects.exists() and not Entry.objects.exists()


@pytest.mark.clause("I8")
def test_a_person_of_another_site_is_refused(town: Town, morning) -> None:
    with pytest.raises(Refused):
        _name(town, morning, person=town.away.butler)


@pytest.mark.clause("A3")
def test_nobody_acts_twice_at_a_time(town: Town, morning) -> None:
    first = _name(town, morning)
    with pytest.raises(Refused) as refused:
        _name(town, morning, starts_at=morning + timedelta(hours=7), ends_at=morning + timedelta(hours=9))
    assert refused.value.field == "person"
    _name(town, morning, starts_at=first.ends_at, ends_at=first.ends_at + timedelta(hours=1))
    _name(town, morning, person=town.agent)


@pytest.mark.clause("A3")
def test_it_ends_early_with_a_reason(town: Town, morning) -> None:
    acting = _name(town, morning)
    later = morning + timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        actions.end_acting(actor=town.head, acting=acting, now=later, reason="  ")
    assert refused.value.field == "reason"
    actions.end_acting(actor=town.head, acting=acting, now=later, reason="主管提前返岗")
    assert not may(town.butler, "inspection.do", desk=town.desk, now=later)
    row = acting.history.latest("history_id")
    assert (row.history_user, row.history_change_reason) == (town.head, "主管提前返岗")
    assert Notice.objects.filter(occasion="ended", person=town.butler).count() == 1
    with pytest.raises(Refused):
        actions.end_acting(actor=town.head, acting=acting, now=later, reason="again")


def test_what_has_not_begun_never_does(town: Town, morning) -> None:
    begins = morning + timedelta(days=1)
    acting = _name(town, morning, starts_at=begins, ends_at=begins + timedelta(hours=8))
    actions.end_acting(actor=town.supervisor, acting=acting, now=morning, reason="换人")
    assert not may(town.butler, "inspection.do", desk=town.desk, now=begins + timedelta(seconds=1))
    _name(town, morning, starts_at=begins + timedelta(seconds=1), ends_at=begins + timedelta(hours=8))


def test_every_right_that_may_be_ticked_has_its_words() -> None:
    assert set(WORDS) >= {right for right in ACTING_RIGHTS if right.split(".")[0] in {"log", "inspection", "briefing"}}


# ---- pages

def _form(**changes) -> dict:
    form = {"starts_at": "2026-11-24T09:00", "ends_at": "2026-11-24T18:00", "rights": ["inspection.do", "inspection.view"]}
    return form | changes


@pytest.mark.clause("A3")
def test_the_head_names_on_the_page_in_the_site_s_wall_clock(town: Town, morning) -> None:
    page = f"/office/{town.site.code}/acting/"
    with time_machine.travel(morning, tick=False):
        client = signed_in(town.head)
        assert client.post(page, _form(person=town.butler.pk)).status_code == 302
        acting = ActingSupervisor.objects.get()
        assert acting.ends_at.astimezone(town.site.zone).hour == 18
        client.raise_request_exception = False
        assert signed_in(town.butler).get(f"/inspections/{town.desk.slug}/").status_code != 403
        assert client.post(f"{page}{acting.pk}/end/", {"reason": ""}).status_code == 422
        assert client.post(f"{page}{acting.pk}/end/", {"reason": "提前返岗"}).status_code == 302


@pytest.mark.clause("I8")
def test_who_may_not_name_and_whom_nobody_names(town: Town, morning) -> None:
    page = f"/office/{town.site.code}/acting/"
    with time_machine.travel(morning, tick=False):
        acting = _name(town, morning)
        for person, code in [(town.agent, 403), (town.auditor, 403), (town.butler, 403), (town.away.head, 404)]:
            assert signed_in(person).post(page, _form(person=town.agent.pk)).status_code == code
            assert signed_in(person).post(f"{page}{acting.pk}/end/", {"reason": "x"}).status_code == code
        client = signed_in(town.head)
        assert client.post(page, _form(person=town.away.butler.pk)).status_code == 422
        assert client.post(page, _form(person=town.agent.pk, rights=["site.set_up"])).status_code == 422
        away = signed_in(town.away.head)
        assert away.post(f"/office/{town.away.site.code}/acting/{acting.pk}/end/", {"reason": "x"}).status_code == 404
    assert ActingSupervisor.objects.count() == 1
