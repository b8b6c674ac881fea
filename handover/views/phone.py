"""The code on the desk's screen, and the page on the incoming's phone that it opens (A29, I4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desks import binding
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from handover import actions
from handover.forms_afterwards import PhoneSignForm
from handover.models import Handover
from handover.views.guided import guided, note_reading, one
from handover.views.records import recorded, shown_numbers
from logbook.actions import book_of
from logbook.queries import head_of


@desk_page("handover.take_part")
@require_POST
def show_code(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The guided page with a fresh code in the incoming's box."""
    found = one(desk, handover)
    try:
        code = actions.show_code(
            actor=request.user, handover=found, seen=head_of(book_of(desk))[0], now=timezone.now()
        )
    except Refused as caught:
        return guided(request, desk, refusal=caught, status=422)
    address = reverse("handover:phone", args=[desk.slug, found.pk, code.token])
    return guided(request, desk, phone_code={"address": request.build_absolute_uri(address), "until": code.ticket.expires_at})


@desk_page("handover.view")
@never_cache
@require_GET
def wait(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Asked by the page that shows a code: where to go once the phone has signed."""
    found = one(desk, handover)
    if found.state != Handover.State.COMPLETED:
        return HttpResponse(status=204)
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("handover:record", args=[desk.slug, found.pk])})


@sensitive_post_parameters("secret")
@desk_page("handover.take_part")
@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, desk: Desk, handover: int, token: str) -> HttpResponse:
    """What is signed, and the field for the PIN; the person is signed in here as themselves."""
    found, now = one(desk, handover), timezone.now()
    if request.method == "GET":
        actions.open_code(actor=request.user, handover=found, token=token, now=now)
        form = PhoneSignForm(initial={"seen": head_of(book_of(desk))[0]})
        return _page(request, desk, found, form, 200)
    form = PhoneSignForm(request.POST)
    if form.is_valid():
        try:
            confirmed = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            actions.sign_on_phone(
                confirmed=confirmed, handover=found, token=token, seen=form.cleaned_data["seen"] or 0, now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("handover:record", desk.slug, found.pk)
    return _page(request, desk, found, form, 422)


def _page(request: HttpRequest, desk: Desk, handover: Handover, form: PhoneSignForm, status: int) -> HttpResponse:
    context: dict[str, Any] = recorded(request, handover) | {"form": form}
    note_reading(request, desk, "handover-phone", shown_numbers(context, "since"), handover=handover.pk)
    return render(request, "handover/phone.html", context, status=status)
