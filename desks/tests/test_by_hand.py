"""Objects read by hand are what the ORM would have read, and the gate lets in whom it always let in (I8, I9)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.by_hand import Columns
from desks.gate import Gate, read_gate
from desks.models import DeskSettings, EntryKind, Membership, Person, Site
from desks.testing import Town, signed_in


def _read(columns: Columns[Person], pk: int) -> Person:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns.of('person')} FROM desks_person AS person WHERE id = %s", [pk])
        return columns.read(cursor.fetchone())


def test_an_object_is_what_the_orm_reads_and_is_saved_as_one(town: Town) -> None:
    made, read = _read(Columns(Person), town.agent.pk), Person.objects.get(pk=town.agent.pk)
    assert (made, {**made.__dict__, "_state": None}) == (read, {**read.__dict__, "_state": None})
    assert (made._state.adding, made._state.db) == (read._state.adding, read._state.db)


def test_a_new_object_is_what_the_model_makes_of_the_same_values(town: Town) -> None:
    columns = Columns(Membership)
    for values in ({"person": town.agent, "site_id": town.site.pk, "role": "agent"}, {"person": town.agent, "desk": None}, {}):
        made, meant = columns.new(**values), Membership(**values)
        given = [{**each.__dict__, "_state": {**each._state.__dict__, "db": None}} for each in (made, meant)]
        for each in given:
            each["starts_at"] = None
        assert given[0] == given[1] and made._state.adding
    with pytest.raises(TypeError, match="colour"):
        columns.new(colour="red")


def test_what_a_new_object_has_by_default_is_its_own() -> None:
    columns = Columns(EntryKind)
    one, other = columns.new(), columns.new()
    assert one.prefixes == other.prefixes == [] and one.prefixes is not other.prefixes


def test_what_is_left_out_is_read_when_it_is_asked_for(town: Town, django_assert_num_queries) -> None:
    made = _read(Columns(Person, only=["id", "name", "name_latin"]), town.agent.pk)
    with django_assert_num_queries(0):
        assert made.display_name == town.agent.display_name
    with django_assert_num_queries(1):
        assert made.login == town.agent.login
    without = _read(Columns(Person, out=["password"]), town.agent.pk)
    assert "password" in without.get_deferred_fields() and without.password == town.agent.password


def _asked(town: Town, person: Person) -> tuple[int, list[str]]:
    client = signed_in(person)
    client.get(f"/desk/{town.desk.slug}/")
    with CaptureQueriesContext(connection) as context:
        answer = client.get(f"/log/{town.desk.slug}/")
    return answer.status_code, [each["sql"] for each in context if "desks_person AS actor" in each["sql"] or "AS member" in each["sql"]]


@pytest.mark.clause("I8")
def test_the_actor_of_a_desk_s_page_is_read_with_its_gate_in_one_statement(town: Town) -> None:
    code, asked = _asked(town, town.agent)
    assert code == 200 and len([each for each in asked if "desks_person AS actor" in each]) == 1
    assert not [each for each in asked if "FROM desks_person AS person WHERE" in each]
    # From the second page on with the session as well: who its actor is was seen at the first.
    assert "django_session" in next(each for each in asked if "desks_person AS actor" in each)


@pytest.mark.clause("I8", "I9")
def test_whoever_became_the_actor_since_the_last_page_is_at_the_gate_and_nobody_else(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.get(f"/log/{town.desk.slug}/").status_code == 200
    session = client.session
    stranger = signed_in(town.away.agent).session
    session.update({name: value for name, value in stranger.items() if name.startswith("_auth_user")})
    session.save()
    assert client.get(f"/log/{town.desk.slug}/").status_code == 404
    assert client.get(f"/log/{town.away.desk.slug}/").wsgi_request.user == town.away.agent
    session.flush()
    assert client.get(f"/log/{town.desk.slug}/").status_code == 302


@pytest.mark.clause("I8")
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_gate_that_came_with_the_actor_opens_that_page_alone(town: Town, method: str) -> None:
    address = "/log/{}/" if method == "get" else "/log/{}/record/"
    for person, slug, code in (
        (town.away.agent, town.desk.slug, 404), (town.agent, "no-such-desk", 404), (town.agent, town.away.desk.slug, 404),
        (town.head, town.desk.slug, {"get": 200, "post": 403}[method]),
    ):
        assert getattr(signed_in(person), method)(address.format(slug), {"text": "x"}).status_code == code, (person, slug)


@pytest.mark.clause("I9")
def test_who_has_left_is_nobody_at_the_gate_too(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.get(f"/log/{town.desk.slug}/").status_code == 200
    Person.objects.filter(pk=town.agent.pk).update(ended_at=timezone.now() - timedelta(minutes=1))
    answer = client.get(f"/log/{town.desk.slug}/")
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


@pytest.mark.clause("I8")
def test_a_role_that_ended_since_the_last_page_opens_nothing(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.get(f"/log/{town.desk.slug}/").status_code == 200
    Membership.objects.filter(person=town.agent).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/log/{town.desk.slug}/").status_code == 404


def _columns(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return len(cursor.description)


@pytest.mark.clause("I8")
def test_rows_that_a_connection_has_seen_are_not_sent_again_and_what_changed_is_read_at_once(town: Town) -> None:
    now = timezone.now()
    read_gate(town.agent, town.desk.slug, now=now)

    def look() -> tuple[Gate, list[int]]:
        with CaptureQueriesContext(connection) as context:
            gate = read_gate(town.agent, town.desk.slug, now=now)
        return gate, [_columns(each["sql"]) for each in context]

    gate, (few,) = look()
    assert (gate.desk, gate.desk.site, gate.desk.settings) == (town.desk, town.site, DeskSettings.objects.get(desk=town.desk))
    with suppress(ZeroDivisionError), transaction.atomic():
        for minutes in (7, 8):
            DeskSettings.objects.filter(desk=town.desk).update(arrival_lead_minutes=minutes)
            Site.objects.filter(pk=town.site.pk).update(label_en=f"Site {minutes}")
            changed, (_few, whole) = look()
            assert (changed.desk.settings.arrival_lead_minutes, changed.desk.site.label_en) == (minutes, f"Site {minutes}")
            assert whole > 10 * few
        raise ZeroDivisionError
    again, asked = look()
    assert again.desk.known == gate.desk.known and asked == [few]
    # What one page does to its objects is no other page's.
    again.desk.settings.duty_roles.append("nobody")
    assert "nobody" not in look()[0].desk.settings.duty_roles


@pytest.mark.clause("I8")
def test_a_desk_without_settings_and_an_address_without_a_desk_are_told_apart_from_rows_not_yet_seen(town: Town) -> None:
    now = timezone.now()
    DeskSettings.objects.filter(desk=town.desk).delete()
    for _turn in range(2):
        gate = read_gate(town.agent, town.desk.slug, now=now)
        assert gate.desk == town.desk and not hasattr(gate.desk, "settings")
        assert read_gate(town.agent, "no-such-desk", now=now).desk is None


@pytest.mark.parametrize("more", [{}, {"ends_at": datetime(2032, 7, 8, tzinfo=UTC)}, {"desk_id": 1}, {"ends_at": datetime(2032, 7, 8, tzinfo=UTC), "desk_id": 1}])
def test_a_column_that_is_not_among_the_usual_ones_is_told_where_something_is_said_in_it(town: Town, more: dict[str, Any]) -> None:
    columns = Columns(Membership)
    values = {"person_id": town.auditor.pk, "site_id": town.site.pk, "starts_at": datetime(2031, 5, 6, tzinfo=UTC)} | more
    values |= {"desk_id": town.desk.pk} if "desk_id" in more else {}
    stand = []
    for role, usual in (("agent", ["person_id", "site_id", "role", "starts_at"]), ("supervisor", []), ("head", ["person_id"])):
        with CaptureQueriesContext(connection) as context:
            (pk,) = columns.insertion(["id"], usual).of(columns.new(role=role, **values))
        stand.append({name: value for name, value in Membership.objects.filter(pk=pk).values().get().items() if name not in {"id", "role"}})
        assert ("NULL" in context[0]["sql"].partition("VALUES")[2]) == (len(more) < 2)
    assert stand[0] == stand[1] == stand[2] == {"desk_id": None, "ends_at": None} | values
