"""Lists of the rosters as files: balances of a desk's people, hours of a month for payroll, cases of presence (A5, A10, A20, A22, B2.6, I8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.clock import local_day
from desks.models import Desk, Person, Role
from desks.permissions import may
from desks.templatetags.desks_tags import local_month, shown_name
from logbook.taking_out import LISTS, Listed, ListKind, each_its_column, in_portions, written_moment
from rosters import lists_requests
from rosters.queries import CASES, PersonMonth, cases_for, month_truth, narrowed_cases, roles_in
from rosters.queries.balances import balances_of
from rosters.templatetags.roster_tags import hours_and_minutes


def register_lists() -> None:
    """Registers the lists of this floor, with those of requests."""
    lists_requests.register_lists()
    LISTS.register("balances", ListKind(gettext_lazy("Balances of duties"), ("log.export", "roster.view"), _balances))
    LISTS.register("presence", ListKind(gettext_lazy("Late, not there, left alone"), ("log.export", "presence.view"), _cases))
    LISTS.register("hours", ListKind(gettext_lazy("Hours of the month"), ("log.export", "presence.view"), _hours))


def _cases(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of the cases has them, narrowed by `show`, with what was said and how it was settled."""
    show = asked.get("show", "")
    keys = list(narrowed_cases(cases_for(desk, reader, now), show).values_list("pk", "entry__number"))
    heads = [_("Entry"), _("Who"), _("Case"), _("When"), _("asked about"), _("Statement"), _("Outcome"), _("Why, and what was agreed"), _("Settled by")]

    def rows(portion: Sequence[int]) -> list[list[str]]:
        made = []
        for case in cases_for(desk, reader, now).filter(pk__in=portion):
            outcome = getattr(case, "outcome", None)
            settled = [str(outcome.get_outcome_display()), outcome.reason, str(shown_name(outcome.settled_by))] if outcome is not None else ["", "", ""]
            made.append([
                str(case.entry.number), str(shown_name(case.about)), str(case.get_kind_display()), written_moment(case.at, desk),
                written_moment(case.raised_at, desk), case.statement.words if hasattr(case, "statement") else "", *settled,
            ])
        return made

    numbers = [number for _key, number in keys]
    return Listed(
        title, {"show": show} if show in CASES else {}, [], min(numbers, default=None), max(numbers, default=None), len(keys), heads,
        each_its_column(heads, (12, 24, 18, 28, 28, 50, 24, 50, 24)), in_portions([key for key, _number in keys], rows),
    )


def month_asked(desk: Desk, asked: Mapping[str, str], now: datetime) -> date:
    """The month that is asked for as 2026-11, else the present one of the site."""
    try:
        return date.fromisoformat(f"{asked.get('month', '')}-01")
    except ValueError:
        return local_day(now, desk.site.zone).replace(day=1)


def _balances(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """Both periods of the asked month, the twelve months first; contract and fair share for who drafts alone."""
    month = month_asked(desk, asked, now)
    drafts = may(reader, "roster.draft", desk=desk, now=now)
    own_month, year = balances_of(desk, month, now, protected=drafts)
    heads = [_("From"), _("Until"), _("Name"), _("Duties"), _("Nights"), _("Weekends"), _("Public holidays"), _("Hours worked"), _("Still to come")]
    widths = [22.0, 22, 30, 18, 18, 18, 24, 24, 24]
    if drafts:
        heads += [_("Contract hours"), _("Fair nights"), _("Fair weekends"), _("Fair holidays")]
        widths += [24.0, 22, 24, 24]
    rows = []
    for part in (year, own_month):
        for row in part.rows:
            line = [
                part.first.isoformat(), part.last.isoformat(), shown_name(row.person), str(row.done.duties), str(row.done.nights),
                str(row.done.weekends), str(row.done.holidays), f"{row.done.hours:g}", str(row.to_come.duties),
            ]
            if drafts:
                line += [f"{row.contract_hours:g}", *(f"{float(row.shares[name]):.1f}" for name in ("nights", "weekends", "holidays"))]
            rows.append(line)
    return Listed(
        title, {"month": f"{month:%Y-%m}"}, [local_month(month)], None, None, len(rows), heads, each_its_column(heads, widths), iter(rows),
        amounts=frozenset(range(3, len(heads))),
    )


def _hours(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the month's table has it, in hours and minutes; no outcome of any case and no amount of money stands in it."""
    month = month_asked(desk, asked, now)
    truth = month_truth(desk, month, now)
    roles = {pk: str(Role(code).label) for pk, code in roles_in(desk, month).items()}
    heads = [
        _("Month"), _("Person"), _("Employee number"), _("Role"), _("Duties"), _("Planned"), _("Done as planned"), _("Early"), _("Overtime"), _("Without a duty"),
        _("Worked in all"), _("Came late"), _("Times late"), _("Absent"), _("Not come"), _("Not recorded"), _("Swapped in"), _("Swapped out"), _("The person says"),
        _("Signed off"), _("Worked in all, as signed off"), _("Changed after the sign-off"),
    ]
    signed = truth.sign_off
    when = written_moment(signed.signed_at, desk) if signed is not None else ""

    def cells(each: PersonMonth) -> list[str]:
        it = each.figures
        minutes = [it.planned, it.done, it.early, it.over, it.outside, it.worked, it.late]
        said = str(each.answer.get_answer_display()) if each.answer is not None and not each.is_stale else ""
        return [
            f"{month:%Y-%m}", str(shown_name(each.person)), each.person.employee_number, roles.get(each.person.pk, ""), str(it.duties),
            *[hours_and_minutes(amount) for amount in minutes], str(it.late_times), hours_and_minutes(it.absent), str(it.missed), hours_and_minutes(it.unknown),
            str(it.swapped_in), str(it.swapped_out), said, when,
            hours_and_minutes(each.signed_worked) if each.signed is not None else "", _("yes") if each.differs else "",
        ]

    state = (
        _("signed off by %(person)s, %(at)s") % {"person": shown_name(signed.signed_by), "at": when}
        if signed is not None else _("not signed off")
    )
    return Listed(
        title, {"month": f"{month:%Y-%m}"}, [local_month(month), state], None, None, len(truth.people), heads,
        each_its_column(heads, (12, 26, 18, 20, 12, 14, 14, 12, 16, 16, 16, 12, 12, 12, 12, 14, 12, 12, 16, 22, 16, 20)), (cells(each) for each in truth.people),
        amounts=frozenset({*range(4, 18), 20}),
    )
