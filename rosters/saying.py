"""What a draft says: breaches and clashes in the words of who drafts, with the clause and where to relax it (A5, A6, I9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks.models import Desk, Person
from desks.templatetags.desks_tags import comma, rule_name, short_date
from rosters.engine.problem import NEVER_GIVEN_UP, Instance, Rule
from rosters.models import ShiftType
from rosters.rules.facts import CLAUSES, Breach, Code


@dataclass(frozen=True)
class Way:
    """Where one rule can be relaxed, and what is done there."""

    url: str
    remedy: str
    enough: bool = False
    """Whether the whole month can be done without this one rule."""
    who: str = ""


@dataclass(frozen=True)
class Said:
    """One line: who and when, what, its clause; `cells` are the places in the grid that it is about."""

    who: str
    when: str
    what: str
    clause: str
    hard: bool
    cells: str = ""
    url: str = ""
    """The breach's cell."""
    ways: tuple["Way", ...] = ()
    """Where a rule that clashes can be relaxed; nothing for what law and protection say."""
    excused: bool = False
    """Whether somebody gave a reason why it stands."""
    absolute: bool = False
    """Whether no reason lets it stand."""


def breaches_in_words(breaches: Iterable[Breach], people: Mapping[int, Person], shifts: Mapping[str, ShiftType]) -> list[Said]:
    """Each breach as a line; the cells are written as the grid's script names them."""
    found = []
    for breach in breaches:
        person = people.get(breach.person) if breach.person is not None else None
        shift = shifts[breach.shift].label if breach.shift in shifts else breach.shift
        named = breach.code in {Code.NEED, Code.NEED_SKILL}
        found.append(
            Said(
                shift if named else person.display_name if person is not None else _("somebody"), days_in_words(breach.days), breach.words,
                rule_name(breach.clause), breach.hard, " ".join(f"{breach.person or 0}|{day.isoformat()}" for day in breach.days),
                absolute=breach.absolute,
            )
        )
    return found


MOST_NAMED = 6


def breaches_in_a_line(breaches: Iterable[Breach], people: Mapping[int, Person], shifts: Mapping[str, ShiftType]) -> str:
    """The breaches one after the other, each with whom, when, what and its clause; what is alike of several days together, the rest by its number."""
    found: dict[object, Breach] = {}
    for breach in breaches:
        key = (breach.person, breach.code, breach.words)
        found[key] = replace(breach, days=tuple(sorted({*found[key].days, *breach.days}))) if key in found else breach
    said = breaches_in_words(found.values(), people, shifts)
    parts = [f"{each.who} {each.when}: {each.what} ({each.clause})" for each in said[:MOST_NAMED]]
    more = max(0, len(said) - MOST_NAMED)
    if more:
        parts.append(ngettext("%(count)d more, listed below the roster", "%(count)d more, listed below the roster", more) % {"count": more})
    return "; ".join(parts)


def days_in_words(days: Iterable[date]) -> str:
    """Days one after the other; three and more in a row by their first and last."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        long = len(run) > 2
        parts += [_("%(first)s to %(last)s") % {"first": short_date(run[0]), "last": short_date(run[-1])}] if long else [short_date(day) for day in run]
    return comma().join(parts)


def grouped(breaches: Iterable[Breach]) -> list[Breach]:
    """The breaches, with one for all days on which a shift is short of the same number of people."""
    found: dict[object, Breach] = {}
    for breach in breaches:
        short = breach.code in {Code.NEED, Code.NEED_SKILL}
        key = (breach.code, breach.shift, breach.skill, breach.amount, breach.limit) if short else breach
        known = found.get(key)
        found[key] = replace(known, days=tuple(sorted({*known.days, *breach.days}))) if known is not None else breach
    return list(found.values())


_RULES: dict[str, tuple[str, Any]] = {
    Rule.NEED: (CLAUSES[Code.NEED], gettext_lazy("%(number)s needed: %(shift)s")),
    Rule.AWAY: (CLAUSES[Code.AWAY], gettext_lazy("%(name)s is on leave or has this weekday off")),
    Rule.BARRED: (CLAUSES[Code.MAY_TAKE], gettext_lazy("%(name)s may not take %(shift)s then, by role, skill or leave")),
    Rule.NO_NIGHTS: (CLAUSES[Code.NO_NIGHTS], gettext_lazy("%(name)s does no nights")),
    Rule.DAY_OVERTIME: (CLAUSES[Code.DAY_OVERTIME], gettext_lazy("%(name)s has no more overtime on a day")),
    Rule.MONTH_OVERTIME: (CLAUSES[Code.MONTH_OVERTIME], gettext_lazy("%(name)s has no more overtime in the month")),
    Rule.LEAST_MINUTES: (CLAUSES[Code.DAY_OFF], gettext_lazy("%(name)s is to have the contract’s hours")),
    Rule.REST_DAY: (CLAUSES[Code.REST_DAY], gettext_lazy("%(name)s has a rest day due")),
    Rule.DAYS_IN_ROW: (CLAUSES[Code.DAYS_IN_ROW], gettext_lazy("%(name)s has worked as many days in a row as agreed")),
    Rule.REST: (CLAUSES[Code.REST], gettext_lazy("%(name)s has too little rest")),
    Rule.WEEKENDS: (CLAUSES[Code.WEEKENDS], gettext_lazy("%(name)s has as many free weekends as agreed")),
    Rule.PIN: (CLAUSES[Code.WISH], gettext_lazy("the cell of %(name)s is pinned, or stands because the day has begun")),
    Rule.PAIR: (CLAUSES[Code.PAIR], gettext_lazy("%(name)s works beside the one who guides")),
}
_OTHER: tuple[str, Any] = ("A5", gettext_lazy("a rule for %(name)s"))
_SEVERAL: dict[str, Any] = {
    Rule.AWAY: gettext_lazy("%(name)s are on leave or have this weekday off"),
    Rule.BARRED: gettext_lazy("%(name)s may not take %(shift)s then, by role, skill or leave"),
    Rule.NO_NIGHTS: gettext_lazy("%(name)s do no nights"),
    Rule.DAY_OVERTIME: gettext_lazy("%(name)s have no more overtime on a day"),
    Rule.MONTH_OVERTIME: gettext_lazy("%(name)s have no more overtime in the month"),
    Rule.LEAST_MINUTES: gettext_lazy("%(name)s are to have the contract’s hours"),
    Rule.REST_DAY: gettext_lazy("%(name)s have a rest day due"),
    Rule.DAYS_IN_ROW: gettext_lazy("%(name)s have worked as many days in a row as agreed"),
    Rule.REST: gettext_lazy("%(name)s have too little rest"),
    Rule.WEEKENDS: gettext_lazy("%(name)s have as many free weekends as agreed"),
    Rule.PIN: gettext_lazy("the cells of %(name)s are pinned, or stand because the day has begun"),
    Rule.PAIR: gettext_lazy("%(name)s work beside those who guide them"),
}
"""The same rule for several people of one day, in one sentence."""


def clash_in_words(clash: Mapping[str, Any], desk: Desk, month: date, people: Mapping[int, Person], shifts: Mapping[str, ShiftType]) -> list[Said]:
    """The rules that clash, in sentences: several people of whom one rule holds on one day are one, and so are the days on which a shift
    needs as many people. Each has where it can be relaxed; what law and protection say is never offered."""
    together: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for each in clash.get("rules", ()):
        need = each["rule"] == Rule.NEED
        key = (each["rule"], each["shift"], each["skill"], each["number"]) if need else (each["rule"], each["shift"], each["day"])
        together.setdefault(key, []).append(each)
    return [_clashing(rows, desk, month, people, shifts) for rows in together.values()]


def _clashing(
    rows: list[Mapping[str, Any]], desk: Desk, month: date, people: Mapping[int, Person], shifts: Mapping[str, ShiftType]
) -> Said:
    first = rows[0]
    persons = [people[row["person"]] for row in rows if row["person"] in people]
    days = {date.fromisoformat(row["day"]) for row in rows if row["day"]}
    clause, words = _RULES.get(first["rule"], _OTHER)
    if len(persons) > 1:
        words = _SEVERAL.get(first["rule"], words)
    values = {
        "name": comma().join(person.display_name for person in persons), "number": first["number"] or 1,
        "shift": shifts[first["shift"]].label if first["shift"] in shifts else first["shift"] or "",
    }
    ways = [] if first["rule"] in NEVER_GIVEN_UP else [
        Way(*_way_out(row["rule"], desk, month, row["person"], date.fromisoformat(row["day"]) if row["day"] else None), enough=row["relax"],
            who=people[row["person"]].display_name if len(persons) > 1 and row["person"] in people else "")
        for row in rows
    ]
    # Where several lead to one page, one link is enough.
    there = {way.url: way for way in reversed(ways) if way.url}
    alike = tuple(replace(way, who="") if len(there) == 1 else way for way in reversed(there.values()))
    return Said(values["name"], days_in_words(days), str(words % values), rule_name(clause), True, ways=alike)


def _way_out(rule: str, desk: Desk, month: date, person: int | None, day: date | None) -> tuple[str, str]:
    if rule == Rule.NEED:
        return reverse("rosters:days", args=[desk.slug, month]), _("Plan fewer people that day")
    if rule == Rule.PIN and person is not None and day is not None:
        return f"{reverse('rosters:edit', args=[desk.slug, month])}?cell={person}-{day.isoformat()}#cell", _("Take the pin away")
    if rule == Rule.AWAY:
        return reverse("rosters:changes", args=[desk.slug]), _("Speak about the leave")
    if person is not None:
        return reverse("rosters:person", args=[desk.slug, person]), _("Agree otherwise with the person")
    return "", ""


def rule_in_words(instance: Instance, people: Mapping[str, Person], shifts: Mapping[str, ShiftType]) -> str:
    """What of a hard rule is in the way, for who drafts: it may say from what somebody is protected, but no kind of leave."""
    person = people.get(instance.person or "")
    shift = shifts[instance.shift].label if instance.shift is not None and instance.shift in shifts else instance.shift or ""
    values = {"name": person.display_name if person is not None else "", "number": 1, "shift": shift}
    return str(_RULES.get(instance.rule, _OTHER)[1] % values)


PARTS: dict[str, Any] = {
    Rule.NEED: gettext_lazy("people missing"), Rule.SURPLUS: gettext_lazy("more people than needed"), Rule.REST: gettext_lazy("short rests"),
    Rule.SHORT_RUN: gettext_lazy("single working days"), Rule.SHORT_BREAK: gettext_lazy("single days off"), Rule.PAIR: gettext_lazy("training"),
    Rule.WISH: gettext_lazy("wishes"), Rule.FAIR_NIGHTS: gettext_lazy("fair nights"), Rule.FAIR_WEEKENDS: gettext_lazy("fair weekends"),
    Rule.FAIR_HOLIDAYS: gettext_lazy("fair holidays"), Rule.FAIR_HOURS: gettext_lazy("hours against the contract"),
}
"""The soft rules, as what a change would make worse or better."""
