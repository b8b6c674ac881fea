"""What /health/ready/ says of each part: database, broker, beat, worker, and the head of the record (I2); /health/record/ of the record alone.

Two addresses, for two questions. A record that does not hold is no reason to send nobody to this program any more: the desk goes on
writing. It is a reason to wake somebody."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from desks.permissions import public_page
from logbook.models import Book, EntryDigest, Verification, Witness
from logbook.proof.keys import state_of_key
from notices.models import Heartbeat

OK, AWAY = "ok", "away"
DOES_NOT_HOLD = "does not hold"
# A night is made up for in the day; whoever has missed two has stopped verifying. Nights are days of the sites, wherever these are.
VERIFIED_WITHIN = timedelta(days=3)


@public_page
def ready(request: HttpRequest) -> HttpResponse:
    """Whether database, broker, beat and worker do their work; 503 where one is away, and its name with "away"."""
    answer = state_of_parts(timezone.now())
    return JsonResponse(answer, status=503 if AWAY in answer.values() else 200)


@public_page
def record(request: HttpRequest) -> HttpResponse:
    """Whether the record holds, was verified of late, and can be signed; 503 where not: the address that a monitor alarms on (A18, I2)."""
    now = timezone.now()
    try:
        answer = {"signing_key": state_of_key()} | _verified()
    except Error:
        return JsonResponse({"database": AWAY}, status=503)
    late = answer["record_verified"] is not None and answer["record_verified"] < (now - VERIFIED_WITHIN).date().isoformat()
    answer["late"] = late
    wrong = late or answer["record"] == DOES_NOT_HOLD or answer["signing_key"] != OK
    return JsonResponse(answer, status=503 if wrong else 200)


def state_of_parts(now: datetime) -> dict[str, Any]:
    """Each part's name with "ok" or "away", the ages of the last beat and tick in seconds, and the record's head.

    The head is one digest over the newest entry of every book: it says nothing about anybody, changes with every
    entry, and noted outside it shows later whether a tail was cut off.
    """
    answer: dict[str, Any] = {"database": AWAY, "broker": AWAY, "beat": AWAY, "worker": AWAY}
    answer["broker"] = _broker()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beats = {row.part: row for row in Heartbeat.objects.all()}
        head, key, verified, mail = _head(), state_of_key(), _verified(), _witness_mail()
    except Error:
        return answer
    ages = {part: round(abs((now - row.at).total_seconds()), 1) for part, row in beats.items()}
    fresh = {part for part, age in ages.items() if age <= settings.HEARTBEAT_MAX_AGE}
    answer["database"] = OK
    answer["beat"] = OK if "beat" in fresh else AWAY
    if "clock" in fresh:
        answer["worker"] = OK
    elif answer["beat"] == AWAY and answer["broker"] == OK:
        # Without a beat no tick tells of the worker: ask it, at most a second.
        answer["worker"] = _worker_answers()
    answer |= {"beat_age": ages.get("beat"), "clock_age": ages.get("clock"), "record_head": head, "signing_key": key, "witness_mail": mail} | verified
    if "clock" in beats and beats["clock"].failing:
        answer["failing"] = beats["clock"].failing
    return answer


def _verified() -> dict[str, Any]:
    """What the newest nightly verification of each book found: "holds", "does not hold", or None before the first night."""
    newest = list(Verification.objects.order_by("book", "-night").distinct("book"))
    if not newest:
        return {"record": None, "record_verified": None}
    holds = all(each.holds for each in newest)
    return {"record": "holds" if holds else DOES_NOT_HOLD, "record_verified": min(each.night for each in newest).isoformat()}


def _witness_mail() -> str | None:
    """How checkpoints go to their witnesses: "server", "file" (development), or that they cannot; None where nobody is a witness."""
    if not Witness.objects.filter(ended_at__isnull=True).exists():
        return None
    return "no mail server is set" if settings.MAIL_GOES == "nowhere" else settings.MAIL_GOES


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return AWAY
    return OK


def _worker_answers() -> str:
    from duty_desk.celery import app

    try:
        return OK if app.control.ping(timeout=1, limit=1) else AWAY
    except Exception:  # any failure of the broker's driver means the same here
        return AWAY


def _head() -> str:
    newest = EntryDigest.objects.filter(book=OuterRef("pk")).order_by("-number")
    books = Book.objects.annotate(
        number=Subquery(newest.values("number")[:1]), head=Subquery(newest.values("digest")[:1])
    ).order_by("origin")
    lines = [f"{book.origin} {book.number or 0} {bytes(book.head or bytes(32)).hex()}\n" for book in books]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
