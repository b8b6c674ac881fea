"""The shared computer: several people at one browser, every act one actor (docs/architecture.md §5)."""

import pytest
import time_machine

from desks.models import Person
from desks.testing import PASSWORD, PIN, Town, signed_in


def _actor(client) -> int | None:
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


def test_a_second_person_signs_in_beside_the_first(town: Town) -> None:
    client = signed_in(town.agent)
    answer = client.post("/sign-in/", {"login": town.colleague.login, "secret": PASSWORD})
    assert answer.status_code == 302
    assert _actor(client) == town.colleague.pk
    assert set(client.session["seats"]) == {str(town.agent.pk), str(town.colleague.pk)}


@pytest.mark.clause("A29")
def test_a_tap_and_the_own_pin_change_the_actor(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    assert client.post("/people/switch/", {"person": town.colleague.pk, "secret": "111222"}).status_code == 422
    assert _actor(client) == town.agent.pk
    assert client.post("/people/switch/", {"person": town.colleague.pk, "secret": PIN}).status_code == 302
    assert _actor(client) == town.colleague.pk


def test_nobody_becomes_a_person_who_is_not_signed_in_here(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    assert client.post("/people/switch/", {"person": town.supervisor.pk, "secret": PIN}).status_code == 422
    assert _actor(client) == town.agent.pk
    assert Person.objects.get(pk=town.supervisor.pk).secret_failures == 0, "no way to try PINs of others"


def test_a_form_written_as_another_actor_is_refused(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    answer = client.post("/profile/", {"_actor": town.colleague.pk, "phone": "1", "email": "", "language": ""})
    assert answer.status_code == 422
    assert Person.objects.get(pk=town.agent.pk).phone == ""


def test_an_idle_chip_asks_for_the_pin_again(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    form = {"phone": "13800138000", "email": "", "language": ""}
    assert client.post("/profile/", form).status_code == 302
    from datetime import datetime, timedelta

    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=11)):
        assert client.post("/profile/", form).status_code == 422
        assert client.post("/people/switch/", {"person": town.agent.pk, "secret": PIN}).status_code == 302
        assert client.post("/profile/", form).status_code == 302


def test_one_person_leaves_and_the_others_stay(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    client.post("/sign-out/")
    assert _actor(client) == town.colleague.pk
    assert client.post("/profile/", {"phone": "1", "email": "", "language": ""}).status_code == 422, "PIN first"
    client.post("/sign-out/")
    assert _actor(client) is None


def test_everybody_signs_out_at_once(town: Town) -> None:
    client = signed_in(town.agent, town.colleague)
    client.post("/sign-out/", {"everybody": "1"})
    assert _actor(client) is None and "seats" not in client.session


def test_a_changed_password_ends_the_seat_elsewhere(town: Town) -> None:
    elsewhere = signed_in(town.colleague, town.agent)
    person = Person.objects.get(pk=town.agent.pk)
    person.set_password("another-horse-8")
    person.save()
    assert elsewhere.post("/people/switch/", {"person": town.agent.pk, "secret": PIN}).status_code == 422


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_elsewhere(town: Town, client, wanted: str) -> None:
    answer = client.post("/sign-in/", {"login": town.agent.login, "secret": PASSWORD, "next": wanted})
    assert answer["Location"] == "/"


def test_sign_in_is_locked_after_failures_and_says_the_same_for_unknown_names(town: Town, client) -> None:
    for _ in range(5):
        wrong = client.post("/sign-in/", {"login": town.agent.login, "secret": "x"})
    unknown = client.post("/sign-in/", {"login": "who-is-this", "secret": "x"})
    assert wrong.status_code == unknown.status_code == 422
    assert client.post("/sign-in/", {"login": town.agent.login, "secret": PASSWORD}).status_code == 422
    assert _actor(client) is None


def test_a_person_who_left_cannot_sign_in(town: Town, client, morning) -> None:
    town.agent.ended_at = morning
    town.agent.save()
    assert client.post("/sign-in/", {"login": town.agent.login, "secret": PASSWORD}).status_code == 422


def test_how_long_a_chip_stays_open_is_the_shown_desk_s_setting(town: Town) -> None:
    from datetime import datetime, timedelta

    town.desk.settings.actor_idle_minutes = 3
    town.desk.settings.save()
    client = signed_in(town.agent, town.colleague)
    form = {"phone": "13800138000", "email": "", "language": ""}
    page = f"/office/{town.desk.slug}/briefing/"
    for minutes, code in ((4, 302), (4, 422)):
        with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=minutes)):
            assert client.post("/profile/", form).status_code == code
        client.post("/people/switch/", {"person": town.agent.pk, "secret": PIN})
        assert client.get(page).status_code == 200
    assert client.session["idle_minutes"] == 3


@pytest.mark.clause("A29")
def test_a_one_time_password_opens_the_page_to_replace_it_and_signs_nothing(town: Town, client, morning) -> None:
    from desks import binding

    Person.objects.filter(pk=town.agent.pk).update(password_is_one_time=True, pin="")
    assert client.post("/sign-in/", {"login": town.agent.login, "secret": PASSWORD}).status_code == 302
    for path in ("/", "/profile/", "/profile/pin/", f"/office/{town.desk.slug}/briefing/"):
        assert client.get(path)["Location"] == "/profile/password/", path
    with pytest.raises(binding.WrongSecret):
        binding.confirm(town.agent, PASSWORD, now=morning)
    Person.objects.filter(pk=town.agent.pk).update(secret_failures=0)
    form = {"secret": PASSWORD, "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert client.post("/profile/password/", form).status_code == 422, "the administrator knows it"
    form |= {"new_password": "another-horse-8", "new_password_again": "another-horse-8"}
    assert client.post("/profile/password/", form).status_code == 302
    assert client.get("/profile/").status_code == 200
    assert binding.confirm(town.agent, "another-horse-8", now=morning).method == "password"
