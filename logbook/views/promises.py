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
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.promises import VERSION, WORDINGS, owes_promise, promise_confidentiality, promise_months_of
from desks.refusal import Refused
from logbook.forms.readers import PromiseForm
from logbook.queries import readers_and_promises
from logbook.taking_out import may_take_out

View = Callable[..., Any]


def ask_who_owes(request: HttpRequest, desk: Desk, back: str = "") -> HttpResponse | None:
    """The page that asks for the yearly promise, for whoever owes it at the desk's site; it leads back to this address, or to `back`."""
    if not owes_promise(request.user, desk, timezone.now()):
        return None
    return _ask(request, desk, PromiseForm(initial={"version": VERSION, "next": back or request.get_full_path()}))


def promised(view: View) -> View:
    """A page that shows the log: whoever owes the yearly promise is asked for it first. What is sent is never held up."""

    @wraps(view)
    def checked(request: HttpRequest, desk: Desk, *args: Any, **kwargs: Any) -> Any:
        asked = ask_who_owes(request, desk) if request.method in {"GET", "HEAD"} else None
        return asked or view(request, desk, *args, **kwargs)

    return checked


def promised_before_taking(view: View) -> View:
    """A form that takes something out of the record and writes nothing of the desk's work: asked first as well; the proof's page comes after."""

    @wraps(view)
    def checked(request: HttpRequest, desk: Desk, *args: Any, **kwargs: Any) -> Any:
        return ask_who_owes(request, desk, reverse("logbook:proof", args=[desk.slug])) or view(request, desk, *args, **kwargs)

    return checked


def _ask(request: HttpRequest, desk: Desk, form: PromiseForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "log", "desk": desk, "form": form, "wording": WORDINGS[VERSION], "months": promise_months_of(desk),
        "has_desk_page": may(request.user, "desk.view", desk=desk),
    }
    return render(request, "logbook/promise.html", context, status=status)


@desk_page("log.promise")
@require_POST
def promise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Gives the promise and goes on to where its reader wanted to go."""
    form = PromiseForm(request.POST)
    if form.is_valid():
        try:
            promise_confidentiality(actor=request.user, site=desk.site, version=form.cleaned_data["version"], now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you. Your promise is recorded."))
            wanted = form.cleaned_data["next"]
            if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
                return redirect(wanted)
            return redirect("logbook:log", desk.slug)
    fresh = PromiseForm({"version": VERSION, "next": form["next"].value() or reverse("logbook:log", args=[desk.slug])})
    fresh.is_valid()
    for message in form.non_field_errors():
        fresh.add_error(None, message)
    return _ask(request, desk, fresh, 422)


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
