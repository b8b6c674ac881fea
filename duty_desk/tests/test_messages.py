"""Words on the next page: kept until they are read, and not even looked for where nobody says any."""

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client, RequestFactory

from desks.testing import Town, signed_in
from duty_desk.messages import MessagesWhenAsked


def test_a_request_that_says_nothing_makes_no_storage(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    before = CookieStorage.__init__
    monkeypatch.setattr(CookieStorage, "__init__", lambda self, *given: (made.append(self), before(self, *given))[1])
    answer = signed_in(town.agent).post(f"/log/{town.desk.slug}/record/", {"text": "来电"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 201 and not made
    assert signed_in(town.agent).get(f"/desk/{town.desk.slug}/").status_code == 200 and made


def test_what_was_said_waits_for_the_page_that_reads_it_and_is_gone_then(town: Town, rf: RequestFactory) -> None:
    client = Client()
    request = rf.get("/")
    request.session = client.session
    request._messages = MessagesWhenAsked(request)
    messages.info(request, "关了总阀")
    answer = client.get("/sign-in/")
    request._messages.update(answer)
    kept = answer.cookies["messages"].value
    reading = rf.get("/")
    reading.session, reading.COOKIES["messages"] = client.session, kept
    storage = MessagesWhenAsked(reading)
    assert [str(each) for each in storage] == ["关了总阀"]
    last = client.get("/sign-in/")
    storage.update(last)
    assert last.cookies["messages"].value == ""
