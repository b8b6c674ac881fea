"""While nobody supervises, what goes to supervisors alone goes to the project head: overdue matters and old ones of an import (A1, A3, A4)."""

from datetime import timedelta

import pytest

from desks.testing import Town
from escalations.clock import follow_ups_overdue, imported_overdue
from escalations.tests.test_follow_ups_overdue import _imported, matter
from escalations.tests.test_nobody_supervises import acts_from, supervisor_leaves
from escalations.tests.test_raise import told

HOUR = timedelta(hours=1)


@pytest.mark.clause("A9")
def test_an_urgent_overdue_matter_goes_to_the_project_head(town: Town, morning) -> None:
    supervisor_leaves(town, morning)
    matter(town, morning, urgency="urgent")
    assert [follow_ups_overdue(morning + HOUR), follow_ups_overdue(morning + HOUR)] == [1, 0]
    assert told(town, "follow_up_overdue") == {"head"}


@pytest.mark.clause("A1")
def test_old_matters_of_an_import_go_to_the_project_head(town: Town, morning) -> None:
    supervisor_leaves(town, morning)
    _imported(town, morning, morning - timedelta(days=3))
    assert [imported_overdue(morning + timedelta(days=1)), imported_overdue(morning + timedelta(days=1))] == [1, 0]
    assert told(town, "imported_overdue") == {"head"}


@pytest.mark.clause("A3")
@pytest.mark.parametrize(("right", "who"), [("escalation.decide", "butler"), ("roster.draft", "head")])
def test_who_acts_is_told_with_that_right_alone(town: Town, morning, right: str, who: str) -> None:
    supervisor_leaves(town, morning)
    acts_from(town, town.butler, morning, [right])
    matter(town, morning, urgency="urgent")
    follow_ups_overdue(morning + HOUR)
    assert told(town, "follow_up_overdue") == {who}
