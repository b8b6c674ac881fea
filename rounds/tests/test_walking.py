"""Walking a round: who, when, what is read off on the way, and what of it stays open (B1.3, B1.4, C3, C4, I10)."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import Error, transaction

from desks.refusal import Refused
from desks.testing import Town
from logbook.models import Entry, FollowUp
from logbook.verify import verify
from rounds import actions
from rounds.models import Round, RoundMiss, RoundReading, RoundWalk
from rounds.queries import slots_now, slots_of_day
from rounds.tests.scenes import held_long, lay_round, lay_tour, long_ago

HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def held(town: Town, morning) -> None:
    """A colleague holds the desk."""
    held_long(town.desk, town.colleague, morning)


@pytest.fixture
def lobby(town: Town, morning) -> Round:
    """Due at 8:30 and 14:00; it is nine."""
    return lay_round(town.desk, long_ago(morning))


def walked(town: Town, row: Round, now: datetime, **said) -> RoundWalk:
    return actions.walk_round(**{"actor": town.agent, "round": row, "due_at": now - HALF, "now": now} | said)


@pytest.mark.clause("C3")
def test_one_tap_says_that_it_was_walked_and_the_log_names_the_round_and_its_time(town: Town, morning, lobby) -> None:
    walk = walked(town, lobby, morning, remark="地面有水，已擦")
    entry = Entry.objects.select_related("words").get(pk=walk.entry_id)
    assert (entry.kind, entry.author, entry.follow_state) == ("patrol", town.agent, "")
    assert entry.fields["round_code"] == "lobby" and entry.fields["round_at"] == (morning - HALF).isoformat()
    assert "08:30" in entry.words.text and "地面有水" in entry.words.text
    assert not walk.late and [slot.state for slot in slots_of_day(town.desk, morning.date(), morning)] == ["walked", "coming"]
    assert verify().breaches == []


@pytest.mark.clause("C3")
def test_it_is_walked_once_for_each_time_and_sent_twice_stored_once(town: Town, morning, lobby) -> None:
    key = uuid4()
    walk = walked(town, lobby, morning, key=key)
    assert walked(town, lobby, morning, key=key) == walk
    for who in (town.agent, town.butler):
        with pytest.raises(Refused):
            walked(town, lobby, morning, actor=who, key=uuid4())
    assert Entry.objects.filter(kind="patrol").count() == RoundWalk.objects.count() == 1


@pytest.mark.clause("C3")
@pytest.mark.parametrize(
    ("minutes", "allowed"), [(-31, False), (-30, True), (0, True), (31, True), (329, True), (330, False)],
)
def test_from_its_grace_before_until_the_next_time_it_can_be_walked(town: Town, morning, lobby, minutes: int, allowed: bool) -> None:
    due = morning - HALF
    now = due + timedelta(minutes=minutes)
    if not allowed:
        with pytest.raises(Refused):
            walked(town, lobby, now, due_at=due)
        return
    assert walked(town, lobby, now, due_at=due).late == (minutes > 30)


@pytest.mark.clause("C3")
def test_what_is_not_due_cannot_be_walked(town: Town, morning, lobby) -> None:
    for due in (morning, morning - HALF + timedelta(seconds=1), morning - HALF - timedelta(days=25)):
        with pytest.raises(Refused):
            walked(town, lobby, morning, due_at=due)
    lobby.current = False
    lobby.save()
    with pytest.raises(Refused):
        walked(town, lobby, morning)
    assert not RoundWalk.objects.exists()


@pytest.mark.clause("A20")
def test_whoever_works_at_the_desk_walks_and_nobody_else(town: Town, morning, lobby) -> None:
    for stranger in (town.head, town.auditor, town.administrator, town.away.agent, town.operator, town.nobody):
        with pytest.raises(Refused):
            walked(town, lobby, morning, actor=stranger)
    assert walked(town, lobby, morning, actor=town.supervisor).by == town.supervisor


@pytest.mark.clause("B1.4")
def test_a_round_of_a_role_is_walked_by_that_role_or_the_supervisor(town: Town, morning) -> None:
    lounge = lay_round(town.desk, long_ago(morning), "lounge", walker="butler")
    with pytest.raises(Refused) as refused:
        walked(town, lounge, morning)
    assert refused.value.clause == "B1.4"
    assert walked(town, lounge, morning, actor=town.butler).by == town.butler


@pytest.mark.clause("C4")
def test_every_point_is_answered_and_what_is_wrong_is_said_and_stays_open(town: Town, morning) -> None:
    tour = lay_tour(town.desk, long_ago(morning))
    due = morning - timedelta(minutes=15)
    said = {"due_at": due, "found": {"pressure": Decimal("0.46"), "pump": True}}
    with pytest.raises(Refused) as refused:
        walked(town, tour, morning, due_at=due, found={"pressure": Decimal("0.4")}, remark="x")
    assert refused.value.field == "point-pump"
    with pytest.raises(Refused) as refused:
        walked(town, tour, morning, **said)
    assert refused.value.field == "remark" and not Entry.objects.filter(kind="patrol").exists()
    walk = walked(town, tour, morning, **said, remark="压力偏高，已调减压阀")
    assert [(each.point.code, each.value, each.good) for each in walk.readings.all()] == [("pressure", Decimal("0.460"), False), ("pump", None, True)]
    matter = FollowUp.objects.get(root=walk.entry)
    assert matter.state == "open"
    assert "0.46 MPa" in walk.entry.words.text and walk.entry.fields["point_pump"] == "ok"


@pytest.mark.clause("C4")
def test_a_tour_with_everything_in_order_is_closed_at_once(town: Town, morning) -> None:
    tour = lay_tour(town.desk, long_ago(morning))
    walk = walked(town, tour, morning, due_at=morning - timedelta(minutes=15), found={"pressure": Decimal("0.4"), "pump": True})
    assert not FollowUp.objects.filter(root=walk.entry).exists()


@pytest.mark.clause("C3")
def test_the_panel_shows_what_can_be_walked_and_the_next_time(town: Town, morning, lobby) -> None:
    assert [(slot.due_at, slot.state) for slot in slots_now(town.desk, morning)] == [(morning - HALF, "late")]
    walked(town, lobby, morning)
    assert [(slot.due_at, slot.state) for slot in slots_now(town.desk, morning)] == [(morning + timedelta(hours=5), "coming")]
    assert slots_now(town.other_desk, morning) == []


@pytest.mark.clause("I1")
def test_what_was_walked_is_not_changed_by_any_way(town: Town, morning) -> None:
    tour = lay_tour(town.desk, long_ago(morning))
    walked(town, tour, morning, due_at=morning - timedelta(minutes=15), found={"pressure": Decimal("0.4"), "pump": True})
    for model, change in ((RoundWalk, {"late": True}), (RoundReading, {"good": False})):
        with pytest.raises(Error), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(Error), transaction.atomic():
            model.objects.all().delete()


def test_another_time_is_a_new_version_that_asks_nothing_of_the_past(town: Town, morning, lobby) -> None:
    from office.actions import change_settings

    new = change_settings(actor=town.administrator, row=lobby, changes={"times": [time(8), time(14)]}, reason="改时间", now=morning)
    assert new.version == 2 and not RoundMiss.objects.exists()
    assert [slot.due_at for slot in slots_of_day(town.desk, morning.date(), morning)] == [morning + timedelta(hours=5)], "not 8:00, which had passed"
    worded = change_settings(actor=town.administrator, row=new, changes={"label_en": "Lobby and stairs"}, reason="改名", now=morning + HALF)
    assert worded.version == 3 and len(slots_of_day(town.desk, (morning + timedelta(days=1)).date(), morning + HALF)) == 2
    later = morning + timedelta(hours=5, minutes=1)
    assert [slot.state for slot in slots_now(town.desk, later)] == ["late"], "a new wording takes nothing away"
