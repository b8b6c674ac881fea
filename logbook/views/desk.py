"""The desk page: home of whoever is on duty (docs/architecture.md; A1, A8, A10, A17, A30)."""

from datetime import datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.hooks import panels_of
from desks.models import Choice, Desk, Person
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.forms.composer import OUTCOMES, URGENCIES, ComposerForm
from logbook.lines import lines_of, without_nested
from logbook.models import Entry, Watch
from logbook.queries import book_ids_of, entries_of, for_rows, todo_of, watch_and_people
from logbook.reading import rows_for
from logbook.todo import matters_of
from logbook.words import DeskWords

SHOWN = 30
TODO_SHOWN = 10


@desk_page("desk.view")
@require_safe
def desk_page_view(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk page."""
    return desk_answer(request, desk)


def desk_answer(request: HttpRequest, desk: Desk, form: ComposerForm | None = None) -> HttpResponse:
    """The desk page, with a refused draft in its composer where there is one (then the status is 422)."""
    now = timezone.now()
    words = DeskWords(desk)
    watch, people = watch_and_people(desk)
    context = {"section": "desk", "desk": desk, "now": now} | strip_of(request, desk, watch, people)
    context |= _feed_and_todo(request, desk, watch, words, now)
    context["aside"] = panels_of("desk.aside", request, desk)
    if may(request.user, "log.write", desk=desk, now=now):
        context["composer"] = composer_of(desk, words, form)
    return render(request, "logbook/desk.html", context, status=422 if form is not None else 200)


@desk_page("desk.view")
@require_safe
def desk_parts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk page reads again by itself: the watch strip and the to-do column."""
    now = timezone.now()
    watch, people = watch_and_people(desk)
    context = {"desk": desk, "now": now} | strip_of(request, desk, watch, people)
    sees = may(request.user, "log.see_restricted", desk=desk, now=now)
    roots, open_ones, overdue_ones = todo_of(desk, TODO_SHOWN, now, see_restricted=sees)
    rows = rows_for(roots, reader=request.user, desk=desk, now=now)
    todo = matters_of(rows, desk=desk, words=DeskWords(desk), now=now)
    context |= {"todo": todo, "open_count": open_ones, "overdue_count": overdue_ones}
    context["todo_panels"] = panels_of("desk.todo", request, desk)
    context["aside"] = panels_of("desk.aside", request, desk)
    context["count"] = _newest_of(desk) - watch.first_number + 1 if watch is not None else None
    _record(request, desk, "desk_follow_ups", [row.number for row in rows], now)
    return render(request, "logbook/_desk_parts.html", context)


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


def _feed_and_todo(
    request: HttpRequest, desk: Desk, watch: Watch | None, words: DeskWords, now: datetime
) -> dict[str, Any]:
    """The newest entries of the watch and the open matters; one reading of rows for both."""
    reader = request.user
    found = for_rows(entries_of(desk, first=watch.first_number if watch is not None else None), SHOWN + 1)
    shown = found[:SHOWN]
    sees = may(reader, "log.see_restricted", desk=desk, now=now)
    roots, open_ones, overdue_ones = todo_of(desk, TODO_SHOWN, now, see_restricted=sees)
    rows = iter(rows_for([*shown, *roots], reader=reader, desk=desk, now=now))
    lines = lines_of(list(islice(rows, len(shown))), desk=desk, words=words, reader=reader, now=now)
    todo = matters_of(list(rows), desk=desk, words=words, now=now)
    numbers = [entry.number for entry in shown]
    _record(request, desk, "desk", numbers, now)
    if earlier := sorted({root.number for root in roots} - set(numbers)):
        _record(request, desk, "desk_follow_ups", earlier, now)
    return {
        "lines": without_nested(lines),
        "newest": numbers[0] if numbers else _newest_of(desk),
        "first": watch.first_number if watch is not None else 0,
        "count": numbers[0] - watch.first_number + 1 if numbers and watch is not None else None,
        "older": numbers[-1] if len(found) > SHOWN else None,
        "todo": todo,
        "open_count": open_ones,
        "overdue_count": overdue_ones,
        "todo_panels": panels_of("desk.todo", request, desk),
    }


def composer_of(desk: Desk, words: DeskWords, form: ComposerForm | None) -> dict[str, Any]:
    """What the composer shows. Its template writes its fields by hand: this page is the one that must be quick."""
    values = {name: form.data.get(name, "") for name in form.fields} if form is not None else {}
    if form is not None:
        values["place"] = form.offered_place()
    kinds = words.kinds
    return {
        "kinds": kinds,
        "chosen": values.get("kind") or ("other" if any(kind.code == "other" for kind in kinds) else kinds[0].code),
        "has_emergency": any(kind.code == "emergency" for kind in kinds),
        "sources": words.choices(Choice.Purpose.SOURCE),
        "departments": words.choices(Choice.Purpose.DEPARTMENT),
        "phrases": words.choices(Choice.Purpose.STOCK_PHRASE),
        "urgencies": URGENCIES,
        "outcomes": OUTCOMES,
        "values": values,
        "errors": {"general" if name == "__all__" else name: " ".join(said) for name, said in form.errors.items()} if form else {},
        "form": form,
    }


def _newest_of(desk: Desk) -> int:
    newest = Entry.objects.filter(book__in=book_ids_of(desk)).order_by("-number").values_list("number", flat=True).first()
    return newest or 0


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
