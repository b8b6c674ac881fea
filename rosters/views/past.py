"""All swaps and all leave of a desk, narrowed and taken out as files; for who decides, and for the project head (A13, A20)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.taking_out import may_take_out
from logbook.views.export import list_export
from rosters.forms_past import PastFilter
from rosters.models import Leave, Swap
from rosters.queries import kinds_of_leave, leaves_of, swaps_of
from rosters.views.requests import PER_PAGE, with_shift

export_swaps = list_export("swaps")
export_leave = list_export("leave")


@desk_page("site.overview")
@require_safe
def all_swaps(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every swap, also those that changed nothing in the end."""
    now, form = timezone.now(), PastFilter(request.GET, desk=desk, model=Swap)
    page = Paginator(swaps_of(desk, **form.narrowing()), PER_PAGE).get_page(request.GET.get("page"))
    with_shift([row.duty for row in page], desk)
    context = {
        "section": "rosters", "desk": desk, "page": page, "filter_form": form, "asked": urlencode(form.recorded()),
        "may_export": may_take_out("swaps", of=desk, reader=request.user, now=now), "decides": may(request.user, "duty.decide", desk=desk, now=now),
    }
    return render(request, "rosters/all_swaps.html", context)


@desk_page("site.overview")
@require_safe
def all_leave(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every leave; its kind for who decides alone. Who reads whose leave is recorded (A20, I8)."""
    now, form = timezone.now(), PastFilter(request.GET, desk=desk, model=Leave)
    page = Paginator(leaves_of(desk, **form.narrowing()), PER_PAGE).get_page(request.GET.get("page"))
    decides = may(request.user, "duty.decide", desk=desk, now=now)
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="leave", filters=form.recorded(), from_number=None,
        to_number=None, now=now,
    )
    kinds = kinds_of_leave(desk) if decides else {}
    context = {
        "section": "rosters", "desk": desk, "page": page, "filter_form": form, "asked": urlencode(form.recorded()), "decides": decides,
        "rows": [{"leave": row, "kind": kinds.get(row.kind, row.kind) if decides else ""} for row in page],
        "may_export": may_take_out("leave", of=desk, reader=request.user, now=now),
    }
    return render(request, "rosters/all_leave.html", context)
