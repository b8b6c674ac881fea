"""Protection without a reason, skills and training pairs: written down, ended, never in the past (A5, A6, I6)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from desks.clock import local_day
from desks.models import Choice
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from notices.models import Notice
from rosters import actions
from rosters.models import PersonSkill, Protection, TrainingPair

TODAY = date(2026, 11, 24)
LATER = TODAY + timedelta(days=30)


def english(town: Town) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English", label_zh_hans="英语")


def protect(town: Town, now, **more: object) -> Protection:
    given = {
        "actor": town.supervisor, "desk": town.desk, "person": town.agent, "what": "no_nights", "from_on": TODAY, "until_on": LATER, "now": now,
    }
    return actions.protect(**given | more)


def end(town: Town, now, row, until_on: date, **more: object) -> None:
    actions.end_agreement(**{"actor": town.supervisor, "desk": town.desk, "row": row, "until_on": until_on, "now": now} | more)


@pytest.mark.clause("A5")
def test_a_protection_has_days_and_no_reason_anywhere(town: Town, morning) -> None:
    row = protect(town, morning)
    assert not [field.name for field in row._meta.get_fields() if "reason" in field.name or "note" in field.name]
    assert row.history.get().history_change_reason == ""
    entry = Entry.objects.get(book__desk=town.desk)
    assert entry.audience == "supervisors" and "night" not in str(entry.fields).casefold(), "the record does not say from what"
    assert Notice.objects.get().person == town.agent


@pytest.mark.clause("I6")
@pytest.mark.parametrize(
    ("from_on", "until_on", "field"),
    [
        (TODAY - timedelta(days=1), None, "from_on"), (TODAY, TODAY - timedelta(days=1), "until_on"), (date(2099, 1, 1), None, "from_on"),
        (TODAY + timedelta(days=5), LATER, "from_on"),
    ],
)
def test_not_in_the_past_not_backwards_and_not_twice(town: Town, morning, from_on: date, until_on: date | None, field: str) -> None:
    protect(town, morning, until_on=TODAY + timedelta(days=9))
    with pytest.raises(Refused) as refused:
        protect(town, morning, from_on=from_on, until_on=until_on)
    assert refused.value.field == field and Protection.objects.count() == 1
    protect(town, morning, what="no_overtime", until_on=None)
    protect(town, morning, from_on=TODAY + timedelta(days=10), until_on=TODAY + timedelta(days=10))


def test_the_database_refuses_two_of_the_same_on_one_day(town: Town, morning) -> None:
    protect(town, morning)
    with pytest.raises(IntegrityError, match="protection_one_at_a_time"), transaction.atomic():
        Protection.objects.create(site=town.site, person=town.agent, what="no_nights", from_on=LATER)


@pytest.mark.clause("I6")
def test_what_runs_is_ended_what_has_not_begun_is_taken_back_what_is_over_stays(town: Town, morning) -> None:
    running, coming = protect(town, morning), protect(town, morning, what="no_overtime", from_on=LATER, until_on=None)
    end(town, morning, running, TODAY - timedelta(days=1) + timedelta(days=1))
    running.refresh_from_db()
    assert running.until_on == TODAY
    end(town, morning, coming, TODAY)
    assert not Protection.objects.filter(pk=coming.pk).exists()
    assert Protection.history.filter(id=coming.pk, history_type="-").get().history_user == town.supervisor
    long_after = morning + timedelta(days=3)
    for day in (TODAY, TODAY + timedelta(days=9)):
        with pytest.raises(Refused, match="ended already"):
            end(town, long_after, running, day)
    codes = list(Entry.objects.filter(book__desk=town.desk).order_by("number").values_list("code", flat=True))
    assert codes == ["staff_protected", "staff_protected", "protection_ended", "protection_ended"]


@pytest.mark.clause("A6")
def test_skills_are_those_that_the_desk_has_named(town: Town, morning) -> None:
    english(town)
    given = {"actor": town.supervisor, "desk": town.desk, "person": town.agent, "from_on": date(2026, 1, 1), "until_on": None, "now": morning}
    row = actions.give_skill(skill="english", **given)
    assert row.holds_on(date(2026, 1, 1)) and not row.holds_on(date(2025, 12, 31))
    with pytest.raises(Refused, match="no such skill"):
        actions.give_skill(skill="flying", **given)
    with pytest.raises(Refused):
        actions.give_skill(skill="english", **given)
    with pytest.raises(Refused):
        actions.give_skill(skill="english", **given | {"actor": town.agent, "person": town.butler})
    assert PersonSkill.objects.count() == 1


@pytest.mark.clause("A5")
def test_a_learner_has_one_guide_at_a_time_and_it_is_somebody_else(town: Town, morning) -> None:
    given = {"actor": town.supervisor, "desk": town.desk, "learner": town.agent, "from_on": TODAY, "until_on": LATER, "now": morning}
    actions.pair_up(guide=town.butler, **given)
    for guide in (town.colleague, town.agent, town.away.agent, town.auditor):
        with pytest.raises(Refused):
            actions.pair_up(guide=guide, **given)
    assert TrainingPair.objects.get().guide == town.butler
    with pytest.raises(IntegrityError, match="training_pair_is_of_two"), transaction.atomic():
        TrainingPair.objects.create(desk=town.desk, learner=town.colleague, guide=town.colleague, from_on=TODAY)


@pytest.mark.clause("A13")
def test_other_roles_and_other_sites_end_nothing(town: Town, morning) -> None:
    row = protect(town, morning)
    for actor in (town.agent, town.head, town.away.supervisor):
        with pytest.raises(Refused):
            end(town, morning, row, TODAY, actor=actor)
    row.refresh_from_db()
    assert row.until_on == LATER


@pytest.mark.clause("I10")
def test_the_page_protects_gives_skills_pairs_and_ends(town: Town) -> None:
    english(town)
    client, address = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/staff/{town.agent.pk}/"
    day = local_day(timezone.now(), town.site.zone)
    span = {"from_on": f"{day:%Y-%m-%d}", "until_on": ""}
    assert client.post(address, span | {"act": "protect", "what": "no_overtime"}).status_code == 302
    assert client.post(address, span | {"act": "skill", "skill": "english"}).status_code == 302
    assert client.post(address, span | {"act": "pair", "guide": town.butler.pk}).status_code == 302
    page = client.get(address).content.decode()
    assert "no overtime" in page and "English" in page and "in training with Zhou Min" in page
    assert client.post(address, span | {"act": "protect", "what": "no_overtime"}).status_code == 422
    assert client.post(address, span | {"act": "pair", "guide": town.away.agent.pk}).status_code == 422
    row = Protection.objects.get()
    ending = f"{address}protection/{row.pk}/end/"
    refused = client.post(ending, {"until_on": f"{day - timedelta(days=9):%Y-%m-%d}"})
    assert refused.status_code == 422 and "before it begins" in refused.content.decode()
    assert client.post(ending, {"until_on": f"{day:%Y-%m-%d}"}).status_code == 302
    for other in (f"{address}skill/{row.pk + 999}/end/", f"{address}nonsense/{row.pk}/end/"):
        assert client.post(other, {"until_on": f"{day:%Y-%m-%d}"}).status_code == 404
    assert signed_in(town.agent).post(ending, {"until_on": f"{day:%Y-%m-%d}"}).status_code == 403
    assert "Terms" in client.get(f"/rosters/{town.desk.slug}/staff/").content.decode()


@pytest.mark.clause("I8")
def test_what_another_site_agreed_is_not_ended_from_here(town: Town, morning) -> None:
    theirs = actions.protect(
        actor=town.away.supervisor, desk=town.away.desk, person=town.away.agent, what="no_nights", from_on=TODAY, until_on=None, now=morning
    )
    client = signed_in(town.supervisor)
    for pk in (town.agent.pk, town.away.agent.pk):
        answer = client.post(f"/rosters/{town.desk.slug}/staff/{pk}/protection/{theirs.pk}/end/", {"until_on": "2026-12-01"})
        assert answer.status_code == 404
