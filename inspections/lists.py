"""Inspections and findings as files, narrowed as their pages (A20, A31, A33, I8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.templatetags.desks_tags import shown_name
from inspections.forms import FilterForm, FindingFilterForm
from inspections.queries import findings_of, inspections_of
from logbook.taking_out import LISTS, Listed, ListKind, asked_in_words, each_its_column, in_portions, written_moment

RIGHTS = ("log.export", "inspection.view")


def register_lists() -> None:
    """Registers the lists of this floor."""
    LISTS.register("inspections", ListKind(gettext_lazy("Inspections"), RIGHTS, _inspections))
    LISTS.register("findings", ListKind(gettext_lazy("Findings"), RIGHTS, _findings))


def _inspections(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    form = FilterForm(asked)
    narrowed = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    heads = [_("Day"), _("Occasion"), _("State"), _("Due"), _("Begun"), _("Done"), _("Inspector"), _("Findings")]
    found = inspections_of(desk, **narrowed)

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = inspections_of(desk).in_bulk(keys)
        return [
            [
                _day(each.site_day), str(each.get_occasion_display()), str(each.get_state_display()),
                *(written_moment(moment, desk) for moment in (each.due_at, each.started_at, each.done_at)), shown_name(each.inspector),
                str(each.failed),
            ]
            for each in (rows[key] for key in keys)
        ]

    keys = list(found.values_list("pk", flat=True))
    columns = each_its_column(heads, (25, 30, 30, 38, 38, 38, 40, 21))
    said = {name: str(value) for name, value in narrowed.items()}
    return Listed(title, said, asked_in_words(form), None, None, len(keys), heads, columns, in_portions(keys, read))


def _findings(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    form = FindingFilterForm(asked)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    heads = [
        _("Found"), _("Item"), _("Problem"), _("State"), _("Done at once"), _("Cause"), _("Action"), _("Owner"), _("Due"), _("What was done"),
        _("Done"), _("Verified by"), _("Verified"),
    ]

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = findings_of(desk).in_bulk(keys)
        return [
            [
                written_moment(each.found_at, desk), each.item.label, each.problem, str(each.get_state_display()), each.correction,
                each.cause, each.action, shown_name(each.owner), _day(each.due_on), each.answer, written_moment(each.done_at, desk),
                shown_name(each.verified_by), written_moment(each.verified_at, desk),
            ]
            for each in (rows[key] for key in keys)
        ]

    keys = list(findings_of(desk, state=state).values_list("pk", flat=True))
    columns = each_its_column(heads, (19, 26, 34, 18, 24, 24, 24, 18, 17, 24, 19, 18, 19))
    return Listed(
        title, {"state": state} if state else {}, asked_in_words(form), None, None, len(keys), heads, columns, in_portions(keys, read),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
