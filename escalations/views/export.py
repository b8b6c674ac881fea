"""Escalations as files: by right, recorded at each desk of which something goes out (A20, I8)."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page
from logbook.views.export import list_answer
from logbook.views.promises import promised


@desk_page("log.export")
@require_safe
@promised
def export_list(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The desk's escalations, as its list shows them."""
    return list_answer(request, desk, "escalations")


@desk_page("log.export")
@require_safe
@promised
def export_overview(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What the page of all escalations shows of the desk's site."""
    return list_answer(request, desk, "escalations_all")
