"""A month that is out."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection

from desks import record_clock
from desks.testing import MORNING, Town
from desks.testing_scenes import scene
from rosters.tests.changing import month_out


@scene
def december(town: Town, morning: datetime) -> None:
    """December is reported, in the calm pattern."""
    month_out(town, morning)


@pytest.fixture(autouse=True)
def nothing_of_theirs_is_worked_yet(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database asks its own clock whether a duty has been worked: it shows the tests' morning, whatever day it is today. Tests
    marked `today` have duties of today and the clock as it is."""
    marked = {name for name in ("today", "django_db") if request.node.get_closest_marker(name) is not None}
    asked = "django_db" in marked or {"db", "transactional_db"} & set(request.fixturenames)
    if "today" in marked or not asked:
        yield
        return
    request.getfixturevalue("db")
    record_clock.install()
    record_clock.set_to(MORNING)
    yield
    # A test that commits leaves the clock behind; in others it goes with all that they did.
    if not connection.in_atomic_block:
        record_clock.remove()
