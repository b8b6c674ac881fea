"""Calendar feeds: the page with one's own addresses, making and revoking them, and what a calendar program reads (I8)."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.permissions import desk_for, may, own_page, public_page
from desks.queries import desks_of
from desks.templatetags.desks_tags import shown_name
from rosters import actions
from rosters.calendar import calendar_of, state_of
from rosters.models import CalendarFeed
from rosters.queries import feed_at, feed_duties, feeds_of


@own_page
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """The actor's calendar addresses, and for what one can be made."""
    return _page(request, None, "")


@own_page
@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once."""
    now, slug = timezone.now(), request.POST.get("desk", "")
    desk = desk_for(request.user, slug, "roster.view", now=now) if slug else None
    feed, token = actions.make_feed(actor=request.user, desk=desk, now=now)
    answer = _page(request, feed, request.build_absolute_uri(reverse("rosters:feed", args=[token])))
    answer["Cache-Control"] = "no-store"
    return answer


@own_page
@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """An own address answers nothing any more."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("desk__site"), person=request.user, pk=pk)
    actions.revoke_feed(actor=request.user, feed=feed, now=timezone.now())
    messages.success(request, _("Revoked: the address answers nothing any more."))
    return redirect("rosters:feeds")


@public_page
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads: whoever has the address. The same duties are the same answer, not sent again (304)."""
    now = timezone.now()
    found = feed_at(token, now)
    if found is None:
        raise Http404
    with translation.override(found.person.language or settings.LANGUAGE_CODE):
        title = found.desk.label if found.desk is not None else _("Duties of %(name)s") % {"name": shown_name(found.person)}
        duties, site = feed_duties(found, now), request.build_absolute_uri("/").rstrip("/")
        etag = f'"{state_of(duties, title=title, site=site)}"'
        # Asked before anything is written: a desk of sixty people is some thousand events, and programs ask every hour.
        answer = get_conditional_response(request, etag=etag)
        if answer is None:
            content = calendar_of(duties, title=title, site=site, desk=found.desk)
            answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
            answer["Content-Disposition"] = 'inline; filename="duties.ics"'
    actions.count_reading(feed=found, now=now)
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    return answer


def _page(request: HttpRequest, made: CalendarFeed | None, address: str) -> HttpResponse:
    now = timezone.now()
    rows = {row.desk_id: row for row in feeds_of(request.user)}
    desks = [desk for desk in desks_of(request.user, now) if may(request.user, "roster.view", desk=desk, now=now)]
    # A desk whose feed outlives the role stands here too, so that it can be revoked.
    desks += [row.desk for row in rows.values() if row.desk is not None and row.desk not in desks]
    offers = [(None, rows.get(None)), *((desk, rows.get(desk.pk)) for desk in desks)]
    context = {"section": "duties", "offers": offers, "made": made, "address": address}
    return render(request, "rosters/feeds.html", context)
