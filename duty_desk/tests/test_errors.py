"""Error pages: what happened and what to do, in the site's look, also when the rest is down."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.test.html import parse_html
from django.utils import translation

from desks.testing import Town, signed_in
from duty_desk import errors


def _request(town: Town):
    client = signed_in(town.agent)
    request = RequestFactory().get("/somewhere/")
    request.user, request.session = town.agent, client.session
    return request


def test_each_page_of_an_error_says_what_happened_and_offers_a_way_on(town: Town) -> None:
    request = _request(town)
    answers = {
        400: errors.bad_request(request, SuspiciousOperation()),
        403: errors.permission_denied(request, PermissionDenied()),
        404: errors.page_not_found(request, Exception()),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        text = answer.content.decode()
        parse_html(text.split("<!doctype html>", 1)[1])
        assert text.count("<h1>") == 1 and 'href="/"' in text
        assert "duty_desk/site.css" in text
    assert town.agent.display_name in answers[403].content.decode(), "as whom the page was asked for"


@pytest.mark.parametrize(
    ("answer", "status"), [(lambda: errors.server_error(None), 500), (lambda: errors.database_away(OperationalError()), 503)]
)
def test_the_last_resorts_need_no_database(answer, status: int) -> None:
    # No database mark: a query would fail this test.
    page = answer()
    assert page.status_code == status
    text = page.content.decode()
    parse_html(text.split("<!doctype html>", 1)[1])
    assert "<script" not in text and "style=" not in text
    if status == 503:
        assert page.headers["Retry-After"] == "10"


def test_the_last_resorts_speak_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert 'lang="zh-hans"' in errors.server_error(None).content.decode()


def test_a_form_without_its_secret_is_refused_in_words(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.agent)
    answer = client.post("/profile/", {"phone": "13800138000"})
    assert answer.status_code == 403
    assert answer.templates[0].name == "errors/csrf.html"
    town.agent.refresh_from_db()
    assert town.agent.phone == ""


@pytest.mark.clause("I9")
def test_a_refusal_without_a_field_becomes_a_page_and_for_htmx_a_part(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    wrong = {"_actor": town.colleague.pk, "phone": "1", "email": "", "language": ""}
    page = client.post("/profile/", wrong)
    assert page.status_code == 422
    assert page.templates[0].name == "errors/refused.html"
    part = client.post("/profile/", wrong, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert part.headers["HX-Trigger"] == "seat-needed"
    root = parse_html(part.content.decode())
    assert dict(root.attributes)["role"] == "alert"
