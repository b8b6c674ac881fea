"""The same matter again: thirty callers, one matter, a line each (A9, A17)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry
from logbook.queries import running_emergencies
from logbook.tests.test_own_fields import _line


@pytest.mark.clause("A9")
def test_anybody_at_the_desk_adds_a_report_in_one_line_and_they_are_counted(town: Town, morning) -> None:
    first = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="停水", kind="emergency")
    for place, actor in (("5-1203", town.colleague), ("6-301", town.agent)):
        again = actions.report_again(actor=actor, entry=first, now=morning, place=place)
        assert (again.act, again.place, again.root) == ("addition", place, first)
    assert "reported 2 more times" in "".join(_line(town, morning, first).tags)


@pytest.mark.clause("A9")
@pytest.mark.parametrize(("how", "offered"), [({"kind": "emergency"}, True), ({"urgency": "emergency"}, True), ({"urgency": "urgent"}, False)])
def test_the_desk_page_offers_it_for_every_emergency_by_kind_or_urgency(town: Town, how, offered: bool) -> None:
    made = actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="停水", place="5栋", **{"kind": "repair"} | how)
    page = signed_in(town.agent).get(reverse("logbook:desk", args=[town.desk.slug])).content.decode()
    assert (f"/{made.number}/#again" in page) is offered
    assert ([matter.root for matter in running_emergencies(town.desk)] == [made]) is offered


@pytest.mark.clause("A17")
def test_a_report_says_where_and_needs_an_open_matter(town: Town, morning) -> None:
    first = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="停水", kind="emergency")
    with pytest.raises(Refused) as refused:
        actions.report_again(actor=town.agent, entry=first, now=morning, place=" ")
    assert refused.value.field == "place"
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="closed", result="恢复")
    plain = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="咨询", kind="enquiry")
    for entry in (first, plain):
        with pytest.raises(Refused):
            actions.report_again(actor=town.agent, entry=entry, now=morning, place="5-1203")
    assert not Entry.objects.filter(fields__again="true").exists()


@pytest.mark.clause("I8")
def test_the_page_adds_it_for_this_desk_alone(town: Town, morning) -> None:
    first = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="停水", kind="emergency")
    url = reverse("logbook:again", args=[town.desk.slug, first.number])
    key = "6f6c1a4e-7b0d-4d0f-8a61-0f64b7a1f001"
    assert signed_in(town.away.agent).post(url, {"place": "5-1203", "key": key}).status_code == 404
    assert signed_in(town.auditor).post(url, {"place": "5-1203", "key": key}).status_code == 403
    for _ in range(2):
        assert signed_in(town.butler).post(url, {"place": "5-1203", "key": key}).status_code == 302
    assert Entry.objects.filter(fields__again="true").count() == 1
    assert signed_in(town.butler).post(url, {"place": "", "key": key}).status_code == 422
