"""Preparing from the first minute of the watch; naming who comes; both reminded; steps of the desk's own (A24–A27, I4, I7)."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from desks.models import ChecklistItem, ChecklistTemplate
from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions, content
from handover.clock import remind_of_change
from handover.models import Handover
from handover.panels import desk_actions, desk_strip
from handover.preparing import own_steps, step_labels
from handover.queries import content_of, digest_now, open_handover
from handover.tests import scenes, steps
from logbook.actions import move_follow_up, pass_holder, record_entry
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.tests.pictures import photo
from notices.models import Notice


@pytest.fixture
def prepared(held: Town, morning) -> Handover:
    """The agent prepares; nobody has come yet."""
    return actions.prepare_handover(actor=held.colleague, desk=held.desk, now=morning)


def own_step(town: Town, code: str, *, needs_photo: bool = False) -> ChecklistItem:
    template = ChecklistTemplate.objects.get(desk=town.desk, purpose="handover", current=True)
    return ChecklistItem.objects.create(template=template, code=code, label_en=code, label_zh_hans=code, position=20, needs_photo=needs_photo)


@pytest.mark.clause("A26")
def test_what_is_prepared_during_the_watch_goes_on_when_the_incoming_comes(held: Town, morning, prepared) -> None:
    assert prepared.is_draft and prepared.outgoing == held.agent and not prepared.counts.exists()
    critical = prepared.matters.get(why="critical")
    actions.tell_matter(actor=held.agent, matter=critical, next_step="王工 11:00 前到", now=morning)
    actions.write_summary(actor=held.colleague, handover=prepared, summary="电梯看着点", now=morning)
    for act in (
        lambda: actions.acknowledge_matter(actor=held.butler, matter=critical, now=morning),
        lambda: actions.reserve(actor=held.butler, handover=prepared, reservations="x", now=morning),
        lambda: steps.sign("outgoing", prepared, morning),
    ):
        with pytest.raises(Refused):
            act()
    later = morning + timedelta(minutes=90)
    record_entry(actor=held.agent, desk=held.desk, now=later, text="刚来的报修", kind="repair", place="大堂")
    row = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.butler, now=later, colleagues=[held.second_butler])
    assert row.pk == prepared.pk and row.incoming == held.butler and not row.is_draft
    assert row.summary == "电梯看着点" and row.matters.get(why="critical").next_step == "王工 11:00 前到"
    assert "刚来的报修" in set(row.matters.values_list("root__words__text", flat=True))
    assert row.counts.count() == 6 and row.checks.count() == 8 and row.colleagues.get().person == held.second_butler
    assert row.cut_off == Entry.objects.get(code="handover_started").number
    assert (row.together, row.together_from) == ("yes", later)
    steps.prepare(row, later)
    steps.sign("outgoing", row, later)
    done = steps.sign("incoming", row, later + timedelta(minutes=3))
    assert done.state == "completed" and done.entry.fields["together_from"] == later.isoformat()


@pytest.mark.clause("A26")
def test_only_the_watch_prepares_and_only_once(held: Town, morning) -> None:
    for stranger in (held.butler, held.supervisor, held.head, held.auditor, held.away.agent, held.operator):
        with pytest.raises(Refused):
            actions.prepare_handover(actor=stranger, desk=held.desk, now=morning)
    actions.prepare_handover(actor=held.agent, desk=held.desk, now=morning)
    with pytest.raises(Refused):
        actions.prepare_handover(actor=held.agent, desk=held.desk, now=morning)
    with pytest.raises(Refused):
        actions.prepare_handover(actor=held.supervisor, desk=held.other_desk, now=morning)


@pytest.mark.clause("A22")
def test_nobody_refuses_a_handover_to_nobody_and_a_prepared_one_gives_way_to_closing(held: Town, morning, prepared) -> None:
    ground = held.desk.choices.get(purpose="refusal_ground", code="untidy")
    with pytest.raises(Refused):
        actions.refuse(confirmed=steps.confirmed(held.agent, morning), handover=prepared, ground=ground, remedy="x", now=morning)
    closing = actions.close_desk(actor=held.agent, desk=held.desk, now=morning)
    prepared.refresh_from_db()
    assert prepared.state == "cancelled" and open_handover(held.desk) == closing


@pytest.mark.clause("I3")
def test_a_prepared_handover_is_handed_over_by_whoever_holds_the_desk_then(held: Town, morning, prepared) -> None:
    pass_holder(actor=held.agent, watch=current_watch(held.desk), to=held.colleague, now=morning)
    row = actions.start_handover(actor=held.colleague, desk=held.desk, incoming=held.butler, now=morning)
    assert (row.pk, row.outgoing, row.incoming) == (prepared.pk, held.colleague, held.butler)


@pytest.mark.clause("C8")
def test_a_handover_that_is_not_gone_through_together_says_why_and_may_be_blocked(held: Town, morning) -> None:
    with pytest.raises(Refused) as refused:
        actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning, together=False)
    assert refused.value.field == "apart_because"
    row = actions.start_handover(
        actor=held.agent, desk=held.desk, incoming=held.butler, now=morning, together=False, apart_because="在电话里"
    )
    assert "together no\napart 在电话里\n" in content.text_of(content_of(row))
    held.desk.settings.together_needed = True
    held.desk.settings.save()
    steps.prepare(row, morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", row, morning)
    actions.say_together(actor=held.butler, handover=row, together=True, now=morning)
    steps.sign("outgoing", row, morning)
    actions.say_together(actor=held.butler, handover=row, together=False, apart_because="走了", now=morning)
    row.refresh_from_db()
    assert row.state == "preparing"


@pytest.mark.clause("A26")
def test_the_summary_is_drafted_by_rule_until_somebody_words_it(held: Town, morning, under_way) -> None:
    urgent = under_way.matters.get(why="critical").root.number
    assert under_way.summary.splitlines()[0].endswith(f"#{urgent}.") and "漏水" not in under_way.summary
    assert f"summary {content.escaped(under_way.summary)}\n" in content.text_of(content_of(under_way))
    with pytest.raises(Refused):
        actions.write_summary(actor=held.butler, handover=under_way, summary="x", now=morning)
    before = digest_now(under_way)
    same = actions.write_summary(actor=held.agent, handover=under_way, summary=under_way.summary, now=morning)
    assert not same.summary_edited and digest_now(same) == before
    own = actions.write_summary(actor=held.agent, handover=under_way, summary="盯紧 1104", now=morning)
    record_entry(actor=held.agent, desk=held.desk, now=morning, text="又一件", kind="message")
    actions.bring_up_to_date(actor=held.agent, handover=own, now=morning)
    own.refresh_from_db()
    assert own.summary == "盯紧 1104"
    again = actions.write_summary(actor=held.agent, handover=own, summary=" ", now=morning)
    assert not again.summary_edited and f"#{urgent}" in again.summary


@pytest.mark.clause("A24")
def test_both_are_reminded_once_before_the_change(held: Town, morning) -> None:
    change = morning + timedelta(hours=2)
    for person in (held.butler, held.second_butler):
        scenes.roster_duty(held.desk, person, change, change + timedelta(hours=6))
    assert remind_of_change(change - timedelta(minutes=30, seconds=1)) == 0
    assert remind_of_change(change - timedelta(minutes=30)) == 4
    assert remind_of_change(change - timedelta(minutes=5)) == 0
    told = {notice.person: notice.code for notice in Notice.objects.filter(code__startswith="change_")}
    assert told == {
        held.agent: "change_outgoing_told", held.colleague: "change_outgoing_told",
        held.butler: "change_incoming_told", held.second_butler: "change_incoming_told",
    }
    held.desk.settings.handover_reminder_minutes = 0
    held.desk.settings.save()
    scenes.roster_duty(held.desk, held.supervisor, change + timedelta(hours=6), change + timedelta(hours=12))
    assert remind_of_change(change + timedelta(hours=5, minutes=59)) == 0


@pytest.mark.clause("A24")
def test_a_shift_that_took_over_early_is_not_reminded_of_itself(held: Town, morning) -> None:
    scenes.roster_duty(held.desk, held.agent, morning + timedelta(minutes=10), morning + timedelta(hours=8))
    scenes.roster_duty(held.desk, held.second_butler, morning + timedelta(minutes=10), morning + timedelta(hours=8))
    assert remind_of_change(morning) == 0


@pytest.mark.clause("A27", "E8")
def test_steps_of_the_desk_s_own_are_ticked_and_signed_with_a_photo_where_asked(held: Town, morning) -> None:
    own_step(held, "shutters")
    own_step(held, "cellar", needs_photo=True)
    row = actions.prepare_handover(actor=held.agent, desk=held.desk, now=morning)
    assert [step.item.code for step in row.steps.select_related("item").order_by("item__code")] == ["cellar", "shutters"]
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert row.steps.count() == 2
    cellar = row.steps.get(item__code="cellar")
    with pytest.raises(Refused) as refused:
        actions.do_step(actor=held.agent, step=cellar, now=morning)
    assert refused.value.field == "photos"
    with pytest.raises(Refused):
        actions.do_step(actor=held.supervisor, step=row.steps.get(item__code="shutters"), now=morning)
    assert actions.do_steps(actor=held.butler, handover=row, now=morning) == 1
    steps.prepare(row, morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", row, morning)
    answer = signed_in(held.agent).post(
        f"/handover/{held.desk.slug}/{row.pk}/steps/{cellar.pk}/",
        {"photos": SimpleUploadedFile("cellar.jpg", photo(), "image/jpeg"), "remark": "已锁"},
    )
    assert answer.status_code == 302
    cellar.refresh_from_db()
    assert cellar.entry.fields["attachment_01"] and cellar.entry.code == "handover_step_done"
    text = content.text_of(content_of(row))
    assert "step shutters 1 done\n" in text and "step cellar 1 done\nphoto " in text and "remark 已锁\n" in text
    assert answer.status_code == 302 and actions.do_step(actor=held.agent, step=cellar, undo=True, now=morning).done_at is None


@pytest.mark.clause("A27")
def test_the_steps_are_data_of_the_desk(held: Town, morning) -> None:
    assert set(step_labels(held.desk)) >= {"happened", "matters", "count", "environment"} and own_steps(held.desk) == []
    items = ChecklistItem.objects.filter(template__desk=held.desk, template__purpose="handover")
    items.filter(code__in=["environment", "matters"]).update(current=False)
    items.filter(code="count").update(label_en="Keys and radios")
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert not row.checks.exists() and row.counts.exists() and row.matters.exists()
    html = signed_in(held.agent).get(f"/handover/{held.desk.slug}/").content.decode()
    assert "Keys and radios" in html and 'id="environment"' not in html
    items.all().update(current=False)
    assert set(step_labels(held.other_desk)) == {"happened", "matters", "messages", "instructions", "count", "environment"}


@pytest.mark.clause("A26")
def test_the_desk_page_shows_a_prepared_handover_as_a_button_and_no_strip(town: Town, rf) -> None:
    now = timezone.now()
    scenes.held(town, now)
    actions.prepare_handover(actor=town.agent, desk=town.desk, now=now)
    request = rf.get("/")
    request.user = town.agent
    assert desk_strip(request, town.desk) is None and desk_actions(request, town.desk)["handover"].is_draft
    client = signed_in(town.agent)
    assert "Prepared handover" in client.get(f"/desk/{town.desk.slug}/").content.decode()
    html = client.get(f"/handover/{town.desk.slug}/").content.decode()
    assert 'id="comes"' in html and 'id="sign"' not in html and 'id="refuse"' not in html
    done = client.post(f"/handover/{town.desk.slug}/start/", {"incoming": town.butler.pk})
    assert done.status_code == 302 and open_handover(town.desk).incoming == town.butler


@pytest.mark.clause("A26")
def test_a_settled_matter_leaves_the_prepared_list_when_somebody_comes(held: Town, morning, prepared) -> None:
    matter = prepared.matters.get(why="critical")
    move_follow_up(actor=held.agent, root=matter.root, now=morning, state="closed", result="修好")
    row = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    assert not row.matters.filter(root=matter.root).exists() and f"#{matter.root.number}" not in row.summary


@pytest.mark.clause("A26", "B2.7")
def test_visitors_still_inside_and_what_was_not_passed_on_stand_apart(held: Town, morning) -> None:
    inside = record_entry(actor=held.agent, desk=held.desk, now=morning, text="消防维保两人入内", kind="visitor", place="B1 水泵房", follow_up=True)
    gone = record_entry(actor=held.agent, desk=held.desk, now=morning, text="送水工已离开", kind="visitor", place="大堂", follow_up=True)
    move_follow_up(actor=held.agent, root=gone, now=morning, state="closed", result="已离开")
    actions.prepare_handover(actor=held.agent, desk=held.desk, now=morning)
    html = signed_in(held.agent).get(f"/handover/{held.desk.slug}/").content.decode()
    (line,) = (part.split("</p>")[0] for part in html.split('id="inside"')[1:])
    assert f"#{inside.number}<" in line and f"#{gone.number}<" not in line
    # Their words stand once, at the matter that the line leads to.
    (leads_to,) = re.findall(r'href="#(matter-\d+)"', line)
    assert f'id="{leads_to}"' in html and "消防维保两人入内" in html.split(f'id="{leads_to}"')[1]
