"""The rounds' pages: a day, one tap from the desk page, what is refused beside its field, paper, who may open them (C3, C4, A20, I8)."""

from datetime import timedelta

import pytest
import time_machine

from desks.testing import Town, signed_in
from logbook.actions import open_watch
from logbook.models import AccessRecord, Entry
from rounds.clock import raise_missed_rounds
from rounds.models import Round, RoundMiss, RoundWalk
from rounds.tests.scenes import held_long, lay_round, lay_tour, long_ago

HALF = timedelta(minutes=30)


@pytest.fixture
def nine(morning):
    """It is nine at the site."""
    with time_machine.travel(morning, tick=False):
        yield morning


@pytest.fixture
def lobby(town: Town, nine) -> Round:
    """Due at 8:30 and 14:00; the agent holds the desk."""
    open_watch(actor=town.agent, desk=town.desk, now=nine - timedelta(hours=1))
    return lay_round(town.desk, long_ago(nine))


def address(town: Town, row: Round, due) -> str:
    return f"/rounds/{town.desk.slug}/{row.code}/{int(due.timestamp())}/walk/"


@pytest.mark.clause("C3")
def test_one_tap_on_the_desk_page_walks_the_round_and_comes_back(town: Town, nine, lobby) -> None:
    client = signed_in(town.agent)
    page = client.get(f"/desk/{town.desk.slug}/").content.decode()
    path = address(town, lobby, nine - HALF)
    assert path in page and "08:30" in page
    answer = client.post(path, {"from": "desk"})
    assert answer.status_code == 302 and answer["Location"] == f"/desk/{town.desk.slug}/"
    page = client.get(f"/desk/{town.desk.slug}/").content.decode()
    assert path not in page and "14:00" in page
    assert RoundWalk.objects.get().by == town.agent


@pytest.mark.clause("C3")
def test_the_panel_is_drawn_anew_when_the_round_becomes_late(town: Town, nine, lobby) -> None:
    client = signed_in(town.agent)
    with time_machine.travel(nine - HALF - timedelta(minutes=1), tick=False):
        assert "late by" not in client.get(f"/desk/{town.desk.slug}/").content.decode()
    with time_machine.travel(nine - timedelta(minutes=10), tick=False):
        assert "late by 20 min" in client.get(f"/desk/{town.desk.slug}/", headers={"accept-language": "en"}).content.decode()


def test_a_desk_without_rounds_has_no_panel_and_an_empty_page(town: Town, nine) -> None:
    client = signed_in(town.agent)
    assert f"/rounds/{town.desk.slug}/" not in client.get(f"/desk/{town.desk.slug}/").content.decode()
    answer = client.get(f"/rounds/{town.desk.slug}/", headers={"accept-language": "en"})
    assert answer.status_code == 200 and "This desk has no rounds" in answer.content.decode()


@pytest.mark.clause("C4")
def test_a_tour_refused_keeps_what_was_typed_and_says_why_beside_its_field(town: Town, nine) -> None:
    held_long(town.desk, town.agent, nine)
    tour = lay_tour(town.desk, long_ago(nine))
    client, path = signed_in(town.agent), address(town, tour, nine - timedelta(minutes=15))
    for typed, field in (
        ({"point-pressure": "0.4"}, "point-pump"), ({"point-pressure": "很高", "point-pump": "ok"}, "point-pressure"),
        ({"point-pressure": "0.6", "point-pump": "ok"}, "remark"), ({"point-pressure": "0.4", "point-pump": "hm"}, "point-pump"),
        ({"point-pressure": "0.4", "point-pump": "ok", "remark": "x" * 501}, "remark"),
    ):
        answer = client.post(path, typed)
        (line,) = [each for each in answer.context["lines"] if each["bound"]]
        assert answer.status_code == 422 and list(line["walk_form"].errors) == [field], typed
        assert typed["point-pressure"] in answer.content.decode()
    assert not RoundWalk.objects.exists() and not Entry.objects.filter(kind="patrol").exists()
    assert client.post(path, {"point-pressure": "０．６", "point-pump": "not_ok", "remark": "已停泵"}).status_code == 302
    page = client.get(f"/rounds/{town.desk.slug}/?day=2026-11-24").content.decode()
    assert "0.6 MPa" in page and RoundWalk.objects.get().readings.filter(good=False).count() == 2
    assert AccessRecord.objects.filter(page="rounds", person=town.agent).exists(), "what of the log was shown is recorded"


@pytest.mark.clause("C3")
def test_a_missed_round_is_explained_on_the_day_s_page(town: Town, nine, lobby) -> None:
    raise_missed_rounds(nine + timedelta(minutes=1))
    miss, client = RoundMiss.objects.get(), signed_in(town.agent)
    path = f"/rounds/{town.desk.slug}/missed/{miss.pk}/explain/"
    assert client.post(path, {"reason": " "}).status_code == 422
    answer = client.post(path, {"reason": "电梯困人，已致电13900139000"})
    assert answer.status_code == 302 and answer["Location"].endswith(f"?day=2026-11-24#miss-{miss.pk}")
    for reader in (town.agent, town.supervisor, town.head, town.auditor):
        page = signed_in(reader).get(f"/rounds/{town.desk.slug}/?day=2026-11-24").content.decode()
        assert "电梯困人" in page and "13900139000" not in page
    sheet = signed_in(town.auditor).get(f"/rounds/{town.desk.slug}/print/?day=2026-11-24")
    assert sheet.status_code == 200 and f"#{miss.number}" in sheet.content.decode()


@pytest.mark.clause("C3")
def test_the_supervisor_s_list_names_it_until_it_is_walked_or_explained(town: Town, nine, lobby) -> None:
    from rounds.panels_of_rounds import now_items

    raise_missed_rounds(nine + timedelta(minutes=1))
    assert now_items(town.supervisor, town.site, nine + HALF) == [], "the holder first"
    raise_missed_rounds(nine + timedelta(minutes=31))
    assert len(now_items(town.supervisor, town.site, nine + HALF)) == 1
    assert now_items(town.agent, town.site, nine + HALF) == [] == now_items(town.away.supervisor, town.away.site, nine + HALF)
    signed_in(town.agent).post(f"/rounds/{town.desk.slug}/missed/{RoundMiss.objects.get().pk}/explain/", {"reason": "忙"})
    assert now_items(town.supervisor, town.site, nine + HALF) == []


@pytest.mark.clause("I8")
@pytest.mark.parametrize("due", ["0", "x", "-5", "99999999999", "9" * 30, "1e9", "١٢"])
def test_junk_in_an_address_finds_nothing(town: Town, nine, lobby, due: str) -> None:
    client = signed_in(town.agent)
    assert client.post(f"/rounds/{town.desk.slug}/lobby/{due}/walk/").status_code == 404
    assert client.post(f"/rounds/{town.desk.slug}/lobby/{due}/walk/", {"key": "junk"}).status_code == 404
    assert client.get(f"/rounds/{town.desk.slug}/?day=0001-01-01").status_code == 200
    assert client.get(f"/rounds/{town.desk.slug}/?day=9999-12-31").status_code == 200


@pytest.mark.clause("I8")
def test_another_desk_s_round_is_not_there(town: Town, nine, lobby) -> None:
    raise_missed_rounds(nine + timedelta(minutes=1))
    client = signed_in(town.supervisor)
    assert client.post(f"/rounds/{town.other_desk.slug}/lobby/{int(nine.timestamp())}/walk/").status_code == 404
    assert client.post(f"/rounds/{town.other_desk.slug}/missed/{RoundMiss.objects.get().pk}/explain/", {"reason": "x"}).status_code == 404


@pytest.mark.clause("C3")
def test_the_administrator_lays_a_round_with_days_to_tick(town: Town) -> None:
    client = signed_in(town.administrator)
    sent = {
        "desk": town.desk.pk, "code": "meters", "label_en": "Meters", "label_zh_hans": "抄表", "label_zh_hant": "抄錶", "position": 1, "clause": "C4",
        "weekdays": [0, 6], "times": "08:00, 20:00", "grace_minutes": 20, "kind_code": "patrol", "walker": "",
    }
    answer = client.post("/admin/rounds/round/add/", sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Round.objects.get(code="meters")
    assert row.weekdays == [0, 6] and [f"{each:%H:%M}" for each in row.times] == ["08:00", "20:00"]
    page = client.get(f"/admin/rounds/round/{row.pk}/change/").content.decode()
    assert 'type="checkbox" name="weekdays"' in page
    assert client.post("/admin/rounds/round/add/", sent | {"code": "bad", "times": "25:00"}).status_code == 422
    assert client.post("/admin/rounds/round/add/", sent | {"code": "bad", "times": "", "weekdays": []}).status_code == 422
