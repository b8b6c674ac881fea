"""The pages of requests: who sees which, from a phone to the decision, what waits on other pages (A3, A13, I8, I10)."""

from datetime import timedelta

import pytest
import time_machine

from desks.testing import Town, signed_in
from rosters import actions
from rosters.models import Swap
from rosters.panels_requests import desk_todo, now_items
from rosters.tests.changing import DAY, NEXT, agreed, asked, duty, leave_asked


@pytest.fixture
def december(december: Town, morning):
    with time_machine.travel(morning, tick=False):
        yield december


def root(town: Town) -> str:
    return f"/rosters/{town.desk.slug}"


@pytest.mark.clause("A13")
def test_a_swap_from_the_phone_to_the_decision(december: Town) -> None:
    agent, butler, boss = (signed_in(person) for person in (december.agent, december.butler, december.supervisor))
    own = duty(december.agent)
    assert f"/duties/{own.pk}/swap/" in agent.get(f"{root(december)}/requests/").content.decode()
    page = f"{root(december)}/duties/{own.pk}/swap/"
    wrong = agent.post(page, {"way": "give", "reason": "家长会"})
    assert wrong.status_code == 422 and "Nobody is asked" in wrong.content.decode() and "家长会" in wrong.content.decode()
    made = agent.post(page, {"way": "exchange", "for_all": "on", "reason": "家长会"})
    swap = Swap.objects.get()
    assert made["Location"] == f"{root(december)}/swaps/{swap.pk}/"
    assert f"/swaps/{swap.pk}/" in butler.get(f"{root(december)}/requests/").content.decode()
    refused = butler.post(f"{made['Location']}agree/", {"returns": ""})
    assert refused.status_code == 422 and "Choose the duty that you give for it" in refused.content.decode()
    butler.post(f"{made['Location']}agree/", {"returns": duty(december.butler, NEXT).pk})
    card = boss.get(f"{root(december)}/changes/").content.decode()
    assert "He Jiayi" in card and "家长会" in card and "h of rest" in card
    refused = boss.post(f"{made['Location']}decide/", {"outcome": "refuse", "reason": ""})
    assert refused.status_code == 422 and "A refusal has a reason" in refused.content.decode()
    boss.post(f"{made['Location']}decide/", {"outcome": "approve", "reason": "同意"})
    assert duty(december.butler).person == december.butler
    assert "approved" in agent.get(f"{root(december)}/requests/").content.decode()


@pytest.mark.clause("I8")
def test_a_swap_is_seen_by_whom_it_concerns(december: Town, morning) -> None:
    swap = agreed(december, morning)
    url = f"{root(december)}/swaps/{swap.pk}/"
    seen = {"agent": 200, "butler": 200, "supervisor": 200, "head": 200, "colleague": 404, "auditor": 404, "administrator": 403}
    assert {part: signed_in(getattr(december, part)).get(url).status_code for part in seen} == seen
    assert signed_in(december.away.supervisor).get(url).status_code == 404
    assert signed_in(december.colleague).post(f"{url}agree/").status_code == 404
    for act in ("decide",):
        assert signed_in(december.agent).post(f"{url}{act}/", {"outcome": "approve"}).status_code == 403
    other = f"/rosters/{december.other_desk.slug}/swaps/{swap.pk}/"
    assert signed_in(december.supervisor).get(other).status_code == 404


@pytest.mark.clause("A13")
def test_given_back_declined_and_withdrawn_from_its_page(december: Town, morning) -> None:
    swap = asked(december, morning, people=("butler", "second_butler"))
    url = f"{root(december)}/swaps/{swap.pk}/"
    agent, butler, second = (signed_in(person) for person in (december.agent, december.butler, december.second_butler))
    butler.post(f"{url}agree/")
    butler.post(f"{url}give-back/")
    second.post(f"{url}decline/")
    assert "said no" in agent.get(url).content.decode()
    again = second.post(f"{url}decline/", follow=True).content.decode()
    assert "You are not asked about this duty" in again
    agent.post(f"{url}withdraw/")
    assert Swap.objects.get().state == "withdrawn"
    assert "withdrawn" in agent.get(url).content.decode()


@pytest.mark.clause("I10")
def test_who_comes_second_reads_why_although_the_form_is_gone(december: Town, morning) -> None:
    swap = asked(december, morning, people=("butler", "second_butler"))
    url = f"{root(december)}/swaps/{swap.pk}/"
    signed_in(december.butler).post(f"{url}agree/")
    late = signed_in(december.second_butler).post(f"{url}agree/")
    assert late.status_code == 422 and "no longer open" in late.content.decode()
    boss = signed_in(december.supervisor)
    boss.post(f"{url}decide/", {"outcome": "approve", "reason": ""})
    again = boss.post(f"{url}decide/", {"outcome": "refuse", "reason": "人手不够"})
    assert again.status_code == 422 and "settled already" in again.content.decode()


@pytest.mark.clause("E4")
def test_too_late_is_said_on_the_form_and_the_supervisor_s_reason_is_asked_for(december: Town, morning) -> None:
    own = duty(december.agent)
    page = f"{root(december)}/duties/{own.pk}/swap/"
    with time_machine.travel(own.starts_at - timedelta(hours=3), tick=False):
        assert "too late to ask" in signed_in(december.agent).get(page).content.decode()
        boss = signed_in(december.supervisor)
        wrong = boss.post(page, {"way": "give", "for_all": "on"})
        assert wrong.status_code == 422 and 'name="override"' in wrong.content.decode()
        assert boss.post(page, {"way": "give", "for_all": "on", "override": "急诊"}).status_code == 302
    assert signed_in(december.colleague).get(page).status_code == 404


@pytest.mark.clause("I10")
@pytest.mark.parametrize("values", [
    {"way": "<script>", "for_all": "on"}, {"way": "give", "people": ["999999"]}, {"way": "give", "people": ["x"]},
    {"way": "later", "for_all": "on", "repay_by": "2026-13-40"}, {"way": "later", "for_all": "on"},
    {"way": "give", "for_all": "on", "starts_at": "25:99"}, {"way": "give", "for_all": "on", "reason": "长" * 501},
    {"way": "give", "for_all": "on", "starts_at": "03:00", "ends_at": "04:00"},
])
def test_junk_is_refused_beside_the_field_and_nothing_typed_is_lost(december: Town, values: dict) -> None:
    own = duty(december.agent)
    answer = signed_in(december.agent).post(f"{root(december)}/duties/{own.pk}/swap/", {"reason": "<b>家事</b>"} | values)
    page = answer.content.decode()
    assert answer.status_code == 422 and "invalid-feedback" in page and "<b>家事</b>" not in page
    assert "reason" in values or "&lt;b&gt;家事&lt;/b&gt;" in page
    assert not Swap.objects.exists()


@pytest.mark.clause("A3")
def test_what_waits_stands_on_now_and_on_the_desk_page(december: Town, morning, rf) -> None:
    agreed(december, morning)
    items = now_items(december.supervisor, december.site, morning)
    assert [(item.what, item.tone) for item in items] == [("1 request at Front waits for you", "warn")]
    assert now_items(december.head, december.site, morning) == []
    leave = leave_asked(december, morning)
    actions.decide_leave(actor=december.supervisor, leave=leave, approve=True, reason="", now=morning)
    (item,) = now_items(december.supervisor, december.site, morning)
    assert item.what == "1 duty at Front is to be filled" and item.url.endswith("/changes/#empty")
    late = asked_of_colleague(december, morning)
    request = rf.get("/")
    request.user = december.second_butler
    assert desk_todo(request, december.desk)["offers"] == [late]
    request.user = december.head
    assert desk_todo(request, december.desk) is None


def asked_of_colleague(town: Town, now) -> Swap:
    return actions.ask_swap(
        actor=town.colleague, duty=duty(town.colleague, DAY), wanted=actions.Wanted(way="give", people=[town.second_butler]), now=now
    )


@pytest.mark.clause("A13")
def test_the_list_costs_the_same_however_many_wait(december: Town, morning, django_assert_max_num_queries) -> None:
    for day in range(3, 25, 2):
        own = duty(december.agent, DAY.replace(day=day))
        swap = actions.ask_swap(actor=december.agent, duty=own, wanted=actions.Wanted(way="give", for_all=True), now=morning)
        actions.withdraw_swap(actor=december.agent, swap=swap, now=morning)
    client = signed_in(december.supervisor)
    client.get(f"{root(december)}/changes/")
    with django_assert_max_num_queries(28):
        client.get(f"{root(december)}/changes/")


@pytest.mark.clause("B2.5")
def test_what_is_owed_stands_on_both_people_s_pages_and_the_supervisor_s_and_is_let_be_there(december: Town, morning) -> None:
    from rosters.tests.changing import approved

    approved(december, morning, way="later", repay_by=NEXT)
    pages = {part: signed_in(getattr(december, part)).get(f"{root(december)}/requests/").content.decode() for part in ("agent", "butler", "colleague")}
    assert "You owe Zhou Min a duty" in pages["agent"] and "/waive/" not in pages["agent"]
    assert "He Jiayi owes you a duty" in pages["butler"] and "/waive/" in pages["butler"] and "owe" not in pages["colleague"]
    boss = signed_in(december.supervisor)
    assert "He Jiayi owes Zhou Min a duty" in boss.get(f"{root(december)}/changes/").content.decode()
    url = f"{root(december)}/owed/{Swap.objects.get().repayment.pk}/waive/"
    assert [signed_in(person).post(url).status_code for person in (december.agent, december.away.butler, december.head)] == [404, 404, 403]
    assert boss.post(url)["Location"] == f"{root(december)}/changes/"
    assert "owes you" not in signed_in(december.butler).get(f"{root(december)}/requests/").content.decode()
