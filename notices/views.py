"""The inbox: what one was told, the way to the matter, and the acknowledgement (A23, I7, I8)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from desks.hooks import panels_of
from desks.permissions import own_page
from notices import actions
from notices.forms import ReadAllForm
from notices.models import Notice
from notices.queries import inbox_of, unacknowledged_of

PAGE = 30
SHOWS = ("all", "unread", "acknowledge")


@own_page
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The actor's own notices, unread ones first."""
    now = timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "all"
    page = Paginator(inbox_of(request.user, now, show), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "notices", "show": show, "page": page, "newest": max((each.pk for each in page), default=0),
        "sites": len({each.site_id for each in page}), "waiting": unacknowledged_of(request.user, now).count(),
        "tools": panels_of("inbox.tools", request, show),
    }
    return render(request, "notices/inbox.html", context)


@own_page
@require_GET
def unread(request: HttpRequest) -> HttpResponse:
    """The number on the bell, asked for again and again by every open page."""
    return render(request, "notices/_unread.html")


@own_page
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a notice as read and leads to its matter; a browser that only fetches ahead marks nothing."""
    notice = _own(request, pk)
    if "prefetch" not in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        actions.read_notice(actor=request.user, notice=notice, now=timezone.now())
    inside = notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if inside else f"{reverse('notices:inbox')}#notice-{notice.pk}")


@own_page
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledges one notice."""
    actions.acknowledge_notice(actor=request.user, notice=_own(request, pk), now=timezone.now())
    back = request.POST.get("back", "")
    return redirect(back) if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else _back(request)


@own_page
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything that the page had shown as read."""
    form = ReadAllForm(request.POST)
    if form.is_valid():
        done = actions.read_all(actor=request.user, up_to=form.cleaned_data["up_to"], now=timezone.now())
        words = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", done)
        messages.success(request, words % {"count": done})
    else:
        messages.error(request, _("The page did not say up to which notice. Load it again."))
    return _back(request)


def _own(request: HttpRequest, pk: int) -> Notice:
    return get_object_or_404(inbox_of(request.user, timezone.now()), pk=pk)


def _back(request: HttpRequest) -> HttpResponse:
    show = request.POST.get("show", "")
    return redirect(f"{reverse('notices:inbox')}?show={show}" if show in SHOWS[1:] else "notices:inbox")
