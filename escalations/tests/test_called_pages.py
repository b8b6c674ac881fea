"""What the desk's staff see and tap of calls, and what a department contact sees: the matter, the place, nothing else (A16, A20, I8)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from escalations import actions
from escalations.models import Call
from escalations.tests.calling import SECURITY, emergency, give, make_contact, present
from logbook.actions import record_entry
from logbook.models import AccessRecord

LIST = "/escalations/taikoo-front/"


def called_contact(town: Town):
    """A contact who is called now about an emergency, and the emergency."""
    now = timezone.now()
    contact = make_contact(town)
    give(town, SECURITY, now, person=contact, phone="138-0013-8101")
    made = emergency(town, now, customer="李先生", phone="13912345678")
    actions.say_of_call(actor=town.agent, call=present(made), said="no_answer", now=now)
    return contact, made


def page_of(client, path: str, status: int = 200):
    answer = client.get(path)
    assert answer.status_code == status
    return tree(answer.content.decode())


@pytest.mark.clause("A16")
def test_the_desk_sees_whom_to_call_with_a_phone_to_tap_and_says_what_came_of_it(town: Town) -> None:
    _contact, made = called_contact(town)
    client = signed_in(town.agent)
    page = page_of(client, f"{LIST}{made.pk}/")
    assert find(page, "a", href="tel:13800138101") and "Security manager" in text_of(page)
    call = present(made)
    place = f"{LIST}{made.pk}/calls/{call.pk}/"
    for said in ({"said": "answered"}, {"said": "coming", "minutes": "15"}, {"said": "arrived"}):
        assert client.post(place, said).status_code == 302
    call.refresh_from_db()
    assert call.state == "arrived"
    words = text_of(page_of(client, f"{LIST}{made.pk}/"))
    assert "on site" in words and "No answer from Supervisor" in words
    again = client.post(place, {"said": "arrived"})
    assert again.status_code == 422 and "said of the call already" in again.content.decode()
    for hostile in ({}, {"said": "<b>"}, {"said": "coming", "minutes": "9999999999"}):
        assert client.post(place, hostile).status_code == 422


@pytest.mark.clause("A15")
def test_the_next_and_somebody_else_are_called_by_hand(town: Town) -> None:
    _contact, made = called_contact(town)
    client = signed_in(town.agent)
    place = f"{LIST}{made.pk}/calls/"
    assert client.post(place).status_code == 422, "somebody is being called"
    head = town.site.call_steps.get(role="project_head")
    assert client.post(place, {"step": head.pk}).status_code == 302
    assert Call.objects.get(beside=True).step == head
    for wrong in ("x", town.away.site.call_steps.get(role="project_head").pk):
        assert client.post(place, {"step": wrong}).status_code == 404


@pytest.mark.clause("I8")
def test_a_contact_sees_what_they_were_called_for_and_answers_there(town: Town) -> None:
    contact, made = called_contact(town)
    client = signed_in(contact)
    assert f"{LIST}{made.pk}/called/" in client.get("/").content.decode()
    links = [dict(link.attributes).get("href", "") for link in find(page_of(client, "/notices/"), "a")]
    told = next(link for link in links if re.fullmatch(r"/notices/\d+/", link))
    assert client.get(told).url == f"{LIST}{made.pk}/called/"
    words = text_of(page_of(client, f"{LIST}{made.pk}/called/"))
    assert "地下二层水管爆裂" in words and "B2 电梯口" in words
    for hidden in ("李", "139", "138", "Xu Wenting", "No answer", "He Jiayi"):
        assert hidden not in words
    for said in ({"said": "answered"}, {"said": "coming", "minutes": "10"}, {"said": "arrived"}):
        assert client.post(f"{LIST}{made.pk}/called/", said).status_code == 302
    assert client.post(f"{LIST}{made.pk}/called/", {"said": "no_answer"}).status_code == 422
    assert list(made.steps.filter(by=contact).order_by("pk").values_list("kind", flat=True)) == ["answered", "coming", "arrived"]
    assert AccessRecord.objects.filter(person=contact).values_list("page", flat=True).distinct().get() == "called"


@pytest.mark.clause("I8")
def test_a_contact_sees_nothing_else(town: Town) -> None:
    contact, made = called_contact(town)
    other = emergency(town, timezone.now(), text="电梯困人")
    client = signed_in(contact)
    assert client.get(f"{LIST}{other.pk}/called/").status_code == 404
    assert client.post(f"{LIST}{other.pk}/called/", {"said": "answered"}).status_code == 404
    assert client.get(f"/escalations/taikoo-side/{made.pk}/called/").status_code == 404
    for path in (f"{LIST}{made.pk}/", f"/log/taikoo-front/{made.entry.number}/", "/escalations/"):
        assert client.get(path).status_code == 403
    assert signed_in(town.agent).get(f"{LIST}{made.pk}/called/").status_code == 403, "staff have the whole page"


@pytest.mark.clause("A20")
def test_a_matter_for_supervisors_only_keeps_its_words_from_a_contact(town: Town) -> None:
    now = timezone.now()
    contact = make_contact(town)
    give(town, SECURITY, now, person=contact)
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="保安斗殴", kind="emergency", audience="supervisors", place="B1")
    made = actions.raise_escalation(actor=town.agent, entry=entry, now=now)
    actions.say_of_call(actor=town.agent, call=present(made), said="no_answer", now=now)
    words = text_of(page_of(signed_in(contact), f"{LIST}{made.pk}/called/"))
    assert "斗殴" not in words and "B1" not in words and "ask at the desk" in words


@pytest.mark.clause("A16")
def test_an_open_emergency_s_entry_and_the_desk_page_offer_the_one_tap(town: Town) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="地下二层水管爆裂", kind="emergency")
    town.supervisor.phone = "13800138100"
    town.supervisor.save()
    client = signed_in(town.agent)
    page = page_of(client, f"/log/taikoo-front/{entry.number}/")
    assert find(page, "a", href="tel:13800138100")
    assert f"{LIST}raise/{entry.number}/" in client.get("/desk/taikoo-front/").content.decode()
    answer = client.post(f"{LIST}raise/{entry.number}/", {"reason": ""})
    assert answer.status_code == 302 and present(entry.escalations.get())
    assert f"{LIST}raise/" not in client.get("/desk/taikoo-front/").content.decode()


@pytest.mark.clause("A16")
def test_an_emergency_shows_on_a_desk_page_that_was_looked_at_in_the_same_minute(town: Town) -> None:
    client, moment = signed_in(town.agent), timezone.now().replace(second=10)
    with time_machine.travel(moment, tick=False):
        assert f"{LIST}raise/" not in client.get("/desk/taikoo-front/").content.decode()
        entry = record_entry(actor=town.agent, desk=town.desk, now=moment, text="地下二层水管爆裂", kind="emergency")
        assert f"{LIST}raise/{entry.number}/" in client.get("/desk/taikoo-front/").content.decode()


@pytest.mark.clause("A20")
def test_phones_of_the_tree_are_shown_to_nobody_beyond_the_desk(town: Town) -> None:
    _contact, made = called_contact(town)
    assert "8101" in signed_in(town.head).get(f"{LIST}{made.pk}/").content.decode()
    for person in (town.auditor, town.away.supervisor):
        assert signed_in(person).get(f"{LIST}{made.pk}/").status_code in {403, 404}
    assert "8101" not in signed_in(town.auditor).get("/log/taikoo-front/").content.decode()


@pytest.mark.clause("A4")
def test_the_clocks_stand_on_the_page_and_in_the_list(town: Town) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿")
    made = actions.raise_escalation(actor=town.agent, entry=entry, now=now - timedelta(minutes=20))
    client = signed_in(town.agent)
    for path in (LIST, f"{LIST}{made.pk}/"):
        assert "waiting for 20 minutes (limit 15 minutes)" in text_of(page_of(client, path))
    actions.acknowledge_escalation(actor=town.supervisor, escalation=made, now=now - timedelta(minutes=13))
    for path in (LIST, f"{LIST}{made.pk}/"):
        words = text_of(page_of(client, path))
        assert "acknowledged after 7 minutes" in words and "waiting for a decision for 20 minutes" in words
