"""Who was released, since when nobody is at the desk, and who was named to come (A23)."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from desks.models import Desk
from handover.models import (
    Handover,
    NamedRelief,
    Release,
)
from logbook.models import Entry, Watch


def releases_to_complete(desk: Desk) -> QuerySet[Release]:
    """The releases of the desk that the supervisor has not completed yet, newest first (A23)."""
    return Release.objects.filter(desk=desk, completion__isnull=True).select_related("person", "passed_to").order_by("-pk")


# ---- who is missing, who may come -----------------------------------------------------------------------------------------


def gap_since(watch: Watch) -> datetime | None:
    """Since when the open desk has nobody: its holder was released and no colleague was there (I3); else None."""
    release = _lasting_releases().filter(watch=watch, person=watch.holder_id).last()
    return release.released_at if release else None


def _lasting_releases() -> QuerySet[Release]:
    """Releases to nobody after which the holder's part has not passed on: who gets it later has nothing to do with them."""
    passed = Entry.objects.filter(
        book=OuterRef("entry__book"), act=Entry.Act.ACT, code="holder_passed", number__gt=OuterRef("entry__number")
    )
    return Release.objects.filter(~Exists(passed), passed_to__isnull=True)


def held_with_gap(desk: Desk) -> Any:
    """The watch that holds the desk, with `gap` (since when, or None) and `handing_over` (whether one is under way); one query."""
    released = _lasting_releases().filter(watch=OuterRef("pk"), person=OuterRef("holder"))
    under_way = Handover.objects.filter(desk=OuterRef("desk"), state__in=Handover.OPEN_STATES)
    rows = Watch.objects.filter(desk=desk, ended_at__isnull=True).select_related("holder")
    return rows.annotate(gap=Subquery(released.order_by("-pk").values("released_at")[:1]), handing_over=Exists(under_way)).first()


def named_relief(watch: Watch) -> NamedRelief | None:
    """Whom the supervisor named last to relieve this watch, or None."""
    return NamedRelief.objects.filter(watch=watch).select_related("person").order_by("-pk").first()
