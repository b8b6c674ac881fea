"""Where rules pull in two directions, which way the product goes: each tension with its test (A20, A23, A29, I3, I4).

Deadlock when nobody comes; signing for another; handing over by the clock; the moment of freezing; warning or blocking;
the record that stays and the person it names; trust at the desk. A secret typed by mistake is the log's
(logbook/tests/test_veil.py), the practice handover and blind counts have files of their own.
"""

from datetime import timedelta

import pytest

from desks import binding
from desks.hooks import clock_acts
from desks.models import Membership, Person
from desks.refusal import Refused, WrongSecret
from desks.testing import PIN, Town, signed_in
from handover import actions
from handover.models import Handover, Signature
from handover.news import unread_important
from handover.queries import digest_now, entries_since
from handover.tests import steps
from handover.tests.test_refusing import ground
from handover.tests.test_relief import duty
from logbook.actions import record_entry
from logbook.models import Watch
from logbook.queries import current_watch
from notices.models import Notice
from office.actions import unlock_person


@pytest.mark.clause("A23")
def test_nobody_comes_and_there_is_always_a_way_on_that_is_no_handover_to_oneself(held: Town, morning, clock_set) -> None:
    duty(held, held.butler, morning)
    with pytest.raises(Refused) as refused:
        actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.agent, now=morning)
    assert refused.value.clause == "I4"
    limit = morning + timedelta(minutes=held.desk.settings.relief_limit_minutes)
    for _name, act in clock_acts:
        act(limit)
    told = set(Notice.objects.filter(code__in=["relief_missing_told", "relief_over_limit_told"]).values_list("person", flat=True))
    assert {held.supervisor.pk, held.head.pk} <= told and current_watch(held.desk).holder == held.agent
    clock_set(limit)
    actions.name_relief(actor=held.supervisor, desk=held.desk, person=held.second_butler, now=limit)
    actions.take_over(
        confirmed=steps.confirmed(held.supervisor, limit), desk=held.desk,
        reason=ground(held, "relief_missing", "takeover_reason"), now=limit,
    )
    assert current_watch(held.desk).holder == held.supervisor


@pytest.mark.clause("A29")
def test_nobody_signs_for_another_not_even_who_administers_or_supervises(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    given = {"handover": under_way, "digest": digest_now(under_way), "seen": steps.seen(under_way), "now": morning}
    for person in (held.colleague, held.butler, held.supervisor, held.head, held.administrator, held.operator, held.away.agent):
        with pytest.raises(Refused):
            actions.sign_out(confirmed=steps.confirmed(person, morning), **given)
    steps.sign("outgoing", under_way, morning)
    for person in (held.agent, held.supervisor, held.administrator, held.operator):
        with pytest.raises(Refused):
            actions.sign_in(confirmed=steps.confirmed(person, morning), **given)
    assert Signature.objects.filter(handover=under_way).count() == 1


@pytest.mark.clause("A29")
def test_the_end_of_the_duty_publishes_nothing_by_itself(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    for hours in (1, 9, 48):
        for _name, act in clock_acts:
            act(morning + timedelta(hours=hours))
    assert Handover.objects.get(pk=under_way.pk).state == "signed_out"
    assert current_watch(held.desk).holder == held.agent


@pytest.mark.clause("I4")
def test_what_is_written_after_the_list_was_drawn_is_listed_once_and_makes_nothing_stale(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    new = [record_entry(actor=held.colleague, desk=held.desk, now=morning, text=f"来电 {number}") for number in range(3)]
    listed = [entry.number for entry in entries_since(under_way) if entry.act == "entry"]
    assert listed == [entry.number for entry in new]
    done = steps.sign("incoming", under_way, morning)
    assert done.signatures.get(role="incoming").last_seen_number == new[-1].number
    before, after = Watch.objects.filter(desk=held.desk).order_by("pk")
    assert before.last_number == done.entry.number and after.first_number == done.entry.number + 1
    again = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.agent, now=morning)
    assert not [entry for entry in entries_since(again) if entry.number in listed]


@pytest.mark.clause("C10")
def test_what_the_desk_does_not_forbid_is_marked_and_not_blocked(held: Town, morning, under_way) -> None:
    record_entry(actor=held.agent, desk=held.desk, now=morning, text="有人受伤", kind="emergency")
    row = actions.bring_up_to_date(actor=held.agent, handover=under_way, now=morning)
    for entry in unread_important(row):
        actions.read_entry(actor=held.butler, handover=row, entry=entry, now=morning)
    steps.prepare(under_way, morning)
    actions.reserve(actor=held.butler, handover=under_way, reservations="事故仍在处理", now=morning)
    steps.sign("outgoing", under_way, morning)
    assert steps.sign("incoming", under_way, morning).state == "completed"
    assert Notice.objects.get(code="handover_reserved_told").person == held.supervisor


@pytest.mark.clause("A20")
def test_staff_see_what_is_recorded_about_themselves_and_others_do_not(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning)
    entry = record_entry(actor=held.butler, desk=held.desk, now=morning, text="发现未交接的快递")
    actions.report_omission(actor=held.butler, handover=done, what="快递未交接", evidence=entry.number, now=morning)
    page = f"/handover/{held.desk.slug}/omissions/"
    for person, sees in ((held.agent, True), (held.supervisor, True), (held.second_butler, False), (held.colleague, False)):
        assert ("快递未交接" in signed_in(person).get(page).content.decode()) is sees
    assert "快递未交接" not in signed_in(held.colleague).get(f"/log/{held.desk.slug}/").content.decode()


# ---- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.clause("A29")
def test_a_wrong_pin_five_times_locks_that_person_alone_says_for_how_long_and_is_unlocked_at_once(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    settings = held.desk.settings
    for _try in range(4):
        with pytest.raises(WrongSecret):
            binding.confirm(held.agent, "000000", now=morning, settings=settings)
    with pytest.raises(WrongSecret, match=r"once too often.*15 minutes"):
        binding.confirm(held.agent, "000000", now=morning, settings=settings)
    with pytest.raises(Refused, match=r"for 15 more minutes.*administrator"):
        binding.confirm(held.agent, PIN, now=morning, settings=settings)
    assert binding.confirm(held.butler, PIN, now=morning, settings=settings).person == held.butler
    client = signed_in(held.agent)
    answer = client.post(
        f"/handover/{held.desk.slug}/{under_way.pk}/sign/outgoing/", {"secret": "1", "digest": digest_now(under_way), "seen": 1}
    )
    assert answer.status_code == 422 and Person.objects.get(pk=held.butler.pk).secret_failures == 0
    unlock_person(actor=held.administrator, person=held.agent, now=morning)
    steps.sign("outgoing", under_way, morning)


@pytest.mark.clause("I4")
def test_a_page_left_open_since_yesterday_signs_nothing_that_is_not_so_any_more(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    digest, seen = digest_now(under_way), steps.seen(under_way)
    actions.write_remarks(actor=held.agent, handover=under_way, remarks="后来写的", now=morning)
    later = morning + timedelta(days=1)
    for shown in (digest, "", "x" * 64):
        with pytest.raises(Refused):
            actions.sign_out(confirmed=steps.confirmed(held.agent, later), handover=under_way, digest=shown, seen=seen, now=later)
    steps.sign("outgoing", under_way, later)
    steps.sign("incoming", under_way, later)
    with pytest.raises(Refused, match="not open for signing"):
        actions.sign_in(confirmed=steps.confirmed(held.butler, later), handover=under_way, digest=digest, seen=seen, now=later)


@pytest.mark.clause("A6")
def test_a_relief_whose_membership_has_ended_takes_nothing_over(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    Membership.objects.filter(person=held.butler).update(ends_at=morning)
    row = Handover.objects.get(pk=under_way.pk)
    with pytest.raises(Refused):
        steps.sign("incoming", row, morning)
    with pytest.raises(Refused):
        actions.name_relief(actor=held.supervisor, desk=held.desk, person=Person.objects.get(pk=held.butler.pk), now=morning)
    assert current_watch(held.desk).holder == held.agent


@pytest.mark.clause("I4")
def test_the_browser_is_closed_between_the_signatures_and_another_goes_on(held: Town, under_way, morning) -> None:
    import time_machine

    steps.prepare(under_way, morning)
    with time_machine.travel(morning, tick=False):
        address = f"/handover/{held.desk.slug}/{under_way.pk}/sign/"
        given = {"secret": PIN, "digest": digest_now(under_way), "seen": steps.seen(under_way)}
        assert signed_in(held.agent).post(f"{address}outgoing/", given).status_code == 302
        page = signed_in(held.butler).get(f"/handover/{held.desk.slug}/")
        assert page.status_code == 200 and page.context["boxes"][0]["signature"] is not None
        assert signed_in(held.butler).post(f"{address}incoming/", given).status_code == 302
    assert current_watch(held.desk).holder == held.butler
