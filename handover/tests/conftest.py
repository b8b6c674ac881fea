"""A desk that the agent holds with a colleague, and a handover to a butler under way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from desks import record_clock
from desks.testing import Town
from desks.testing_scenes import scene
from handover import actions
from handover.tests import steps
from logbook.actions import record_entry


@scene
def held(town: Town, morning: datetime) -> None:
    """The agent opened the desk with the colleague an hour ago; three matters are open."""
    began = morning - timedelta(hours=1)
    steps.open_desk(town.desk, town.agent, began, town.colleague)
    for text, urgency in (("6-1104 漏水复查", "urgent"), ("5-1203 厨房漏水", "normal")):
        record_entry(actor=town.agent, desk=town.desk, now=began, text=text, kind="repair", place="6-1104", urgency=urgency)
    record_entry(actor=town.colleague, desk=town.desk, now=began, text="访客登记", kind="enquiry")


@pytest.fixture
def clock_set(db: None) -> Callable[[datetime], None]:
    """Sets the database's clock: it looks itself that what has been worked stays."""
    record_clock.install()
    return record_clock.set_to


@pytest.fixture
def under_way(held: Town, morning):
    """The agent hands over to the butler."""
    return actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
