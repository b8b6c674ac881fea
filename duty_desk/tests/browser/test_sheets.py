"""What is printed fits its paper: the proof of an entry is one page, whatever the entry says (A18)."""

import re

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route

from desks.binding import confirm
from desks.testing import PIN, Town, signed_in
from logbook import actions
from logbook.models import Entry
from logbook.proof.outsider import names_in_leaf

pytestmark = pytest.mark.browser


def pages_of(browser: Browser, content: bytes) -> int:
    """How many sheets of A4 the page takes; its style comes from the program's files, nothing from any server."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://sheet.invalid/")
        found = finders.find(path.removeprefix("static/").split("?")[0]) if path.startswith("static/") else None
        if found:
            route.fulfill(path=str(found))
        elif path:
            route.fulfill(status=404, body="")
        else:
            route.fulfill(body=content, content_type="text/html; charset=utf-8")

    page = browser.new_page()
    try:
        page.route("**/*", answer)
        page.goto("http://sheet.invalid/")
        made = page.pdf(format="A4")
    finally:
        page.close()
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", made))


@pytest.mark.clause("A18")
def test_the_proof_of_a_long_entry_is_one_page(town: Town, morning, chromium: Browser) -> None:
    for number in range(40):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"{number}")
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="厨房漏水\n" * 800, kind="repair", place="5栋1203", customer="李先生", phone="13800138000",
        handler="工程部", source="phone", fields={f"own_{each}": "字" * 500 for each in ("price", "work", "parts")},
    )
    entry = Entry.objects.get(pk=entry.pk)
    asked = actions.ask_for_proof(actor=town.supervisor, entry=entry, recipient="平安保险", purpose="理赔", shown=names_in_leaf(entry), now=morning)
    confirmed = confirm(town.head, PIN, now=morning, settings=town.desk.settings)
    actions.decide_proof(confirmed=confirmed, asked=asked, approve=True, reason="", now=morning)
    sheet = signed_in(town.supervisor).post(f"/log/{town.desk.slug}/proof/requests/{asked.pk}/sheet/")
    assert pages_of(chromium, sheet.content) == 1
