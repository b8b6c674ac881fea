"""A handover signed on paper without power: entered later with its photo, marked, and signing for nobody (A29, A35)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from desks.testing import Town, signed_in
from handover.tests import steps
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.tests.pictures import photo
from notices.models import Notice


def sheet() -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.jpg", photo(), content_type="image/jpeg")


@pytest.fixture
def form(held: Town) -> dict[str, object]:
    """What the page sends."""
    at = timezone.localtime(timezone.now() - timedelta(hours=1), held.site.zone)
    return {"outgoing": held.agent.pk, "incoming": held.butler.pk, "paper_at": f"{at:%Y-%m-%dT%H:%M}", "sheet": "12"}


@pytest.mark.clause("A29")
def test_the_sheet_is_an_entry_with_its_photo_and_moves_no_watch(held: Town, form, files) -> None:
    address = f"/handover/{held.desk.slug}/paper/handover/"
    client = signed_in(held.butler)
    assert client.get(address).status_code == 200
    assert client.post(address, form | {"photos": sheet()}).status_code == 302
    entry = Entry.objects.get(code="handover_on_paper")
    assert (entry.author, entry.fields["paper"], entry.fields["paper_sheet"]) == (held.butler, "true", "12")
    assert "attachment_01" in entry.fields and current_watch(held.desk).holder == held.agent
    told = set(Notice.objects.filter(code="handover_on_paper_told").values_list("person", flat=True))
    assert told == {held.agent.pk, held.butler.pk, held.supervisor.pk}
    done = steps.hand_over(held.desk, held.butler, timezone.now())
    assert done.entry.fields["paper_entry"] == str(entry.number)
    assert f"#{entry.number}" in client.get(f"/handover/{held.desk.slug}/{done.pk}/").content.decode()
    assert "paper_entry" not in steps.hand_over(held.desk, held.agent, timezone.now()).entry.fields


@pytest.mark.clause("A29")
def test_without_a_photo_for_a_time_to_come_or_for_one_person_alone_it_is_refused_and_what_was_typed_stays(held: Town, form, files) -> None:
    address, client = f"/handover/{held.desk.slug}/paper/handover/", signed_in(held.butler)
    later = timezone.localtime(timezone.now() + timedelta(hours=1), held.site.zone)
    for wrong in (
        {}, {"photos": sheet(), "paper_at": f"{later:%Y-%m-%dT%H:%M}"}, {"photos": sheet(), "incoming": held.agent.pk},
        {"photos": sheet(), "incoming": held.away.butler.pk}, {"photos": SimpleUploadedFile("x.jpg", b"no photo")},
    ):
        answer = client.post(address, form | wrong)
        assert answer.status_code == 422 and 'value="12"' in answer.content.decode()
    assert not Entry.objects.filter(code="handover_on_paper").exists()
    assert signed_in(held.head).get(address).status_code == 403


@pytest.mark.clause("A17")
def test_a_line_of_the_paper_form_carries_the_photo_of_its_sheet(held: Town, files) -> None:
    at = timezone.localtime(timezone.now() - timedelta(minutes=5), held.site.zone)
    answer = signed_in(held.butler).post(f"/handover/{held.desk.slug}/paper/", {
        "occurred_at": f"{at:%Y-%m-%dT%H:%M}", "writer": held.agent.pk, "kind": "enquiry", "text": "停电时来电", "photos": sheet(),
    })
    assert answer.status_code == 302
    entry = Entry.objects.get(fields__paper="true")
    assert (entry.author, entry.entered_by) == (held.agent, held.butler) and "attachment_01" in entry.fields


@pytest.mark.clause("A29")
def test_who_may_not_enter_from_paper_is_not_offered_it(town: Town) -> None:
    address = f"/handover/{town.desk.slug}/"
    for person, offered in ((town.agent, True), (town.supervisor, True), (town.head, False), (town.auditor, False)):
        for page in (address, f"{address}blank/"):
            assert (f"{address}paper/" in signed_in(person).get(page).content.decode()) is offered, (person.login, page)
