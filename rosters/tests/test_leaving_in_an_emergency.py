"""Because of an emergency the desk may be left without anybody who stays, and that is no fault (A9, A10)."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from desks.models import Choice, Desk
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import move_follow_up, open_watch, record_entry
from logbook.lines import lines_of
from logbook.models import Entry
from logbook.queries import current_watch, entries_of
from logbook.reading import rows_for
from logbook.words import DeskWords
from rosters import actions, panels, queries
from rosters.models import Absence

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.today


@pytest.fixture
def now():
    """Now: what the database records has its own time."""
    return timezone.now()


@pytest.fixture
def alone(town: Town, now):
    return open_watch(actor=town.agent, desk=town.desk, now=now)


def emergency(town: Town, now, **how) -> Entry:
    return record_entry(actor=town.agent, desk=town.desk, now=now, text="地下二层水管爆裂", place="B2", **{"kind": "emergency"} | how)


def leave(town: Town, now, person=None, cover=None, what: str = "emergency") -> Absence:
    return actions.leave_for_a_while(actor=person or town.agent, desk=town.desk, what=what, cover=cover, now=now)


def worded(town: Town, entry: Entry, now) -> str:
    rows = rows_for([entry], reader=town.agent, desk=town.desk, now=now)
    return lines_of(rows, desk=town.desk, words=DeskWords(town.desk), reader=town.agent, now=now)[0].text


@pytest.mark.clause("A9")
@pytest.mark.parametrize("how", [{}, {"kind": "repair", "urgency": "emergency"}, {"result": "已关阀"}])
def test_who_is_alone_leaves_holds_the_desk_still_and_the_log_says_so(town: Town, now, alone, how) -> None:
    emergency(town, now, **how)
    absence = leave(town, now)
    assert (absence.cover, absence.part, absence.what) == (None, "none", "emergency")
    assert current_watch(town.desk).holder == town.agent and queries.away_now(town.desk) == [absence]
    entry = entries_of(town.desk).first()
    assert entry.code == "away_in_emergency_alone" and "because of an emergency" in worded(town, entry, now) and "no fault" in worded(town, entry, now)
    actions.come_back(actor=town.agent, absence=absence, now=now + HOUR)
    assert queries.away_now(town.desk) == [] and current_watch(town.desk).holder == town.agent


@pytest.mark.clause("A10")
def test_with_somebody_who_stays_the_part_passes_as_ever(town: Town, now, alone) -> None:
    emergency(town, now)
    leave(town, now, cover=town.butler)
    assert current_watch(town.desk).holder == town.butler
    entry = entries_of(town.desk).first()
    assert entry.code == "away_in_emergency" and "stays at the desk" in worded(town, entry, now)
    with pytest.raises(Refused) as refused:
        leave(town, now, person=town.butler, cover=town.agent)
    assert refused.value.field == "cover", "who is away does not stay"
    leave(town, now, person=town.butler)
    assert len(queries.away_now(town.desk)) == 2


@pytest.mark.clause("A10")
@pytest.mark.parametrize("with_cover", [False, True])
def test_without_an_emergency_of_this_desk_it_is_refused_with_what_to_do(town: Town, now, alone, with_cover: bool) -> None:
    record_entry(actor=town.away.agent, desk=town.away.desk, now=now, text="火警", kind="emergency")
    record_entry(actor=town.supervisor, desk=town.other_desk, now=now, text="火警", kind="emergency")
    with pytest.raises(Refused, match="No emergency of this desk") as refused:
        leave(town, now, cover=town.butler if with_cover else None)
    assert (refused.value.clause, refused.value.field) == ("A10", "what") and "Write the emergency down" in str(refused.value.remedy)
    assert not Absence.objects.exists()


@pytest.mark.clause("A10")
def test_another_reason_needs_somebody_who_stays_also_then(town: Town, now, alone) -> None:
    emergency(town, now)
    with pytest.raises(Refused) as refused:
        leave(town, now, what="meal")
    assert refused.value.field == "cover"
    with pytest.raises(Refused, match="not of the watch"):
        leave(town, now, person=town.butler)


@pytest.mark.clause("A9")
@pytest.mark.parametrize(("minutes_after", "allowed"), [(119, True), (121, False)])
def test_until_two_hours_after_its_end(town: Town, now, alone, minutes_after: int, allowed: bool) -> None:
    made = emergency(town, now)
    ended = move_follow_up(actor=town.agent, root=made, now=now, state="closed", result="已关阀").recorded_at
    later = ended + timedelta(minutes=minutes_after)
    if allowed:
        assert leave(town, later).cover is None
    else:
        with pytest.raises(Refused):
            leave(town, later)


@pytest.mark.clause("B1.15")
def test_however_long_it_lasts_nobody_is_shown_that_it_is_long(town: Town, now, alone, rf) -> None:
    emergency(town, now)
    leave(town, now)
    with time_machine.travel(now + 9 * HOUR, tick=False):
        request = rf.get("/")
        request.user = town.agent
        shown = panels.strip(request, town.desk)
    assert [line["long"] for line in shown["away"]] == [False] and shown["is_left"]


@pytest.mark.clause("A10")
def test_the_page_offers_it_while_an_emergency_runs_and_shows_the_desk_as_left(town: Town, now, alone) -> None:
    client, desk = signed_in(town.agent), reverse("logbook:desk", args=[town.desk.slug])
    place = reverse("rosters:away", args=[town.desk.slug])
    assert "away-emergency" not in client.get(desk).content.decode()
    assert 'value="emergency"' not in client.get(place).content.decode()
    refused = client.post(place, {"what": "emergency", "cover": ""})
    assert refused.status_code == 422 and "No emergency of this desk runs now." in refused.content.decode()
    made = emergency(town, now)
    page = client.get(desk).content.decode()
    assert "away-emergency" in page and "Nobody is at the desk" not in page
    assert 'value="emergency"' in client.get(place).content.decode()
    assert client.post(place, {"what": "emergency"}, follow=True).status_code == 200
    page = client.get(desk).content.decode()
    assert "Nobody is at the desk" in page and "without anybody who stays" in page and "back-form" in page
    assert "away-emergency" not in page
    assert "Nobody is at the desk" in signed_in(town.supervisor).get(desk).content.decode()
    absence = Absence.objects.get()
    assert signed_in(town.away.agent).post(reverse("rosters:back", args=[town.desk.slug, absence.pk])).status_code == 404
    assert client.post(reverse("rosters:back", args=[town.desk.slug, absence.pk])).status_code == 302
    move_follow_up(actor=town.agent, root=made, now=now, state="closed", result="已关阀")
    assert "Nobody is at the desk" not in client.get(desk).content.decode()


@pytest.mark.clause("A10")
def test_beside_a_colleague_it_is_one_of_the_reasons(town: Town, now, rf) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=now, colleagues=[town.butler])
    emergency(town, now)
    request = rf.get("/")
    request.user = town.agent
    buttons = panels.leave_buttons(request, town.desk)
    assert [row.code for row in buttons["reasons"]] == ["meal", "errand", "emergency"] and buttons["covers"] == [town.butler]


@pytest.mark.clause("A6")
def test_desks_that_stand_get_the_reason_once_with_its_history(town: Town) -> None:
    old = Desk.objects.create(site=town.site, slug="taikoo-old", label_en="Old", label_zh_hans="Old", preset="service-centre")
    own = Desk.objects.create(site=town.site, slug="taikoo-own", label_en="Own", label_zh_hans="Own", preset="service-centre")
    Choice.objects.create(desk=old, purpose="absence_reason", code="meal", label_en="Meal", label_zh_hans="用餐", position=4)
    Choice.objects.create(desk=own, purpose="absence_reason", code="emergency", label_en="Fire", label_zh_hans="火警", current=False)
    before = Choice.objects.filter(desk=town.desk).count()
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(import_module("rosters.migrations.0004_leaving_in_an_emergency").STANDING)
    made = Choice.objects.get(desk=old, code="emergency")
    assert (made.position, made.current, made.version, made.label_zh_hans, made.label_zh_hant) == (5, True, 1, "突发事件", "突發事件")
    assert made.history.get().label_en == "Emergency"
    assert Choice.objects.get(desk=own).label_en == "Fire" and Choice.objects.filter(desk=town.desk).count() == before
