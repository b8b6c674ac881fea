"""The month as it was worked: the table, one person's month, what they say of it, corrections, the sign-off (A10, A22)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks import binding
from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook.actions import record_reading
from logbook.taking_out import may_take_out
from logbook.views.export import list_export
from rosters import actions
from rosters.forms_presence import AnswerMonthForm, CorrectTimeForm, SignOffForm
from rosters.models import Duty, TimeCorrection
from rosters.queries import attendances, month_truth

export_hours = list_export("hours")


@desk_page("roster.view")
@require_safe
def current_hours(request: HttpRequest, desk: Desk) -> HttpResponse:
    """This month's hours, in the site's zone."""
    return _all_or_own(request, desk, local_day(timezone.now(), desk.site.zone).replace(day=1))


@desk_page("roster.view")
@require_safe
def hours(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """A month's hours."""
    return _all_or_own(request, desk, month)


def _all_or_own(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Everybody's month for who may see it; others come to their own."""
    if not may(request.user, "presence.view", desk=desk):
        return redirect("rosters:own_hours", desk.slug, month, request.user.pk)
    return _table(request, desk, month, None, 200)


@desk_page("roster.view")
@require_safe
def own_hours(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """One person's month, duty by duty."""
    return _own(request, desk, month, _person(request, desk, pk), None, 200)


@sensitive_post_parameters("secret")
@desk_page("roster.view")
@require_POST
def answer(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The actor confirms or contests their own month."""
    form = AnswerMonthForm(request.POST, auto_id="answer-%s")
    if _done(request, desk, form, lambda data, proof, now: actions.answer_month(
        actor=request.user, desk=desk, month=month, answer=data["answer"], words=data["words"], confirmed=proof, now=now
    )):
        messages.success(request, _("Noted. You can say it again when something changes."))
        return redirect("rosters:own_hours", desk.slug, month, request.user.pk)
    return _own(request, desk, month, request.user, form, 422)


@sensitive_post_parameters("secret")
@desk_page("presence.settle")
@require_POST
def sign_off(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The supervisor signs the month off."""
    form = SignOffForm(request.POST, auto_id="sign-%s")
    if _done(request, desk, form, lambda data, proof, now: actions.sign_month_off(
        actor=request.user, desk=desk, month=month, words=data["words"], confirmed=proof, now=now
    )):
        messages.success(request, _("Signed off: everybody of the month has been told."))
        return redirect("rosters:hours", desk.slug, month)
    return _table(request, desk, month, form, 422)


@desk_page("presence.settle")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor corrects when somebody was at the desk for a duty; earlier corrections stand below."""
    now = timezone.now()
    rows = Duty.objects.filter(desk=desk, taken_out_by__isnull=True).select_related("person", "desk__site", "desk__settings")
    duty = get_object_or_404(rows, pk=pk)
    found = attendances(desk, [duty], now)[duty.pk]
    given = {"arrived_at": found.arrived_at, "left_at": found.left_at}
    form = CorrectTimeForm(request.POST or None, zone=desk.site.zone, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_time(actor=request.user, duty=duty, now=now, **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Corrected: the person has been told."))
            return redirect("rosters:own_hours", desk.slug, duty.site_day.replace(day=1), duty.person_id)
    context = {
        "section": "rosters", "desk": desk, "duty": duty, "month": duty.site_day.replace(day=1), "attendance": found, "form": form,
        "corrections": TimeCorrection.objects.filter(duty=duty).select_related("made_by", "entry").order_by("-pk"),
    }
    return render(request, "rosters/correct.html", context, status=422 if form.errors else 200)


def _person(request: HttpRequest, desk: Desk, pk: int) -> Person:
    """Oneself, or by right anybody who has to do with the desk's site (I8)."""
    if pk == request.user.pk:
        return request.user  # type: ignore[return-value]
    if not may(request.user, "presence.view", desk=desk):
        raise Http404
    return get_object_or_404(Person.objects.filter(memberships__site=desk.site_id).distinct(), pk=pk)


def _done(
    request: HttpRequest, desk: Desk, form: forms.Form, act: Callable[[dict[str, Any], binding.Confirmation, datetime], object]
) -> bool:
    """The act with the actor's PIN or password, counted before its transaction begins; a refusal is placed on the form."""
    if not form.is_valid():
        return False
    now = timezone.now()
    try:
        act(form.cleaned_data, binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings), now)
    except Refused as refusal:
        place_refusal(form, refusal)
        return False
    return True


def _months(desk: Desk, month: date, now: datetime) -> dict[str, Any]:
    this = local_day(now, desk.site.zone).replace(day=1)
    return {"before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month), "this": this, "is_coming": month > this}


def _table(request: HttpRequest, desk: Desk, month: date, form: SignOffForm | None, status: int) -> HttpResponse:
    now = timezone.now()
    truth = month_truth(desk, month, now)
    _note_reading(request, desk, month, len(truth.people))
    may_sign = truth.sign_off is None and truth.is_over and bool(truth.people) and may(request.user, "presence.settle", desk=desk, now=now)
    context = {
        "section": "rosters", "desk": desk, "month": month, "truth": truth, "now": now, **_months(desk, month, now),
        "sign_form": (form or SignOffForm(auto_id="sign-%s")) if may_sign or form else None,
        "asked_month": f"{month:%Y-%m}", "may_export": may_take_out("hours", of=desk, reader=request.user, now=now),
    }
    return render(request, "rosters/hours.html", context, status=status)


def _own(
    request: HttpRequest, desk: Desk, month: date, person: Person, form: AnswerMonthForm | None, status: int
) -> HttpResponse:
    now, own = timezone.now(), person.pk == request.user.pk
    truth = month_truth(desk, month, now, person)
    found = truth.of(person)
    if not own:
        _note_reading(request, desk, month, int(found is not None))
    context = {
        "section": "rosters", "desk": desk, "month": month, "truth": truth, "person": person, "found": found, "own": own, "now": now,
        **_months(desk, month, now), "sees_all": may(request.user, "presence.view", desk=desk, now=now),
        "settles": not own and may(request.user, "presence.settle", desk=desk, now=now),
        "answer_form": (form or AnswerMonthForm(auto_id="answer-%s")) if own and (form or (found is not None and truth.is_over)) else None,
    }
    return render(request, "rosters/own_hours.html", context, status=status)


def _note_reading(request: HttpRequest, desk: Desk, month: date, count: int) -> None:
    """Who looked at other people's hours is recorded (I8)."""
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="hours", filters={"month": f"{month:%Y-%m}"},
        from_number=None, to_number=None, count=count, now=timezone.now(),
    )
