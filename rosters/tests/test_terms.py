"""Terms of staff: from a day on, never for what has been worked, each change with its reason (A5, I6, I9)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from desks.claims import AlreadyChanged
from desks.clock import local_day
from desks.refusal import Refused
from desks.testing import Town, read_town, signed_in
from logbook.models import Entry
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions
from rosters.models import StaffTerms

TODAY = date(2026, 11, 24)


def agree(town: Town, now, **more: object) -> StaffTerms:
    given = {
        "actor": town.supervisor, "desk": town.desk, "person": town.agent, "from_on": TODAY, "week_hours": Decimal(40), "system": "standard",
        "days_off": [], "free_weekends": 0, "days_in_row": None, "reason": "", "now": now,
    }
    return actions.set_terms(**given | more)


@pytest.mark.clause("A5")
def test_new_terms_end_the_ones_before_the_day_before(town: Town, morning) -> None:
    first = agree(town, morning, from_on=date(2026, 1, 1))
    second = agree(town, morning, from_on=date(2026, 12, 1), week_hours=Decimal("20.5"), days_off=[6, 5, 5], reason="改为半日")
    first.refresh_from_db()
    assert (first.until_on, second.until_on, second.days_off) == (date(2026, 11, 30), None, [5, 6])
    step = first.history.latest()
    assert (step.history_user, step.history_change_reason) == (town.supervisor, "改为半日")


@pytest.mark.clause("A20")
def test_the_log_tells_supervisors_and_the_person_is_asked_to_look(town: Town, morning) -> None:
    agree(town, morning, days_off=[2], free_weekends=1, days_in_row=5)
    entry = Entry.objects.get(book__desk=town.desk)
    assert (entry.code, entry.audience) == ("staff_terms_set", "supervisors")
    assert entry.fields["terms_en"] == "40 hours a week · standard hours · off: Wednesday · free weekends: 1 · at most 5 days in a row"
    notice = Notice.objects.get()
    assert (notice.person, notice.code) == (town.agent, "tell_agreed")


@pytest.mark.clause("I6")
def test_terms_that_have_begun_are_not_rewritten(town: Town, morning) -> None:
    agree(town, morning, from_on=date(2026, 1, 1))
    for day in (date(2026, 1, 1), TODAY - timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            agree(town, morning, from_on=day, reason="不对")
        assert (refused.value.clause, refused.value.field) == ("I6", "from_on")
    today = agree(town, morning, week_hours=Decimal(30), reason="新")
    assert agree(town, morning, week_hours=Decimal(35), reason="更正").pk == today.pk, "begun today: changed in place"
    with pytest.raises(Refused, match="Other terms begin on 2027-01-01"):
        agree(town, morning, from_on=date(2027, 1, 1), reason="明年") and agree(town, morning, from_on=date(2026, 12, 1), reason="早")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"days_off": list(range(7))}, "days_off"), ({"reason": " "}, "reason"), ({"from_on": date(2030, 1, 1), "reason": "x"}, "from_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(town: Town, morning, more: dict, field: str) -> None:
    agree(town, morning, from_on=date(2026, 1, 1))
    with pytest.raises(Refused) as refused:
        agree(town, morning, **more)
    assert refused.value.field == field and StaffTerms.objects.count() == 1


@pytest.mark.clause("A13")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor", "administrator", "nobody"])
def test_nobody_but_who_drafts_agrees_anything(town: Town, morning, part: str) -> None:
    with pytest.raises(Refused):
        agree(town, morning, actor=getattr(town, part))
    assert not StaffTerms.objects.exists() and not Notice.objects.exists()


@pytest.mark.clause("I8")
def test_people_of_another_site_and_those_without_a_role_are_refused(town: Town, morning) -> None:
    for person in (town.away.agent, town.auditor, town.nobody):
        with pytest.raises(Refused, match="no role"):
            agree(town, morning, person=person)
    with pytest.raises(Refused):
        agree(town, morning, actor=town.away.supervisor)


def test_the_database_holds_one_at_a_time_whoever_writes(town: Town, morning) -> None:
    agree(town, morning)
    with pytest.raises(IntegrityError, match="staff_terms_one_at_a_time"), transaction.atomic():
        StaffTerms.objects.create(desk=town.desk, person=town.agent, from_on=TODAY + timedelta(days=9), week_hours=40)
    with pytest.raises(IntegrityError, match="staff_terms_in_order"), transaction.atomic():
        StaffTerms.objects.create(desk=town.desk, person=town.butler, from_on=TODAY, until_on=TODAY - timedelta(days=1), week_hours=40)


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_at_once_both_see_one_story(morning) -> None:
    town = read_town()

    def one(hours: int):
        return lambda: agree(town, morning, from_on=TODAY, week_hours=Decimal(hours), reason="同时")

    failed = together([one(20), one(30)])
    assert not [each for each in failed if not isinstance(each, Refused | AlreadyChanged)]
    row = StaffTerms.objects.get()
    assert row.history.count() == 2 - len(failed)


@pytest.mark.clause("I10")
def test_the_page_writes_down_refuses_beside_the_field_and_keeps_what_was_typed(town: Town) -> None:
    client, address = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/staff/{town.agent.pk}/"
    coming = f"{local_day(timezone.now(), town.site.zone) + timedelta(days=1):%Y-%m-%d}"
    data = {"act": "terms", "from_on": coming, "week_hours": "37.5", "system": "comprehensive", "free_weekends": 1, "days_in_row": "", "days_off": ["0"]}
    assert client.post(address, data).status_code == 302
    again = client.post(address, data | {"week_hours": "12", "reason": ""})
    page = again.content.decode()
    assert again.status_code == 422 and "a change says why" in page and 'value="12"' in page
    for wrong in ({"week_hours": "999"}, {"from_on": "31.02.2027"}, {"system": "x"}, {"days_off": ["9"]}, {"days_in_row": "-1"}):
        assert client.post(address, data | {"reason": "r"} | wrong).status_code == 422
    shown = client.get(address).content.decode()
    assert "37.5 hours a week" in shown and "Monday" in shown and "not begun" in shown
    assert client.post(address, {"act": "nonsense"}).status_code == 404


@pytest.mark.clause("I8")
def test_the_pages_are_for_who_drafts_and_show_people_of_the_desk_alone(town: Town) -> None:
    address = f"/rosters/{town.desk.slug}/staff/"
    for part, status in (("supervisor", 200), ("agent", 403), ("head", 403), ("administrator", 403)):
        for path in (address, f"{address}{town.butler.pk}/"):
            assert signed_in(getattr(town, part)).get(path).status_code == status, (part, path)
    assert signed_in(town.away.supervisor).get(address).status_code == 404
    for stranger in (town.away.agent, town.nobody, town.head):
        assert signed_in(town.supervisor).get(f"{address}{stranger.pk}/").status_code == 404
