"""Who held this desk: any second has one name, the timeline shows gaps, overtime and refusals, the pages obey permissions (A22, A23, E2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desks.models import Choice
from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from handover import actions
from handover.held import held_at, stretches_between
from handover.models import Handover
from handover.rules import past_duty
from handover.tests import scenes, steps
from logbook.actions import book_of, join_watch, leave_watch, pass_holder
from logbook.models import Watch
from logbook.queries import current_watch

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def ground(town: Town, code: str, purpose: str = "takeover_reason") -> Choice:
    return Choice.objects.get(desk=town.desk, purpose=purpose, code=code)


@pytest.fixture
def told(town: Town, morning) -> Iterator[dict[str, datetime]]:
    """In the evening of a day with everything: opened, the part passed and back, a refusal, a handover, a release, a gap filled, a takeover, closed."""
    at = {name: morning + timedelta(hours=place) for place, name in enumerate(("open", "pass", "back", "refuse", "hand", "gap", "fill", "take", "close"))}
    steps.open_desk(town.desk, town.agent, at["open"], town.colleague)
    watch = current_watch(town.desk)
    pass_holder(actor=town.agent, watch=watch, to=town.colleague, now=at["pass"])
    pass_holder(actor=town.colleague, watch=watch, to=town.agent, now=at["back"])
    row = actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=at["refuse"])
    refusal = actions.refuse(
        confirmed=steps.confirmed(town.butler, at["refuse"]), handover=row, ground=ground(town, "untidy", "refusal_ground"), remedy="整理",
        now=at["refuse"],
    )
    actions.decide_refusal(actor=town.supervisor, refusal=refusal, outcome="upheld", reason="先整理", now=at["refuse"])
    steps.hand_over(town.desk, town.butler, at["hand"])
    actions.release_holder(actor=town.butler, desk=town.desk, ground=ground(town, "illness"), now=at["gap"])
    actions.fill_gap(actor=town.second_butler, desk=town.desk, now=at["fill"])
    actions.take_over(confirmed=steps.confirmed(town.supervisor, at["take"]), desk=town.desk, reason=ground(town, "other"), now=at["take"])
    steps.close_desk(town.desk, town.supervisor, at["close"])
    with time_machine.travel(at["close"] + HOUR, tick=True):
        yield at


@pytest.mark.clause("E2", "A23")
def test_any_second_has_one_name_and_says_how_it_came_to_be(town: Town, told) -> None:
    now = told["close"] + HOUR
    wanted = {
        "open": ("agent", "opening"), "pass": ("colleague", "passed"), "back": ("agent", "passed"), "refuse": ("agent", "passed"),
        "hand": ("butler", "handover"), "gap": (None, "gap"), "fill": ("second_butler", "release"), "take": ("supervisor", "takeover"),
    }
    for name, (part, began) in wanted.items():
        for moment in (told[name], told[name] + HOUR - timedelta(microseconds=1)):
            found = held_at(town.desk, moment, now)
            assert found is not None and found.began == began, name
            assert found.holder == (getattr(town, part) if part else None), name
    assert held_at(town.desk, told["close"], now) is None and held_at(town.desk, told["open"] - MINUTE, now) is None
    with pytest.raises(ValueError):
        held_at(town.desk, now + MINUTE, now)
    taken, opened = held_at(town.desk, told["hand"], now), held_at(town.desk, told["open"], now)
    assert taken.taken_over == Handover.objects.get(mode="face", state="completed")
    assert opened.taken_over == Handover.objects.get(mode="opening")
    assert held_at(town.desk, told["take"], now).given_over == Handover.objects.get(mode="closing")
    assert held_at(town.other_desk, told["open"], now) is None


@pytest.mark.clause("I3")
def test_the_stretches_of_a_day_follow_on_each_other_without_overlap_or_hole(town: Town, told) -> None:
    made = stretches_between(town.desk, told["open"], told["close"] + HOUR, told["close"] + HOUR)
    assert made[0].starts_at == told["open"] and made[-1].ends_at == told["close"]
    assert all(each.ends_at == following.starts_at for each, following in pairwise(made))
    narrow = stretches_between(town.desk, told["gap"] + MINUTE, told["gap"] + 2 * MINUTE, told["close"])
    assert [each.holder for each in narrow] == [None], "each is whole, and only those that touch the period"
    assert stretches_between(town.desk, told["close"], told["close"] + HOUR, told["close"] + HOUR) == []


@pytest.mark.clause("A23", "I3")
def test_a_gap_ends_when_the_part_passes_on_and_another_one_of_the_same_watch_is_seen_too(town: Town, morning) -> None:
    steps.open_desk(town.desk, town.butler, morning)
    watch, at = current_watch(town.desk), [morning + place * HOUR for place in range(5)]
    actions.release_holder(actor=town.butler, desk=town.desk, ground=ground(town, "illness"), now=at[1])
    join_watch(actor=town.butler, watch=watch, person=town.agent, now=at[2])
    pass_holder(actor=town.butler, watch=watch, to=town.agent, now=at[2])
    leave_watch(actor=town.agent, watch=watch, person=town.butler, now=at[2])
    actions.release_holder(actor=town.agent, desk=town.desk, ground=ground(town, "illness"), now=at[3])
    made = stretches_between(town.desk, morning, at[4], at[4])
    assert [(each.holder, each.began, each.starts_at) for each in made] == [
        (town.butler, "opening", at[0]), (None, "gap", at[1]), (town.agent, "passed", at[2]), (None, "gap", at[3]),
    ]
    assert [each.ended for each in made] == ["release", "passed", "release", ""]


@pytest.mark.clause("A10", "A23")
def test_past_the_duty_is_what_lies_after_its_end_and_arriving_early_is_not() -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def hours(*pairs: tuple[float, float]) -> list[tuple[datetime, datetime]]:
        return [(at + a * HOUR, at + b * HOUR) for a, b in pairs]

    for stretch, duties, wanted in (
        ((-0.25, 8), ((0, 8),), ()), ((0, 8.5), ((0, 8),), ((8, 8.5),)), ((0, 10), ((0, 4), (6, 8)), ((4, 6), (8, 10))),
        ((5, 7), ((0, 8),), ()), ((7, 9), ((8, 12), (0, 7.5)), ((7.5, 8),)),
    ):
        (begin, end), = hours(stretch)
        assert past_duty(begin, end, hours(*duties)) == hours(*wanted), (stretch, duties)
    assert past_duty(at, at + HOUR, []) is None


@pytest.mark.clause("A23")
def test_who_waits_for_the_relief_is_shown_past_the_duty_to_the_minute(town: Town, morning) -> None:
    scenes.roster_duty(town.desk, town.agent, morning, morning + 8 * HOUR)
    steps.open_desk(town.desk, town.agent, morning - 10 * MINUTE)
    steps.hand_over(town.desk, town.butler, morning + 8 * HOUR + 25 * MINUTE)
    first, second = stretches_between(town.desk, morning, morning + 9 * HOUR, morning + 9 * HOUR)
    assert first.over == 25 * MINUTE and second.past is None and second.ends_at is None


@pytest.mark.clause("E2")
def test_a_moment_among_three_years_of_watches_is_found_by_the_index_in_few_queries(town: Town, told, as_owner) -> None:
    first = told["open"] - timedelta(days=1100)
    rows = [
        Watch(
            desk=town.desk, holder=town.agent, started_at=first + place * 8 * HOUR, ended_at=first + (place + 1) * 8 * HOUR, first_number=place + 1,
            last_number=place + 1, ending="handover",
        )
        for place in range(3300)
    ]
    with as_owner():
        Watch.objects.bulk_create(rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE logbook_watch")
    moment = first + 1000 * 8 * HOUR + HOUR
    with CaptureQueriesContext(connection) as asked:
        found = held_at(town.desk, moment, told["close"])
    assert found is not None and found.watch.started_at == first + 1000 * 8 * HOUR
    assert len(asked) <= 10
    with connection.cursor() as cursor:
        for query in (each["sql"] for each in asked if 'FROM "logbook_watch"' in each["sql"]):
            cursor.execute(f"EXPLAIN {query}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "handover_watch_by_moment" in plan, plan


@pytest.mark.clause("E2")
def test_the_page_draws_each_day_with_a_table_beside_it_and_links_to_handovers(town: Town, told) -> None:
    client = signed_in(town.agent)
    html = client.get(f"/handover/{town.desk.slug}/held/?day=2026-11-24&span=day").content.decode()
    page = tree(html)
    (figure,) = find(page, "figure", **{"class": "held-day"})
    said = text_of(figure)
    for part in ("agent", "colleague", "butler", "second_butler", "supervisor"):
        assert getattr(town, part).name_latin in said
    assert "nobody at the desk" in said and html.count('<line class="refused"') == 1
    (drawn,) = find(page, "svg", role="img")
    label = dict(drawn.attributes)["aria-label"]
    assert "9:00–10:00 He Jiayi" in label.replace("09:00", "9:00") and "nobody at the desk" in label
    assert 'style="' not in html
    rows = find(page, "tr")
    assert len(rows) == 8, "a head, and each stretch once"
    done = Handover.objects.get(mode="face", state="completed")
    assert html.count(f'href="/handover/{town.desk.slug}/{done.pk}/"') == 2
    past = client.get(f"/handover/{town.desk.slug}/past/").content.decode()
    assert f"/handover/{town.desk.slug}/held/" in past


@pytest.mark.clause("E2")
def test_a_moment_is_answered_with_a_name_or_with_why_not(town: Town, told) -> None:
    client = signed_in(town.auditor)
    for asked, said in (
        ("2026-11-24T15:30", "Chen Guowei"), ("2026-11-24T14:00:00", "Nobody"), ("2026-11-24T08:00", "Nobody: the desk was closed."),
        ("2999-01-01T00:00", "still to come"), ("gestern", "Enter a valid date/time."), ("", "At this moment"), ("0001-01-01T00:00", "closed"),
        ("9999-12-31T23:59", "still to come"), ("x" * 100_000, "Enter a valid date/time."), ("\x00", "Enter a valid date/time."),
    ):
        answer = client.get(f"/handover/{town.desk.slug}/held/", {"at": asked})
        assert answer.status_code == 200
        (card,) = find(tree(answer.content.decode()), "section", id="moment")
        assert said in text_of(card), asked[:20]


@pytest.mark.clause("I11")
def test_days_weeks_and_months_are_the_sites_and_nonsense_is_left_out(town: Town, told) -> None:
    client, at = signed_in(town.supervisor), f"/handover/{town.desk.slug}/held/"
    for asked, days in (
        ("?day=2026-11-24&span=day", 1), ("?day=2026-11-23&span=week", 2), ("?day=2026-11-29", 2), ("?day=2026-11-01&span=month", 24),
        ("?day=2026-11-24&span=decade", 2), ("?day=9999-99-99&span=day", 1), ("?day=0001-01-01&span=month", 0), ("?day=9999-12-31&span=month", 0),
    ):
        html = client.get(at + asked).content.decode()
        assert html.count('<figure class="held-day">') == days, asked
    html = client.get(f"{at}?day=2026-11-23&span=day").content.decode()
    assert "span=day&amp;day=2026-11-22" in html and "span=day&amp;day=2026-11-24" in html
    assert "span=day&amp;day=2026-11-25" not in client.get(f"{at}?day=2026-11-24&span=day").content.decode(), "tomorrow is still to come"
    assert "Nobody held the desk in these days" in client.get(f"{at}?day=2025-01-01&span=day").content.decode()


@pytest.mark.clause("A20")
def test_the_timeline_is_for_whoever_reads_the_log_and_goes_out_as_it_is_shown(town: Town, told) -> None:
    at = f"/handover/{town.desk.slug}/held/"
    for part, code in (("agent", 200), ("head", 200), ("auditor", 200), ("administrator", 403)):
        assert signed_in(getattr(town, part)).get(at).status_code == code
    assert signed_in(town.away.supervisor).get(at).status_code == 404
    assert "export/?format" not in signed_in(town.agent).get(at).content.decode()
    taken = signed_in(town.supervisor).get(f"{at}export/?format=csv&day=2026-11-24&span=day")
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 8 and "nobody at the desk" in "".join(lines) and book_of(town.desk).origin not in "".join(lines)
