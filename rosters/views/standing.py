"""What the month's page says of the rules before a roster is handed over or approved, and the reasons that were given (A5)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from desks.clock import local_day
from desks.models import Person
from rosters.models import Roster, RosterException
from rosters.planning import Plan
from rosters.queries import shifts_of
from rosters.queries.drafts import breach_from
from rosters.queries.standing import breaches_of_plan, exceptions_of
from rosters.rules.facts import Breach
from rosters.saying import Said, breaches_in_words, grouped


def standing_context(roster: Roster, plan: Plan, now: datetime, *, version: int | None = None) -> dict[str, Any]:
    """For who drafts or reviews: what the rules say of a plan that is not final, each with a link to its cell, whether a reason is
    needed that nobody gave yet, and the reasons given for the version.
    """
    exceptions = exceptions_of(roster, version)
    context: dict[str, Any] = {"exceptions": [_shown(row, plan) for row in exceptions]}
    if roster.is_final or version is not None:
        return context
    said, hard = breaches_of_plan(roster.desk, roster.month, plan, local_day(now, roster.desk.site.zone))
    excused = {breach for row in exceptions for breach in _breaches(row)}
    said = grouped(said)
    words = _in_words(said, plan, roster)
    unlawful = sum(breach.absolute for breach in grouped(hard))
    return context | {
        "said": [replace(each, url=_cell_of(roster, breach), excused=breach in excused) for each, breach in zip(words, said, strict=True)],
        # A reason is asked for once nothing is left that no reason lets stand.
        "unlawful": unlawful, "needs_excuse": not unlawful and any(not breach.absolute and breach not in excused for breach in hard),
        "broken": {(breach.person, day) for breach in hard if breach.person is not None for day in breach.days}, "said_hard": sum(breach.hard for breach in said),
    }


def _breaches(row: RosterException) -> list[Breach]:
    return [breach_from(each) for each in row.breaches]


def _shown(row: RosterException, plan: Plan) -> dict[str, Any]:
    return {"row": row, "said": _in_words(_breaches(row), plan, row.roster)}


def _in_words(breaches: list[Breach], plan: Plan, roster: Roster) -> list[Said]:
    people: dict[int, Person] = {line.person.pk: line.person for line in plan.lines if line.person is not None}
    return breaches_in_words(breaches, people, {shift.code: shift for shift in shifts_of(roster.desk)})


def _cell_of(roster: Roster, breach: Breach) -> str:
    """Where the breach can be mended, or for who reviews, why the cell is as it is."""
    page = "rosters:why_cell" if roster.state == Roster.State.SUBMITTED else "rosters:edit"
    if breach.person is None:
        return ""
    return f"{reverse(page, args=[roster.desk.slug, roster.month])}?cell={breach.person}-{breach.days[-1].isoformat()}#cell"
