"""The desk's handovers, who held it and what patterns show, as files (A20, A35, E2, I8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.templatetags.desks_tags import local_date, shown_name
from handover.held import BEGAN, ENDED, stretches_between
from handover.patterns import asked_bounds, asked_months, pattern_of
from handover.periods import period_of
from handover.queries import handovers_of, narrowed_omissions, omissions_of
from logbook.numbers import masked_in
from logbook.taking_out import LISTS, Listed, ListKind, each_its_column, in_portions, written_moment


def register_lists() -> None:
    """Registers the lists of this floor."""
    LISTS.register("omissions", ListKind(gettext_lazy("Check of omissions"), ("log.export", "log.see_restricted", "handover.view"), _omissions))
    LISTS.register("handovers", ListKind(gettext_lazy("Handovers"), ("log.export", "handover.view"), _handovers))
    LISTS.register("held", ListKind(gettext_lazy("Who held this desk"), ("log.export", "log.read"), _held))
    LISTS.register(
        "handover_patterns", ListKind(gettext_lazy("Patterns of handovers"), ("log.export", "handover.patterns"), _patterns)
    )


def _handovers(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of past handovers has them; who signed what stands in each one's own record."""
    heads = [
        _("Begun"), _("How"), _("Outgoing"), _("Incoming"), _("State"), _("Void"), _("Reservations"), _("Ended"), _("Entry"), _("Digest"),
    ]

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = handovers_of(desk).in_bulk(keys)
        return [
            [
                written_moment(each.started_at, desk), str(each.get_mode_display()), shown_name(each.outgoing), shown_name(each.incoming),
                str(each.get_state_display()),
                _("found void") if hasattr(each, "void_finding") else "", _("with reservations") if each.reservations else "", written_moment(each.ended_at, desk),
                str(each.entry.number) if each.entry is not None else "", each.digest,
            ]
            for each in (rows[key] for key in keys)
        ]

    keys = list(handovers_of(desk).values_list("pk", flat=True))
    columns = each_its_column(heads, (28, 30, 26, 26, 30, 18, 24, 28, 16, 34))
    return Listed(title, {}, [], None, None, len(keys), heads, columns, in_portions(keys, read))


def _omissions(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of the check of omissions has them, narrowed as it is."""
    heads = [
        _("Reported"), _("By"), _("Handover"), _("Who handed over"), _("What was left out"), _("Shown by"), _("Statement"), _("Decision"),
        _("Why"), _("Decided"),
    ]
    rows = narrowed_omissions(omissions_of(desk), asked.get("show", ""))

    def read(keys: Sequence[int]) -> list[list[str]]:
        found = rows.in_bulk(keys)
        lines = []
        for each in (found[key] for key in keys if key in found):
            decision = getattr(each, "decision", None)
            lines.append([
                written_moment(each.reported_at, desk), shown_name(each.reported_by), f"#{each.handover.entry.number}", shown_name(each.about),
                masked_in(each.said), f"#{each.evidence.number}" if each.evidence else "", masked_in(each.statement.words) if hasattr(each, "statement") else "",
                str(decision.get_outcome_display()) if decision else "", masked_in(decision.reason) if decision else "",
                written_moment(decision.decided_at, desk) if decision else "",
            ])
        return lines

    keys = list(rows.values_list("pk", flat=True))
    columns = each_its_column(heads, (26, 22, 16, 22, 50, 16, 46, 24, 46, 26))
    return Listed(title, {}, [], None, None, len(keys), heads, columns, in_portions(keys, read))


def _held(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of who held the desk has it for the same days, the newest first; who held it still has no end."""
    period = period_of(asked, desk, now)
    rows = [
        [
            written_moment(each.starts_at, desk), written_moment(each.ends_at, desk),
            shown_name(each.holder) if each.holder is not None else _("nobody at the desk"), str(BEGAN[each.began]), str(ENDED[each.ended]),
            str(int((each.until(now) - each.starts_at).total_seconds() // 60)),
            str(int(each.over.total_seconds() // 60)) if each.past is not None else "",
            f"{each.watch.first_number}–{each.watch.last_number or ''}",
        ]
        for each in reversed(stretches_between(desk, *period.bounds(desk), now))
    ]
    heads = [
        _("From"), _("Until"), _("Holder"), _("How it began"), _("How it ended"), _("Minutes"),
        _("Minutes past the duty"), _("Entries of the watch"),
    ]
    about = [f"{local_date(period.first)} – {local_date(period.last)}"]
    filters = {"day": period.first, "until": period.last}
    return Listed(title, filters, about, None, None, len(rows), heads, each_its_column(heads, (34, 34, 30, 36, 30, 16, 20, 24)), iter(rows))


def _patterns(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of patterns has the desk's people, in the order of their names."""
    begin, end = asked_bounds(asked, desk, now)
    pattern = pattern_of(desk, begin, end)
    rows = [
        [
            shown_name(person), str(each.given), str(each.taken), str(each.refused), str(each.met), str(each.upheld), str(each.differences),
            str(each.late), str(int(each.waited.total_seconds() // 60)),
        ]
        for person, each in pattern.sorted_people
    ]
    heads = [
        _("Person"), _("Handed over"), _("Taken over"), _("Gave a refusal"), _("Met a refusal"), _("of these, it stands"),
        _("Differences"), _("Late as relief"), _("Minutes waited for the relief"),
    ]
    about = [_("since %(day)s") % {"day": local_date(begin, desk)}]
    columns = each_its_column(heads, (40, 22, 22, 22, 22, 22, 22, 22, 28))
    return Listed(title, {"months": asked_months(asked)}, about, None, None, len(rows), heads, columns, iter(rows))
