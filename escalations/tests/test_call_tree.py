"""The site's administrator sets the call tree up; each change has a reason, its history and an entry (A16, I8, I9)."""

import pytest
from django.db import DatabaseError, connection, transaction

from desks.presets import fill_desk
from desks.refusal import Refused
from desks.testing import Town, signed_in
from escalations import actions
from escalations.models import CallStep
from escalations.tests.calling import SECURITY, give, step_at
from logbook.models import Entry
from logbook.reading import wording_of

ADMIN = "/admin/escalations/callstep/"


def newest(town: Town) -> Entry:
    return Entry.objects.filter(book__site=town.site, book__desk__isnull=True).latest("number")


@pytest.mark.clause("A16")
def test_the_preset_lays_one_tree_for_the_site_however_many_desks(town: Town) -> None:
    rows = CallStep.objects.filter(site=town.site).order_by("position")
    assert [(row.position, row.role, row.departments) for row in rows] == [
        (1, "supervisor", []), (2, "", ["security"]), (3, "", ["engineering"]), (4, "project_head", []),
    ]
    assert all(row.label_en and row.label_zh_hans and row.label_zh_hant for row in rows)
    desk = town.site.desks.create(slug="third", label_en="Third", preset="service-centre")
    fill_desk(desk, "service-centre")
    assert rows.count() == 4


@pytest.mark.clause("I9")
def test_a_change_says_which_fields_and_never_whose_phone(town: Town, morning) -> None:
    step = give(town, SECURITY, morning, name="梁国栋", phone="13800138101")
    said = wording_of(newest(town), town.site)
    assert "phone" in said and "填写联络人" in said and "138" not in said and "梁" not in said
    row = step.history.order_by("-history_id").first()
    assert (row.history_user, row.history_change_reason, row.phone) == (town.administrator, "填写联络人", "13800138101")
    for reason in ("", "长" * 201):
        with pytest.raises(Refused) as refused:
            actions.change_call_step(actor=town.administrator, step=step, changes={"phone": "1"}, reason=reason, now=morning)
        assert refused.value.field == "reason"


@pytest.mark.clause("A16")
def test_a_step_ends_for_good_and_is_never_taken_away(town: Town, morning) -> None:
    step = give(town, SECURITY, morning, current=False)
    assert newest(town).code == "callstep_ended"
    with pytest.raises(Refused):
        actions.change_call_step(actor=town.administrator, step=step, changes={"current": True}, reason="又用", now=morning)
    for statement in ("UPDATE escalations_callstep SET current = true WHERE id = %s", "DELETE FROM escalations_callstep WHERE id = %s"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [step.pk])


@pytest.mark.clause("A16")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "supervisor", "name": "某人"}, "role"), ({"label_en": ""}, "label_en"), ({"departments": ["kitchen"]}, "departments"),
    ],
)
def test_what_a_step_cannot_be(town: Town, morning, values: dict, field: str) -> None:
    step = CallStep(**({"site": town.site, "position": 9, "label_en": "Gas company"} | values))
    with pytest.raises(Refused) as refused:
        actions.add_call_step(actor=town.administrator, step=step, now=morning)
    assert refused.value.field == field


@pytest.mark.clause("I8")
def test_nobody_of_another_site_stands_in_the_tree(town: Town, morning) -> None:
    with pytest.raises(Refused) as refused:
        give(town, SECURITY, morning, person=town.away.agent)
    assert refused.value.field == "person"


@pytest.mark.clause("A16")
def test_the_administrator_adds_changes_and_ends_by_the_pages(town: Town) -> None:
    client = signed_in(town.administrator)
    values = {
        "site": town.site.pk, "position": 5, "label_en": "Gas company", "phone": "96777", "when": "always", "wait_minutes": 3, "role": "",
        "departments": "",
    }
    assert client.post(f"{ADMIN}add/", values).status_code == 302
    made = CallStep.objects.get(label_en="Gas company")
    assert newest(town).code == "callstep_added"
    page = f"{ADMIN}{made.pk}/change/"
    assert client.post(page, values | {"phone": "96778", "current": "on"}).status_code == 422, "a change has a reason"
    assert client.post(page, values | {"reason": "停用"}).status_code == 302
    made.refresh_from_db()
    assert not made.current
    assert client.get(f"{ADMIN}{made.pk}/delete/").status_code == 404


@pytest.mark.clause("I8")
def test_another_site_s_tree_is_not_there(town: Town) -> None:
    client = signed_in(town.administrator)
    theirs = step_at(town.away, SECURITY)
    assert client.get(f"{ADMIN}{theirs.pk}/change/").status_code == 404
    assert client.get(ADMIN).content.decode().count("/change/") == 4
    assert signed_in(town.supervisor).get(ADMIN).status_code in {302, 403}
