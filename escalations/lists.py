"""Escalations as files: a desk's list, and all that somebody oversees at a site, each narrowed as its page (A4, A11, A20, I8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.permissions import may
from desks.templatetags.desks_tags import local_month, shown_name
from desks.wording import with_label
from escalations import pages
from escalations.models import Escalation
from escalations.overview import desks_overseen, seen_board
from escalations.queries import decisions_of, escalations_of, with_times
from logbook.reading import text_of
from logbook.taking_out import (
    LISTS,
    Listed,
    ListKind,
    Share,
    asked_in_words,
    each_its_column,
    in_portions,
    written_moment,
)

SHOWS = ("open", "closed", "all")
"""Which of a desk's escalations its page shows; the first where nothing is asked for."""


def register_lists() -> None:
    """Registers the lists of this floor."""
    LISTS.register("escalations", ListKind(gettext_lazy("Escalations"), ("log.export", "escalation.view"), _of_desk))
    rights = ("log.export", "escalation.view", "site.overview")
    LISTS.register("escalations_all", ListKind(gettext_lazy("All escalations"), rights, _of_site))


def _of_desk(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    show = asked.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    words = {"open": _("still open"), "closed": _("closed"), "all": _("all")}[show]
    found = escalations_of(desk, "" if show == "all" else show).values_list("pk", "desk_id", "entry__number")
    return _listed(title, list(found), reader, now, filters={"show": show}, about=[with_label(_("State"), words)])


def _of_site(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """All desks of the desk's site that the reader oversees and may take out; what goes out is recorded at each of them."""
    desks = [each for each in desks_overseen(reader, now) if each.site_id == desk.site_id and may(reader, "log.export", desk=each, now=now)]
    seen = seen_board(reader, desks, asked, now)
    keys = [(each.pk, each.desk_id, each.entry.number) for each in (*seen.board.mine, *seen.board.theirs)]
    keys += seen.board.decided.values_list("pk", "desk_id", "entry__number")
    about = [*asked_in_words(seen.form), local_month(seen.month)] if not seen.chosen.get("month") else asked_in_words(seen.form)
    shares: dict[int, Share] = {}
    for _key, place, number in keys:
        first, last, count = shares.get(place, (number, number, 0))
        shares[place] = (min(first or number, number), max(last or number, number), count + 1)
    shares = shares or {desk.pk: (None, None, 0)}
    return _listed(title, keys, reader, now, filters=seen.said, about=about, place=desk.site.label, shares=shares)


def _listed(
    title: str, keys: list[tuple[int, int, int]], reader: Person, now: datetime, *, filters: dict[str, str], about: list[str],
    place: str = "", shares: dict[int, Share] | None = None,
) -> Listed:
    heads = [
        _("Number"), _("Desk"), _("Raised"), _("By"), _("Text"), _("Emergency"), _("State"), _("Acknowledged"), _("Decided"), _("Closed"),
        _("Decided by"), _("Decision"),
    ]
    numbers = [number for _key, _place, number in keys]
    rows = in_portions([key for key, _place, _number in keys], lambda part: _cells(part, reader, now))
    columns = each_its_column(heads, (12, 22, 19, 18, 55, 14, 24, 19, 19, 19, 18, 41))
    first, last = (None, None) if shares else (min(numbers, default=None), max(numbers, default=None))
    return Listed(title, filters, about, first, last, len(keys), heads, columns, rows, place=place, shares=shares or {})


def _cells(keys: Sequence[int], reader: Person, now: datetime) -> list[list[str]]:
    """A portion as its page shows it: what is for supervisors only is left out for others, numbers in texts are masked, of a customer nothing is said."""
    rows = with_times(Escalation.objects.filter(pk__in=keys)).select_related("desk__site", "desk__settings", "entry__words", "raised_by")
    found = rows.in_bulk()
    lines = pages.lines_of([found[key] for key in keys], reader=reader, now=now)
    decisions = decisions_of(found.values())
    made = []
    for line in lines:
        each, decision = line.escalation, None if line.hidden else decisions.get(line.escalation.pk)
        made.append([
            str(each.entry.number), each.desk.label, written_moment(each.raised_at, each.desk), shown_name(each.raised_by),
            _("For supervisors only") if line.hidden else line.text, _("emergency") if each.emergency else "", line.state,
            *(written_moment(moment, each.desk) for moment in (each.acknowledged_at, each.decided_at, each.closed_at)),
            *((shown_name(decision.decided_by), text_of(decision.entry)) if decision is not None else ("", "")),
        ])
    return made
