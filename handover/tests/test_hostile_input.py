"""What nobody types by hand, at the addresses of refusing, signing on a phone and what is found afterwards (A29, C9, C12, I10)."""

from datetime import timedelta

import pytest

from desks.models import Choice
from desks.testing import PIN, Town, signed_in
from handover import actions
from handover.forms import RefuseForm
from handover.models import Handover, OmissionReport, Refusal, Release, VoidFinding
from handover.tests import steps
from logbook.models import Entry

LONG = "字" * 100_000
JUNK = ["", " ", LONG, "a\x00b", "-1", "1e9", "NaN", str(2**70), "2026-13-45T99:99", "<script>"]


@pytest.mark.clause("C9")
def test_a_refusal_with_junk_in_any_field_refuses_nothing_and_answers(held: Town, under_way) -> None:
    client, address = signed_in(held.butler), f"/handover/{held.desk.slug}/{under_way.pk}/refuse/"
    good = {"side": "incoming", "ground": "untidy", "remedy": "整理", "remark": "", "by_when": "", "note": "", "secret": PIN}
    for wrong in JUNK:
        for name in ("side", "ground", *(["by_when"] if wrong.strip() else [])):
            assert not RefuseForm(good | {name: wrong}, desk=held.desk).is_valid(), (name, wrong[:20])
        for name in ("secret", *(["side", "ground", "by_when", "note"] if wrong in {LONG, "a\x00b"} else [])):
            # Each by itself: several wrong PINs would lock, and refuse whatever else was sent.
            with steps.undone():
                assert client.post(address, good | {name: wrong}).status_code == 422, (name, wrong[:20])
                assert not Refusal.objects.exists() and Handover.objects.get(pk=under_way.pk).state == "preparing"


@pytest.mark.clause("C12")
def test_a_report_or_finding_with_junk_leaves_nothing(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning)
    held.desk.settings.void_unless_present = True
    held.desk.settings.save()
    before = Entry.objects.count()
    staff, supervisor, base = signed_in(held.butler), signed_in(held.supervisor), f"/handover/{held.desk.slug}/{done.pk}/"
    for wrong in JUNK:
        assert staff.post(f"{base}omission/", {"what": "漏水", "evidence": wrong}).status_code == 422, wrong[:20]
        if not wrong.strip() or wrong in {LONG, "a\x00b"}:
            assert staff.post(f"{base}omission/", {"what": wrong, "evidence": "1"}).status_code == 422, wrong[:20]
            assert supervisor.post(f"{base}void/", {"reason": wrong, "consequence": "x"}).status_code == 422, wrong[:20]
    assert Entry.objects.count() == before and not OmissionReport.objects.exists() and not VoidFinding.objects.exists()


@pytest.mark.clause("I8")
def test_another_site_s_things_are_not_there_whatever_desk_the_address_names(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning - timedelta(minutes=1))
    entry = Entry.objects.filter(book__desk=held.desk, act="entry").first()
    report = actions.report_omission(actor=held.butler, handover=done, what="x", evidence=entry.number, now=morning)
    ground = Choice.objects.get(desk=held.desk, purpose="takeover_reason", code="illness")
    actions.release_holder(actor=held.butler, desk=held.desk, ground=ground, now=morning)
    release = Release.objects.get()
    ways = [
        f"{done.pk}/void/", f"{done.pk}/omission/", f"{done.pk}/phone/", f"{done.pk}/phone/wait/", f"{done.pk}/phone/abc/",
        f"omissions/{report.pk}/", f"omissions/{report.pk}/state/", f"omissions/{report.pk}/decide/", f"releases/{release.pk}/complete/",
    ]
    client = signed_in(held.away.supervisor)
    for way in ways:
        for desk in (held.desk, held.away.desk):
            address = f"/handover/{desk.slug}/{way}"
            status = client.post(address).status_code
            assert (client.get(address).status_code if status == 405 else status) == 404, address
