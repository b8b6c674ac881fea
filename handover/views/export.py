"""The desk's handovers as a file: by right, recorded (A20, I8)."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page
from logbook.views.export import list_answer
from logbook.views.promises import promised


@desk_page("log.export")
@require_safe
@promised
def export_past(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Every handover of the desk, newest first."""
    return list_answer(request, desk, "handovers")
