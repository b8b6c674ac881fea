"""The one guided page: the open handover or how to begin one, and how every act of it answers (A23–A30)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from desks.clock import at, local_day
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import people_of_desk
from desks.refusal import Refused
from handover import actions
from handover import forms as own
from handover.forms_afterwards import CompleteReleaseForm
from handover.models import Handover
from handover.queries import gap_since, last_closing, named_relief, open_handover, past_handovers, releases_to_complete
from handover.relief import Relief, expected_people, relief_of
from handover.stand_ins import HOLDING_ROLES, StandIn, stand_ins
from handover.views.shown import Bound, shown_steps
from handover.views.told import told_part
from logbook.actions import record_reading
from logbook.models import Watch
from logbook.queries import current_watch, watch_people

# So many stand-ins are offered for one tap; everybody else stands in the list below.
MOST_OFFERED = 6


def one(desk: Desk, pk: int) -> Handover:
    """The desk's handover of that number, or 404."""
    return get_object_or_404(Handover.objects.select_related("desk__site", "desk__settings"), pk=pk, desk=desk)


def act_and_answer(
    request: HttpRequest, desk: Desk, *, key: str, form: forms.Form, anchor: str,
    act: Callable[[dict[str, Any], datetime], Any], done: str = "",
) -> HttpResponse:
    """Runs one act of the page: back to its place when done; the page with what was typed and why not when refused."""
    refusal = None
    if form.is_valid():
        try:
            act(form.cleaned_data, timezone.now())
        except Refused as caught:
            refusal = caught
            place_refusal(form, caught)
        else:
            return _back(request, desk, anchor, done)
    return guided(request, desk, bound={key: form}, refusal=refusal, status=422)


def _back(request: HttpRequest, desk: Desk, anchor: str, done: str) -> HttpResponse:
    address = done or reverse("handover:page", args=[desk.slug])
    if not request.htmx:
        return redirect(address if done else f"{address}#{anchor}")
    if done:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return guided(request, desk)


def note_reading(request: HttpRequest, desk: Desk, page: str, numbers: list[int], **filters: object) -> None:
    """Records that the actor was shown these entries: reading the last shift's log is part of taking over (A25, I8)."""
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page=page, filters=filters,
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers),
        now=timezone.now(),
    )


def numbers_of(rows: list[dict[str, Any]]) -> list[int]:
    """The numbers of the matters whose words these rows show the reader."""
    return [row["matter"].root.number for row in rows if row["words"]]


def guided(
    request: HttpRequest, desk: Desk, *, bound: Bound | None = None, refusal: Refused | None = None, status: int = 200,
    phone_code: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page, or for htmx its part: the open handover, or how to begin one; with a code for the phone that was just made."""
    now = timezone.now()
    handover = open_handover(desk)
    bound = bound or {}
    # Of a practice (handover.views.practice) only the part is drawn, its page stands around it; no PIN is asked there.
    practice = getattr(request, "practice", None)
    context: dict[str, Any] = {
        "desk": desk, "section": "handover", "now": now, "bound": bound, "refusal": refusal, "handover": handover,
        "past": past_handovers(desk)[:8], "phone_code": phone_code, "practice": practice,
    }
    context |= _watch_part(request.user, desk, now, bound)
    if handover is None:
        context |= _beginning(request.user, desk, now, bound)
        context["may_take_part"] = may(request.user, "handover.take_part", desk=desk, now=now)
        part, whole = "handover/_begin.html", "handover/begin.html"
    else:
        context |= shown_steps(request.user, handover, now, bound)
        context |= told_part(request.user, handover, now, context, bound)
        if handover.is_draft:
            context |= _who_comes(request.user, desk, now, bound)
            context["may_start"] = may(request.user, "handover.take_part", desk=desk, now=now)
        part, whole = "handover/_guided.html", "handover/page.html"
        note_reading(request, desk, "handover", context["shown_numbers"], handover=handover.pk)
        # Apart: the matters are of any age, and whoever read them has not read the log up to there.
        note_reading(request, desk, "handover-matters", numbers_of([*context["alone"], *context["rest"]]), handover=handover.pk)
        if numbers := [each["entry"].number for each in context["news"]]:
            note_reading(request, desk, "handover-news", numbers, handover=handover.pk)
    if practice and handover is not None:
        context["refuse_form"].fields.pop("secret", None)
    answer = render(request, part if request.htmx or practice else whole, context, status=status)
    # A boosted form would put its own address into the browser, and nobody could load that page again.
    answer.headers["HX-Push-Url"] = "false"
    return answer


def holders(desk: Desk, now: datetime) -> list[Person]:
    """Who may hold the desk: its staff and the supervisors, rostered or not."""
    return sorted(people_of_desk(desk, now, HOLDING_ROLES), key=str)


def _beginning(actor: Person, desk: Desk, now: datetime, bound: Bound) -> dict[str, Any]:
    """What stands on the page while no handover is under way: open, hand over, close."""
    people, expected = holders(desk, now), expected_people(desk, now)
    watch = current_watch(desk)
    if watch is None:
        beside = [person.pk for person in expected if person.pk != actor.pk]
        return {
            "may_open": may(actor, "watch.hold", desk=desk, now=now), "closing": last_closing(desk),
            "open_form": bound.get("open")
            or own.OpenForm(people=[each for each in people if each.pk != actor.pk], initial={"colleagues": beside}),
        }
    part = _who_comes(actor, desk, now, bound)
    return part | {
        "may_start": may(actor, "handover.take_part", desk=desk, now=now),
        "may_prepare": actor.pk in {person.pk for person in watch_people(watch)},
        "may_close": watch.holder_id == actor.pk,
        "closes_next": part["named"] is None and _closes_before(relief_of(watch, now), desk, now),
    }


def _who_comes(actor: Person, desk: Desk, now: datetime, bound: Bound) -> dict[str, Any]:
    """The form that names who takes over: whom the supervisor named, else whom the roster expects; of several who acts here."""
    watch = current_watch(desk)
    if watch is None:
        return {}
    named = named_relief(watch)
    wanted = ([named.person] if named else []) + [each for each in expected_people(desk, now) if each.pk != watch.holder_id]
    wanted.sort(key=lambda each: each.pk != actor.pk)
    initial: dict[str, Any] = {"colleagues": [person.pk for person in wanted[1:]]}
    if wanted:
        initial["incoming"] = wanted[0].pk
    people = [each for each in holders(desk, now) if each.pk != watch.holder_id]
    return {"named": named, "start_form": bound.get("start") or own.ComeForm(people=people, initial=initial)}


def _closes_before(relief: Relief | None, desk: Desk, now: datetime) -> bool:
    """Whether the desk closes today before anybody relieves its watch: then closing is the next act, not handing over."""
    today = local_day(now, desk.site.zone)
    hours = desk.opening_hours.filter(weekday=today.weekday()).first()
    return hours is not None and (relief is None or relief.starts_at >= at(today, hours.closes, desk.site.zone))


def _offered(desk: Desk, watch: Watch, now: datetime) -> list[StandIn]:
    """Who is named with one tap: free and rested, and not the one whom the open handover is about."""
    handover = open_handover(desk)
    incoming = handover.incoming_id if handover is not None else None
    return [each for each in stand_ins(desk, watch, now) if each.fits and each.person.pk != incoming][:MOST_OFFERED]


def _watch_part(actor: Person, desk: Desk, now: datetime, bound: Bound) -> dict[str, Any]:
    """The watch with its relief, and what the supervisor and the people of the watch may do when nobody comes (A23)."""
    watch = current_watch(desk)
    if watch is None:
        return {"watch": None, "gap": None, "relief": None}
    people = [person for person in holders(desk, now) if person.pk != watch.holder_id]
    gap = gap_since(watch)
    relief = relief_of(watch, now)
    if relief is not None and not relief.missing and watch.holder_id in {person.pk for person in relief.people}:
        relief = None
    part: dict[str, Any] = {"watch": watch, "gap": gap, "relief": relief}
    if gap is None and may(actor, "handover.take_part", desk=desk, now=now):
        part["release_form"] = bound.get("release") or own.ReleaseForm(
            desk=desk, codes=actions.RELEASING, auto_id="release-%s"
        )
    if may(actor, "handover.decide", desk=desk, now=now):
        part["stand_ins"] = _offered(desk, watch, now)
        part["releases"] = list(releases_to_complete(desk)[:3])
        part["complete_form"] = bound.get("complete") or CompleteReleaseForm(auto_id="complete-%s")
        part["relief_form"] = bound.get("relief") or own.ReliefForm(people=people, auto_id="relief-%s")
    if may(actor, "watch.take_over", desk=desk, now=now) and watch.holder_id != actor.pk:
        part["may_release"] = [person for person in watch_people(watch) if person.pk != watch.holder_id]
        part["take_over_form"] = bound.get("take_over") or own.TakeOverForm(desk=desk, auto_id="take-over-%s")
    part["may_fill"] = gap is not None and may(actor, "watch.hold", desk=desk, now=now)
    return part
