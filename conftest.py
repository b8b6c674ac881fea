"""Tests run as the application's role on a database that the owner has made (docs/architecture.md)."""

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as drawn

from desks.testing_scenes import STAGE, scene_of

CLAUSES = {
    **{f"A{n}": 1 for n in range(1, 36)},
    **{f"B1.{n}": 1 for n in range(1, 17)},
    **{f"B2.{n}": 1 for n in range(1, 8)},
    **{f"B3.{n}": 1 for n in range(1, 9)},
    **{f"C{n}": 1 for n in range(1, 13)},
    **{f"D{n}": 1 for n in range(1, 8)},
    **{f"E{n}": 1 for n in range(1, 13)},
    **{f"I{n}": 1 for n in range(1, 13)},
}

# No test of drawn values fails because the machine is slow: speed is measured, not tested.
drawn.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawn.load_profile("calm")

# Who lets tests at the database, once it is there.
_DATABASE_STANDS: list[Any] = []


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not walk it again and again, it is a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clause", default="", help="only the tests of this clause")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuses a clause that does not exist, and keeps only the asked one's tests."""
    wanted = config.getoption("--clause")
    kept = []
    for item in items:
        named = {arg for mark in item.iter_markers("clause") for arg in mark.args}
        if unknown := named - CLAUSES.keys():
            raise pytest.UsageError(f"{item.nodeid} names unknown clauses: {sorted(unknown)}")
        if not wanted or wanted in named:
            kept.append(item)
    # Tests of one scene follow each other within their file, whatever order the file's tests were drawn in.
    files: dict[Path, int] = {}
    for item in kept:
        files.setdefault(item.path, len(files))
    items[:] = sorted(kept, key=lambda item: (files[item.path], scene_of(item) is not None))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The stage is changed before a test's own transaction begins; the very first tests find no database yet and lay their scene themselves."""
    if _DATABASE_STANDS:
        with _DATABASE_STANDS[0].unblock():
            STAGE.change(scene_of(item))


def _become_app(connection, **_: object) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.APP_ROLE}"')


def _share_a_processor(connection, **_: object) -> None:
    """A worker and its connection's server process take turns: on one processor neither has to wake the other on the next.

    Not where tests start a browser or servers, which would all crowd on the worker's processor.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or "TESTS_SHARE_A_PROCESSOR" not in os.environ or not hasattr(os, "sched_setaffinity"):
        return
    own = int(worker.removeprefix("gw")) % (os.cpu_count() or 1)
    with suppress(OSError):
        os.sched_setaffinity(0, {own})
        os.sched_setaffinity(connection.connection.info.backend_pid, {own})


@contextmanager
def owners_hands() -> Iterator[None]:
    """The session's own role, the owner's, for as long as the block lasts."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _become_app(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker) -> Iterator[None]:
    """Copied from the owner's template; from then on every connection of the tests takes the application's role."""
    from desks import promises
    from desks.testing_database import Laid, copy_template, drop, make_template
    from logbook.actions import readings
    from logbook.proof.keys import make_key_file

    # Several workers begin at once: one of them makes it.
    if not settings.SIGNING_KEY_FILE.exists():
        with suppress(FileExistsError):
            make_key_file(settings.SIGNING_KEY_FILE)

    given = connection.settings_dict["NAME"]
    name = connection.settings_dict["TEST"]["NAME"] or f"test_{given}"
    with django_db_blocker.unblock():
        copy_template(make_template(), name)
        laid = Laid()
        connection_created.connect(_become_app, dispatch_uid="tests-app-role")
        connection_created.connect(_share_a_processor, dispatch_uid="tests-processor")
        _share_a_processor(connection)
        _become_app(connection)
    _DATABASE_STANDS.append(django_db_blocker)

    def take_back(_: TransactionTestCase) -> None:
        """After a test that commits: what it wrote goes, what the template laid comes back."""
        with owners_hands():
            laid.put_back()
        readings.recorded.empty()
        promises.given.empty()

    with patch.object(TransactionTestCase, "_fixture_teardown", take_back):
        yield
    _DATABASE_STANDS.clear()
    connection_created.disconnect(dispatch_uid="tests-app-role")
    with django_db_blocker.unblock():
        STAGE.change(None)
        drop(name, given)


@pytest.fixture
def as_owner(db: None):
    """`with as_owner():` runs the block as the owner's role."""
    return owners_hands


def _login(role: str):
    database = connection.settings_dict
    url = re.sub(r"\s", "", settings.TEST_LOGINS[role])
    return psycopg2.connect(url.rsplit("/", 1)[0] + "/" + database["NAME"])


@pytest.fixture
def app_login(db: None):
    """A real second login as the application's role: RESET ROLE does not lead anywhere from here."""
    made = _login("app")
    yield made
    made.close()


pytest_plugins: list[str] = []


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Every test begins in the installation's language, whatever a page of the test before has chosen."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def town(db: None):
    from desks.testing import read_town

    return read_town()


@pytest.fixture
def files(tmp_path, settings):
    """An empty place for attached files."""
    settings.FILES_DIR = tmp_path / "files"
    settings.FILES_DIR.mkdir()
    return settings.FILES_DIR


@pytest.fixture
def morning():
    from desks.testing import MORNING

    return MORNING
