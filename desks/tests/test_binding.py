"""A binding act is the person's own: PIN or password, counted and locked (A29, I9)."""

from datetime import timedelta

import pytest

from desks import actions, binding
from desks.models import Person
from desks.refusal import Refused, WrongSecret
from desks.testing import PASSWORD, PIN, Town


@pytest.mark.clause("A29")
def test_pin_and_password_confirm(town: Town, morning) -> None:
    assert binding.confirm(town.agent, PIN, now=morning).method == "pin"
    assert binding.confirm(town.agent, PASSWORD, now=morning).method == "password"
    with pytest.raises(WrongSecret):
        binding.confirm_password(town.agent, PIN, now=morning)


@pytest.mark.clause("A29")
@pytest.mark.parametrize("secret", ["", " ", "000000", PIN + "1", "\x00"])
def test_a_wrong_secret_is_refused_and_counted(town: Town, morning, secret: str) -> None:
    with pytest.raises(WrongSecret):
        binding.confirm(town.agent, secret, now=morning)
    assert Person.objects.get(pk=town.agent.pk).secret_failures == 1


@pytest.mark.clause("A29")
def test_five_failures_lock_even_the_right_pin_until_the_time_is_over(town: Town, morning) -> None:
    for _ in range(5):
        with pytest.raises(WrongSecret):
            binding.confirm(town.agent, "111222", now=morning)
    with pytest.raises(Refused) as refused:
        binding.confirm(town.agent, PIN, now=morning + timedelta(minutes=15) - timedelta(seconds=1))
    assert not isinstance(refused.value, WrongSecret)
    assert binding.confirm(town.agent, PIN, now=morning + timedelta(minutes=15)).person == town.agent


def test_a_right_try_forgets_the_failures(town: Town, morning) -> None:
    with pytest.raises(WrongSecret):
        binding.confirm(town.agent, "111222", now=morning)
    binding.confirm(town.agent, PIN, now=morning)
    assert Person.objects.get(pk=town.agent.pk).secret_failures == 0


def test_another_s_pin_does_not_confirm(town: Town, morning) -> None:
    confirmed = binding.confirm_password(town.colleague, PASSWORD, now=morning)
    actions.set_pin(actor=town.colleague, confirmed=confirmed, pin="730418", now=morning)
    with pytest.raises(WrongSecret):
        binding.confirm(town.agent, "730418", now=morning)


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "111111", "123456", "987654", "12a456", "１２３４５６", ""])
def test_a_weak_pin_is_refused(town: Town, morning, pin: str) -> None:
    confirmed = binding.confirm_password(town.agent, PASSWORD, now=morning)
    with pytest.raises(Refused):
        actions.set_pin(actor=town.agent, confirmed=confirmed, pin=pin, now=morning)


def test_a_pin_is_set_by_its_owner_with_the_password(town: Town, morning) -> None:
    by_pin = binding.confirm(town.agent, PIN, now=morning)
    with pytest.raises(Refused):
        actions.set_pin(actor=town.agent, confirmed=by_pin, pin="730418", now=morning)
    other = binding.confirm_password(town.colleague, PASSWORD, now=morning)
    with pytest.raises(Refused):
        actions.set_pin(actor=town.agent, confirmed=other, pin="730418", now=morning)
    assert binding.confirm(town.agent, PIN, now=morning)


def test_secrets_are_hashed_and_not_in_the_history(town: Town) -> None:
    person = Person.objects.get(pk=town.agent.pk)
    assert PIN not in person.pin and PASSWORD not in person.password
    names = {field.name for field in Person.history.model._meta.get_fields()}
    assert not names & {"pin", "password", "secret_failures", "locked_until"}


def test_production_never_accepts_the_secrets_of_sample_accounts(town: Town, morning, settings) -> None:
    from django.contrib.auth.hashers import make_password

    from desks import sample_secrets

    Person.objects.filter(pk=town.agent.pk).update(
        pin=make_password(sample_secrets.PIN), password=make_password(sample_secrets.PASSWORD)
    )
    assert binding.confirm(town.agent, sample_secrets.PIN, now=morning)
    settings.MODE = "production"
    for secret in sample_secrets.SECRETS:
        with pytest.raises(WrongSecret):
            binding.confirm(town.agent, secret, now=morning)
