"""The yearly promise of confidentiality: asked once before the log is shown, and who has given it (A20)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Desk, Site
from desks.permissions import desk_page, may, site_page
from desks.places import Place, site_of
from desks.promises import VERSION, WORDINGS, owes_promise, promise_confidentiality, promise_months_of
from desks.refusal import Refused
from logbook.forms.readers import PromiseForm
from logbook.queries import readers_and_promises
from logbook.taking_out import may_take_out

View = Callable[..., Any]


def ask_who_owes(request: HttpRequest, of: Place, back: str = "") -> HttpResponse | None:
    """The page that asks for the yearly promise, for whoever owes it at the desk's site, or at the site; it leads back to this address, or to `back`."""
    if not owes_promise(request.user, of, timezone.now()):
        return None
    return _ask(request, of, PromiseForm(initial={"version": VERSION, "next": back or request.get_full_path()}))


def promised(view: View) -> View:
    """A page that shows the log, or the site's own book: whoever owes the yearly promise is asked for it first. What is sent is never held up."""

    @wraps(view)
    def checked(request: HttpRequest, of: Place, *args: Any, **kwargs: Any) -> Any:
        asked = ask_who_owes(request, of) if request.method in {"GET", "HEAD"} else None
        return asked or view(request, of, *args, **kwargs)

    return checked


def promised_before_taking(view: View) -> View:
    """A form that takes something out of the record and writes nothing of the desk's work: asked first as well; the proof's page comes after."""

    @wraps(view)
    def checked(request: HttpRequest, of: Place, *args: Any, **kwargs: Any) -> Any:
        back = reverse("logbook:site_proof", args=[of.code]) if isinstance(of, Site) else reverse("logbook:proof", args=[of.slug])
        return ask_who_owes(request, of, back) or view(request, of, *args, **kwargs)

    return checked


def _ask(request: HttpRequest, of: Place, form: PromiseForm, status: int = 200) -> HttpResponse:
    own = {"section": "book", "site": of} if isinstance(of, Site) else {"section": "log", "desk": of}
    context = {
        "form": form, "wording": WORDINGS[VERSION], "months": promise_months_of(of),
        "has_desk_page": isinstance(of, Desk) and may(request.user, "desk.view", desk=of),
    }
    return render(request, "logbook/promise.html", context | own, status=status)


@desk_page("log.promise")
@require_POST
def promise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Gives the promise and goes on to where its reader wanted to go."""
    return _given(request, desk, reverse("logbook:log", args=[desk.slug]))


@site_page("site.book")
@require_POST
def site_promise(request: HttpRequest, site: Site) -> HttpResponse:
    """Gives it before the site's own book; it is the same promise, for the whole site."""
    return _given(request, site, reverse("logbook:site_book", args=[site.code]))


def _given(request: HttpRequest, of: Place, home: str) -> HttpResponse:
    form = PromiseForm(request.POST)
    if form.is_valid():
        try:
            promise_confidentiality(actor=request.user, site=site_of(of), version=form.cleaned_data["version"], now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Your promise is recorded."))
            wanted = form.cleaned_data["next"]
            if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
                return redirect(wanted)
            return redirect(home)
    fresh = PromiseForm({"version": VERSION, "next": form["next"].value() or home})
    fresh.is_valid()
    for message in form.non_field_errors():
        fresh.add_error(None, message)
    return _ask(request, of, fresh, 422)


@desk_page("log.promises")
@require_safe
def promises(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who reads this desk's log, who of them has promised, when it is due again, and every promise before."""
    now = timezone.now()
    rows = readers_and_promises(desk, now)
    context = {
        "section": "log", "desk": desk, "rows": rows, "owing": sum(row.owes for row in rows), "months": promise_months_of(desk),
        "may_export": may_take_out("promises", of=desk, reader=request.user, now=now),
    }
    return render(request, "logbook/promises.html", context)
