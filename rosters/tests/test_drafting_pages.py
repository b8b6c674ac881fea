"""The pages by which a month is drafted and edited: progress, use, put aside, what clashes; cells, patterns, the rules at once (A5, A6, I9, I10)."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from desks.testing import Town, signed_in
from rosters import actions
from rosters.actions import drafts
from rosters.models import DraftRun, PlannedDuty, Roster, RosterPin
from rosters.tests.scenes import DECEMBER, drafted


@pytest.fixture(autouse=True)
def clock(morning, monkeypatch):
    """The pages read the clock themselves; nothing goes to a worker."""
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    with time_machine.travel(morning, tick=False):
        yield


def url(town: Town, more: str) -> str:
    return f"/rosters/{town.desk.slug}/2026-12/{more}"


def ended(town: Town, now, **more) -> DraftRun:
    rows = {str(person.pk): ["early", "late", *[None] * 29] for person in (town.agent, town.butler)}
    given = {"state": "done", "found": "good", "cost": 100, "bound": 90.0, "elapsed": 10.2, "rows": rows} | more
    return DraftRun.objects.create(desk=town.desk, month=DECEMBER, seconds=10, asked_by=town.supervisor, asked_at=now, changed_at=now, **given)


@pytest.mark.clause("A5")
def test_a_draft_is_asked_for_watched_stopped_and_used(town: Town, morning) -> None:
    client = signed_in(town.supervisor)
    assert "No draft yet" in client.get(url(town, "draft/")).content.decode()
    assert client.post(url(town, "draft/"), {"seconds": "15"})["Location"] == url(town, "draft/")
    run = DraftRun.objects.get()
    page = client.get(url(town, "draft/")).content.decode()
    assert 'hx-trigger="every 1s"' in page and "draft-form" not in page
    assert client.post(url(town, f"draft/{run.pk}/stop/")).status_code == 302
    run = ended(town, morning)
    part = client.get(url(town, f"draft/{run.pk}/"), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true" and "10 % better at most" in part.content.decode()
    assert client.post(url(town, f"draft/{run.pk}/use/"))["Location"] == url(town, "")
    assert Roster.objects.get().version == 1 and PlannedDuty.objects.count() == 4
    assert "drafted or edited, version 1" in client.get(url(town, "")).content.decode()
    again = client.post(url(town, f"draft/{run.pk}/use/"))
    assert again.status_code == 422 and "already" in again.content.decode()


@pytest.mark.clause("A5")
def test_two_drafts_stand_beside_each_other_and_one_is_put_aside(town: Town, morning) -> None:
    ended(town, morning - timedelta(minutes=5))
    other = ended(town, morning, rows={str(town.agent.pk): ["late", "late", *[None] * 29], str(town.butler.pk): ["early", "late", *[None] * 29]})
    client = signed_in(town.supervisor)
    assert "They differ in 1 cell<" in client.get(url(town, "draft/")).content.decode()
    client.post(url(town, f"draft/{other.pk}/aside/"))
    assert "beside each other</h2>" not in client.get(url(town, "draft/")).content.decode()


@pytest.mark.clause("A6")
def test_what_clashes_is_said_with_its_clause_and_where_to_relax_it_but_never_what_law_and_protection_say(town: Town, morning) -> None:
    day, agent = "2026-12-12", town.agent.pk
    rules = [
        {"rule": "need", "person": None, "day": day, "shift": "late", "skill": None, "number": 2, "relax": True},
        {"rule": "away", "person": agent, "day": day, "shift": None, "skill": None, "number": None, "relax": True},
        {"rule": "rest_day", "person": town.butler.pk, "day": day, "shift": None, "skill": None, "number": None, "relax": False},
        {"rule": "pin", "person": agent, "day": day, "shift": None, "skill": None, "number": None, "relax": True},
    ]
    run = ended(town, morning, rows={}, cost=None, found="impossible", clash={"minimal": True, "rules": rules})
    page = signed_in(town.supervisor).get(url(town, f"draft/{run.pk}/")).content.decode()
    assert "2 needed: Late" in page and "He Jiayi is on leave or has this weekday off" in page and "Labour Law 38" in page
    assert url(town, "days/") in page and f"?cell={agent}-{day}#cell" in page and "Agree otherwise" not in page
    assert f"/staff/{town.butler.pk}/" not in page and "Use this draft" not in page


@pytest.mark.clause("A6")
def test_cells_are_edited_and_pinned_at_once_and_the_rules_are_asked_without_saving(town: Town, morning) -> None:
    drafted(town, morning)
    client = signed_in(town.supervisor)
    page = client.get(url(town, "edit/")).content.decode()
    assert f'data-cell="{town.agent.pk}|2026-12-01"' in page and "grid_edit.js" in page
    work = [[town.agent.pk, f"2026-12-{day:02}", old, "early"] for day, old in zip(range(1, 9), ["early", "early", "late", ""] * 2, strict=True)]
    sent = {"version": 1, "changes": json.dumps(work), "pins": json.dumps([[town.agent.pk, "2026-12-01", True]])}
    checked = client.post(url(town, "edit/check/"), sent)
    assert checked.status_code == 200 and "may not stand" in checked.content.decode() and "Labour Law 38" in checked.content.decode()
    assert Roster.objects.get().version == 1 and not RosterPin.objects.exists()
    assert client.post(url(town, "edit/"), sent)["Location"] == url(town, "edit/")
    assert Roster.objects.get().version == 2 and RosterPin.objects.count() == 1
    assert "Saved: 8 cells" in client.get(url(town, "edit/")).content.decode()


@pytest.mark.clause("I10")
def test_what_is_refused_comes_back_with_all_that_was_changed(town: Town, morning) -> None:
    drafted(town, morning)
    drafted(town, morning)
    changes = json.dumps([[town.agent.pk, "2026-12-01", "early", "late"]])
    answer = signed_in(town.supervisor).post(url(town, "edit/"), {"version": 1, "changes": changes, "pins": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "newer version" in page and "&quot;2026-12-01&quot;" in page and 'name="version" value="2"' in page


@pytest.mark.clause("A5")
@pytest.mark.parametrize("changes", ["{}", "[", "[[1]]", '[["x","y","",""]]', "[[1,\"2026-12-01\",\"\",\"\",9]]", '[[1e400,"2026-12-01","",""]]', "[" * 5000, "null"])
def test_nonsense_is_refused_and_nothing_changes(town: Town, morning, changes: str) -> None:
    drafted(town, morning)
    for path in ("edit/", "edit/check/"):
        assert signed_in(town.supervisor).post(url(town, path), {"version": 1, "changes": changes, "pins": changes}).status_code == 422
    assert Roster.objects.get().version == 1


@pytest.mark.clause("A5")
def test_without_a_script_each_cell_has_a_form(town: Town, morning) -> None:
    drafted(town, morning)
    client, cell = signed_in(town.supervisor), f"edit/?cell={town.agent.pk}-2026-12-01"
    assert "cell-form" in client.get(url(town, cell)).content.decode()
    sent = {"version": 1, "before": "early", "shifts": ["early", "late"], "pin": "on"}
    assert client.post(url(town, cell), sent).status_code == 302
    codes = PlannedDuty.objects.filter(version=2, person=town.agent, site_day=DECEMBER).values_list("shift_code", flat=True)
    assert set(codes) == {"early", "late"} and RosterPin.objects.get().site_day == DECEMBER
    stale = client.post(url(town, cell), sent)
    assert stale.status_code == 422 and "newer version" in stale.content.decode()
    for wrong in ("x", f"{town.agent.pk}-2027-01-01", f"{town.away.agent.pk}-2026-12-01", "1-"):
        assert "cell-form" not in client.get(url(town, f"edit/?cell={wrong}")).content.decode()
        assert client.post(url(town, f"edit/?cell={wrong}"), sent).status_code == 404


@pytest.mark.clause("A5")
def test_a_rotation_is_filled_and_a_wrong_one_is_refused_beside_its_field(town: Town, morning) -> None:
    roster = drafted(town, morning)
    actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[], pins={(town.agent.pk, date(2026, 12, 2)): True}, now=morning)
    client = signed_in(town.supervisor)
    sent = {"version": 1, "way": "rotation", "pattern": "晚晚休", "people": [town.agent.pk], "first": "2026-12-01", "until": "2026-12-06"}
    wrong = client.post(url(town, "edit/fill/"), sent | {"pattern": "早夜"})
    assert wrong.status_code == 422 and "is no shift of this desk" in wrong.content.decode() and 'value="早夜"' in wrong.content.decode()
    assert client.post(url(town, "edit/fill/"), sent | {"until": "2026-11-01"}).status_code == 422
    assert client.post(url(town, "edit/fill/"), sent | {"people": [town.away.agent.pk]}).status_code == 422
    assert client.post(url(town, "edit/fill/"), sent).status_code == 302
    rows = dict(PlannedDuty.objects.filter(version=2, person=town.agent, site_day__lte=date(2026, 12, 6)).values_list("site_day", "shift_code"))
    assert {day.day: code for day, code in rows.items()} == {1: "late", 2: "early", 4: "late", 5: "late"}


@pytest.mark.clause("A20")
def test_a_month_without_a_roster_has_nothing_to_edit_and_other_sites_see_no_draft(town: Town, morning) -> None:
    run = ended(town, morning)
    client = signed_in(town.supervisor)
    assert client.get(url(town, "edit/")).status_code == 404
    assert client.get(f"/rosters/{town.other_desk.slug}/2026-12/draft/{run.pk}/").status_code == 404
    assert signed_in(town.away.supervisor).get(url(town, f"draft/{run.pk}/")).status_code == 404
    assert signed_in(town.agent).get(url(town, f"draft/{run.pk}/")).status_code == 403
