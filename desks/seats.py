"""The shared computer: several people of a watch signed in at one browser, one of them the actor (docs/architecture.md §5).

The session holds a seat for each person; `request.user` is always the actor. A posted form says who its writer
took the actor to be, and is refused when that has changed meanwhile.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from desks.gate import about_to_open
from desks.models import Desk, DeskSettings, Person
from desks.refusal import Refused

SEATS = "seats"
IDLE = "idle_minutes"
SAFE = {"GET", "HEAD", "OPTIONS"}


class ActorChanged(Refused):
    """The form was written as somebody else than the actor of now."""


class SeatIdle(Refused):
    """The actor's name chip has been idle for too long: the PIN is asked for again."""


def seat_ids(request: HttpRequest) -> list[int]:
    """The people signed in at this browser, in the order in which they came; the actor is one of them."""
    ids = [int(key) for key in request.session.get(SEATS, {})]
    actor = request.user.pk if request.user.is_authenticated else None
    if actor is not None and actor not in ids:
        ids.append(actor)
    return ids


def seated_people(request: HttpRequest) -> list[Person]:
    """The people signed in at this browser, read once a request."""
    cached = getattr(request, "_seated_people", None)
    if cached is None:
        ids = seat_ids(request)
        if ids == [request.user.pk]:
            cached = [request.user]
        else:
            by_id = {person.pk: person for person in Person.objects.filter(pk__in=ids, ended_at__isnull=True)}
            cached = [by_id[pk] for pk in ids if pk in by_id]
        request._seated_people = cached  # type: ignore[attr-defined]
    return cached


def take_seat(request: HttpRequest, person: Person, now: datetime) -> None:
    """Signs the person in at this browser, beside those who are there, and makes them the actor.

    The session's key is changed, its content and the others' seats stay.
    """
    seats = {str(pk): request.session.get(SEATS, {}).get(str(pk), {}) for pk in seat_ids(request)}
    if request.user.is_authenticated and not seats.get(str(request.user.pk)):
        seats[str(request.user.pk)] = _seat(request.user, now)
    seats[str(person.pk)] = _seat(person, now)
    request.session.cycle_key()
    request.session[SEATS] = seats
    _become(request, person)


def become(request: HttpRequest, person: Person, now: datetime) -> None:
    """Makes a person who is signed in here the actor. Raises Refused for anybody who is not, or who must sign in anew."""
    seat = request.session.get(SEATS, {}).get(str(person.pk))
    if seat is None or not constant_time_compare(seat.get("hash", ""), person.get_session_auth_hash()):
        raise Refused("I9", _("This person is not signed in at this computer."), _("Sign in with the password first."))
    request.session[SEATS] = request.session[SEATS] | {str(person.pk): _seat(person, now)}
    _become(request, person)


def leave_seat(request: HttpRequest, person: Person) -> Person | None:
    """Signs one person out here; the actor becomes whoever is left, or nobody (then the session is emptied)."""
    seats = {key: seat for key, seat in request.session.get(SEATS, {}).items() if key != str(person.pk)}
    rest = Person.objects.filter(pk__in=[int(key) for key in seats], ended_at__isnull=True).order_by("pk").first()
    if rest is None:
        request.session.flush()
        return None
    request.session[SEATS] = seats
    if request.user.pk == person.pk:
        seats[str(rest.pk)]["seen"] = 0
        request.session[SEATS] = seats
        _become(request, rest)
    return rest


def show_desk(request: HttpRequest, desk: Desk) -> None:
    """Keeps how long a name chip stays open at the desk that this browser shows; the last desk shown counts."""
    minutes = desk.settings.actor_idle_minutes if hasattr(desk, "settings") else DeskSettings().actor_idle_minutes
    if request.session.get(IDLE) != minutes:
        request.session[IDLE] = minutes


def _seat(person: Any, now: datetime) -> dict[str, Any]:
    return {"hash": person.get_session_auth_hash(), "seen": int(now.timestamp())}


def _become(request: HttpRequest, person: Person) -> None:
    request.session[SESSION_KEY] = str(person.pk)
    request.session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    request.user = person
    request.__dict__.pop("_seated_people", None)


def refusal_answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that stands beside no field: a page, or for htmx a part, with status 422.

    For a seat that must be taken again the browser is told to open the PIN dialog.
    """
    template = "components/refusal.html" if getattr(request, "htmx", False) else "errors/refused.html"
    answer = render(request, template, {"refusal": refusal}, status=422)
    if isinstance(refusal, ActorChanged | SeatIdle):
        answer.headers["HX-Trigger"] = "seat-needed"
    return answer


class ActorMiddleware:
    """Refuses a posted form whose actor is not the actor of now, or whose actor's chip has been idle too long.

    Whoever has signed in with a one-time password sees nothing but the page to replace it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Runs after the view is known, so that pages that change the actor themselves are left alone."""
        # The actor of a page of a desk is read together with its gate.
        with about_to_open(kwargs["desk"], view.knows()) if hasattr(view, "knows") else nullcontext():
            signed_in = request.user.is_authenticated
        if not signed_in:
            return None
        # The person instead of the lazy object around them, which costs as much as a statement where each attribute is asked for through it.
        request.user = getattr(request, "_cached_user", request.user)
        if request.user.password_is_one_time and not getattr(view, "open_with_one_time_password", False):
            return redirect("desks:change_password")
        if request.method in SAFE or getattr(view, "changes_actor", False):
            return None
        try:
            self._refuse_other_actor(request)
            self._refuse_idle(request)
        except Refused as refusal:
            return refusal_answer(request, refusal)
        return None

    def _refuse_other_actor(self, request: HttpRequest) -> None:
        claimed = request.META.get("HTTP_X_ACTOR") or request.POST.get("_actor")
        if claimed and claimed != str(request.user.pk):
            raise ActorChanged(
                "I9",
                _("Somebody else became the actor at this computer while you were writing."),
                _("Tap your own name, enter your PIN and send again; what you typed is kept."),
            )

    def _refuse_idle(self, request: HttpRequest) -> None:
        seats = request.session.get(SEATS, {})
        seat = seats.get(str(request.user.pk))
        if seat is None or (len(seats) < 2 and seat.get("seen")):
            return
        now = timezone.now()
        limit = timedelta(minutes=request.session.get(IDLE, DeskSettings().actor_idle_minutes))
        if now - datetime.fromtimestamp(seat.get("seen", 0), tz=now.tzinfo) > limit:
            raise SeatIdle(
                "I9",
                _("Your name has not been used at this computer for a while."),
                _("Tap your name and enter your PIN; what you typed is kept."),
            )
        if int(now.timestamp()) - seat.get("seen", 0) > 30:
            request.session[SEATS] = seats | {str(request.user.pk): seat | {"seen": int(now.timestamp())}}
