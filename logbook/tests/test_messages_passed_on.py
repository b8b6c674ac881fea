"""A message for a person: for whom, and when and how it was passed on (A8, B2.2)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.lines import lines_of
from logbook.models import Entry, FollowUp
from logbook.reading import rows_for
from logbook.tests.pages import find, tree, words
from logbook.verify import verify
from logbook.words import DeskWords


@pytest.fixture
def message(town: Town, morning) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, kind="message", text="请回电", own={"addressee": "经理"})


@pytest.mark.clause("B2.2")
def test_saying_when_and_how_it_was_passed_on_closes_it_with_that_result(town: Town, morning, message: Entry) -> None:
    now = morning + timedelta(minutes=30)
    step = actions.move_follow_up(actor=town.colleague, root=message, now=now, state="closed", own={"passed_on": "微信告知"})
    assert (step.fields, step.result) == ({"own_passed_on": "09:30 微信告知"}, "09:30 微信告知")
    matter = FollowUp.objects.get(root=message)
    assert (matter.state, matter.result) == ("closed", "09:30 微信告知") and verify().breaches == []
    (line,) = lines_of(rows_for([step], reader=town.agent, desk=town.desk, now=now), desk=town.desk, words=DeskWords(town.desk), reader=town.agent, now=now)
    assert line.text.count("09:30 微信告知") == 1 and line.own_values == []


@pytest.mark.clause("B2.2", "I10")
def test_it_counts_into_what_was_asked_for_and_another_result_stands_beside_it(town: Town, morning, message: Entry) -> None:
    key, sent = uuid4(), {"own": {"passed_on": "9:20 电话"}, "result": "经理已回电"}
    step = actions.move_follow_up(actor=town.agent, root=message, now=morning, state="closed", key=key, **sent)
    assert (step.fields["own_passed_on"], step.result) == ("09:20 电话", "经理已回电")
    assert actions.move_follow_up(actor=town.agent, root=message, now=morning, state="closed", key=key, **sent) == step
    with pytest.raises(Refused, match="another content"):
        actions.move_follow_up(actor=town.agent, root=message, now=morning, state="closed", key=key, result="经理已回电")


@pytest.mark.clause("A1", "B2.2")
def test_without_either_it_is_not_closed(town: Town, morning, message: Entry) -> None:
    for own, field in ((None, "result"), ({"passed_on": " "}, "result"), ({"passed_on": "长" * 401}, "message__passed_on"), ({"price": "1"}, None)):
        with pytest.raises(Refused) as refused:
            actions.move_follow_up(actor=town.agent, root=message, now=morning, state="closed", own=own)
        assert refused.value.field == field
    assert FollowUp.objects.get(root=message).state == "open"


@pytest.mark.clause("B2.2")
def test_the_page_asks_so_of_messages_alone(town: Town, morning, message: Entry) -> None:
    repair = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, kind="repair", text="漏水", place="5栋1203")
    client = signed_in(town.colleague)
    for entry, asked in ((message, True), (repair, False)):
        form = find(tree(client.get(f"/log/{town.desk.slug}/{entry.number}/")), "form", id="move-form")[0]
        assert bool(find(form, "textarea", name="message__passed_on")) is asked
    address = f"/log/{town.desk.slug}/{message.number}/move/"
    refused = tree(client.post(address, {"state": "closed", "key": str(uuid4()), "message__passed_on": "a\x00"}))
    assert "Type it instead of pasting it." in words(find(refused, "div", id="div_move-message__passed_on")[0])
    assert client.post(address, {"state": "closed", "key": str(uuid4()), "message__passed_on": "9:20 当面"}).status_code == 302
    assert FollowUp.objects.get(root=message).result == "09:20 当面"
    assert signed_in(town.away.agent).post(address, {"state": "open"}).status_code == 404
