"""What fields offer while one types: places, handlers, for whom a message is (A8, A17, B2.2)."""

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page
from logbook.queries import completed_addressees, completed_handlers, completed_places


@desk_page("log.write")
@require_safe
def complete(request: HttpRequest, desk: Desk, field: str) -> JsonResponse:
    """At most eight values for the field, by what is typed in it (`?q=`)."""
    asked = request.GET.get("q", "").replace("\x00", "")
    if field == "place":
        found = completed_places(desk, asked)
    elif field == "handler":
        found = completed_handlers(desk, asked, timezone.now())
    elif field == "addressee":
        found = completed_addressees(desk, asked, timezone.now())
    else:
        raise Http404
    answer = JsonResponse({"values": found})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
