"""Editing a month while it is planned: cells and pins (A5, A6, I6, I9)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from desks.models import Desk, Person
from desks.refusal import Refused
from desks.templatetags.desks_tags import comma, short_date
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.actions.plans import must, next_version, note
from rosters.models import Roster, RosterPin
from rosters.patterns import CellChange, Difference, differences, edited
from rosters.planning import Cell, Line, Plan, days_of
from rosters.queries import people_of_month, plan_of_roster, shifts_of, why_not_bring_in

MOST_NAMED = 3


class ChangedMeanwhile(Refused):
    """Somebody made a newer version since the editor's page was loaded; `found` says in which cells it differs."""

    def __init__(self, found: list[Difference]) -> None:
        cells = comma().join(f"{each.person.display_name} {short_date(each.day)}" for each in found[:MOST_NAMED])
        words = ngettext_lazy(
            "Somebody made a newer version meanwhile, in which %(count)d cell differs: %(cells)s.",
            "Somebody made a newer version meanwhile, in which %(count)d cells differ: %(cells)s.", "count",
        )
        super().__init__(
            "I9", words % {"count": len(found), "cells": cells or "–"}, _("Look at the newer version; what you had changed is kept in this page until you load it anew."),
        )
        self.found = found


@transaction.atomic
def begin_roster(*, actor: Person, desk: Desk, month: date, now: datetime) -> Roster:
    """Begins a month with everybody and no duty, so that single duties can be given and fixed before the rest is drafted.

    Raises Refused for a month that has a roster already, is over or far away, or for which nobody may take a duty (A5, A6, I9).
    """
    must(actor, "roster.draft", desk, now)
    hold_books(book_of(desk))
    roster = Roster.objects.select_for_update(of=("self",)).filter(desk=desk, month=month).first()
    if refusal := why_not_bring_in(desk, month, roster, now):
        raise refusal
    people = people_of_month(desk, month)
    if refusal := rules.why_not_begin(there=roster is not None, people=len(people)):
        raise refusal
    days = days_of(month)
    lines = [Line(None, person.display_name, "", person, {day: Cell("", None) for day in days}) for person in people]
    roster = next_version(None, desk, month, Plan(month, days, lines), actor=actor, reason="", now=now)
    note(roster, "roster_begun", actor, now, audience="supervisors")
    return roster


@transaction.atomic
def edit_cells(
    *, actor: Person, roster: Roster, seen: int, changes: Sequence[CellChange], pins: Mapping[tuple[int, date], bool], now: datetime
) -> Roster:
    """Changes cells of the version that the editor saw, which makes the next version; lays and takes away pins, which makes none.

    What breaks a rule may be saved while it is a draft: it stands beside the grid, and the review refuses what cannot stand.
    Raises ChangedMeanwhile, and Refused for a roster that is reviewed or final and for cells that are none of it (A5, A6, I6, I9).
    """
    desk = roster.desk
    must(actor, "roster.draft", desk, now)
    hold_books(book_of(desk))
    roster = Roster.objects.select_for_update(of=("self",)).select_related("desk__site", "desk__settings").get(pk=roster.pk)
    if refusal := why_not_bring_in(desk, roster.month, roster, now):
        raise refusal
    plan = plan_of_roster(roster)
    if is_newer(roster, seen):
        raise ChangedMeanwhile(differences(plan_of_roster(roster, seen), plan) if 0 < seen < roster.version else [])
    changed = [change for change in changes if set(change.before) != set(change.after)]
    if changed:
        people = {person.pk: person for person in people_of_month(desk, roster.month)}
        plan = edited(plan, changed, people, {shift.code: shift for shift in shifts_of(desk)})
        roster = next_version(roster, desk, roster.month, plan, actor=actor, reason="", now=now)
        note(roster, "roster_edited", actor, now, audience="supervisors", cells=str(len(changed)))
    _pin(roster, pins, {line.person.pk for line in plan.lines if line.person is not None}, actor, now)
    return roster


def is_newer(roster: Roster, seen: int) -> bool:
    """Whether the roster is not at the version that the editor saw (I9)."""
    return roster.version != seen


def _pin(roster: Roster, pins: Mapping[tuple[int, date], bool], people: set[int], actor: Person, now: datetime) -> None:
    gone = [place for place, laid in pins.items() if not laid]
    for person, day in gone:
        RosterPin.objects.filter(roster=roster, person=person, site_day=day).delete()
    laid = [(person, day) for (person, day), there in pins.items() if there and person in people and day.replace(day=1) == roster.month]
    RosterPin.objects.bulk_create(
        (RosterPin(roster=roster, person_id=person, site_day=day, pinned_by=actor, pinned_at=now) for person, day in laid), ignore_conflicts=True,
    )
