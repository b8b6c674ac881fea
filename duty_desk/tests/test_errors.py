"""Error pages: what happened and what to do, in the site's look, also when the rest is down."""

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpResponse
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


def _no_connection() -> HttpResponse:
    """The page for an attempt to reach a database that is not there."""
    try:
        with connection.wrap_database_errors:
            psycopg2.connect("host=127.0.0.1 port=1 dbname=none")
    except OperationalError:
        return errors.server_error(RequestFactory().get("/"))
    raise AssertionError("somebody listens on port 1")


@pytest.mark.parametrize(("answer", "status"), [(lambda: errors.server_error(RequestFactory().get("/")), 500), (_no_connection, 503)])
def test_the_last_resorts_need_no_database(answer, status: int) -> None:
    # No database mark: a query would fail this test.
    page = answer()
    assert page.status_code == status
    text = page.content.decode()
    parse_html(text.split("<!doctype html>", 1)[1])
    assert "<script" not in text and "style=" not in text
    if status == 503:
        assert page.headers["Retry-After"] == "10"


@pytest.mark.parametrize(("code", "away"), [("57P01", True), ("53300", True), ("08006", True), ("40P01", False), ("57014", False)])
def test_what_the_database_says_of_a_statement_is_no_absence(code: str, away: bool) -> None:
    cause = type("Cause", (Exception,), {"pgcode": code})()
    error = OperationalError("told")
    error.__cause__ = cause
    assert errors.is_away(error) is away
    assert not errors.is_away(ValueError())


def test_a_page_without_its_database_says_so(monkeypatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("desks.views.SignInForm", gone)
    answer = Client(raise_request_exception=False).get("/sign-in/", headers={"accept-language": "zh-hans"})
    assert answer.status_code == 503 and 'lang="zh-hans"' in answer.content.decode()


def test_the_last_resorts_speak_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert 'lang="zh-hans"' in errors.server_error(RequestFactory().get("/")).content.decode()


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


def test_an_address_that_only_takes_forms_says_so_when_it_is_opened(town: Town) -> None:
    answer = signed_in(town.agent).get("/people/switch/", headers={"accept": "text/html"})
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert answer.content.decode().count("<h1>") == 1 and 'href="/"' in answer.content.decode()
