"""The sample site: told through acts, in each language, at any hour, and never where a site is in use."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings

from desks import record_clock
from desks.models import Desk, Site
from duty_desk.sample.story import tell
from escalations.models import Escalation
from handover.models import HandoverCheckLine
from inspections.models import Finding
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.verify import verify
from registers.queries import open_differences
from rosters.models import EmptyDuty, Leave, PresenceCase, Repayment, Roster, Swap, Wish
from rosters.queries import duties_at

# Hours of a Tuesday in Shanghai: before opening, in the morning, at the change of shift, in the evening, at night.
HOURS = {"before": (23, 30), "morning": (2, 0), "change": (7, 56), "evening": (12, 0), "night": (15, 30)}


@pytest.mark.parametrize(
    ("language", "hour"), [*(("en", hour) for hour in HOURS), ("zh-hans", "evening"), ("zh-hant", "evening")]
)
def test_the_sample_story_holds_at_every_hour(as_owner, db: None, language: str, hour: str) -> None:
    clock, minute = HOURS[hour]
    now = datetime(2026, 11, 23 if hour == "before" else 24, clock, minute, tzinfo=UTC)
    with time_machine.travel(now, tick=False), as_owner():
        desk = tell(language, now)
        assert record_clock.is_plain()
        report = verify([desk.books.get()])
        assert not report.breaches
        watch = current_watch(desk)
        if hour in {"before", "night"}:
            assert watch is None
        else:
            assert watch is not None
            assert watch.holder.login == ("he" if hour == "morning" else "liang")
            assert hour == "change" or watch.holder_id in {duty.person_id for duty in duties_at(desk, now)}
        assert Roster.objects.filter(desk=desk, state="reported").exists()
        words = Entry.objects.filter(book__desk=desk, kind="repair").first().words.text
        assert ("leaks" in words) == (language == "en")
        lift = Escalation.objects.get(emergency=True)
        assert lift.state == "closed" and {call.state for call in lift.calls.all()} == {"unanswered", "arrived"}
        # Something does not fit: a card since yesterday, a radio since this morning's opening, which is a finding; rain under a door.
        opened = hour != "before"
        assert sorted(each.count.item_code for each in open_differences(desk)) == ["access_cards", *(["radios"] if opened else [])]
        assert set(Finding.objects.filter(desk=desk, opening__isnull=False).values_list("state", flat=True)) == ({"open", "corrected"} if opened else set())
        assert HandoverCheckLine.objects.get(handover__desk=desk, answer="follow_up").follow_up.follow_up.state != "closed"
        # Something waits, was approved, refused and expired; a duty is owed, one is to be filled, wishes were made.
        assert set(Swap.objects.filter(desk=desk).values_list("state", flat=True)) == {"requested", "agreed", "approved", "refused", "expired"}
        assert sorted(Leave.objects.filter(desk=desk).values_list("state", flat=True)) == ["approved", "requested"]
        assert Repayment.objects.get().state == "owed" and EmptyDuty.objects.get().state == "open" and Wish.objects.count() == 2
        assert PresenceCase.objects.get().because == "errand"
        photo = Entry.objects.get(root=lift.entry, fields__has_key="attachment_01")
        assert photo.author.login == "huang"


@pytest.mark.parametrize("day", [(2026, 11, 30), (2026, 12, 1), (2027, 2, 28), (2026, 11, 10)])
def test_it_is_told_at_the_border_of_a_month_and_before_wishes_are_taken(as_owner, db: None, day: tuple[int, int, int]) -> None:
    now = datetime(*day, 4, tzinfo=UTC)
    with time_machine.travel(now, tick=False), as_owner():
        desk = tell("en", now)
        assert Swap.objects.filter(desk=desk, state="expired").exists() and not verify([desk.books.get()]).breaches


def test_it_is_never_laid_where_a_site_is_in_use(town: object) -> None:
    before = Site.objects.count(), Desk.objects.count()
    with pytest.raises(CommandError, match="site already"):
        call_command("sample_data")
    call_command("sample_data", if_empty=True)
    assert (Site.objects.count(), Desk.objects.count()) == before


@override_settings(MODE="production")
def test_production_refuses_it(db: None) -> None:
    with pytest.raises(CommandError, match="production"):
        call_command("sample_data")
