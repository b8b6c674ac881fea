"""Many made-up entries for benches: quick, through the same trigger, never in production (I2)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from desks.testing import Town
from logbook import actions
from logbook.models import Entry, FollowUp
from logbook.queries import found_keys
from logbook.verify import verify


@pytest.mark.clause("I2")
def test_the_made_log_verifies_and_real_entries_go_on_after_it(town: Town, morning) -> None:
    out = StringIO()
    call_command("make_log", desk=town.desk.slug, count=1500, stdout=out)
    assert "1500 entries" in out.getvalue()
    assert actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x").number == 1501
    report = verify()
    assert report.breaches == [] and report.entries == 1501
    assert set(Entry.objects.values_list("act", flat=True)) >= {"entry", "follow_up", "correction", "addition"}
    assert 30 < FollowUp.objects.filter(state="open").count() < 120 and FollowUp.objects.filter(state="closed").exists()
    assert found_keys(town.desk, text="漏水", limit=1) == [] and len(found_keys(town.desk, text="滲漏", limit=5)) == 5


def test_the_same_seed_makes_the_same_words(town: Town) -> None:
    call_command("make_log", desk=town.desk.slug, count=50, seed=7, stdout=StringIO())
    first = list(Entry.objects.order_by("number").values_list("words__text", flat=True))
    call_command("make_log", desk=town.desk.slug, count=50, seed=7, stdout=StringIO())
    assert list(Entry.objects.order_by("number").values_list("words__text", flat=True))[50:] == first


def test_production_and_unknown_desks_are_refused(town: Town, settings) -> None:
    with pytest.raises(CommandError):
        call_command("make_log", desk="nowhere", count=1)
    settings.MODE = "production"
    with pytest.raises(CommandError, match="production"):
        call_command("make_log", desk=town.desk.slug, count=1)
    assert not Entry.objects.exists()
