"""My requests: one's coming duties, swaps and leave, what one is asked and what one owes (A13, B2.5, E4); phone first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from rosters import actions, rules
from rosters.forms_requests import AgreeForm, AskSwapForm, DecideForm
from rosters.models import Duty, Leave, Repayment, Swap
from rosters.queries import (
    Piece,
    debts_of,
    duties_ahead,
    fits_of,
    own_swaps,
    shift_types_by_key,
    stands_of,
    swaps_for,
    takers_of,
)
from rosters.templatetags.request_tags import TONES

PER_PAGE = 20


def with_shift(duties: list[Duty], desk: Desk) -> list[Duty]:
    """The duties, each with its shift type as `.shift`."""
    types = shift_types_by_key(desk)
    for duty in duties:
        duty.shift = types[duty.shift_code, duty.shift_version]  # type: ignore[attr-defined]
    return duties


@desk_page("duty.ask")
@require_safe
def requests(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What one is asked, one's coming duties with a swap one tap away, one's requests, the newest first, and debts."""
    now, person = timezone.now(), request.user
    page = Paginator(own_swaps(person, desk), PER_PAGE).get_page(request.GET.get("page"))
    leaves = Leave.objects.filter(person=person, desk__site=desk.site_id).select_related("desk__site").order_by("-asked_at", "-pk")
    live = {swap.duty_id: swap for swap in Swap.objects.filter(person=person, desk=desk, state__in=["requested", "agreed"])}
    coming = with_shift(duties_ahead(person, desk, now), desk)
    for duty in coming:
        duty.request = live.get(duty.pk)  # type: ignore[attr-defined]
    offers = list(swaps_for(person, desk))
    with_shift([swap.duty for swap in (*offers, *page)], desk)
    context = {
        "section": "rosters", "desk": desk, "now": now, "coming": coming[:31], "offers": offers, "page": page,
        "leaves": leaves[:PER_PAGE], "today": local_day(now, desk.site.zone), "debts": list(debts_of(person, desk)), "may_decide": may(person, "duty.decide", desk=desk, now=now),
    }
    return render(request, "rosters/requests.html", context)


@desk_page("duty.ask")
@require_POST
def waive(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Lets a duty be that one is owed; the supervisor any of the desk."""
    decides = may(request.user, "duty.decide", desk=desk)
    rows = Repayment.objects.filter(swap__desk=desk).select_related("swap__person", "swap__taken_by", "swap__duty", "swap__desk__site")
    debt = get_object_or_404(rows if decides else rows.filter(swap__taken_by=request.user), pk=pk)
    try:
        actions.waive_repayment(actor=request.user, debt=debt, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("Nothing is owed any more for that duty."))
    return redirect("rosters:changes" if decides else "rosters:requests", desk.slug)


def say_unseen(request: HttpRequest, form: forms.Form | None, shown: bool) -> None:
    """Says a refusal on top of the page where the form that it stands in is not offered any more: somebody was first."""
    if form is not None and not shown:
        for words in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, str(words))


@desk_page("duty.ask")
@require_http_methods(["GET", "POST"])
def ask_swap(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Asks for a duty to be taken: one's own, or by the supervisor for somebody who cannot."""
    now = timezone.now()
    decides = may(request.user, "duty.decide", desk=desk, now=now)
    duty = get_object_or_404(Duty.objects.select_related("desk__site", "desk__settings", "person"), pk=pk, desk=desk)
    if duty.person != request.user and not decides:
        raise Http404
    fits = takers_of(desk, duty, duty.starts_at, duty.ends_at, now)
    late = not rules.is_in_time(day=duty.site_day, now=now, days=desk.settings.swap_lead_days, zone=desk.site.zone)
    form = AskSwapForm(request.POST or None, duty=duty, fits=fits, late=late and decides)
    if request.method == "POST" and form.is_valid():
        try:
            swap = actions.ask_swap(actor=request.user, duty=duty, wanted=form.wanted(), now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Asked. Nothing changes before a colleague agrees and it is decided."))
            return redirect("rosters:swap", desk.slug, swap.pk)
    context = {
        "section": "rosters", "desk": desk, "duty": with_shift([duty], desk)[0], "form": form, "fits": fits if decides else [fit.for_colleagues() for fit in fits], "late": late,
        "decides": decides, "own": duty.person == request.user,
    }
    return render(request, "rosters/ask_swap.html", context, status=422 if form.errors else 200)


def _shown_swap(request: HttpRequest, desk: Desk, pk: int) -> Swap:
    """The swap, for whom it concerns: its people, who was asked, who decides, and the project head in their place."""
    rows = Swap.objects.select_related(
        "person", "taken_by", "filed_by", "decided_by", "duty__desk__site", "returns__desk__site", "desk__site", "desk__settings"
    )
    swap = get_object_or_404(rows, pk=pk, desk=desk)
    person = request.user
    concerned = (
        person.pk in {swap.person_id, swap.taken_by_id, swap.filed_by_id} or swap.invites.filter(person=person).exists()
        or any(may(person, right, desk=desk) for right in ("duty.decide", "site.overview"))
        or (swap.for_all and may(person, "duty.ask", desk=desk))
    )
    if not concerned:
        raise Http404
    return swap


@desk_page("roster.view")
@require_safe
def swap(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One swap: what is asked, how it came about, what the reader may do."""
    return _swap_page(request, desk, _shown_swap(request, desk, pk))


def _swap_page(request: HttpRequest, desk: Desk, swap: Swap, refused: dict[str, forms.Form] | None = None) -> HttpResponse:
    now, person = timezone.now(), request.user
    refused = refused or {}
    with_shift([duty for duty in (swap.duty, swap.returns) if duty], desk)
    invites = list(swap.invites.select_related("person").order_by("pk"))
    asked = swap.for_all or any(row.person_id == person.pk and row.declined_at is None for row in invites)
    may_agree = swap.state == "requested" and asked and person.pk != swap.person_id and may(person, "duty.ask", desk=desk, now=now)
    mine = duties_ahead(person, desk, now) if may_agree and swap.way == Swap.Way.EXCHANGE else []
    decides = may(person, "duty.decide", desk=desk, now=now) and swap.is_live
    say_unseen(request, refused.get("agree"), may_agree)
    say_unseen(request, refused.get("decide"), decides and swap.state == "agreed")
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "swap": swap, "invites": invites, "steps": steps_of_request(swap, person),
        "may_agree": may_agree, "agree_form": refused.get("agree") or AgreeForm(duties=mine),
        "may_decline": swap.state == "requested" and any(row.person_id == person.pk and row.declined_at is None for row in invites),
        "may_give_back": swap.state == "agreed" and person.pk in {swap.taken_by_id, swap.person_id},
        "may_withdraw": swap.is_live and person.pk in {swap.person_id, swap.filed_by_id},
        "decide_form": (refused.get("decide") or DecideForm()) if decides else None,
        "fits": stands_of(desk, [swap], now)[swap.pk] if decides and swap.taken_by and swap.state == "agreed"
        else fits_of(desk, [person], Piece.of(swap.duty, swap.starts_at, swap.ends_at), now, fair=True) if may_agree and isinstance(person, Person) else [],
        "tone": TONES[swap.state],
    }
    return render(request, "rosters/swap.html", context, status=422 if refused else 200)


def steps_of_request(row: Swap | Leave, reader: Any) -> list[dict[str, Any]]:
    """Every step of a request for the timeline, the newest first."""
    rows = row.history.select_related("history_user").order_by("-history_date", "-history_id")
    return [
        {
            "at": step.history_date, "text": step.get_state_display(), "who": step.history_user,
            "note": step.decision, "tone": TONES[step.state],
        }
        for step in rows
    ]


def _acted(request: HttpRequest, desk: Desk, pk: int, act: Callable[[Swap], Any], done: str, *, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    """The posts of a swap have one way: the swap, the form, the act, its page again; a refusal stands beside its field."""
    swap = _shown_swap(request, desk, pk)
    if form is None or form.is_valid():
        try:
            act(swap)
        except Refused as refusal:
            if form is None:
                messages.error(request, f"{refusal.reason} {refusal.remedy}")
                return redirect("rosters:swap", desk.slug, pk)
            place_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("rosters:swap", desk.slug, pk)
    assert form is not None
    return _swap_page(request, desk, _shown_swap(request, desk, pk), {name: form})


@desk_page("duty.ask")
@require_POST
def agree(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Takes the offered duty."""
    now = timezone.now()
    form = AgreeForm(request.POST, duties=duties_ahead(request.user, desk, now))
    act = lambda swap: actions.agree(actor=request.user, swap=swap, returns=form.chosen(), now=now)  # noqa: E731
    return _acted(request, desk, pk, act, _("You take it. Until it is decided you can give it back."), name="agree", form=form)


@desk_page("duty.ask")
@require_POST
def decline(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Says no to an offer."""
    return _acted(request, desk, pk, lambda swap: actions.decline(actor=request.user, swap=swap, now=timezone.now()), _("You said no."))


@desk_page("duty.ask")
@require_POST
def give_back(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Gives an offer back that was taken."""
    act = lambda swap: actions.give_back(actor=request.user, swap=swap, now=timezone.now())  # noqa: E731
    return _acted(request, desk, pk, act, _("Given back: the duty is open again."))


@desk_page("duty.ask")
@require_POST
def withdraw_swap(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Takes the request back."""
    act = lambda swap: actions.withdraw_swap(actor=request.user, swap=swap, now=timezone.now())  # noqa: E731
    return _acted(request, desk, pk, act, _("Withdrawn. You keep your duty."))


@desk_page("duty.decide")
@require_POST
def decide_swap(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Approves or refuses."""
    form = DecideForm(request.POST)

    def act(swap: Swap) -> Any:
        approve = form.cleaned_data["outcome"] == "approve"
        return actions.decide_swap(actor=request.user, swap=swap, approve=approve, reason=form.cleaned_data["reason"], now=timezone.now())

    return _acted(request, desk, pk, act, _("Decided: whom it touches has been told."), name="decide", form=form)
