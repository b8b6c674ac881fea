"""Two requests of one browser at once: each keeps what it changed in the session (the shared computer, I9)."""

import pytest

from desks.sessions import SessionStore

WAS = {"_auth_user_id": "1", "desk": "front", "seats": {"1": {"seen": 100}, "2": {"seen": 50}}}


@pytest.fixture
def browser(db: None) -> str:
    store = SessionStore()
    store.update(WAS)
    store.create()
    return str(store.session_key)


def read(key: str) -> SessionStore:
    store = SessionStore(key)
    assert store["_auth_user_id"] == "1"
    return store


def stamp(store: SessionStore) -> None:
    store["seats"] = store["seats"] | {"1": {"seen": 200}}


def change_actor(store: SessionStore) -> None:
    store["_auth_user_id"] = "2"
    store["seats"] = store["seats"] | {"2": {"seen": 300}}


@pytest.mark.clause("I9")
@pytest.mark.parametrize("acts", [(stamp, change_actor), (change_actor, stamp)])
def test_a_line_sent_beside_the_pin_does_not_take_the_change_of_actor_back(browser: str, acts) -> None:
    stores = [read(browser) for _ in acts]
    for store, act in zip(stores, acts, strict=True):
        act(store)
        store.save()
    now = SessionStore(browser)
    assert now["_auth_user_id"] == "2"
    assert now["seats"] == {"1": {"seen": 200}, "2": {"seen": 300}}


@pytest.mark.clause("I9")
def test_who_has_left_is_not_brought_back_by_a_request_that_began_before(browser: str) -> None:
    slow, quick = read(browser), read(browser)
    stamp(slow)
    quick["seats"] = {"2": quick["seats"]["2"]}
    del quick["desk"]
    quick.save()
    slow.save()
    now = SessionStore(browser)
    assert now["seats"] == {"2": {"seen": 50}} and "desk" not in now
