"""The people of the watch: join, leave, pass the holder's part on, each in one tap (A23, I3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.models import Desk, Person
from desks.permissions import desk_page
from desks.refusal import Refused
from logbook import actions
from logbook.models import Watch
from logbook.queries import current_watch


def _watch_of(desk: Desk) -> Watch:
    watch = current_watch(desk)
    if watch is None:
        raise Refused("I3", _("Nobody holds this desk."), _("Open the desk first."))
    return watch


def _back(request: HttpRequest, desk: Desk, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("logbook:desk", desk.slug)


@desk_page("watch.hold")
@require_POST
def join(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The actor joins the watch as a colleague."""
    actions.join_watch(actor=request.user, watch=_watch_of(desk), person=request.user, now=timezone.now())
    return _back(request, desk, _("You are of the watch now."))


@desk_page("watch.hold")
@require_POST
def leave(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A colleague leaves the watch: the actor, or whom the actor names."""
    person = request.user
    if request.POST.get("person", "").isdecimal():
        person = get_object_or_404(Person, pk=int(request.POST["person"]), watch_times__watch=_watch_of(desk), watch_times__left_at=None)
    actions.leave_watch(actor=request.user, watch=_watch_of(desk), person=person, now=timezone.now())
    return _back(request, desk, _("The time at the desk has been closed."))


@desk_page("watch.hold")
@require_POST
def pass_on(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The holder passes the part on to a colleague of the watch."""
    wanted = request.POST.get("person", "")
    person = get_object_or_404(Person, pk=int(wanted) if wanted.isdecimal() else 0)
    actions.pass_holder(actor=request.user, watch=_watch_of(desk), to=person, now=timezone.now())
    return _back(request, desk, _("%(name)s holds the desk now.") % {"name": person.display_name})
