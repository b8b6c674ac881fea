"""The desk page: home of whoever is on duty (docs/architecture.md; A1, A8, A10, A17, A30)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from desks.gate import Known, stands_as
from desks.hooks import panels_of
from desks.keeping import TOKEN_HERE, filled
from desks.models import Choice, Desk, EntryKind
from desks.permissions import desk_for, desk_page, may
from logbook.actions import record_reading
from logbook.board import Board, board_of, desk_facts, newest_of, parts_of, watch_of
from logbook.forms.composer import OUTCOMES, OWN_JOINT, URGENCIES, ComposerForm
from logbook.forms.fields import photos_shown
from logbook.queries import watch_and_people
from logbook.rules import LONGEST_TEXT
from logbook.words import CALLS, DeskWords


@desk_page("desk.view", knows=desk_facts)
@require_safe
def desk_page_view(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk page."""
    return desk_answer(request, desk)


def desk_answer(request: HttpRequest, desk: Desk, form: ComposerForm | None = None) -> HttpResponse:
    """The desk page, with a refused draft in its composer where there is one (then the status is 422)."""
    if desk_facts() != tuple(desk.known.facts):
        desk = request.desk = desk_for(request.user, desk.slug, "log.write", knows=desk_facts())  # type: ignore[attr-defined]
    now = timezone.now()
    page = _Page(request, desk, now)
    context = page.context() | {"section": "desk", "lines": page.board.lines, "newest": newest_of(page.known), "older": page.board.older}
    _record(request, desk, "desk", page.board.numbers, now)
    if may(request.user, "log.write", desk=desk, now=now):
        context["composer"] = {"inner": page.composer(form)}
    return page.answer("logbook/desk.html", context, status=422 if form is not None else 200)


@desk_page("desk.view", knows=desk_facts)
@require_safe
def desk_parts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk page reads again by itself: the watch strip and the to-do column."""
    page = _Page(request, desk, timezone.now())
    return page.answer("logbook/_desk_parts.html", page.context())


class _Page:
    """One answer of the desk page: its parts are looked up by what the gate knows, and only what is missing is read."""

    def __init__(self, request: HttpRequest, desk: Desk, now: datetime) -> None:
        self.request, self.desk, self.now = request, desk, now
        self.known: Known = desk.known
        self.board: Board
        self.board, self._boards = board_of(desk, self.known, reader=request.user, now=now)
        self._parts = request.parts = parts_of(desk, self.known, reader=request.user, now=now)  # type: ignore[attr-defined]

    def context(self) -> dict[str, Any]:
        """The watch strip and the to-do column; leaves the record of the matters that stand there."""
        # Matters of this watch stand in its log as well: only the earlier ones are a reading of their own.
        if earlier := sorted(set(self.board.todo_numbers) - set(self.board.numbers)):
            _record(self.request, self.desk, "desk_follow_ups", earlier, self.now)
        newest, (watch, first) = self.known.facts["logbook.newest"], watch_of(self.known)
        return {
            "desk": self.desk,
            "now": self.now,
            "pinned": self.board.pinned,
            "watch_id": watch,
            "count": newest_of(self.known) - first + 1 if first is not None else None,
            "strip": filled(self._parts.get("strip", self._strip, newest), self.request),
            "side": filled(self._parts.get("side", self._side, newest), self.request),
        }

    def answer(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The page; what was made for it is kept if its state is still the same."""
        answer = render(self.request, template, context, status=status)
        self._boards.settle(self._is_as_it_was)
        self._parts.settle(self._is_as_it_was)
        return answer

    def _is_as_it_was(self) -> bool:
        return stands_as(self.request.user, self.desk, self.now)

    def composer(self, form: ComposerForm | None) -> SafeString:
        """What the composer shows. Its template writes its fields by hand: this page is the one that must be quick."""
        if form is not None:
            return render_to_string("logbook/_composer_inner.html", _inner(self.desk, form))
        return self._parts.get("composer", lambda: render_to_string("logbook/_composer_inner.html", _inner(self.desk, None)))

    def _render(self, template: str, context: dict[str, Any]) -> SafeString:
        return render_to_string(template, context | {"csrf_token": TOKEN_HERE, "request": self.request})

    def _panels(self, slot: str) -> list[tuple[bool, SafeString]]:
        """What the floors show in the slot, each with whether it is a note across the whole strip."""
        return self._parts.get(slot, lambda: [
            (bool(panel.get("wide")), self._render(panel["template"], {"panel": panel}))
            for panel in panels_of(slot, self.request, self.desk)
        ])

    def _strip(self) -> SafeString:
        """Who holds the desk, with whom, and what the actor may do about it."""
        watch, people = watch_and_people(self.desk)
        user = self.request.user
        present = {person.pk for person in people}
        strip = self._panels("desk.strip")
        return self._render("logbook/_strip.html", {
            "desk": self.desk,
            "watch": watch,
            "colleagues": people[1:],
            "holds": watch is not None and watch.holder_id == user.pk,
            "of_the_watch": user.pk in present,
            "may_join": watch is not None and user.pk not in present and may(user, "watch.hold", desk=self.desk),
            "count": newest_of(self.known) - watch.first_number + 1 if watch is not None else None,
            "open_count": self.board.open_count,
            "strip_lines": [panel for wide, panel in strip if not wide],
            "strip_notes": [panel for wide, panel in strip if wide],
            "actions": [panel for _wide, panel in self._panels("desk.actions")],
            "handover_url": _address("handover:page", self.desk.slug),
        })

    def _side(self) -> SafeString:
        """The to-do column, and what floors put into and below it."""
        return self._render("logbook/_side.html", {
            "desk": self.desk,
            "todo": self.board.todo,
            "open_count": self.board.open_count,
            "overdue_count": self.board.overdue_count,
            "todo_panels": [panel for _wide, panel in self._panels("desk.todo")],
            "aside": [panel for _wide, panel in self._panels("desk.aside")],
        })


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
        "own": [(kind, fields) for kind in kinds if (fields := _own(words, kind, values, form))],
        "calls": [(name, label, bool(values.get(name))) for name, label in CALLS],
        "usual": usual,
        "longest": LONGEST_TEXT,
        "chosen": values.get("kind") or usual,
        "has_emergency": any(kind.code == "emergency" for kind in kinds),
        "sources": words.choices(Choice.Purpose.SOURCE),
        "departments": words.choices(Choice.Purpose.DEPARTMENT),
        "phrases": words.choices(Choice.Purpose.STOCK_PHRASE),
        "urgencies": URGENCIES,
        "outcomes": OUTCOMES,
        "values": values,
        "photos": photos_shown(form.data.getlist("photos") if form is not None else []),
        "errors": {"general" if name == "__all__" else name: " ".join(said) for name, said in form.errors.items()} if form else {},
        "form": form,
        "replaceable": form is not None and form.holds_identity(),
    }
    return {"composer": composer, "desk": desk}


def _own(words: DeskWords, kind: EntryKind, values: dict[str, Any], form: ComposerForm | None) -> list[dict[str, Any]]:
    """The own fields of a kind, each with what a refused draft holds of it and the words beside it."""
    shown = []
    for field in words.own_fields(kind):
        name = f"{kind.code}{OWN_JOINT}{field.code}"
        error = " ".join(form.errors.get(name, [])) if form is not None else ""
        shown.append({"name": name, "field": field, "value": values.get(name, ""), "error": error})
    return shown


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
