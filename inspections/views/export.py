"""Inspections and findings as files: by right, recorded (A20, I8)."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page
from logbook.views.export import list_answer
from logbook.views.promises import promised


@desk_page("log.export")
@require_safe
@promised
def export_inspections(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The inspections that the filter shows."""
    return list_answer(request, desk, "inspections")


@desk_page("log.export")
@require_safe
@promised
def export_findings(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The findings that the filter shows."""
    return list_answer(request, desk, "findings")
