"""The desk's handovers as a file (A20, A35, I8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.templatetags.desks_tags import shown_name
from handover.queries import handovers_of
from logbook.taking_out import LISTS, Listed, ListKind, each_its_column, in_portions, written_moment


def register_lists() -> None:
    """Registers the list of this floor."""
    LISTS.register("handovers", ListKind(gettext_lazy("Handovers"), ("log.export", "handover.view"), _handovers))


def _handovers(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As the page of past handovers has them; who signed what stands in each one's own record."""
    heads = [
        _("Begun"), _("How"), _("Outgoing"), _("Incoming"), _("State"), _("Reservations"), _("Ended"), _("Entry"), _("Digest"),
    ]

    def read(keys: Sequence[int]) -> list[list[str]]:
        rows = handovers_of(desk).in_bulk(keys)
        return [
            [
                written_moment(each.started_at, desk), str(each.get_mode_display()), shown_name(each.outgoing), shown_name(each.incoming),
                str(each.get_state_display()), _("with reservations") if each.reservations else "", written_moment(each.ended_at, desk),
                str(each.entry.number) if each.entry is not None else "", each.digest,
            ]
            for each in (rows[key] for key in keys)
        ]

    keys = list(handovers_of(desk).values_list("pk", flat=True))
    columns = each_its_column(heads, (28, 30, 28, 28, 32, 28, 28, 16, 42))
    return Listed(title, {}, [], None, None, len(keys), heads, columns, in_portions(keys, read))
