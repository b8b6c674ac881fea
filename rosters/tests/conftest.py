"""A month that is out."""

from datetime import datetime

from desks.testing import Town
from desks.testing_scenes import scene
from rosters.tests.changing import month_out


@scene
def december(town: Town, morning: datetime) -> None:
    """December is reported, in the calm pattern."""
    month_out(town, morning)
