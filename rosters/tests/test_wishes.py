"""Wishes: from the twentieth until the review, a few for each person, read by who drafts and nobody else (A5, A20)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from desks.models import Choice
from desks.refusal import Refused
from desks.testing import Town, read_town, signed_in
from logbook.tests.test_concurrent_writers import together
from rosters import actions
from rosters.models import ShiftType, Wish
from rosters.tests.scenes import drafted, reported

DAY = date(2026, 12, 8)


def wish(town: Town, now, **more: object) -> Wish:
    given = {"actor": town.agent, "desk": town.desk, "day": DAY, "shift_code": "", "want": True, "weight": 1, "now": now}
    return actions.make_wish(**given | more)


@pytest.mark.clause("A5")
def test_a_wish_for_the_same_day_and_shift_takes_the_place_of_the_first(town: Town, morning) -> None:
    first = wish(town, morning)
    again = wish(town, morning, want=False, weight=3)
    assert again.pk == first.pk and Wish.objects.count() == 1
    assert [(row.want, row.weight) for row in first.history.order_by("history_id")] == [(True, 1), (False, 3)]


@pytest.mark.clause("A5")
@pytest.mark.parametrize(
    ("at", "taken"),
    [
        (datetime(2026, 11, 19, 15, 59, 59, tzinfo=UTC), False), (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), True), (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), False),
    ],
)
def test_wishes_are_taken_from_the_beginning_of_the_twentieth_to_the_end_of_the_month(town: Town, at: datetime, taken: bool) -> None:
    if taken:
        assert wish(town, at)
        return
    with pytest.raises(Refused, match="not taken yet"):
        wish(town, at)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"day": date(2026, 11, 30)}, "another month"), ({"day": date(2027, 1, 1)}, "another month"), ({"shift_code": "noon"}, "do not take this"),
        ({"actor": "auditor"}, "no role"), ({"actor": "supervisor"}, "no role"),
    ],
)
def test_what_cannot_be_wished_is_refused(town: Town, morning, more: dict, words: str) -> None:
    if isinstance(more.get("actor"), str):
        more = more | {"actor": getattr(town, more["actor"])}
    with pytest.raises(Refused, match=words):
        wish(town, morning, **more)
    assert not Wish.objects.exists()


@pytest.mark.clause("A6")
def test_a_shift_that_asks_for_a_role_or_a_skill_is_wished_by_who_has_it(town: Town, morning) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    shift = ShiftType.objects.get(desk=town.desk, code="late", current=True)
    shift.roles, shift.skills = ["agent"], ["english"]
    shift.save()
    for actor in (town.butler, town.agent):
        with pytest.raises(Refused, match="do not take this"):
            wish(town, morning, actor=actor, shift_code="late")
    actions.give_skill(
        actor=town.supervisor, desk=town.desk, person=town.agent, skill="english", from_on=DAY, until_on=DAY, now=morning
    )
    assert wish(town, morning, shift_code="late")
    with pytest.raises(Refused):
        wish(town, morning, shift_code="late", day=DAY + timedelta(days=1))


@pytest.mark.clause("A5")
def test_not_more_than_the_desk_takes_and_not_for_what_is_off_anyway(town: Town, morning) -> None:
    for number in range(6):
        wish(town, morning, day=DAY + timedelta(days=number))
    with pytest.raises(Refused, match="as many wishes"):
        wish(town, morning, day=DAY + timedelta(days=9))
    assert wish(town, morning, weight=3), "the same one again is no further one"
    actions.set_terms(
        actor=town.supervisor, desk=town.desk, person=town.butler, from_on=date(2026, 11, 24), week_hours=Decimal(30), system="standard",
        days_off=[1], free_weekends=0, days_in_row=None, reason="", now=morning,
    )
    with pytest.raises(Refused, match="off for you anyway"):
        wish(town, morning, actor=town.butler)


@pytest.mark.clause("A5")
def test_once_the_roster_is_reviewed_no_wish_reaches_it(town: Town, morning) -> None:
    kept = wish(town, morning)
    roster = drafted(town, morning)
    wish(town, morning, day=DAY + timedelta(days=1))
    actions.submit(actor=town.supervisor, roster=roster, now=morning)
    with pytest.raises(Refused, match="gone to the review"):
        wish(town, morning, day=DAY + timedelta(days=2))
    with pytest.raises(Refused, match="gone to the review"):
        actions.withdraw_wish(actor=town.agent, wish=kept, now=morning)


def test_a_wish_is_withdrawn_by_its_owner_alone(town: Town, morning) -> None:
    own = wish(town, morning)
    for other in (town.butler, town.supervisor):
        with pytest.raises(Refused, match="no such wish"):
            actions.withdraw_wish(actor=other, wish=own, now=morning)
    actions.withdraw_wish(actor=town.agent, wish=own, now=morning)
    assert not Wish.objects.exists() and Wish.history.filter(history_type="-").get().history_user == town.agent


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_wish(morning) -> None:
    town = read_town()
    failed = together([lambda: wish(town, morning), lambda: wish(town, morning)])
    assert not [each for each in failed if not isinstance(each, Refused)]
    assert Wish.objects.count() == 1


@pytest.mark.clause("A20")
def test_the_own_page_shows_own_wishes_and_what_is_agreed_and_nobody_elses(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        actions.protect(
            actor=town.supervisor, desk=town.desk, person=town.agent, what="no_nights", from_on=date(2026, 11, 24), until_on=None, now=morning
        )
        client, address = signed_in(town.agent), f"/rosters/{town.desk.slug}/wishes/"
        data = {"day": "2026-12-08", "want": "no", "shift_code": "late", "weight": "3"}
        assert client.post(address, data).status_code == 302
        page = client.get(address).content.decode()
        assert "very important" in page and "rather not" in page and "no nights" in page and "5 left" in page
        for part in ("butler", "auditor", "head"):
            theirs = signed_in(getattr(town, part)).get(address).content.decode()
            assert 'id="wishes"' in theirs and "no nights" not in theirs and theirs.count("very important") <= 1
        own = Wish.objects.get()
        assert signed_in(town.butler).post(f"{address}{own.pk}/withdraw/").status_code == 404
        assert client.post(f"{address}{own.pk}/withdraw/").status_code == 302 and not Wish.objects.exists()


@pytest.mark.clause("I10")
@pytest.mark.parametrize("wrong", [{"day": "x"}, {"day": "2026-11-01"}, {"want": "maybe"}, {"shift_code": "noon"}, {"weight": "9"}])
def test_bad_input_is_refused_beside_its_field_and_the_rest_stays(town: Town, morning, wrong: dict[str, str]) -> None:
    with time_machine.travel(morning, tick=False):
        data = {"day": "2026-12-08", "want": "yes", "shift_code": "late", "weight": "2"} | wrong
        answer = signed_in(town.agent).post(f"/rosters/{town.desk.slug}/wishes/", data)
    assert answer.status_code == 422 and not Wish.objects.exists()
    if "weight" not in wrong:
        assert '<option value="2" selected>' in answer.content.decode()


@pytest.mark.clause("A20")
def test_everybodys_wishes_are_for_who_drafts(town: Town, morning) -> None:
    wish(town, morning)
    wish(town, morning, actor=town.butler, shift_code="early", want=False)
    address = f"/rosters/{town.desk.slug}/2026-12/wishes/"
    for part, status in (("agent", 403), ("head", 403), ("auditor", 403), ("supervisor", 200)):
        assert signed_in(getattr(town, part)).get(address).status_code == status
    page = signed_in(town.supervisor).get(address).content.decode()
    assert "He Jiayi" in page and "Zhou Min" in page and "rather not" in page
    assert signed_in(town.away.supervisor).get(address).status_code == 404
    with time_machine.travel(morning, tick=False):
        reported(town, morning)
        assert "gone to the review" in signed_in(town.agent).get(f"/rosters/{town.desk.slug}/wishes/").content.decode()
