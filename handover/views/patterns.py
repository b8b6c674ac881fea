"""Refusals, differences and late reliefs by desk and person: for the supervisor and the project head alone (A22, A34)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page, may
from handover.figures import how_long_by_month
from handover.patterns import MONTHS, asked_bounds, asked_months, pattern_of
from logbook.taking_out import may_take_out


@desk_page("handover.patterns")
@require_safe
def patterns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's people, the desks of the site beside each other, and how long handovers take by month."""
    now = timezone.now()
    begin, end = asked_bounds(request.GET, desk, now)
    beside = Desk.objects.filter(site=desk.site, active=True).select_related("site", "settings").order_by("pk")
    desks = [pattern_of(each, begin, end) for each in beside if may(request.user, "handover.patterns", desk=each, now=now)]
    own = next((each for each in desks if each.desk.pk == desk.pk), None) or pattern_of(desk, begin, end)
    context = {
        "section": "handover", "desk": desk, "pattern": own, "desks": desks, "how_long": how_long_by_month(desk), "begin": begin,
        "months": asked_months(request.GET), "choices": MONTHS, "asked": f"months={asked_months(request.GET)}",
        "may_export": may_take_out("handover_patterns", of=desk, reader=request.user, now=now),
    }
    return render(request, "handover/patterns.html", context)
