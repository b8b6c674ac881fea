"""Reading and acknowledging: one's own notices alone, the first time counts (I7, I8)."""

from datetime import timedelta

import pytest

from desks.models import Membership
from desks.refusal import Refused
from desks.testing import Town
from notices import actions
from notices.models import Notice, NoticeReading
from notices.queries import inbox_of, unacknowledged_of, unread_count
from notices.tests.test_tell import tell


def _kinds(notice: Notice) -> set[str]:
    return set(notice.readings.values_list("kind", flat=True))


def test_reading_marks_once_and_the_first_time_counts(town: Town, morning) -> None:
    tell(town, morning)
    notice = Notice.objects.get()
    for later in (0, 5):
        actions.read_notice(actor=town.agent, notice=notice, now=morning + timedelta(minutes=later))
    assert NoticeReading.objects.get().at == morning
    assert unread_count(town.agent, morning) == 0


@pytest.mark.clause("I8")
def test_nobody_reads_or_acknowledges_another_s_notice(town: Town, morning) -> None:
    tell(town, morning, acknowledge=True)
    for act in (actions.read_notice, actions.acknowledge_notice):
        with pytest.raises(Refused):
            act(actor=town.supervisor, notice=Notice.objects.get(), now=morning)
    assert not NoticeReading.objects.exists()


def test_acknowledging_also_reads_and_reading_alone_does_not_acknowledge(town: Town, morning) -> None:
    tell(town, morning, acknowledge=True)
    notice = Notice.objects.get()
    actions.read_notice(actor=town.agent, notice=notice, now=morning)
    assert list(unacknowledged_of(town.agent, morning)) == [notice]
    actions.acknowledge_notice(actor=town.agent, notice=notice, now=morning + timedelta(minutes=1))
    actions.acknowledge_notice(actor=town.agent, notice=notice, now=morning + timedelta(minutes=2))
    assert _kinds(notice) == {"read", "acknowledged"}
    assert notice.readings.get(kind="acknowledged").at == morning + timedelta(minutes=1)
    assert not unacknowledged_of(town.agent, morning).exists()


def test_a_notice_that_asks_for_none_is_not_acknowledged(town: Town, morning) -> None:
    tell(town, morning)
    with pytest.raises(Refused):
        actions.acknowledge_notice(actor=town.agent, notice=Notice.objects.get(), now=morning)


def test_reading_all_leaves_what_was_told_meanwhile(town: Town, morning) -> None:
    tell(town, morning, occasion="step:1")
    shown = Notice.objects.get().pk
    tell(town, morning, occasion="step:2")
    tell(town, morning, [town.supervisor], occasion="step:2")
    assert actions.read_all(actor=town.agent, up_to=shown, now=morning) == 1
    assert actions.read_all(actor=town.agent, up_to=shown, now=morning) == 0
    assert [unread_count(person, morning) for person in (town.agent, town.supervisor)] == [1, 1]


def test_the_inbox_shows_unread_ones_first_then_the_newest(town: Town, morning) -> None:
    for hour in range(4):
        tell(town, morning + timedelta(hours=hour), occasion=f"step:{hour}")
    newest = Notice.objects.get(occasion="step:3")
    actions.read_notice(actor=town.agent, notice=newest, now=morning)
    occasions = [each.occasion for each in inbox_of(town.agent, morning)]
    assert occasions == ["step:2", "step:1", "step:0", "step:3"]
    assert [each.occasion for each in inbox_of(town.agent, morning, "unread")] == occasions[:3]


@pytest.mark.clause("I8")
def test_whoever_leaves_a_site_reads_its_notices_no_more(town: Town, morning) -> None:
    tell(town, morning)
    row = Membership.objects.get(person=town.agent)
    row.ends_at = morning + timedelta(days=3)
    row.save()
    assert unread_count(town.agent, morning + timedelta(days=3) - timedelta(seconds=1)) == 1
    assert unread_count(town.agent, morning + timedelta(days=3)) == 0
    assert not inbox_of(town.agent, morning + timedelta(days=3)).exists()


@pytest.mark.parametrize("rows", [1, 40])
def test_the_count_and_the_inbox_cost_one_query_each(town: Town, morning, rows: int, django_assert_num_queries) -> None:
    for number in range(rows):
        tell(town, morning, occasion=f"step:{number}")
    with django_assert_num_queries(1):
        assert unread_count(town.agent, morning) == rows
    with django_assert_num_queries(1):
        assert [each.site.label for each in inbox_of(town.agent, morning)]
