"""A job that fails stands in the book of each site, at most once an hour, and stops nothing else (A17)."""

from datetime import timedelta

import pytest

from desks.hooks import clock_acts
from desks.testing import Town
from desks.wording import worded
from duty_desk import tasks
from logbook.clock import merge_reports
from logbook.models import Entry
from notices.models import Heartbeat


@pytest.fixture(autouse=True)
def own_acts(monkeypatch) -> None:
    """One job that fails, and the one that merges reports."""

    def failing(now) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(clock_acts, "_things", {"failing": failing, "merging": merge_reports})


@pytest.mark.clause("A17")
def test_it_stands_in_each_site_s_book_once_an_hour_with_how_often(town: Town, morning) -> None:
    for minute in range(130):
        tasks.run_acts(morning + timedelta(minutes=minute))
    for site in (town.site, town.away.site):
        entries = list(Entry.objects.filter(book__site=site, book__desk__isnull=True).order_by("number"))
        assert [entry.code for entry in entries] == ["clock_act_failed", "system_merged", "system_merged"]
        assert entries[0].author is None and "failing" in worded(entries[0].code, entries[0].fields, site)
        assert [entry.fields["count"] for entry in entries[1:]] == ["59", "60"] and "failing" in entries[2].fields["what"]


@pytest.mark.clause("A17")
def test_that_it_cannot_be_written_down_stops_nothing(town: Town, morning, monkeypatch, caplog) -> None:
    def broken(**values) -> None:
        raise RuntimeError("no book")

    monkeypatch.setattr(tasks, "record_system", broken)
    assert tasks.run_acts(morning) == {"merging": 0}
    assert Heartbeat.objects.get(part="clock").failing == ["failing"] and "could not be written down" in caplog.text
