"""Telling: each person once for each occasion, whoever tells and however often (I7)."""

import threading
from datetime import timedelta

import psycopg2
import pytest
from django.db import Error, connection, connections, transaction

from desks.testing import Town, read_town
from notices import actions
from notices.models import Notice, NoticeReading


def tell(town, morning, people=None, **changes) -> int:
    values = {
        "people": people if people is not None else [town.agent], "site": town.site, "matter": "entry", "matter_id": 7,
        "occasion": "due:2026-11-24T01:00:00+00:00", "code": "desk_opened", "fields": {"holder": "周敏"},
        "url": "/desk/taikoo-front/", "now": morning,
    }
    return actions.tell(**(values | changes))


@pytest.mark.clause("I7")
def test_each_person_is_told_once_for_an_occasion(town: Town, morning) -> None:
    assert tell(town, morning, [town.agent, town.supervisor, town.agent]) == 2
    assert tell(town, morning + timedelta(days=2), [town.agent, town.supervisor, town.butler]) == 1
    assert tell(town, morning - timedelta(days=2), [town.agent]) == 0
    assert list(Notice.objects.filter(person=town.agent).values_list("told_at", flat=True)) == [morning]


@pytest.mark.clause("I7")
def test_another_occasion_matter_or_thing_is_told_again(town: Town, morning) -> None:
    assert tell(town, morning) == 1
    assert [tell(town, morning, occasion="step:2"), tell(town, morning, matter="review"), tell(town, morning, matter_id=8)] == [1, 1, 1]


@pytest.mark.clause("I7")
def test_a_repetition_does_not_spoil_the_act_that_tells(town: Town, morning) -> None:
    with transaction.atomic():
        assert tell(town, morning) == 1
        assert tell(town, morning) == 0
        assert tell(town, morning, [town.butler]) == 1
    assert Notice.objects.count() == 2


@pytest.mark.clause("I7")
def test_an_act_that_fails_has_told_nobody(town: Town, morning) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(town, morning)
        raise RuntimeError
    assert not Notice.objects.exists()


def test_nobody_to_tell_is_no_mistake_and_people_who_left_are_not_told(town: Town, morning) -> None:
    assert tell(town, morning, []) == 0
    town.agent.ended_at = morning
    assert tell(town, morning, [town.agent]) == 0


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "desk/", "/desk/ x", "/a\nb", "/\t/e"]
)
def test_a_notice_never_leads_outside(town: Town, morning, url: str) -> None:
    with pytest.raises(ValueError):
        tell(town, morning, url=url)
    with pytest.raises(Error, match="notice_points_inside"), transaction.atomic():
        Notice.objects.create(
            person=town.agent, site=town.site, matter="entry", matter_id="1", occasion="x", code="desk_opened", url=url,
            told_at=morning,
        )


@pytest.mark.parametrize("url", ["", "/", "/desk/taikoo-front/", "/log/taikoo-front/4471/?a=1#entry-4471"])
def test_pages_of_this_program_are_led_to(town: Town, morning, url: str) -> None:
    assert tell(town, morning, url=url) == 1


def test_a_code_without_wording_is_a_mistake_of_the_caller(town: Town, morning) -> None:
    with pytest.raises(LookupError):
        tell(town, morning, code="nobody_words_this")


@pytest.mark.clause("I1")
def test_what_was_told_and_read_is_never_changed(town: Town, morning) -> None:
    tell(town, morning)
    actions.read_notice(actor=town.agent, notice=Notice.objects.get(), now=morning)
    attacks = [
        lambda: Notice.objects.update(occasion="other"),
        lambda: Notice.objects.all()._raw_delete("default"),
        lambda: NoticeReading.objects.update(at=morning),
        lambda: NoticeReading.objects.all()._raw_delete("default"),
    ]
    for attack in attacks:
        with pytest.raises(Error), transaction.atomic():
            attack()


def _at_once(count: int, work) -> list[Exception]:
    start, raised = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            start.wait(30)
            work(number)
        except Exception as error:  # the test looks at every kind
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


@pytest.mark.clause("I7")
def test_sixteen_tell_the_same_people_in_any_order_at_once(place, morning) -> None:
    people, told = [place.agent, place.butler, place.supervisor, place.head], []

    def work(number: int) -> None:
        with transaction.atomic():
            told.append(tell(place, morning, people if number % 2 else people[::-1]))

    assert _at_once(16, work) == []
    assert sum(told) == len(people) == Notice.objects.count()


@pytest.mark.clause("I7")
def test_control_without_the_key_two_at_once_tell_twice(place, morning) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE notices_notice DROP CONSTRAINT notice_told_once")
        # The name stays, for the act names it; with the row's own id in it it keeps nobody from anything.
        cursor.execute("ALTER TABLE notices_notice ADD CONSTRAINT notice_told_once UNIQUE (id, person_id, matter, matter_id, occasion)")
        cursor.execute("SET ROLE duty_app")
    try:
        assert _at_once(4, lambda number: tell(place, morning) and None) == []
        assert Notice.objects.filter(person=place.agent).count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("ALTER TABLE notices_notice DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM notices_notice")
            # As they were: guards that no session switches off.
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'notices_notice'::regclass AND NOT tgisinternal")
            for (guard,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE notices_notice ENABLE ALWAYS TRIGGER "{guard}"')
            cursor.execute("ALTER TABLE notices_notice DROP CONSTRAINT notice_told_once")
            cursor.execute(
                "ALTER TABLE notices_notice ADD CONSTRAINT notice_told_once UNIQUE (person_id, matter, matter_id, occasion)"
            )
            cursor.execute("SET ROLE duty_app")


@pytest.mark.clause("I7")
@pytest.mark.parametrize("first", ["SELECT 1", "SET session_replication_role = replica", "SET CONSTRAINTS ALL DEFERRED"])
def test_a_login_of_the_application_s_role_tells_nothing_twice(place, morning, app_login, first: str) -> None:
    tell(place, morning)
    with pytest.raises((psycopg2.errors.UniqueViolation, psycopg2.errors.InsufficientPrivilege)), app_login.cursor() as cursor:
        cursor.execute(first)
        cursor.execute(
            """INSERT INTO notices_notice (person_id, site_id, matter, matter_id, occasion, code, fields, url, told_at, acknowledge)
               SELECT person_id, site_id, matter, matter_id, occasion, code, fields, url, now(), acknowledge FROM notices_notice"""
        )
        app_login.commit()
    app_login.rollback()
    assert Notice.objects.filter(person=place.agent).count() == 1
