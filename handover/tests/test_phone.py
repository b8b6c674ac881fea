"""The incoming signs on their own phone: one code, one minute, one person, one content (A29, I4)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from handover import actions
from handover.models import Handover, PhoneStep, Signature
from handover.tests import steps
from logbook.queries import current_watch


@pytest.fixture
def half(held: Town, under_way, morning) -> Handover:
    """Everything is done and the outgoing has signed."""
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    return Handover.objects.get(pk=under_way.pk)


def code(town: Town, row: Handover, now, actor=None) -> actions.phone.Code:
    return actions.show_code(actor=actor or town.agent, handover=row, seen=steps.seen(row), now=now)


def sign(town: Town, row: Handover, token: str, now, person=None) -> Handover:
    return actions.sign_on_phone(
        confirmed=steps.confirmed(person or town.butler, now), handover=row, token=token, seen=steps.seen(row), now=now
    )


@pytest.mark.clause("A29")
def test_the_code_opens_and_signs_as_the_screen_would_and_says_by_which_way(held: Town, half, morning) -> None:
    shown = code(held, half, morning)
    assert shown.token not in str(shown.ticket.__dict__)
    actions.open_code(actor=held.butler, handover=half, token=shown.token, now=morning + timedelta(seconds=59))
    done = sign(held, half, shown.token, morning + timedelta(minutes=3))
    signature = Signature.objects.get(handover=half, role="incoming")
    assert (done.state, signature.method, signature.digest) == ("completed", "phone", done.digest)
    assert done.entry.fields["incoming_method"] == "phone" and current_watch(held.desk).holder == held.butler
    with pytest.raises(Refused):
        sign(held, half, shown.token, morning + timedelta(minutes=4))


@pytest.mark.clause("A29")
def test_after_a_minute_and_long_after_opening_it_is_refused(held: Town, half, morning) -> None:
    shown = code(held, half, morning)
    with pytest.raises(Refused):
        actions.open_code(actor=held.butler, handover=half, token=shown.token, now=morning + timedelta(minutes=1))
    actions.open_code(actor=held.butler, handover=half, token=shown.token, now=morning)
    actions.open_code(actor=held.butler, handover=half, token=shown.token, now=morning + timedelta(minutes=9))
    with pytest.raises(Refused):
        sign(held, half, shown.token, morning + timedelta(minutes=10))
    assert not PhoneStep.objects.filter(kind="signed").exists() and current_watch(held.desk).holder == held.agent


@pytest.mark.clause("A29")
def test_nobody_else_opens_or_signs_it_and_no_other_handover_takes_it(held: Town, half, morning) -> None:
    shown = code(held, half, morning)
    for person in (held.agent, held.colleague, held.supervisor, held.away.butler, held.administrator):
        with pytest.raises(Refused):
            actions.open_code(actor=person, handover=half, token=shown.token, now=morning)
        with pytest.raises(Refused):
            sign(held, half, shown.token, morning, person)
    for token in ("", "x" * 5000, "无", shown.token[:-1]):
        with pytest.raises(Refused):
            actions.open_code(actor=held.butler, handover=half, token=token, now=morning)
    steps.open_desk(held.away.desk, held.away.agent, morning)
    other = actions.start_handover(actor=held.away.agent, desk=held.away.desk, incoming=held.away.butler, now=morning)
    with pytest.raises(Refused):
        actions.open_code(actor=held.away.butler, handover=other, token=shown.token, now=morning)


@pytest.mark.clause("I4")
def test_a_change_after_the_code_was_shown_needs_another_signature_and_another_code(held: Town, half, morning) -> None:
    shown = code(held, half, morning)
    actions.open_code(actor=held.butler, handover=half, token=shown.token, now=morning)
    actions.write_remarks(actor=held.agent, handover=half, remarks="夜里有雨", now=morning)
    with pytest.raises(Refused) as refused:
        sign(held, half, shown.token, morning)
    assert refused.value.clause == "I4"
    with pytest.raises(Refused):
        code(held, half, morning)
    steps.sign("outgoing", half, morning)
    again = code(held, half, morning)
    assert sign(held, half, again.token, morning).state == "completed"


@pytest.mark.clause("A29")
def test_no_code_before_the_outgoing_has_signed_where_the_desk_forbids_it_or_for_who_looks_on(held: Town, under_way, morning) -> None:
    steps.prepare(under_way, morning)
    with pytest.raises(Refused):
        code(held, under_way, morning)
    steps.sign("outgoing", under_way, morning)
    for actor in (held.second_butler, held.administrator, held.auditor):
        with pytest.raises(Refused):
            code(held, under_way, morning, actor)
    under_way.desk.settings.phone_signing = False
    under_way.desk.settings.save()
    with pytest.raises(Refused):
        code(held, Handover.objects.get(pk=under_way.pk), morning)


@pytest.mark.clause("A29")
def test_on_screen_and_phone_the_code_is_shown_read_and_signed(held: Town, half, morning) -> None:
    screen, phone = signed_in(held.agent), signed_in(held.butler)
    with time_machine.travel(morning, tick=False):
        page = screen.post(reverse("handover:show_code", args=[held.desk.slug, half.pk]))
        assert page.status_code == 200 and 'id="phone-code"' in page.content.decode()
        address = page.context["phone_code"]["address"].removeprefix("http://testserver")
        wait = reverse("handover:phone_wait", args=[held.desk.slug, half.pk])
        assert screen.get(wait).status_code == 204 and "HX-Redirect" not in screen.get(wait).headers
        assert signed_in(held.agent).get(address).status_code == 422
        assert signed_in(held.away.butler).get(address).status_code == 404
        shown = phone.get(address)
        assert shown.status_code == 200 and half.signatures.get().digest in shown.content.decode()
        wrong = phone.post(address, {"secret": "000000", "seen": "1"})
        assert wrong.status_code == 422 and "wrong" in wrong.content.decode()
        assert phone.post(address, {"secret": PIN, "seen": shown.context["form"].initial["seen"]}).status_code == 302
        assert screen.get(wait).headers["HX-Redirect"].endswith(f"/{half.pk}/")
        assert phone.get(address).status_code == 422
