"""The home of each role: the desk, what to do now, the log, the administration (A3)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.html import Element, parse_html
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from desks.models import ActingSupervisor
from desks.testing import Town, signed_in
from logbook.actions import open_watch, record_entry


def _page(person: object, now: datetime) -> tuple[int, str, Element | None]:
    with time_machine.travel(now, tick=False):
        answer = signed_in(person).get("/")
        if answer.status_code != 200:
            return answer.status_code, answer.headers["Location"], None
        html = answer.content.decode()
        return 200, html, parse_html(html.split("<!doctype html>", 1)[1])


@pytest.mark.parametrize(
    ("part", "address"),
    [
        ("agent", "/desk/taikoo-front/"), ("butler", "/desk/taikoo-front/"), ("auditor", "/log/taikoo-front/"),
        ("administrator", "/admin/"), ("operator", "/admin/"),
    ],
)
def test_each_role_begins_at_its_own_page(town: Town, morning: datetime, part: str, address: str) -> None:
    status, where, _ = _page(getattr(town, part), morning)
    assert (status, where) == (302, address)


@pytest.mark.clause("A3")
def test_supervisor_and_head_see_what_to_do_and_the_desks_of_their_site_alone(town: Town, morning: datetime) -> None:
    with time_machine.travel(morning, tick=False):
        open_watch(actor=town.agent, desk=town.desk, now=morning)
        record_entry(actor=town.agent, desk=town.desk, now=morning, text="The lift of building 5 stands still.", kind="help")
    for person in (town.supervisor, town.head):
        status, html, _ = _page(person, morning)
        assert status == 200
        assert "/desk/taikoo-front/" in html and "/desk/taikoo-side/" in html
        assert "/desk/away-front/" not in html
        assert str(town.agent.display_name) in html


@pytest.mark.clause("A3")
def test_who_acts_for_the_supervisor_gets_the_supervisors_page_for_as_long_as_that_lasts(town: Town, morning: datetime) -> None:
    ActingSupervisor.objects.create(
        person=town.butler, site=town.site, rights=["site.overview", "inspection.do"], starts_at=morning,
        ends_at=morning + timedelta(hours=4), named_by=town.supervisor,
    )
    assert _page(town.butler, morning)[0] == 200
    assert _page(town.butler, morning + timedelta(hours=4))[0] == 302


def test_somebody_without_a_role_is_told_how_it_comes(town: Town, morning: datetime) -> None:
    status, html, _ = _page(town.nobody, morning)
    assert status == 200 and "no desk yet" in html


def test_the_number_of_queries_does_not_grow_with_the_log(
    town: Town, morning: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(town.supervisor)
    with time_machine.travel(morning, tick=False):
        record_entry(actor=town.agent, desk=town.desk, now=morning, text="Line 0", kind="help")
        client.get("/")
        with CaptureQueriesContext(connection) as short:
            client.get("/")
        for number in range(1, 30):
            record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"Line {number}", kind="help")
        with django_assert_num_queries(len(short)):
            client.get("/")
