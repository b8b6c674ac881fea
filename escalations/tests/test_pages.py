"""The pages of escalations: what each reader sees, the forms, and the panels on other pages (A3, A4, A11, A20)."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from desks.hooks import panels_of
from desks.testing import PIN, Town, signed_in
from desks.testing_pages import find, text_of, tree
from escalations import actions
from escalations.models import Escalation
from escalations.tests.scenes import busy, confirmed
from logbook.actions import move_follow_up, record_entry
from logbook.models import AccessRecord

LIST = "/escalations/taikoo-front/"


def raised(town: Town, text: str = "业主要求赔偿", **how) -> Escalation:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text=text, **how)
    return actions.raise_escalation(actor=town.agent, entry=entry, now=now, reason="要求见负责人")


def shown(client, path: str, status: int = 200):
    answer = client.get(path)
    assert answer.status_code == status
    return tree(answer.content.decode())


def acts_on(page) -> set[str]:
    """The acts that the page offers, by the last part of their address."""
    actions_there = [dict(form.attributes).get("action", "") for form in find(page, "form")]
    return {action.rstrip("/").rsplit("/", 1)[-1] for action in actions_there if action.startswith(LIST)}


@pytest.mark.clause("A4")
def test_raising_by_the_form_and_back_to_its_page(town: Town) -> None:
    entry = record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="业主要求赔偿")
    client = signed_in(town.agent)
    assert find(shown(client, f"{LIST}raise/{entry.number}/"), "textarea", name="reason")
    answer = client.post(f"{LIST}raise/{entry.number}/", {"reason": ""})
    made = Escalation.objects.get()
    assert answer.headers["Location"] == f"{LIST}{made.pk}/"
    again = client.post(f"{LIST}raise/{entry.number}/", {"reason": "再来"})
    assert again.status_code == 422 and "再来" in again.content.decode()
    assert client.post(f"{LIST}raise/999/", {"reason": ""}).status_code == 404


@pytest.mark.clause("A11")
@pytest.mark.parametrize(
    ("part", "offered"),
    [
        ("agent", {"phone"}), ("supervisor", {"acknowledge", "decide", "pass-up", "phone"}), ("head", set()),
    ],
)
def test_each_reader_is_offered_their_own_acts(town: Town, part: str, offered: set[str]) -> None:
    made = raised(town)
    assert acts_on(shown(signed_in(getattr(town, part)), f"{LIST}{made.pk}/")) == offered


@pytest.mark.clause("A11")
def test_a_whole_way_by_the_forms(town: Town) -> None:
    made = raised(town)
    agent, supervisor, head = (signed_in(person) for person in (town.agent, town.supervisor, town.head))
    place = f"{LIST}{made.pk}/"
    assert supervisor.post(f"{place}acknowledge/").status_code == 302
    assert supervisor.post(f"{place}pass-up/", {"reason": "金额大", "secret": PIN}).status_code == 302
    assert acts_on(shown(supervisor, place)) == {"phone"}
    assert head.post(f"{place}decide/", {"decision": "赔五千", "secret": PIN}).status_code == 302
    assert agent.post(f"{place}close/", {"done": "已赔付"}).status_code == 302
    page = shown(agent, place)
    words = text_of(page)
    for each in ("要求见负责人", "金额大", "赔五千", "已赔付", "Fang Jianping", "passed on to the project head"):
        assert each in words
    assert len(find(page, "ol", class_="timeline")[0].children) == 5
    assert acts_on(page) == set()


@pytest.mark.clause("A11")
def test_by_phone_and_confirmed_by_the_forms(town: Town) -> None:
    made = raised(town)
    agent, supervisor = signed_in(town.agent), signed_in(town.supervisor)
    place = f"{LIST}{made.pk}/"
    answer = agent.post(f"{place}phone/", {"decision": "先垫付", "decided_by": town.supervisor.pk})
    assert answer.status_code == 302
    assert "confirm" in acts_on(shown(supervisor, place)) and "confirm" not in acts_on(shown(agent, place))
    assert "先垫付" in text_of(find(shown(supervisor, place), "section", id="confirm")[0])
    assert "要求见负责人" in text_of(find(shown(supervisor, place), "dl", class_="facts")[0])
    assert supervisor.post(f"{place}confirm/", {"secret": PIN}).status_code == 302
    assert Escalation.objects.get().confirmation == "confirmed"


@pytest.mark.clause("I9")
def test_a_wrong_pin_decides_nothing_and_loses_nothing(town: Town) -> None:
    made = raised(town)
    answer = signed_in(town.supervisor).post(f"{LIST}{made.pk}/decide/", {"decision": "<b>赔</b>", "secret": "000000"})
    assert answer.status_code == 422
    page = tree(answer.content.decode())
    assert text_of(find(page, "textarea", id="decide-decision")[0]) == "<b>赔</b>"
    assert "value" not in dict(find(page, "input", id="decide-secret")[0].attributes)
    town.supervisor.refresh_from_db()
    assert town.supervisor.secret_failures == 1
    assert Escalation.objects.get().state == "raised"


@pytest.mark.clause("A11")
def test_a_forged_post_of_the_wrong_person_is_refused(town: Town) -> None:
    made = raised(town)
    place = f"{LIST}{made.pk}/"
    agent, head = signed_in(town.agent), signed_in(town.head)
    assert agent.post(f"{place}acknowledge/").status_code == 422
    assert agent.post(f"{place}decide/", {"decision": "x", "secret": PIN}).status_code == 422
    assert agent.post(f"{place}pass-up/", {"reason": "x", "secret": PIN}).status_code == 403
    assert head.post(f"{place}decide/", {"decision": "x", "secret": PIN}).status_code == 422
    assert agent.post(f"{place}phone/", {"decision": "x", "decided_by": town.butler.pk}).status_code == 422
    assert Escalation.objects.get().state == "raised"


@pytest.mark.clause("I8")
def test_another_site_and_another_desk_find_nothing(town: Town) -> None:
    made = raised(town)
    assert signed_in(town.away.supervisor).get(f"{LIST}{made.pk}/").status_code == 404
    assert signed_in(town.supervisor).get(f"/escalations/taikoo-side/{made.pk}/").status_code == 404
    assert signed_in(town.supervisor).post(f"/escalations/taikoo-side/{made.pk}/acknowledge/").status_code == 404


@pytest.mark.clause("A20")
def test_a_matter_for_supervisors_only_is_a_line_without_words_for_others(town: Town) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="投诉当班何嘉怡", audience="supervisors")
    made = actions.raise_escalation(actor=town.agent, entry=entry, now=now, reason="涉及同事")
    agent, supervisor = signed_in(town.agent), signed_in(town.supervisor)
    words = text_of(shown(agent, LIST))
    assert "投诉" not in words and "For supervisors only" in words and "#1" in words
    assert agent.get(f"{LIST}{made.pk}/").status_code == 404
    assert agent.post(f"{LIST}{made.pk}/phone/", {"decision": "x", "decided_by": town.supervisor.pk}).status_code == 404
    assert "涉及同事" in text_of(shown(supervisor, f"{LIST}{made.pk}/"))


@pytest.mark.clause("A20")
def test_each_reading_is_recorded_once(town: Town) -> None:
    made, client = raised(town), signed_in(town.supervisor)
    for _ in range(3):
        shown(client, f"{LIST}{made.pk}/")
        shown(client, LIST)
    assert sorted(AccessRecord.objects.values_list("page", flat=True)) == ["escalation", "escalations"]


def test_the_list_s_filters_and_its_empty_states(town: Town) -> None:
    client = signed_in(town.supervisor)
    for show in ("", "?show=closed", "?show=all", "?show=xyz"):
        assert not find(shown(client, LIST + show), "li", class_="now")
    busy(town, timezone.now())
    counts = [len(find(shown(client, LIST + show), "li", class_="now")) for show in ("", "?show=closed", "?show=all")]
    assert counts == [5, 1, 6]


def test_the_list_costs_the_same_however_long_it_is(town: Town, django_assert_max_num_queries) -> None:
    for number in range(35):
        raised(town, f"第{number}件")
    client = signed_in(town.supervisor)
    with django_assert_max_num_queries(22):
        assert len(find(shown(client, LIST), "li", class_="now")) == 30


def _request(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


def _own(slot: str, *arguments) -> list:
    return [each for each in panels_of(slot, *arguments) if "escalations/" in each["template"]]


@pytest.mark.clause("A4")
def test_an_entry_s_page_offers_the_one_step_or_shows_its_escalation(town: Town) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿")
    assert _own("entry.tools", _request(town.agent), town.desk, entry)[0]["template"] == "escalations/_entry_raise.html"
    assert not _own("entry.tools", _request(town.head), town.desk, entry)
    actions.raise_escalation(actor=town.agent, entry=entry, now=now)
    assert _own("entry.tools", _request(town.head), town.desk, entry)[0]["template"] == "escalations/_entry_open.html"


@pytest.mark.clause("A4")
@pytest.mark.parametrize(("kind", "offer"), [("complaint", "You cannot settle it?"), ("emergency", "Call for help")])
def test_of_a_closed_matter_the_entry_s_page_offers_nothing_and_the_form_says_why(town: Town, kind: str, offer: str) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="大堂漏水", kind=kind, place="大堂")
    client = signed_in(town.agent)
    place = f"/log/taikoo-front/{entry.number}/"
    assert offer in client.get(place).content.decode()
    move_follow_up(actor=town.agent, root=entry, now=now, state="closed", result="已处理")
    assert offer not in client.get(place).content.decode()
    page = shown(client, f"{LIST}raise/{entry.number}/")
    assert "This matter is closed" in text_of(page) and not find(page, "textarea")
    refused = client.post(f"{LIST}raise/{entry.number}/", {"reason": "业主又来了"})
    assert refused.status_code == 422 and "Reopen it first" in refused.content.decode() and "业主又来了" in refused.content.decode()


@pytest.mark.clause("A4")
def test_the_desk_page_shows_the_state_and_never_how_late_somebody_is(town: Town) -> None:
    from django.template.loader import render_to_string

    request = _request(town.agent)
    assert not _own("desk.todo", request, town.desk)
    busy(town, timezone.now())
    panel = _own("desk.todo", request, town.desk)[0]
    words = text_of(tree(f"<div>{render_to_string(panel['template'], {'panel': panel, 'request': request})}</div>"))
    assert words.count("waits for the supervisor") == 2
    assert "overdue" not in words and "limit" not in words and "minutes" not in words


@pytest.mark.clause("A3")
def test_the_list_of_now_holds_what_waits_for_this_person(town: Town) -> None:
    now = timezone.now()
    busy(town, now)
    found = {part: panels_of("now", getattr(town, part), town.site, now) for part in ("supervisor", "head", "agent")}
    ours = {
        part: [item.what for items in lists for item in items if item.url.startswith("/escalations/")]
        for part, lists in found.items()
    }
    assert ours == {
        "supervisor": ["Decide about #6", "Confirm the decision by phone about #12", "Decide about #2", "Emergency: decide about #4"],
        "head": ["Decide about #9"],
        "agent": [],
    }


@pytest.mark.clause("A4")
def test_the_time_to_an_answer_stands_in_the_steps_beside_the_limit(town: Town) -> None:
    now = timezone.now()
    made = raised(town)
    pin = confirmed(town.supervisor, now)
    actions.decide_escalation(
        actor=town.supervisor, confirmed=pin, escalation=made, now=made.asked_at + timedelta(minutes=20), decision="赔"
    )
    assert "decided after 20 minutes (limit 15 minutes)" in text_of(shown(signed_in(town.agent), f"{LIST}{made.pk}/"))


@pytest.mark.clause("A16")
def test_an_emergency_stands_on_top_of_the_desk_page_until_somebody_is_called(town: Town) -> None:
    now = timezone.now()
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="地下二层水管爆裂", kind="emergency")
    address = f"/desk/{town.desk.slug}/"
    strip = find(shown(signed_in(town.agent), address), "section", id="strip")[0]
    assert find(strip, "form", action=f"{LIST}raise/{entry.number}/")
    assert not find(shown(signed_in(town.supervisor), f"/desk/{town.other_desk.slug}/"), "form", action=f"{LIST}raise/{entry.number}/")
    actions.raise_escalation(actor=town.agent, entry=entry, now=now, reason="")
    assert not find(shown(signed_in(town.agent), address), "form", action=f"{LIST}raise/{entry.number}/")
