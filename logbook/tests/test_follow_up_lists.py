"""The lists of follow-ups: the desk's, mine, overdue, due today, waiting, raised, closed; with counts, ages and clocks (A1, A9)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry, FollowUp
from logbook.queries import counts_of, narrowed_follow_ups
from logbook.tests.pages import find, tree, words
from logbook.todo import age_words

HOUR = timedelta(hours=1)


def matter(town: Town, now, text: str, *, actor=None, due=timedelta(hours=4), **more) -> Entry:
    return actions.record_entry(
        actor=actor or town.agent, desk=town.desk, now=now, text=text, kind=more.pop("kind", "help"), due_at=now + due, **more
    )


def listed(town: Town, show: str, person, now) -> set[str]:
    return {each.root.words.text for each in narrowed_follow_ups(town.desk, show, person, now)}


@pytest.mark.clause("A1")
def test_mine_are_those_i_handle_by_name_wrote_or_moved_last(town: Town, morning) -> None:
    wrote = matter(town, morning, "写的")
    by_name = matter(town, morning, "按名", actor=town.butler, handler=town.agent.name)
    latin = matter(town, morning, "拉丁", actor=town.butler, handler=town.agent.name_latin.upper())
    moved = matter(town, morning, "接手", actor=town.butler)
    other = matter(town, morning, "别人的", actor=town.butler, handler="engineering")
    actions.move_follow_up(actor=town.agent, root=moved, now=morning, state="in_progress")
    assert listed(town, "mine", town.agent, morning) == {each.words.text for each in (wrote, by_name, latin, moved)}
    actions.move_follow_up(actor=town.butler, root=moved, now=morning, state="in_progress")
    assert "接手" not in listed(town, "mine", town.agent, morning)
    assert listed(town, "mine", town.butler, morning) == {each.words.text for each in (by_name, latin, moved, other)}
    assert listed(town, "mine", town.colleague, morning) == set()


@pytest.mark.clause("A1")
def test_each_list_holds_what_its_count_says(town: Town, morning) -> None:
    late, waits, closed, restricted = (matter(town, morning, text, due=HOUR) for text in ("晚", "等", "完", "密"))
    actions.move_follow_up(actor=town.agent, root=waits, now=morning, state="waiting", waiting_for="厂家", waiting_until=morning + 50 * HOUR)
    actions.move_follow_up(actor=town.agent, root=closed, now=morning, state="closed", result="好")
    actions.record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="员工投诉", kind="complaint", audience="supervisors")
    actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="别处", kind="help")
    now = morning + 2 * HOUR
    for sees in (True, False):
        counts = counts_of(town.desk, town.agent, now, see_restricted=sees)
        assert counts == {"open": 3 + sees, "mine": 3, "overdue": 2, "today": 3, "waiting": 1, "raised": 0, "closed": 1}
        for show, count in counts.items():
            found = narrowed_follow_ups(town.desk, "" if show == "open" else show, town.agent, now, see_restricted=sees)
            assert found.count() == count, show
    assert listed(town, "overdue", town.agent, now) == {late.words.text, restricted.words.text}


@pytest.mark.clause("A1")
def test_the_page_links_to_every_list_and_keeps_what_was_asked(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        matter(town, morning, "晚", due=HOUR)
    with time_machine.travel(morning + 2 * HOUR, tick=False):
        client = signed_in(town.agent)
        page = tree(client.get(f"/log/{town.desk.slug}/follow-ups/?show=overdue&kind=help"))
        links = [dict(each.attributes) for each in find(page, "a")]
        chips = [each["href"] for each in links if "chip" in each.get("class", "").split()]
        assert len(chips) == 7 and any("kind=help" in each and "show=mine" in each for each in chips)
        (chosen,) = find(page, "a", aria_current="true")
        assert "Overdue" in words(chosen) and words(chosen).split()[-1] == "1"
        assert [dict(each.attributes)["value"] for each in find(page, "input", name="show", type="hidden")][:1] == ["overdue"]
        assert "Handled by me" not in words(page)
        assert "handled by me by name" in words(tree(client.get(f"/log/{town.desk.slug}/follow-ups/?show=mine")))


@pytest.mark.clause("A1")
def test_age_is_told_in_hours_and_in_watches(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
        entry = matter(town, morning, "漏水", due=2 * HOUR)
        actions.close_watch(actor=town.agent, watch=watch, now=morning + timedelta(minutes=1))
    for number in (8, 16):
        watch = actions.open_watch(actor=town.butler, desk=town.desk, now=morning + number * HOUR)
        actions.close_watch(actor=town.butler, watch=watch, now=morning + (number + 8) * HOUR)
    with time_machine.travel(morning + 26 * HOUR, tick=False):
        client = signed_in(town.agent)
        assert "open 1 day · 3 watches" in words(tree(client.get(f"/log/{town.desk.slug}/follow-ups/")))
        page = tree(client.get(f"/log/{town.desk.slug}/{entry.number}/"))
        assert "1 day · 3 watches" in words(find(page, "section", id="clocks")[0])
        assert "3 watches" in words(find(tree(client.get(f"/desk/{town.desk.slug}/")), "aside", id="side")[0])


@pytest.mark.clause("A1")
def test_a_closed_matter_is_as_old_as_it_was_when_it_was_closed(morning) -> None:
    ends = [morning + number * 8 * HOUR for number in range(1, 10)]
    matter_of = {"opened_at": morning, "root_id": 1, "last_entry_id": 2}
    closed = FollowUp(state="closed", changed_at=morning + 17 * HOUR, **matter_of)
    assert age_words(closed, ends, morning + 90 * HOUR) == "17 hours · 2 watches"
    still = FollowUp(state="waiting", changed_at=morning + 17 * HOUR, **matter_of)
    assert age_words(still, ends, morning + 72 * HOUR) == "3 days · 9 watches"
    assert age_words(still, [], morning + timedelta(minutes=5)) == "5 minutes"


@pytest.mark.clause("A9")
def test_the_clock_of_the_first_step_and_of_the_settlement_is_visible(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203")
    client = signed_in(town.agent)

    def clocks(after: timedelta) -> str:
        with time_machine.travel(morning + after, tick=False):
            # A sign-in does not last for days.
            answer = signed_in(town.agent).get(f"/log/{town.desk.slug}/{entry.number}/")
            return " ".join(words(find(tree(answer), "section", id="clocks")[0]).split())

    with time_machine.travel(morning + HOUR, tick=False):
        assert "first step due in 1 hour" in words(tree(client.get(f"/log/{town.desk.slug}/follow-ups/")))
    assert "in 1 hour promised within 2 hours" in clocks(HOUR) and "in 23 hours" in clocks(HOUR)
    assert "overdue 1 hour promised within 2 hours" in clocks(3 * HOUR)
    with time_machine.travel(morning + 4 * HOUR, tick=False):
        actions.move_follow_up(actor=town.agent, root=entry, now=morning + 4 * HOUR, state="in_progress", due_at=morning + 90 * HOUR)
    assert "overdue" in clocks(91 * HOUR) and "this one counts" in clocks(91 * HOUR)
    with time_machine.travel(morning + 30 * HOUR, tick=False):
        actions.move_follow_up(actor=town.agent, root=entry, now=morning + 30 * HOUR, state="closed", result="好")
    assert "Settled" in clocks(91 * HOUR)


@pytest.mark.clause("A20")
def test_the_clock_of_what_only_supervisors_read_is_not_shown_to_others(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        entry = actions.record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="密", kind="complaint", audience="supervisors")
        assert not find(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/{entry.number}/")), "section", id="clocks")
        assert find(tree(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/{entry.number}/")), "section", id="clocks")


def test_the_list_costs_the_same_however_many_matters_and_watches(town: Town, morning) -> None:
    client = signed_in(town.agent)

    def queries() -> int:
        client.get(f"/log/{town.desk.slug}/follow-ups/")
        with CaptureQueriesContext(connection) as context:
            client.get(f"/log/{town.desk.slug}/follow-ups/")
        return len(context)

    def fill(count: int) -> None:
        for number in range(count):
            watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
            matter(town, morning, f"x{number}", due=HOUR)
            actions.close_watch(actor=town.agent, watch=watch, now=morning)

    fill(4)
    few = queries()
    fill(20)
    assert queries() == few <= 32
