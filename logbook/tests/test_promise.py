"""The yearly promise of confidentiality: asked before the log is shown, never in the way of work at the desk (A20)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils import timezone, translation

from desks.models import Desk, DeskSettings, Membership, Promise
from desks.promises import (
    VERSION,
    WORDINGS,
    is_due,
    next_promise_at,
    owes_promise,
    promise_confidentiality,
    promise_months_of,
)
from desks.refusal import Refused
from desks.testing import Town, make_person, signed_in
from logbook.models import AccessRecord, Entry
from logbook.queries import readers_and_promises
from logbook.tests.pages import find, tree, words

LOG_PAGES = ["", "follow-ups/", "export/?format=csv", "day/2026-11-24/print/", "1/", "review/2026-11-24/", "imported/"]


def newcomer(town: Town, role: str = "supervisor"):
    """Somebody who has promised nothing yet, a supervisor unless said."""
    person = make_person("newcomer", "新主管", town.agent.employer, "9999", name_latin="New Supervisor")
    Membership.objects.create(person=person, site=town.site, role=role, starts_at=datetime(2026, 1, 1, tzinfo=UTC))
    return person


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        (datetime(2026, 1, 15, tzinfo=UTC), 12, datetime(2027, 1, 15, tzinfo=UTC)),
        (datetime(2024, 2, 29, 8, tzinfo=UTC), 12, datetime(2025, 2, 28, 8, tzinfo=UTC)),
        (datetime(2026, 10, 31, tzinfo=UTC), 1, datetime(2026, 11, 30, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), 1, datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
@pytest.mark.clause("A20")
def test_when_a_promise_is_due_again(last: datetime, months: int, due: datetime) -> None:
    assert next_promise_at(last, months) == due
    assert is_due(last, months, due) and not is_due(last, months, due - timedelta(microseconds=1))
    assert is_due(None, months, due)


@pytest.mark.clause("A20")
def test_the_log_waits_for_the_promise_and_the_desk_does_not(town: Town) -> None:
    person = newcomer(town)
    client = signed_in(person)
    for path in LOG_PAGES:
        page = tree(client.get(f"/log/{town.desk.slug}/{path}"))
        assert find(page, "form", id="promise-form") and not find(page, "article"), path
    assert not AccessRecord.objects.exists(), "nothing was shown"
    assert not find(tree(client.get(f"/desk/{town.desk.slug}/")), "form", id="promise-form")
    sent = client.post(f"/log/{town.desk.slug}/record/", {"text": "x", "kind": "other", "actor": person.pk})
    assert sent.status_code in {201, 302} and Entry.objects.count() == 1


@pytest.mark.clause("A20")
def test_what_takes_out_of_the_record_waits_for_the_promise_too(town: Town) -> None:
    person = newcomer(town, "auditor")
    for path in ("proof/export/", "proof/requests/1/file/", "proof/requests/1/sheet/"):
        page = tree(signed_in(person).post(f"/log/{town.desk.slug}/{path}", {"actor": person.pk}))
        (form,) = find(page, "form", id="promise-form")
        assert [dict(each.attributes)["value"] for each in find(form, "input", name="next")] == [f"/log/{town.desk.slug}/proof/"], path
    assert not AccessRecord.objects.exists()


@pytest.mark.clause("A20")
def test_an_administrator_who_settles_old_entries_promises_as_well_and_nobody_waits_longer_than_a_year(town: Town) -> None:
    now = timezone.now()
    person = newcomer(town, "site_administrator")
    client, wanted = signed_in(person), f"/log/{town.desk.slug}/imported/"
    assert find(tree(client.get(wanted)), "form", id="promise-form")
    form = {"version": VERSION, "next": wanted, "actor": person.pk}
    assert client.post(f"/log/{town.desk.slug}/promise/", form)["Location"] == wanted
    assert not find(tree(client.get(wanted)), "form", id="promise-form")
    with pytest.raises(ValidationError):
        DeskSettings(desk=town.desk, promise_months=13).clean_fields(exclude=["desk"])
    DeskSettings.objects.filter(desk=town.desk).update(promise_months=24)
    desk = Desk.objects.get(pk=town.desk.pk)
    assert owes_promise(person, desk, now + timedelta(days=366)) and not owes_promise(person, desk, now + timedelta(days=364))


@pytest.mark.clause("A20")
def test_the_promise_opens_the_page_that_was_asked_for(town: Town) -> None:
    person = newcomer(town)
    client = signed_in(person)
    wanted = f"/log/{town.desk.slug}/?q=x"
    form = {"version": VERSION, "next": wanted, "actor": person.pk}
    with translation.override("zh-hans"):
        client.cookies["django_language"] = "zh-hans"
        answer = client.post(f"/log/{town.desk.slug}/promise/", form, REMOTE_ADDR="192.0.2.7")
        read = str(WORDINGS[VERSION])
    assert answer["Location"] == wanted
    made = Promise.objects.get(person=person)
    assert (made.site, made.version, made.language, made.text, made.address) == (town.site, VERSION, "zh-hans", read, "192.0.2.7")
    assert not find(tree(client.get(wanted)), "form", id="promise-form")


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(town: Town, wanted: str) -> None:
    form = {"version": VERSION, "next": wanted, "actor": town.agent.pk}
    assert signed_in(town.agent).post(f"/log/{town.desk.slug}/promise/", form)["Location"] == f"/log/{town.desk.slug}/"


@pytest.mark.clause("A20")
def test_another_wording_is_not_promised_unread(town: Town) -> None:
    person = newcomer(town)
    with pytest.raises(Refused, match="wording"):
        promise_confidentiality(actor=person, site=town.site, version=VERSION + 1, now=timezone.now())
    answer = signed_in(person).post(f"/log/{town.desk.slug}/promise/", {"version": VERSION + 1, "next": "/", "actor": person.pk})
    assert answer.status_code == 422 and "wording has changed" in words(tree(answer))
    assert not Promise.objects.filter(person=person).exists()


@pytest.mark.clause("A20")
def test_after_the_time_of_the_desk_it_is_asked_for_again_and_the_old_one_stays(town: Town) -> None:
    now = timezone.now()
    person = newcomer(town)
    promise_confidentiality(actor=person, site=town.site, version=VERSION, now=now - timedelta(days=40))
    assert not find(tree(signed_in(person).get(f"/log/{town.desk.slug}/")), "form", id="promise-form")
    DeskSettings.objects.filter(desk=town.desk).update(promise_months=1)
    assert find(tree(signed_in(person).get(f"/log/{town.desk.slug}/")), "form", id="promise-form")
    page = words(tree(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/promises/")))
    assert "due again" in page and "New Supervisor" in page
    promise_confidentiality(actor=person, site=town.site, version=VERSION, now=now)
    assert Promise.objects.filter(person=person).count() == 2


@pytest.mark.clause("A20")
def test_supervisor_and_auditor_see_who_has_promised(town: Town) -> None:
    newcomer(town)
    for person in (town.supervisor, town.head, town.auditor):
        page = tree(signed_in(person).get(f"/log/{town.desk.slug}/promises/"))
        states = [" ".join(words(row).split()) for row in find(page, "tr")[1:]]
        assert "New Supervisor" in states[0] and "not yet promised" in states[0] and "not yet promised" not in " ".join(states[1:])
    assert signed_in(town.agent).get(f"/log/{town.desk.slug}/promises/").status_code == 403
    assert signed_in(town.away.supervisor).get(f"/log/{town.desk.slug}/promises/").status_code == 404


@pytest.mark.clause("I1")
def test_a_promise_stays(town: Town, as_owner) -> None:
    made = promise_confidentiality(actor=town.agent, site=town.site, version=VERSION, now=timezone.now())
    for attack in (made.delete, lambda: Promise.objects.update(text="x")):
        with pytest.raises(Error), transaction.atomic():
            attack()
        with as_owner(), pytest.raises(Error, match="stays"), transaction.atomic():
            attack()


BOOK_PAGES = ["", "?q=x", "export/?format=csv", "access/", "access/export/?format=csv", "proof/"]


@pytest.mark.clause("A20")
def test_the_site_s_own_book_waits_for_the_promise_as_well(town: Town) -> None:
    person = newcomer(town, "site_administrator")
    Membership.objects.create(person=person, site=town.site, role="auditor", starts_at=datetime(2026, 1, 1, tzinfo=UTC))
    client, book = signed_in(person), f"/book/{town.site.code}/"
    for path in BOOK_PAGES:
        page = tree(client.get(book + path))
        (form,) = find(page, "form", id="promise-form")
        assert dict(form.attributes)["action"] == f"{book}promise/" and not find(page, "article"), path
    page = tree(client.post(f"{book}proof/export/", {"actor": person.pk}))
    (form,) = find(page, "form", id="promise-form")
    assert [dict(each.attributes)["value"] for each in find(form, "input", name="next")] == [f"{book}proof/"]
    assert not AccessRecord.objects.exists(), "nothing was shown"
    answer = client.post(f"{book}promise/", {"version": VERSION, "next": f"{book}?q=x", "actor": person.pk})
    assert answer["Location"] == f"{book}?q=x" and Promise.objects.filter(person=person).count() == 1
    for path in BOOK_PAGES:
        assert client.get(book + path).status_code == 200, path


@pytest.mark.clause("A20")
@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", ""])
def test_from_the_book_nobody_is_led_elsewhere_and_another_wording_is_refused(town: Town, wanted: str) -> None:
    client, book = signed_in(town.administrator), f"/book/{town.site.code}/"
    form = {"version": VERSION, "next": wanted, "actor": town.administrator.pk}
    assert client.post(f"{book}promise/", form)["Location"] == book
    assert client.post(f"{book}promise/", form | {"version": VERSION + 1}).status_code == 422
    assert signed_in(town.agent).post(f"{book}promise/", form).status_code == 403
    assert signed_in(town.away.administrator).post(f"{book}promise/", form).status_code == 404


@pytest.mark.clause("A20")
def test_the_site_asks_as_often_as_the_desk_that_asks_most_often(town: Town) -> None:
    assert promise_months_of(town.site) == 12
    DeskSettings.objects.filter(desk=town.other_desk).update(promise_months=3)
    assert promise_months_of(town.site) == 3
    Desk.objects.filter(pk=town.other_desk.pk).update(active=False)
    assert promise_months_of(town.site) == 12
    Desk.objects.filter(site=town.site).update(active=False)
    assert promise_months_of(town.site) == 12


@pytest.mark.clause("A20")
def test_who_reads_the_book_alone_stands_in_the_list_of_readers(town: Town) -> None:
    names = {each.person for each in readers_and_promises(town.desk, timezone.now())}
    assert town.administrator in names and town.away.administrator not in names
