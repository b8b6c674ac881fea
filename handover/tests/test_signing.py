"""Two personal signatures over the same content, and what they set in motion (A29, A30, I3, I4)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from desks.refusal import Refused
from desks.testing import Town
from handover import actions, content
from handover.models import Handover, Signature
from handover.queries import digest_now, entries_since
from handover.tests import steps
from handover.views.shown import changed_words
from logbook.actions import record_entry
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from notices.models import Notice
from registers.models import CustodyCount, CustodyDifference


@pytest.mark.clause("A29")
def test_both_sign_and_the_desk_passes(held: Town, morning, under_way) -> None:
    before = current_watch(held.desk)
    steps.prepare(under_way, morning)
    first = steps.sign("outgoing", under_way, morning)
    assert Handover.objects.get(pk=under_way.pk).state == "signed_out"
    assert current_watch(held.desk).holder == held.agent
    done = steps.sign("incoming", under_way, morning + timedelta(minutes=2))
    entry = Entry.objects.get(code="handover_completed")
    assert (done.state, done.entry, done.digest) == ("completed", entry, first.digest)
    after = current_watch(held.desk)
    before.refresh_from_db()
    assert (before.ending, before.last_number, after.first_number) == ("handover", entry.number, entry.number + 1)
    assert after.holder == held.butler and watch_people(after) == [held.butler]
    assert CustodyCount.objects.filter(entry=entry, counted_with=held.agent).count() == 6


@pytest.mark.clause("A29")
def test_the_completing_entry_names_content_and_both_signatures(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    later = morning + timedelta(minutes=2)
    record_entry(actor=held.colleague, desk=held.desk, now=later, text="又一条", kind="enquiry")
    done = steps.sign("incoming", under_way, later)
    said = done.entry.fields
    assert said["digest"] == done.digest and said["handover"] == str(done.ref) and said["cut_off"] == str(done.cut_off)
    assert said["outgoing_ref"] == str(held.agent.ref) and said["incoming_ref"] == str(held.butler.ref)
    assert (said["outgoing_meaning"], said["incoming_meaning"]) == ("hands_over", "takes_over")
    assert (said["outgoing_method"], said["outgoing_signed_at"]) == ("pin", morning.isoformat())
    assert said["incoming_signed_at"] == later.isoformat()
    assert int(said["incoming_last_seen"]) == done.entry.number - 1 > int(said["outgoing_last_seen"])
    one, other = done.signatures.all()
    assert one.content == other.content and content.digest_of(one.content) == done.digest
    told = Notice.objects.filter(code="handover_signed_told").values_list("person", flat=True)
    assert {held.agent.pk, held.butler.pk} <= set(told)


@pytest.mark.clause("I4")
def test_entries_written_meanwhile_make_nothing_stale_and_are_listed(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    digest = digest_now(under_way)
    for kind in ("repair", "enquiry"):
        record_entry(actor=held.colleague, desk=held.desk, now=morning, text="后来", kind=kind, place="大堂", urgency="urgent")
    assert digest_now(under_way) == digest
    texts = [each.words.text for each in entries_since(under_way) if hasattr(each, "words")]
    assert texts.count("后来") == 2
    assert steps.sign("incoming", under_way, morning).state == "completed"


CHANGES = {
    "count": (lambda town, row, now: [actions.count_item(
        actor=who, line=row.counts.get(item__code="radios"), counted=Decimal(3), explanation="充电", now=now)
        for who in (town.butler, town.agent)], "对讲机"),
    "check": (lambda town, row, now: actions.put_right(actor=town.agent, words="", now=now, line=actions.check_item(
        actor=town.agent, line=row.checks.get(item__code="lights"), result="fail", remark="不亮", now=now)), "灯光、空调正常"),
    "matter": (lambda town, row, now: actions.tell_matter(
        actor=town.agent, matter=row.matters.get(why="critical"), next_step="改为 18:00", now=now), "#"),
    "remarks": (lambda town, row, now: actions.write_remarks(
        actor=town.agent, handover=row, remarks="夜里有雨", now=now), "the remarks"),
    "reservations": (lambda town, row, now: actions.reserve(
        actor=town.butler, handover=row, reservations="钥匙柜未全部核对", now=now), "the reservations"),
}


@pytest.mark.clause("I4")
def test_a_change_makes_the_first_signature_stale_says_what_changed_and_asks_again(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    first = steps.sign("outgoing", under_way, morning)
    for part in CHANGES:
        with steps.undone():
            _stale_by(part, first, held, under_way, morning)


def _stale_by(part: str, first: Signature, held: Town, under_way: Handover, morning: datetime) -> None:
    change, words = CHANGES[part]
    change(held, Handover.objects.get(pk=under_way.pk), morning)
    row = Handover.objects.get(pk=under_way.pk)
    assert row.state == "preparing"
    changed = changed_words(held.desk, first.content, content.text_of(_content(row)))
    assert len(changed) == 1 and (words in changed[0] or part in {"count", "check"})
    if part == "matter":
        with pytest.raises(Refused):
            steps.sign("incoming", under_way, morning)
        actions.acknowledge_matter(actor=held.butler, matter=row.matters.get(why="critical"), now=morning)
        actions.hear_matter(actor=held.agent, matter=row.matters.get(why="critical"), now=morning)
    with pytest.raises(Refused) as refused:
        steps.sign("incoming", under_way, morning)
    assert refused.value.clause == "A29"
    steps.sign("outgoing", under_way, morning)
    done = steps.sign("incoming", under_way, morning)
    assert done.state == "completed" and done.digest != first.digest
    assert done.signatures.filter(role="outgoing").count() == 2


def _content(row: Handover) -> content.Content:
    from handover.queries import content_of

    return content_of(row)


@pytest.mark.clause("I4")
def test_a_change_that_is_undone_makes_the_old_signature_hold_again(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    actions.write_remarks(actor=held.agent, handover=under_way, remarks="x", now=morning)
    actions.write_remarks(actor=held.agent, handover=under_way, remarks="", now=morning)
    assert steps.sign("incoming", under_way, morning).state == "completed"
    assert Signature.objects.filter(handover=under_way).count() == 2


@pytest.mark.clause("A29")
def test_nobody_signs_for_another_or_over_what_was_not_shown(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    row = Handover.objects.get(pk=under_way.pk)
    digest, seen = digest_now(row), steps.seen(row)
    for act, person in (
        (actions.sign_out, held.butler), (actions.sign_out, held.colleague), (actions.sign_in, held.agent),
        (actions.sign_out, held.supervisor),
    ):
        with pytest.raises(Refused):
            act(confirmed=steps.confirmed(person, morning), handover=row, digest=digest, seen=seen, now=morning)
    with pytest.raises(Refused) as refused:
        actions.sign_out(confirmed=steps.confirmed(held.agent, morning), handover=row, digest="0" * 64, seen=seen, now=morning)
    assert refused.value.clause == "I4"
    with pytest.raises(Refused):
        actions.sign_in(confirmed=steps.confirmed(held.butler, morning), handover=row, digest=digest, seen=seen, now=morning)
    for wrong in (actions.sign_closing, actions.sign_opening):
        with pytest.raises(Refused):
            wrong(confirmed=steps.confirmed(held.agent, morning), handover=row, digest=digest, seen=seen, now=morning)
    assert not Signature.objects.filter(handover=row).exists()


@pytest.mark.clause("A29")
def test_without_each_step_nobody_signs(held: Town, morning, under_way) -> None:
    row = steps.prepare(under_way, morning)
    left = {
        "matter": lambda: row.matters.filter(why="critical").update(told_at=None),
        "ack": lambda: row.matters.filter(why="critical").update(acknowledged_at=None, heard_at=None, heard_by=None),
        "heard": lambda: row.matters.filter(why="critical").update(heard_at=None, heard_by=None),
        "owner": lambda: row.matters.filter(why="critical").update(owner=""),
        "when": lambda: row.matters.filter(why="critical").update(by_when=None),
        "rest": lambda: row.matters.filter(why="new").update(group="rest", acknowledged_at=None),
        "count": lambda: row.counts.filter(item__code="radios").update(counted=None),
        "check": lambda: row.checks.filter(item__code="lights").update(result=""),
    }
    for name, leave in left.items():
        with steps.undone():
            assert leave() == 1, name
            with pytest.raises(Refused) as refused:
                steps.sign("outgoing", row, morning)
            assert refused.value.field == "secret", name
    steps.sign("outgoing", row, morning)


@pytest.mark.clause("A28")
def test_a_difference_stands_in_the_log_before_the_watch_ends_and_waits_for_the_supervisor(
    held: Town, morning, under_way
) -> None:
    line = under_way.counts.get(item__code="spare_keys")
    actions.count_item(actor=held.butler, line=line, counted=Decimal(35), explanation="3 号借出", now=morning)
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    done = steps.sign("incoming", under_way, morning)
    entry = Entry.objects.get(code="custody_differs")
    watch = Watch.objects.get(pk=under_way.watch_id)
    assert watch.first_number <= entry.number < watch.last_number == done.entry.number
    assert entry.words.text == "3 号借出"
    assert CustodyDifference.objects.get().state == "open"


@pytest.mark.clause("A29")
def test_taking_over_with_reservations_is_kept_and_told(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    actions.reserve(actor=held.butler, handover=under_way, reservations="柜台未擦", now=morning)
    steps.sign("outgoing", under_way, morning)
    done = steps.sign("incoming", under_way, morning)
    assert done.entry.code == "handover_completed_reserved" and done.entry.words.text == "柜台未擦"
    assert Notice.objects.get(code="handover_reserved_told").person == held.supervisor


@pytest.mark.clause("I3")
def test_the_incoming_who_holds_another_desk_cannot_take_over_and_nothing_changes(held: Town, morning) -> None:
    steps.open_desk(held.other_desk, held.supervisor, morning)
    handover = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.supervisor, now=morning)
    steps.prepare(handover, morning)
    steps.sign("outgoing", handover, morning)
    with pytest.raises(Refused) as refused:
        steps.sign("incoming", handover, morning)
    assert refused.value.clause == "I3"
    assert current_watch(held.desk).holder == held.agent
    assert Handover.objects.get(pk=handover.pk).state == "signed_out"


@pytest.mark.clause("A10")
def test_colleagues_come_with_the_incoming(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning, held.second_butler)
    assert done.state == "completed"
    assert set(watch_people(current_watch(held.desk))) == {held.butler, held.second_butler}
