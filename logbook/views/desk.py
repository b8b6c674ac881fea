"""The desk page: home of whoever is on duty (docs/architecture.md; A1, A8, A10, A17, A30)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.hooks import panels_of
from desks.models import Choice, Desk, Person
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.board import Stamp, board_of, piece_of, stamp_of
from logbook.forms.composer import OUTCOMES, URGENCIES, ComposerForm
from logbook.models import Watch
from logbook.queries import watch_and_people
from logbook.words import DeskWords


@desk_page("desk.view")
@require_safe
def desk_page_view(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk page."""
    return desk_answer(request, desk)


def desk_answer(request: HttpRequest, desk: Desk, form: ComposerForm | None = None) -> HttpResponse:
    """The desk page, with a refused draft in its composer where there is one (then the status is 422)."""
    now = timezone.now()
    context = _parts(request, desk, now) | {"section": "desk"}
    stamp, board = context["stamp"], context["board"]
    _record(request, desk, "desk", board.numbers, now)
    context |= {"lines": board.lines, "newest": stamp.newest, "older": board.older}
    if may(request.user, "log.write", desk=desk, now=now):
        context["composer"] = composer_of(desk, stamp, form)
    return render(request, "logbook/desk.html", context, status=422 if form is not None else 200)


@desk_page("desk.view")
@require_safe
def desk_parts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk page reads again by itself: the watch strip and the to-do column."""
    return render(request, "logbook/_desk_parts.html", _parts(request, desk, timezone.now()))


def _parts(request: HttpRequest, desk: Desk, now: datetime) -> dict[str, Any]:
    """The watch strip, the to-do column and what the board holds; leaves the record of the matters that it shows."""
    watch, people = watch_and_people(desk)
    stamp = stamp_of(desk)
    board = board_of(desk, watch, stamp, reader=request.user, now=now)
    # Matters of this watch stand in its log as well: only the earlier ones are a reading of their own.
    if earlier := sorted(set(board.todo_numbers) - set(board.numbers)):
        _record(request, desk, "desk_follow_ups", earlier, now)
    return strip_of(request, desk, watch, people) | {
        "desk": desk,
        "now": now,
        "stamp": stamp,
        "board": board,
        "count": stamp.newest - watch.first_number + 1 if watch is not None else None,
        "todo": board.todo,
        "open_count": board.open_count,
        "overdue_count": board.overdue_count,
        "todo_panels": panels_of("desk.todo", request, desk),
        "aside": panels_of("desk.aside", request, desk),
    }


def strip_of(request: HttpRequest, desk: Desk, watch: Watch | None, people: list[Person]) -> dict[str, Any]:
    """Who holds the desk, with whom, and what the actor may do about it."""
    present = {person.pk for person in people}
    holds = watch is not None and watch.holder_id == request.user.pk
    strip = panels_of("desk.strip", request, desk)
    return {
        "watch": watch,
        "watch_people": people,
        "colleagues": people[1:],
        "holds": holds,
        "of_the_watch": request.user.pk in present,
        "may_join": watch is not None and request.user.pk not in present and may(request.user, "watch.hold", desk=desk),
        "strip_lines": [panel for panel in strip if not panel.get("wide")],
        "strip_notes": [panel for panel in strip if panel.get("wide")],
        "actions": panels_of("desk.actions", request, desk),
        "handover_url": _address("handover:page", desk.slug),
    }


def composer_of(desk: Desk, stamp: Stamp, form: ComposerForm | None) -> dict[str, Any]:
    """What the composer shows. Its template writes its fields by hand: this page is the one that must be quick."""
    if form is None:
        inner = piece_of("logbook/_composer_inner.html", desk, stamp, lambda: _inner(desk, None))
    else:
        inner = render_to_string("logbook/_composer_inner.html", _inner(desk, form))
    return {"inner": inner}


def _inner(desk: Desk, form: ComposerForm | None) -> dict[str, Any]:
    """The fields of the composer, with a refused draft and the words beside them."""
    words = DeskWords(desk)
    values = {name: form.data.get(name, "") for name in form.fields} if form is not None else {}
    if form is not None:
        values |= {"place": form.offered_place(), "phone": form.offered_phone()}
    kinds = words.kinds
    usual = next((kind.code for kind in kinds if kind.code == "other"), kinds[0].code if kinds else "")
    composer = {
        "kinds": kinds,
        "usual": usual,
        "chosen": values.get("kind") or usual,
        "has_emergency": any(kind.code == "emergency" for kind in kinds),
        "sources": words.choices(Choice.Purpose.SOURCE),
        "departments": words.choices(Choice.Purpose.DEPARTMENT),
        "phrases": words.choices(Choice.Purpose.STOCK_PHRASE),
        "urgencies": URGENCIES,
        "outcomes": OUTCOMES,
        "values": values,
        "errors": {"general" if name == "__all__" else name: " ".join(said) for name, said in form.errors.items()} if form else {},
        "form": form,
        "replaceable": form is not None and form.holds_identity(),
    }
    return {"composer": composer, "desk": desk}


def _record(request: HttpRequest, desk: Desk, page: str, numbers: list[int], now: datetime) -> None:
    """Leaves the record of this reading (A20, I8)."""
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page=page, filters={},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
