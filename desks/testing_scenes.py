"""Scenes of the tests that cost much: laid once, in a transaction that stays open while tests that need the same follow each other.

Each test still runs in a transaction of its own within it, which is taken back as always: it finds the scene as it was laid.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from desks.testing import MORNING, Town, read_town

Lay = Callable[[Town, datetime], None]


class Stage:
    """The scene that stands in this worker's database, if any."""

    def __init__(self) -> None:
        self._lay: Lay | None = None
        self._around: transaction.Atomic | None = None

    def shows(self, lay: Lay) -> bool:
        """Whether that scene stands."""
        return self._lay is lay

    def shows_nothing(self) -> bool:
        """Whether no scene stands."""
        return self._lay is None

    def change(self, lay: Lay | None) -> None:
        """Lets that scene stand and no other; None clears the stage. For between two tests, where no transaction of a test is open."""
        if lay is self._lay:
            return
        if self._around is not None:
            transaction.set_rollback(True)
            around, self._around, self._lay = self._around, None, None
            around.__exit__(None, None, None)
        if lay is not None:
            around = transaction.atomic()
            # As Django marks those of its test cases: what must be the outermost transaction may begin within it.
            around._from_testcase = True  # type: ignore[attr-defined]
            around.__enter__()
            self._around, self._lay = around, lay
            lay(read_town(), MORNING)


STAGE = Stage()


def scene(lay: Lay) -> Any:
    """A fixture of the town after `lay(town, morning)`, which is called once for all tests of this scene that follow each other."""

    def standing(town: Town) -> Town:
        if not STAGE.shows(lay):
            lay(town, MORNING)
        return town

    standing.lays = lay  # type: ignore[attr-defined]
    return pytest.fixture(name=lay.__name__)(standing)


def scene_of(item: pytest.Item) -> Lay | None:
    """Which scene a test asks for; one that commits lays its own. A fixture that takes a scene's name hides it, unless it asks for it."""
    names = getattr(item, "fixturenames", ())
    if "transactional_db" in names:
        return None
    known = item._fixtureinfo.name2fixturedefs if hasattr(item, "_fixtureinfo") else {}
    for name in names:
        for made in reversed(known.get(name, ())):
            if hasattr(made.func, "lays"):
                return made.func.lays
            if name not in made.argnames:
                break
    return None
