"""What the system reports is marked as such and merged over a period, so that it never floods what people wrote (A17)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from desks.hooks import messages
from desks.testing import Town, read_town, signed_in
from logbook import actions
from logbook.actions.system import PERIOD
from logbook.clock import merge_reports
from logbook.models import Entry, SystemRun
from logbook.tests.pages import find, rows, tree, words
from logbook.tests.test_concurrent_writers import together
from logbook.verify import verify

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def a_code(monkeypatch) -> None:
    """A report of the system, only for these tests."""
    monkeypatch.setattr(messages, "_things", {**messages._things, "too_warm": "Sensor %(sensor)s reads %(value)s."})


def report(town: Town, now, value: str = "31", *, subject: str = "4", desk=None) -> Entry | None:
    return actions.record_system(
        code="too_warm", subject=subject, desk=desk or town.desk, now=now, fields={"sensor": subject, "value": value}
    )


def written(town: Town) -> list[Entry]:
    return list(Entry.objects.filter(book__desk=town.desk, author__isnull=True).order_by("number"))


@pytest.mark.clause("A17")
def test_the_first_report_is_an_entry_and_the_others_of_the_period_are_counted(town: Town, morning) -> None:
    first = report(town, morning)
    assert [report(town, morning + minute * MINUTE, str(30 + minute)) for minute in range(1, 60)] == [None] * 59
    assert written(town) == [first] and merge_reports(morning + PERIOD - MINUTE) == 0
    assert merge_reports(morning + PERIOD) == 1
    merged = written(town)[-1]
    assert (merged.code, merged.author, merged.refers_to_id, merged.fields["count"]) == ("system_merged", None, first.pk, "59")
    assert merged.fields["what"] == "Sensor 4 reads 89." and merged.fields["last_at"] == (morning + 59 * MINUTE).isoformat()
    assert merge_reports(morning + PERIOD) == 0 and verify().breaches == []


@pytest.mark.clause("A17")
def test_while_it_goes_on_there_is_one_entry_in_each_period_and_then_none(town: Town, morning) -> None:
    for minute in range(0, 240, 5):
        now = morning + minute * MINUTE
        merge_reports(now)
        report(town, now)
    assert [entry.code for entry in written(town)] == ["too_warm", *["system_merged"] * 3]
    assert [merge_reports(morning + hour * PERIOD) for hour in (4, 5, 6)] == [1, 0, 0]
    assert not SystemRun.objects.exists(), "nothing is left to count"
    assert report(town, morning + 7 * PERIOD) is not None


@pytest.mark.clause("A17")
def test_a_clock_that_stood_still_loses_no_count(town: Town, morning) -> None:
    report(town, morning)
    report(town, morning + MINUTE)
    assert report(town, morning + 30 * PERIOD) is None
    assert [entry.code for entry in written(town)] == ["too_warm", "system_merged"]
    assert SystemRun.objects.get().times == 1


@pytest.mark.clause("A17")
def test_another_subject_another_desk_and_another_code_are_reports_of_their_own(town: Town, morning) -> None:
    assert report(town, morning) and report(town, morning, subject="5") and report(town, morning, desk=town.other_desk)
    assert actions.record_system(code="desk_opened", subject="4", desk=town.desk, now=morning, fields={"holder": "x"})
    assert actions.record_system(code="too_warm", subject="4", site=town.site, now=morning)
    with pytest.raises(ValueError, match="desk or a site"):
        actions.record_system(code="too_warm", subject="4", now=morning)


@pytest.mark.clause("I11")
def test_the_merged_entry_is_read_in_the_reader_s_language(town: Town, morning) -> None:
    report(town, morning)
    report(town, morning + MINUTE)
    merge_reports(morning + PERIOD)
    fields = written(town)[-1].fields
    assert {"what", "what_en", "what_zh_hans"} <= fields.keys()
    with translation.override("zh-hans"), time_machine.travel(morning + PERIOD, tick=False):
        assert "Sensor 4 reads 31." in words(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/")))


@pytest.mark.clause("A17")
def test_rows_of_the_system_are_marked_and_can_be_listed_alone(town: Town, morning) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="来电")
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    report(town, morning)
    client = signed_in(town.agent)
    page = tree(client.get(f"/log/{town.desk.slug}/?person=system"))
    assert rows(page) == [3]
    (row,) = find(page, "article")
    assert "system" in [words(each).strip() for each in find(row, "span") if "tag" in (dict(each.attributes).get("class") or "")]
    everything = tree(client.get(f"/log/{town.desk.slug}/"))
    assert "system" not in words(find(everything, "article", id="entry-2")[0]), "an act of a person is not the system's"
    assert rows(tree(client.get(f"/log/{town.desk.slug}/?person={town.agent.pk}"))) == [2, 1]


@pytest.fixture
def place(transactional_db):
    """The fixed actors; this test commits."""
    return read_town()


@pytest.mark.clause("A17")
def test_reports_at_once_make_one_entry_and_lose_no_count(place, morning) -> None:
    assert together([lambda: report(place, morning) and None] * 4) == []
    assert len(written(place)) == 1 and SystemRun.objects.get().times == 3
