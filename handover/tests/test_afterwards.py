"""Found afterwards: a void handover, something left out; each an entry, none moves a watch (C12, A30, E7)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from desks.binding import Confirmation
from desks.models import Desk
from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions
from handover.models import Handover, OmissionReport, OmissionStatement, VoidFinding
from handover.tests import steps
from logbook.actions import ask_veil, confirm_veil, keep_photo
from logbook.models import AccessRecord, Entry
from logbook.queries import current_watch
from logbook.tests.pictures import photo
from notices.models import Notice


@pytest.fixture
def done(held: Town, morning) -> Handover:
    """The agent handed over to the butler an hour ago."""
    return steps.hand_over(held.desk, held.butler, morning - timedelta(minutes=30))


def strict(town: Town) -> None:
    town.desk.settings.void_unless_present = True
    town.desk.settings.save()


def report(town: Town, done: Handover, now, **given) -> OmissionReport:
    number = Entry.objects.filter(book__desk=town.desk, kind="repair").first().number
    values = {"actor": town.butler, "handover": done, "what": "没有交代 1203 漏水", "evidence": number, "now": now} | given
    return actions.report_omission(**values)


@pytest.mark.clause("E7")
def test_a_void_handover_is_recorded_with_its_consequence_and_who_holds_the_desk_stays(held: Town, done, morning) -> None:
    strict(held)
    done = Handover.objects.select_related("desk__settings").get(pk=done.pk)
    finding = actions.find_void(actor=held.supervisor, handover=done, reason="接班人不在现场", consequence="重新交接并培训", now=morning)
    assert finding.entry.refers_to == done.entry and finding.entry.audience == "supervisors"
    assert current_watch(held.desk).holder == held.butler and Handover.objects.get(pk=done.pk).state == "completed"
    assert set(Notice.objects.filter(code="handover_void_told").values_list("person", flat=True)) == {held.agent.pk, held.butler.pk}
    with pytest.raises(Refused):
        actions.find_void(actor=held.supervisor, handover=done, reason="x", consequence="x", now=morning)
    with pytest.raises(DatabaseError), transaction.atomic():
        VoidFinding.objects.filter(pk=finding.pk).update(reason="y")


@pytest.mark.clause("E7")
def test_only_where_the_rule_applies_only_the_supervisor_and_only_a_complete_one_with_words(held: Town, done, morning) -> None:
    attempt = {"handover": done, "reason": "x", "consequence": "y", "now": morning}
    with pytest.raises(Refused):
        actions.find_void(actor=held.supervisor, **attempt)
    strict(held)
    attempt["handover"] = Handover.objects.select_related("desk__settings").get(pk=done.pk)
    for actor in (held.agent, held.butler, held.head, held.away.supervisor, held.administrator):
        with pytest.raises(Refused):
            actions.find_void(actor=actor, **attempt)
    for wrong in ({"reason": " "}, {"consequence": ""}):
        with pytest.raises(Refused) as refused:
            actions.find_void(actor=held.supervisor, **attempt | wrong)
        assert refused.value.field == next(iter(wrong))
    opening = Handover.objects.get(desk=held.desk, mode="opening")
    going_on = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.agent, now=morning)
    for row in (opening, going_on):
        with pytest.raises(Refused):
            actions.find_void(actor=held.supervisor, **attempt | {"handover": row})
        with pytest.raises(DatabaseError), transaction.atomic():
            entry = opening.entry
            VoidFinding.objects.create(
                handover=going_on, reason="x", consequence="y", found_by=held.supervisor, found_at=morning, entry=entry
            )


@pytest.mark.clause("C12")
def test_who_handed_over_is_told_and_heard_and_the_supervisor_decides(held: Town, done, morning) -> None:
    made = report(held, done, morning)
    assert made.about == held.agent and made.entry.audience == "supervisors" and made.entry.refers_to == done.entry
    assert Notice.objects.get(code="omission_you_told").person == held.agent
    with pytest.raises(Refused):
        actions.decide_omission(actor=held.supervisor, report=made, outcome="left_out", reason="x", now=morning)
    for actor in (held.butler, held.supervisor, held.colleague):
        with pytest.raises(Refused):
            actions.state_omission(actor=actor, report=made, words="x", now=morning)
    said = actions.state_omission(actor=held.agent, report=made, words="已口头说明", now=morning)
    with pytest.raises(Refused):
        actions.state_omission(actor=held.agent, report=made, words="again", now=morning)
    for actor, outcome, reason in ((held.agent, "left_out", "x"), (held.head, "left_out", "x"), (held.supervisor, "", "x"), (held.supervisor, "left_out", " ")):
        with pytest.raises(Refused):
            actions.decide_omission(actor=actor, report=made, outcome=outcome, reason=reason, now=morning)
    decision = actions.decide_omission(actor=held.supervisor, report=made, outcome="unclear", reason="无法核实", now=morning)
    assert {said.entry.refers_to, decision.entry.refers_to} == {made.entry}
    assert set(Notice.objects.filter(code="omission_decided_told").values_list("person", flat=True)) == {held.agent.pk, held.butler.pk}
    with pytest.raises(Refused):
        actions.decide_omission(actor=held.supervisor, report=made, outcome="left_out", reason="again", now=morning)


@pytest.mark.clause("C12")
def test_without_a_statement_the_decision_waits_for_the_hours_of_the_desk(held: Town, done, morning) -> None:
    made = report(held, done, morning)
    border = morning + timedelta(hours=48)
    given = {"actor": held.supervisor, "report": made, "outcome": "not_left_out", "reason": "x"}
    with pytest.raises(Refused):
        actions.decide_omission(**given, now=border - timedelta(seconds=1))
    assert actions.decide_omission(**given, now=border).outcome == "not_left_out"


@pytest.mark.clause("C12")
def test_a_report_has_words_and_evidence_and_is_never_about_oneself(held: Town, done, morning) -> None:
    for wrong in (
        {"what": "  "}, {"evidence": None}, {"evidence": 2**40}, {"actor": held.agent}, {"actor": held.auditor}, {"actor": held.away.butler},
        {"handover": Handover.objects.get(desk=held.desk, mode="opening")},
    ):
        with pytest.raises(Refused):
            report(held, done, morning, **wrong)
    assert not OmissionReport.objects.exists() and not Entry.objects.filter(code="omission_reported").exists()


@pytest.mark.clause("C12")
def test_the_database_takes_no_statement_of_another_person(held: Town, done, morning) -> None:
    made = report(held, done, morning)
    with pytest.raises(DatabaseError, match="speaks for themselves"), transaction.atomic():
        OmissionStatement.objects.create(report=made, words="x", said_by=held.butler, said_at=morning, entry=made.entry)


@pytest.mark.clause("A20")
def test_the_list_and_its_file_show_each_reader_what_is_theirs(held: Town, done, morning) -> None:
    made = report(held, done, morning)
    page, whole = reverse("handover:omissions", args=[held.desk.slug]), reverse("handover:omission", args=[held.desk.slug, made.pk])
    for reader, sees in ((held.butler, 1), (held.agent, 1), (held.colleague, 0), (held.supervisor, 1), (held.head, 1), (held.auditor, 1)):
        client = signed_in(reader)
        assert len(client.get(page).context["page"].object_list) == sees
        assert client.get(whole).status_code == (200 if sees else 404)
    assert AccessRecord.objects.filter(page="omission", person=held.agent).exists()
    assert len(signed_in(held.supervisor).get(f"{page}?show=decided").context["page"].object_list) == 0
    export = reverse("handover:export_omissions", args=[held.desk.slug])
    assert "没有交代" in b"".join(signed_in(held.supervisor).get(f"{export}?format=csv").streaming_content).decode("utf-8-sig")
    assert signed_in(held.butler).get(f"{export}?format=csv").status_code == 403


@pytest.mark.clause("C12")
def test_reported_stated_and_decided_on_its_pages_with_what_was_typed_kept(held: Town, done, morning) -> None:
    butler, agent, supervisor = (signed_in(each) for each in (held.butler, held.agent, held.supervisor))
    record = reverse("handover:report_omission", args=[held.desk.slug, done.pk])
    refused = butler.post(record, {"what": "没有交代", "evidence": ""})
    assert refused.status_code == 422 and "没有交代" in refused.content.decode()
    number = Entry.objects.filter(book__desk=held.desk, kind="repair").first().number
    assert butler.post(record, {"what": "没有交代", "evidence": number}).status_code == 302
    made = OmissionReport.objects.get()
    ways = [reverse(f"handover:{name}", args=[held.desk.slug, made.pk]) for name in ("state_omission", "decide_omission")]
    assert butler.post(ways[0], {"words": "x"}).status_code == 422
    assert agent.post(ways[0], {"words": ""}).status_code == 422
    assert agent.post(ways[0], {"words": "已口头说明"}).status_code == 302
    assert agent.post(ways[1], {"outcome": "unclear", "reason": "x"}).status_code == 403
    assert supervisor.post(ways[1], {"outcome": "unclear", "reason": ""}).status_code == 422
    assert supervisor.post(ways[1], {"outcome": "unclear", "reason": "无法核实"}).status_code == 302
    assert "无法核实" in agent.get(reverse("handover:omission", args=[held.desk.slug, made.pk])).content.decode()


@pytest.fixture
def shown(held: Town, done, morning, files) -> OmissionReport:
    """A report that the butler shows by a photo."""
    token = keep_photo(actor=held.butler, file=BytesIO(photo()), size=500, now=morning)
    return report(held, done, morning, photos=[token])


@pytest.mark.clause("C12", "I8")
def test_who_is_asked_sees_the_photos_that_show_it_and_nobody_else_of_the_desk(held: Town, shown) -> None:
    page = reverse("handover:omission", args=[held.desk.slug, shown.pk])
    large, small = f"{page}photos/1/", f"{page}photos/1/small/"
    for reader in (held.agent, held.butler, held.supervisor, held.head, held.auditor):
        client = signed_in(reader)
        assert large in client.get(page).content.decode()
        for address in (large, small):
            answer = client.get(address)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg" and answer["Cache-Control"] == "private, no-cache"
        assert AccessRecord.objects.filter(person=reader, page="omission-photo", from_number=shown.entry.number).exists()
    for stranger, status in (
        (held.colleague, 404), (held.second_butler, 404), (held.administrator, 403), (held.away.agent, 404), (held.away.supervisor, 404),
        (held.nobody, 404), (held.operator, 404),
    ):
        assert {signed_in(stranger).get(address).status_code for address in (large, small)} == {status}
    # In the log the photo stays what its entry is: for supervisors.
    assert signed_in(held.agent).get(f"/log/{held.desk.slug}/{shown.entry.number}/photos/1/").status_code == 403


@pytest.mark.clause("C12", "I8")
def test_a_photo_is_of_its_own_report_and_desk_and_gone_once_its_entry_is_veiled(held: Town, done, shown, morning) -> None:
    other = report(held, done, morning)
    address = reverse("handover:omission_photo", args=[held.desk.slug, shown.pk, 1])
    agent = signed_in(held.agent)
    for wrong in (address.replace("photos/1/", "photos/2/"), address.replace("photos/1/", "photos/0/"), address.replace(f"/{shown.pk}/", f"/{other.pk}/")):
        assert agent.get(wrong).status_code == 404
    desk = Desk.objects.filter(site=held.away.site).first()
    assert signed_in(held.away.supervisor).get(address.replace(held.desk.slug, desk.slug)).status_code == 404
    first, second = (Confirmation(person, "pin", morning) for person in (held.butler, held.supervisor))
    (asked,) = ask_veil(actor=held.butler, confirmed=first, entries=[shown.entry], reason="照片拍到证件", now=morning)
    confirm_veil(actor=held.supervisor, confirmed=second, request=asked, now=morning)
    for reader in (held.agent, held.supervisor):
        client = signed_in(reader)
        assert client.get(address).status_code == 404
        page = client.get(reverse("handover:omission", args=[held.desk.slug, shown.pk])).content.decode()
        assert "photos/1/" not in page
        assert shown.what not in page and f"#{shown.entry.number} is not to be read any more." in page
        assert f"#{shown.entry.number} is not to be read" in client.get(reverse("handover:omissions", args=[held.desk.slug])).content.decode()
