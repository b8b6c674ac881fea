"""Swaps and leave of a desk as files, narrowed as their pages (A13, A20, I8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.permissions import may
from desks.templatetags.desks_tags import shown_name
from logbook.taking_out import LISTS, Listed, ListKind, asked_in_words, each_its_column, in_portions, written_moment
from rosters.forms_past import PastFilter
from rosters.models import Leave, Swap
from rosters.queries import kinds_of_leave, leaves_of, shift_types_by_key, swaps_of

RIGHTS = ("log.export", "site.overview")


def register_lists() -> None:
    """Registers the lists of requests."""
    LISTS.register("swaps", ListKind(gettext_lazy("Swaps"), RIGHTS, _swaps))
    LISTS.register("leave", ListKind(gettext_lazy("Leave"), RIGHTS, _leave))


def _swaps(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """Why somebody asked is for who decides, as on the pages."""
    form, decides = PastFilter(asked, desk=desk, model=Swap), may(reader, "duty.decide", desk=desk, now=now)
    shifts = shift_types_by_key(desk)
    heads = [
        _("Asked"), _("Day"), _("Shift"), _("From"), _("Until"), _("Whose duty"), _("Taken by"), _("In return"), _("Duty in return"),
        _("Repaid by"), _("State"), _("Decided by"), _("Decided"), _("Reason of the decision"),
    ]
    widths = [28.0, 18, 18, 26, 26, 22, 22, 24, 18, 18, 20, 22, 28, 34]
    if decides:
        heads.append(_("Why"))
        widths.append(34.0)

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = swaps_of(desk).in_bulk(keys)
        return [cells(rows[key]) for key in keys]

    def cells(swap: Swap) -> list[str]:
        line = [
            written_moment(swap.asked_at, desk), swap.duty.site_day.isoformat(), shifts[swap.duty.shift_code, swap.duty.shift_version].label,
            written_moment(swap.starts_at, desk), written_moment(swap.ends_at, desk), str(shown_name(swap.person)), str(shown_name(swap.taken_by)),
            str(swap.get_way_display()), swap.returns.site_day.isoformat() if swap.returns else "", swap.repay_by.isoformat() if swap.repay_by else "",
            str(swap.get_state_display()), str(shown_name(swap.decided_by)), written_moment(swap.decided_at, desk), swap.decision,
        ]
        return [*line, swap.override or swap.reason] if decides else line

    keys = list(swaps_of(desk, **form.narrowing()).values_list("pk", flat=True))
    return Listed(
        title, form.recorded(), asked_in_words(form), None, None, len(keys), heads, each_its_column(heads, widths), in_portions(keys, read)
    )


def _leave(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """Kind and reason for who decides alone; no paper that belongs to it goes out, to nobody."""
    form, decides = PastFilter(asked, desk=desk, model=Leave), may(reader, "duty.decide", desk=desk, now=now)
    kinds = kinds_of_leave(desk)
    heads = [_("Asked"), _("Person"), _("From"), _("Until"), _("Hours"), _("State"), _("Written down by"), _("Decided by"), _("Decided")]
    widths = [28.0, 24, 28, 28, 14, 20, 24, 24, 28]
    if decides:
        heads += [_("Kind of leave"), _("Why"), _("Reason of the decision")]
        widths += [22.0, 36, 34]

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = leaves_of(desk).in_bulk(keys)
        return [cells(rows[key]) for key in keys]

    def cells(leave: Leave) -> list[str]:
        line = [
            written_moment(leave.asked_at, desk), str(shown_name(leave.person)), written_moment(leave.starts_at, desk), written_moment(leave.ends_at, desk),
            f"{leave.hours:g}", str(leave.get_state_display()), str(shown_name(leave.filed_by)) if leave.filed_by_id != leave.person_id else "",
            str(shown_name(leave.decided_by)), written_moment(leave.decided_at, desk),
        ]
        return [*line, kinds.get(leave.kind, leave.kind), leave.reason, leave.decision] if decides else line

    keys = list(leaves_of(desk, **form.narrowing()).values_list("pk", flat=True))
    return Listed(
        title, form.recorded(), asked_in_words(form), None, None, len(keys), heads, each_its_column(heads, widths), in_portions(keys, read)
    )
