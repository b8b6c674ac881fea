"""Checking: room by room, tested, read off; what fails is put right, followed up, or a ground for refusing (A14, A27, C7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction

from desks.models import ChecklistItem
from desks.refusal import Refused
from desks.testing import Town, signed_in
from desks.testing_pages import find, tree
from handover import actions, content
from handover.models import Handover
from handover.queries import content_of, facts_of
from handover.rules import is_within, read_reading
from handover.tests import steps
from logbook.models import Entry, FollowUp
from logbook.rules import attachments_in
from logbook.tests.pictures import photo
from registers.actions import issue_item
from registers.models import CustodyItem


def unanswered(row: Handover) -> int:
    return facts_of(Handover.objects.get(pk=row.pk), steps.seen(row)).unanswered


def line_of(row: Handover, code: str = "lights"):
    return row.checks.select_related("item").get(item__code=code)


def failed(town: Town, row: Handover, now, code: str = "lights", remark: str = "入口左侧灯不亮"):
    return actions.check_item(actor=town.butler, line=line_of(row, code), result="fail", remark=remark, now=now)


def posted(town: Town, row: Handover, line, said: dict, answer: str = ""):
    return signed_in(town.butler).post(f"/handover/{town.desk.slug}/{row.pk}/checks/{line.pk}/{answer}", said)


def page_of(town: Town, who=None) -> str:
    return signed_in(who or town.butler).get(f"/handover/{town.desk.slug}/").content.decode()


@pytest.mark.clause("A27")
def test_a_failed_check_stands_in_the_way_until_it_is_put_right(held: Town, morning, under_way) -> None:
    line = failed(held, under_way, morning)
    assert line.entry.words.text == "入口左侧灯不亮" and line.entry.fields["item_code"] == "lights"
    assert unanswered(under_way) == 1
    with pytest.raises(Refused):
        actions.put_right(actor=held.second_butler, line=line, words="x", now=morning)
    with pytest.raises(Refused):
        actions.put_right(actor=held.butler, line=line_of(under_way, "floor"), words="x", now=morning)
    done = actions.put_right(actor=held.butler, line=line, words="换了灯泡", now=morning)
    assert (done.result, done.answer, done.answered_by, unanswered(under_way)) == ("fail", "put_right", held.butler, 0)
    assert Entry.objects.get(code="check_put_right").refers_to_id == line.entry_id
    assert "check lights 1 fail\nremark 入口左侧灯不亮\nput_right 换了灯泡\n" in content.text_of(content_of(under_way))
    with pytest.raises(Refused):
        actions.follow_up_check(actor=held.butler, line=done, now=morning)
    again = actions.check_item(actor=held.butler, line=done, result="pass", remark="", now=morning)
    assert (again.answer, again.entry, again.answered_at) == ("", None, None)


@pytest.mark.clause("A27")
@pytest.mark.parametrize("part", ["butler", "agent"])
def test_it_becomes_a_follow_up_in_one_tap_and_is_in_the_list_already(held: Town, morning, under_way, part: str) -> None:
    who = getattr(held, part)
    done = actions.follow_up_check(actor=who, line=failed(held, under_way, morning), now=morning)
    matter = FollowUp.objects.get(root=done.follow_up)
    assert matter.state == "open" and "入口左侧灯不亮" in done.follow_up.words.text and f"#{done.entry.number}" in done.follow_up.words.text
    told = under_way.matters.get(root=done.follow_up)
    assert told.told_by == who and (told.acknowledged_by == who) == (part == "butler")
    facts = facts_of(Handover.objects.get(pk=under_way.pk), steps.seen(under_way))
    assert (facts.not_yet_included, facts.unanswered) == (0, 0)
    assert f"follow_up {done.follow_up.number}\n" in content.text_of(content_of(under_way))
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    assert steps.sign("incoming", under_way, morning).state == "completed"


@pytest.mark.clause("A27")
def test_a_ground_leads_to_the_refusal_and_counts_once_somebody_has_refused(held: Town, morning, under_way) -> None:
    line = failed(held, under_way, morning)
    for stranger in (held.colleague, held.supervisor):
        with pytest.raises(Refused):
            actions.make_ground(actor=stranger, line=line, now=morning)
    answer = posted(held, under_way, line, {"answer": "ground"}, "answer/")
    assert answer.status_code == 302 and answer["Location"].endswith("#refuse")
    page = tree(page_of(held))
    (fold,) = find(page, "details", id="refuse")
    assert "open" in dict(fold.attributes)
    assert [dict(each.attributes)["value"] for each in find(fold, "option") if "selected" in dict(each.attributes)] == ["incoming", "untidy"]
    assert unanswered(under_way) == 1
    from desks.models import Choice

    ground = Choice.objects.get(desk=held.desk, purpose="refusal_ground", code="untidy", current=True)
    line.refresh_from_db()
    refusal = actions.refuse(
        confirmed=steps.confirmed(held.butler, line.answered_at), handover=under_way, ground=ground, remedy="换灯", now=line.answered_at
    )
    actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="back", reason="已报修", now=line.answered_at)
    assert unanswered(under_way) == 0


@pytest.fixture
def boiler(held: Town, morning) -> ChecklistItem:
    """The tour of the plant has a reading between two limits, in a room of its own."""
    template = held.desk.checklists.get(purpose="environment", current=True)
    return ChecklistItem.objects.create(
        template=template, code="boiler", position=99, clause="C7", label_en="Boiler pressure", label_zh_hans="锅炉压力", room_en="Boiler room",
        room_zh_hans="锅炉房", sort="reading", unit="MPa", lowest=Decimal("0.4"), highest=Decimal("0.8"),
    )


@pytest.mark.clause("C7")
def test_a_reading_passes_within_its_limits_and_stands_in_what_is_signed(held: Town, morning, boiler) -> None:
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert actions.check_all_pass(actor=held.butler, handover=row, now=morning) == row.checks.count() - 1
    line = line_of(row, "boiler")
    for result_, reading in (("", None), ("pass", None), ("fail", None)):
        with pytest.raises(Refused) as refused:
            actions.check_item(actor=held.butler, line=line, result=result_, reading=reading, remark="x", now=morning)
        assert refused.value.field == "reading"
    for typed, result in (("0.4", "pass"), ("0.8", "pass"), ("0.399", "fail"), ("０．８０１", "fail"), ("-1", "fail")):
        reading = read_reading(typed)
        done = actions.check_item(actor=held.butler, line=line, result="", reading=reading, remark="" if result == "pass" else "表坏", now=morning)
        assert (done.result, done.reading) == (result, reading)
        assert f"check boiler 1 {result}\nreading {reading:.3f} 0.400 0.800 MPa\n" in content.text_of(content_of(row))


@pytest.mark.clause("C7")
def test_a_reading_that_cannot_be_is_refused_beside_its_field(held: Town, morning, boiler) -> None:
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    line = line_of(row, "boiler")
    for typed, words in (("高", "not a number"), ("1.2345", "three decimals"), ("1e12", "No instrument"), ("NaN", "No instrument"), ("", "read off")):
        answer = posted(held, row, line, {"reading": typed, "remark": "看不清"})
        assert answer.status_code == 422 and words in answer.content.decode() and "看不清" in answer.content.decode()
    outside = posted(held, row, line, {"reading": "0.9"})
    assert outside.status_code == 422 and "needs a remark" in outside.content.decode() and 'value="0.9"' in outside.content.decode()
    page = page_of(held)
    assert "Boiler room" in page and "0.4–0.8 MPa" in page and "lights" not in page
    assert is_within(Decimal(5), None, None) and not is_within(Decimal(5), Decimal(6), None)
    with pytest.raises(Error), transaction.atomic():
        ChecklistItem.objects.filter(pk=boiler.pk).update(lowest=9)


@pytest.mark.clause("C4")
def test_a_reading_out_of_its_limits_is_an_entry_and_a_matter_and_stands_on_the_sheet_of_the_watch(held: Town, morning, boiler) -> None:
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    line = actions.check_item(
        actor=held.butler, line=line_of(row, "boiler"), result="", reading=Decimal("0.85"), remark="压力偏高", now=morning
    )
    raised = Entry.objects.get(code="check_failed")
    assert line.entry == raised and raised.words.text == "压力偏高" and raised.fields["item_code"] == "boiler"
    actions.follow_up_check(actor=held.butler, line=line, now=morning)
    matter = Entry.objects.get(pk=line_of(row, "boiler").follow_up_id)
    assert matter.place in {"Boiler room", "锅炉房"} and "0.85" in matter.words.text and row.matters.filter(root=matter).exists()
    steps.prepare(row, morning)
    for side in ("outgoing", "incoming"):
        steps.sign(side, row, morning)
    shown = signed_in(held.agent).get(f"/handover/{held.desk.slug}/{row.pk}/").content.decode()
    sheet = signed_in(held.agent).get(f"/handover/{held.desk.slug}/{row.pk}/print/").content.decode()
    for page in (shown, sheet):
        assert "0.85 MPa" in page and "压力偏高" in page
    # What nobody reads off is not passed over: the number is asked for in every handover.
    again = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.agent, now=morning + timedelta(hours=8))
    actions.check_all_pass(actor=held.agent, handover=again, now=morning + timedelta(hours=8))
    assert line_of(again, "boiler").result == ""


@pytest.mark.clause("C6")
def test_whoever_has_the_key_of_a_plant_room_is_told_at_the_handover_by_name_and_purpose(held: Town, morning) -> None:
    keys = CustodyItem.objects.get(desk=held.desk, code="spare_keys", current=True)
    issue_item(
        actor=held.agent, item=keys, piece="12", amount=Decimal(1), taken_by="外来 电梯维保 老张", purpose="6 栋电梯机房", now=morning,
        due_at=morning + timedelta(hours=1),
    )
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert row.counts.get(item__code="spare_keys").expected == 35
    assert "№ 12" in page_of(held) and "外来 电梯维保 老张" in page_of(held)
    history = signed_in(held.butler).get(f"/registers/{held.desk.slug}/custody/spare_keys/", {"piece": "12"}).content.decode()
    assert "6 栋电梯机房" in history and "外来 电梯维保 老张" in history


@pytest.mark.clause("A14")
def test_hotline_and_radios_are_tested_with_result_and_time(held: Town, morning, under_way) -> None:
    assert set(under_way.checks.filter(item__sort="test").values_list("item__code", flat=True)) == {"phone", "radio"}
    actions.check_all_pass(actor=held.butler, handover=under_way, now=morning)
    assert f"check phone 1 pass\ntested {morning:%Y-%m-%dT%H:%M:%S}+00:00\n" in content.text_of(content_of(under_way))
    assert "tested " in page_of(held)


@pytest.mark.clause("A27")
def test_photos_go_to_the_entry_of_what_fails_and_their_digests_are_signed(held: Town, under_way) -> None:
    line = line_of(under_way)
    sent = {"result": "fail", "remark": "灯坏", "photos": SimpleUploadedFile("a.jpg", photo(), "image/jpeg"), "answer": "follow_up"}
    assert posted(held, under_way, line, sent).status_code == 302
    line.refresh_from_db()
    (kept,) = attachments_in(line.entry.fields)
    assert posted(held, under_way, line, {"result": "fail", "remark": "灯坏，已断电"}).status_code == 302
    line.refresh_from_db()
    assert f"remark 灯坏，已断电\nphoto {kept.digest}\nfollow_up " in content.text_of(content_of(under_way)) and line.answer == "follow_up"
    assert f"/log/{held.desk.slug}/{line.entry.number}/" in page_of(held)


@pytest.mark.clause("A27")
def test_what_passes_may_have_a_remark_and_a_photo_too(held: Town, morning, under_way) -> None:
    actions.check_all_pass(actor=held.butler, handover=under_way, now=morning)
    line = line_of(under_way)
    assert f'id="more-{line.pk}"' in page_of(held)
    sent = {"result": "pass", "remark": "新换的灯", "photos": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")}
    assert posted(held, under_way, line, sent).status_code == 302
    line.refresh_from_db()
    assert (line.result, line.remark, line.entry.code) == ("pass", "新换的灯", "check_seen") and not line.answer
    assert "check lights 1 pass\nremark 新换的灯\nphoto " in content.text_of(content_of(under_way))


@pytest.mark.clause("A27")
def test_a_photo_that_is_none_says_so_and_nothing_else_is_lost(held: Town, under_way) -> None:
    line = line_of(under_way)
    sent = {"result": "fail", "remark": "灯坏", "photos": [SimpleUploadedFile("a.jpg", photo(), "image/jpeg"), SimpleUploadedFile("b.jpg", b"no picture", "image/jpeg")]}
    answer = posted(held, under_way, line, sent)
    page = tree(answer.content.decode())
    assert answer.status_code == 422 and "b.jpg" in answer.content.decode() and "灯坏" in answer.content.decode()
    tokens = [dict(each.attributes)["value"] for each in find(page, "input", type="hidden", name="photos")]
    assert len(tokens) == 1 and not Entry.objects.filter(code="check_failed").exists()
    assert posted(held, under_way, line, {"result": "fail", "remark": "灯坏", "photos": tokens}).status_code == 302
    line.refresh_from_db()
    assert len(attachments_in(line.entry.fields)) == 1


@pytest.mark.clause("I4")
def test_what_became_of_a_fail_is_held_by_the_database(held: Town, morning, under_way) -> None:
    rows = under_way.checks.filter(pk=failed(held, under_way, morning).pk)
    for changes in ({"answer": "put_right"}, {"answer": "follow_up", "answered_by": held.butler, "answered_at": morning}, {"answered_at": morning}):
        with pytest.raises(Error), transaction.atomic():
            rows.update(**changes)


@pytest.mark.clause("A27", "D3")
def test_checks_stand_under_their_rooms_each_once_in_the_order_of_the_list(held: Town, morning, under_way) -> None:
    html = signed_in(held.butler).get(f"/handover/{held.desk.slug}/").content.decode()
    (card,) = (part.split("</section>")[0] for part in html.split('id="environment"')[1:])
    rooms = list(dict.fromkeys(line.item.room_en for line in under_way.checks.select_related("item")))
    assert len(rooms) == 2
    for room, other in (rooms, reversed(rooms)):
        begins, ends = card.index(f">{room}<"), card.index(f">{other}<")
        shown = card[begins:ends] if begins < ends else card[begins:]
        for line in under_way.checks.select_related("item"):
            assert (f'id="check-{line.pk}"' in shown) is (line.item.room_en == room), (room, line.item.code)
