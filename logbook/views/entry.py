"""One entry: what it says, its thread, its digest, and what may be done about it (A17, A18, A30)."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from desks.forms import place_refusal
from desks.hooks import panels_of
from desks.models import Choice, Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions, rules
from logbook.forms.entry import (
    AddForm,
    AgainForm,
    ConsentForm,
    CorrectForm,
    MoveForm,
    ReadersForm,
    RetractForm,
    correct_form,
)
from logbook.forms.keeping import AskVeilForm, DecideVeilForm, ReadSealedForm
from logbook.lines import Line, lines_of, state_tag
from logbook.models import Archive, Entry, EntryDigest, FollowUp, Purge
from logbook.numbers import unmasked_by
from logbook.queries import book_ids_of, current_watch, entries_of, open_veil_requests_of, purge_over, readers_offered
from logbook.reading import text_of
from logbook.standing import Clock, clocks_of
from logbook.views.opened import Opened, facts_of, opened_entry, veilable
from logbook.views.photos import photo_links, photos_sent
from logbook.views.promises import promised
from logbook.views.readers import shown_up_to
from notices.queries import notices_about

CHANGEABLE = {Entry.Act.ENTRY, Entry.Act.CORRECTION, Entry.Act.ADDITION}


@desk_page("log.read")
@require_safe
@promised
def entry_page(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The page of one entry."""
    now = timezone.now()
    if not entries_of(desk).filter(number=number).exclude(code="purged").exists() and (purge := purge_over(book_ids_of(desk), number)) is not None:
        return _purged_answer(request, desk, purge, number)
    return entry_answer(request, desk, opened_entry(request, desk, number, now), now, {})


def _purged_answer(request: HttpRequest, desk: Desk, purge: Purge, number: int) -> HttpResponse:
    """What stands in the place of an entry that was purged by rule: who said so, and where it is archived (A19)."""
    archive = Archive.objects.filter(book=purge.book_id, first_number__lte=number, last_number__gte=number).first()
    kept = EntryDigest.objects.filter(book=purge.book_id, number=number).first()
    context = {
        "section": "log", "desk": desk, "number": number, "purge": purge, "archive": archive,
        "digest": bytes(kept.digest).hex() if kept is not None else "",
    }
    return render(request, "logbook/purged.html", context, status=HTTPStatus.GONE)


def entry_answer(
    request: HttpRequest, desk: Desk, opened: Opened, now: datetime, refused: dict[str, forms.Form], *,
    refusal: Refused | None = None, sealed: str = "",
) -> HttpResponse:
    """The page with its tools; a refused form stands in its place, opened (then the status is 422).

    `refusal` is of an act without a form; `sealed` is a veiled text that an auditor has asked for.
    """
    entry, row = opened.row.entry, opened.row
    lines = lines_of(opened.thread, desk=desk, words=opened.words, reader=request.user, now=now)
    line = next(each for each in lines if each.number == row.number)
    numbers = [each.number for each in lines]
    actions.record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="entry",
        filters={"entry": row.number}, from_number=min(numbers), to_number=max(numbers), count=len(numbers), now=now,
    )
    context = {
        "section": "log", "desk": desk, "now": now, "row": row, "entry": entry, "line": line,
        "thread": [each for each in lines if len(lines) > 1],
        "matter": opened.matter,
        "state": state_tag(opened.matter, opened.words, desk.site.zone, now) if opened.matter is not None else "",
        "facts": facts_of(row, opened.words),
        "digest": bytes(entry.digest).hex(), "previous": bytes(entry.previous).hex(),
        "origin": entry.book.origin, "may_ask_proof": may(request.user, "log.ask_proof", desk=desk, now=now),
        "tools": _tools(request, desk, opened, line, now, refused),
        "clocks": _clocks(opened, desk, now), "shown_up_to": shown_up_to(request.user, desk, now),
        "handlers": readers_offered(desk, now) if opened.matter is not None else [],
        "departments": opened.words.choices(Choice.Purpose.DEPARTMENT),
        "asked": notices_about("entry", str(entry.pk), "to_read") if not row.hidden else [],
        "panels": panels_of("entry.tools", request, desk, entry) if not row.hidden else [],
        "refusal": refusal, "sealed": sealed,
        "photos": photo_links(row, desk), "sealed_photos": photo_links(row, desk, unsealed_for=request.user) if sealed else [],
        "photos_of_answers": [(each.number, photo_links(each, desk)) for each in opened.thread if each.photos and each is not row],
    }
    return render(request, "logbook/entry.html", context, status=422 if refused or refusal else 200)


def _clocks(opened: Opened, desk: Desk, now: datetime) -> list[Clock]:
    """How the matter stands against what was promised; nothing for a reader who may not see it."""
    if opened.matter is None or opened.matter.state == FollowUp.State.RETRACTED or opened.thread[0].hidden:
        return []
    return clocks_of(opened.matter, [row.entry for row in opened.thread], desk=desk, words=opened.words, now=now)


def _tools(
    request: HttpRequest, desk: Desk, opened: Opened, line: Line, now: datetime, refused: dict[str, forms.Form]
) -> list[dict[str, Any]]:
    """The tools that the reader has for this entry; a tool that the rule would refuse is not offered."""
    row, entry = opened.row, opened.row.entry
    tools: list[dict[str, Any]] = []

    def tool(name: str, title: str, icon: str, act: str, form: Callable[[], forms.Form], button: str, hint: str = "") -> None:
        shown = refused.get(name) or form()
        # One page holds several forms with fields of the same name, each with its own label.
        shown.auto_id = f"{name}-%s"
        tools.append({
            "name": name, "title": title, "icon": icon, "form": shown, "button": button, "hint": hint, "url": f"logbook:{act}",
            "number": opened.root.number if name in {"move", "again"} else row.number, "open": name in refused or name in {"move", "consent", "decide_veil"},
        })

    if row.veiled and not row.hidden and may(request.user, "log.read_sealed", desk=desk, now=now):
        tool(
            "sealed", _("Read what is veiled"), "lock", "read_sealed", ReadSealedForm, _("Read it"),
            _("For the auditor alone. That you read it, when and why stands in the access records."),
        )
    if row.hidden or not may(request.user, "log.write", desk=desk, now=now):
        return tools
    others = may(request.user, "log.correct_others", desk=desk, now=now)
    watch = current_watch(desk)
    during = watch is not None and row.number >= watch.first_number
    corrects = rules.why_not_correct(own=line.own, during_watch=during, may_correct_others=others) is None
    matter = opened.matter
    if row.consent == "asked" and may(request.user, "log.review", desk=desk, now=now):
        tool(
            "consent", _("Late entry: consent"), "clock", "consent", lambda: ConsentForm(initial={"agrees": "yes"}), _("Record"),
            _("It came very late. Whatever you decide, it stays as it is; your decision stands beside it."),
        )
    if matter is not None and matter.state != FollowUp.State.RETRACTED:
        closed = matter.state == FollowUp.State.CLOSED
        tool(
            "move", _("Reopen the matter") if closed else _("Go on with the matter"), "clock", "move",
            lambda: MoveForm(desk=desk, matter=matter, words=opened.words, root=opened.root), _("Record this step"),
        )
        if not closed:
            tool(
                "again", _("The same matter again"), "plus", "again", AgainForm, _("Add the report"),
                _("One more person reports the same: where, and in a word what."),
            )
    if entry.act in CHANGEABLE and entry.audience == Entry.Audience.STAFF and not row.retracted:
        tool(
            "readers", _("Ask others to read it"), "people", "readers",
            lambda: ReadersForm(offered=_others_offered(request, desk, now)), _("Ask them"),
            _("Each is told and says when they have read it; here you see who has."),
        )
    if entry.act in CHANGEABLE and not row.retracted:
        if line.own or others:
            tool("add", _("Add to it"), "plus", "add", lambda: AddForm(words=opened.words, entry=entry), pgettext("to an entry", "Add"), _("What you add stands below the entry, with its own number."))
        if corrects:
            tool(
                "correct", _("Correct"), "edit", "correct", lambda: correct_form(row, opened.words, desk.site.zone),
                _("Record the correction"), _("The original stays readable, struck out."),
            )
            tool(
                "retract", _("Retract"), "undo", "retract", lambda: RetractForm(words=opened.words), _("Retract the entry"),
                _("For an entry that should not be there at all. It stays readable, struck out; an open matter of it ends."),
            )
    asked = open_veil_requests_of(desk).filter(entry=entry).first()
    if asked is not None and asked.asked_by_id != request.user.pk and may(request.user, "log.confirm_veil", desk=desk, now=now):
        hint = _("%(person)s asks to veil this text (%(reason)s). Afterwards only an auditor can read it.")
        tool(
            "decide_veil", _("Veil the text?"), "lock", "decide_veil", DecideVeilForm, _("Decide"),
            hint % {"person": asked.asked_by.display_name, "reason": asked.reason},
        )
    elif asked is None and row.number in veilable(opened) and may(request.user, "log.ask_veil", desk=desk, now=now):
        tool(
            "veil", _("Veil the text"), "lock", "ask_veil",
            lambda: AskVeilForm(numbers=veilable(opened), initial={"entries": [str(row.number)]}), _("Ask to veil it"),
            _("For a password or a door code typed by mistake. A supervisor confirms; the record still proves that something stood here."),
        )
    return tools


def _act(
    request: HttpRequest, desk: Desk, number: int, name: str, make: Callable[[Opened], forms.Form],
    carry_out: Callable[[Opened, Any, datetime], Entry], said: str,
) -> HttpResponse:
    """The five steps of every tool: open, parse, act, and say so or show the refusal beside its field."""
    now = timezone.now()
    opened = opened_entry(request, desk, number, now)
    if opened.row.hidden:
        raise PermissionDenied
    form = make(opened)
    if form.is_valid():
        try:
            made = carry_out(opened, form, now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, said % {"number": made.number})
            return redirect("logbook:entry", desk.slug, opened.root.number)
    return entry_answer(request, desk, opened, now, {name: form})


@desk_page("log.write")
@require_POST
def correct(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Corrects the entry by a further one."""

    def carry_out(opened: Opened, form: CorrectForm, now: datetime) -> Entry:
        values, said = form.cleaned_data, form.held.row or opened.row
        place = values["place"] if values["place"] != form.held.place else ""
        # The form was filled with masked numbers: those left as they were are recorded as the entry says them.
        text = unmasked_by(values["text"], text_of(said.entry, unmasked=True))
        return actions.correct_entry(
            actor=request.user, entry=opened.row.entry, now=now, text=text, reason=form.reason_given(),
            place=place, key=values["key"], own=form.own_changed(), happened_at=form.happened_changed(),
        )

    return _act(
        request, desk, number, "correct", lambda opened: correct_form(opened.row, opened.words, desk.site.zone, request.POST), carry_out,
        _("The correction stands as number %(number)s."),
    )


@desk_page("log.write")
@require_POST
def retract(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Retracts the entry by a further one."""

    def carry_out(opened: Opened, form: RetractForm, now: datetime) -> Entry:
        reason = form.reason_given()
        return actions.retract_entry(
            actor=request.user, entry=opened.row.entry, now=now, reason=opened.words.reason(reason), key=form.cleaned_data["key"]
        )

    return _act(
        request, desk, number, "retract", lambda opened: RetractForm(request.POST, words=opened.words), carry_out,
        _("Number %(number)s says that the entry does not hold."),
    )


@desk_page("log.write")
@require_POST
def add(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Adds to the entry by a further one."""

    def make(opened: Opened) -> AddForm:
        sent = photos_sent(request, timezone.now())
        return sent.placed(AddForm(sent.data, words=opened.words, entry=opened.row.entry))

    def carry_out(opened: Opened, form: AddForm, now: datetime) -> Entry:
        values = form.cleaned_data
        return actions.add_to_entry(
            actor=request.user, entry=opened.row.entry, now=now, text=values["text"], own=form.own_values(),
            reason=values["reason_words"].strip(), key=values["key"], photos=values["photos"],
        )

    return _act(request, desk, number, "add", make, carry_out, _("Added as number %(number)s."))


def _others_offered(request: HttpRequest, desk: Desk, now: datetime) -> list[Person]:
    return [person for person in readers_offered(desk, now) if person.pk != request.user.pk]


@desk_page("log.write")
@require_POST
def readers(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Asks people of the desk to read the entry."""

    def carry_out(opened: Opened, form: ReadersForm, now: datetime) -> Entry:
        return actions.ask_to_read(actor=request.user, entry=opened.row.entry, people=form.chosen(), now=now)

    return _act(
        request, desk, number, "readers",
        lambda _opened: ReadersForm(request.POST, offered=_others_offered(request, desk, timezone.now())), carry_out,
        _("They are told; it stands as number %(number)s."),
    )


@desk_page("log.write")
@require_POST
def again(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Adds one more report of the same matter."""

    def carry_out(opened: Opened, form: AgainForm, now: datetime) -> Entry:
        values = form.cleaned_data
        return actions.report_again(
            actor=request.user, entry=opened.root, now=now, place=values["place"], text=values["text"], key=values["key"]
        )

    return _act(
        request, desk, number, "again", lambda _opened: AgainForm(request.POST), carry_out, _("Added as number %(number)s.")
    )


@desk_page("log.review")
@require_POST
def consent(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Consents, or does not, to an entry that came very late."""

    def carry_out(opened: Opened, form: ConsentForm, now: datetime) -> Entry:
        values = form.cleaned_data
        return actions.decide_late_entry(
            actor=request.user, entry=opened.row.entry, agrees=values["agrees"], reason=values["reason"], now=now
        )

    return _act(
        request, desk, number, "consent", lambda _opened: ConsentForm(request.POST), carry_out,
        _("Your decision stands as number %(number)s."),
    )


@desk_page("log.write")
@require_POST
def move(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Moves the follow-up by a further entry."""

    def make(opened: Opened) -> MoveForm:
        if opened.matter is None:
            raise Refused("A1", _("This entry is not a follow-up."), _("Write a new entry for the matter."))
        return MoveForm(request.POST, desk=desk, matter=opened.matter, words=opened.words, root=opened.root)

    def carry_out(opened: Opened, form: MoveForm, now: datetime) -> Entry:
        values = form.cleaned_data
        handler = values["handler"]
        for choice in opened.words.choices(Choice.Purpose.DEPARTMENT):
            if handler in {choice.code, choice.label_en, choice.label_zh_hans, choice.label_zh_hant} and handler:
                handler = choice.code
        # The form starts with whom the matter waited for; where it waits no longer those fields are out of sight and say nothing.
        waits = values["state"] == FollowUp.State.WAITING
        return actions.move_follow_up(
            actor=request.user, root=opened.root, now=now, state=values["state"], text=values["text"], handler=handler,
            due_at=values["due_at"], waiting_for=values["waiting_for"] if waits else "", waiting_until=values["waiting_until"] if waits else None,
            result=values.get("result", ""), next_step=values["next_step"],
            called_back=values.get("called_back", False), own=form.own_values(), key=values["key"],
        )

    return _act(request, desk, number, "move", make, carry_out, _("The step stands as number %(number)s."))
