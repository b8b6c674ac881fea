"""The record of a handover, its print with the shift's entries, past ones, and the blank form for paper (A35)."""

from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from desks.models import Desk
from desks.permissions import desk_page, may
from desks.places import name_in_files
from desks.queries import checklist_items, kinds_of
from handover import content as form
from handover.figures import how_long_by_month
from handover.forms_afterwards import OmissionForm, VoidForm
from handover.models import Handover, HandoverMatter
from handover.queries import (
    content_of,
    entries_of_watch,
    entries_since,
    handovers_of,
    matters_now,
    omissions_for,
    risks_of,
    rounds_missed,
)
from handover.risk import RISK_WORDS
from handover.rules_of_stopping import ABOUT_A_PERSON, why_not_report, why_not_void
from handover.sheet import clock_of, sheet_language, write_sheet
from handover.views.guided import note_reading, numbers_of, one
from handover.views.shown import lines_for, matter_words, questions_of, refusal_part
from handover.views.shown_lines import recorded_lines
from logbook.actions import book_of, record_export
from logbook.proof.reads import checkpoint_over
from logbook.queries import head_of
from logbook.taking_out import may_take_out
from logbook.views.promises import promised
from logbook.words import DeskWords
from registers.queries import custody_of, numbers_hidden

PAGE = 30
BLANK_LINES = range(20)


def recorded(request: HttpRequest, handover: Handover) -> dict[str, Any]:
    """What the record of a handover shows this reader: on its page, on paper, on the phone that signs it."""
    desk, now = handover.desk, timezone.now()
    reads_all = may(request.user, "log.see_restricted", desk=desk, now=now)
    digest = handover.digest or form.digest_of(form.text_of(content_of(handover)))
    matters = [
        {"matter": each.matter, "follow_up": each.follow_up, "words": matter_words(each.matter.root, reads_all)}
        for each in matters_now(handover)
    ]
    return {
        "desk": desk, "section": "handover", "handover": handover, "digest": digest, "now": now,
        "signatures": [(each, each.digest == digest) for each in handover.signatures.select_related("person")],
        "alone": [row for row in matters if row["matter"].group == HandoverMatter.Group.ONE_BY_ONE],
        "rest": [row for row in matters if row["matter"].group == HandoverMatter.Group.REST],
        **recorded_lines(handover, request.user),
        "since": lines_for(entries_since(handover), desk, DeskWords(desk), reader=request.user, now=now),
        "questions": questions_of(handover, reads_all),
        "rounds_missed": rounds_missed(handover),
        "own_steps": handover.steps.select_related("item", "done_by", "entry"),
        "risk_words": [RISK_WORDS[code] for code in risks_of(handover)],
        "colleagues": [each.person for each in handover.colleagues.select_related("person")],
    } | refusal_part(handover, may(request.user, "handover.decide", desk=desk, now=now))


def shown_numbers(context: dict[str, Any], lines: str) -> list[int]:
    """The numbers of the entries on the sheet: of the lines by that name and of the matters that were told."""
    return [*(line.number for line in context[lines]), *numbers_of([*context["alone"], *context["rest"]])]


@desk_page("handover.view")
@require_GET
@promised
def record(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """What was handed over, by whom, signed how; one that goes on still has the guided page."""
    found = one(desk, handover)
    if found.is_open and may(request.user, "handover.take_part", desk=desk):
        return redirect("handover:page", desk.slug)
    return record_page(request, desk, found, bound={}, status=200)


def record_page(request: HttpRequest, desk: Desk, found: Handover, *, bound: dict[str, Any], status: int) -> HttpResponse:
    """The record's page, with forms as they were sent where an act of it was refused."""
    context = recorded(request, found) | _afterwards(request, found, bound)
    note_reading(request, desk, "handover-record", shown_numbers(context, "since"), handover=found.pk)
    return render(request, "handover/record.html", context, status=status)


def _afterwards(request: HttpRequest, handover: Handover, bound: dict[str, Any]) -> dict[str, Any]:
    """What may be found about a complete handover afterwards, and by this reader (C12, E7)."""
    desk, now = handover.desk, timezone.now()
    completed = handover.state == Handover.State.COMPLETED
    decides, takes_part = (may(request.user, right, desk=desk, now=now) for right in ("handover.decide", "handover.take_part"))
    refused_void = why_not_void(
        applies=desk.settings.void_unless_present, completed=completed, face=handover.mode == Handover.Mode.FACE,
        found=hasattr(handover, "void_finding"),
    )
    refused_report = why_not_report(
        completed=completed, two=handover.mode != Handover.Mode.OPENING,
        reporter_handed_over=handover.outgoing_id == request.user.pk,
    )
    return {
        "bound": bound,
        "void_form": bound.get("void") or VoidForm(auto_id="void-%s") if decides and refused_void is None else None,
        "omission_form": bound.get("omission") or OmissionForm(auto_id="omission-%s") if takes_part and refused_report is None else None,
        "omissions": omissions_for(desk, request.user, now).filter(handover=handover),
    }


@desk_page("handover.view")
@require_GET
@promised
def content(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The signed lines as plain text: their SHA-256 is the digest that is signed."""
    found = one(desk, handover)
    signature = found.signatures.filter(digest=found.digest).first() if found.digest else None
    reads_all = may(request.user, "log.see_restricted", desk=desk)
    text = signature.content if signature else form.text_of(content_of(found))
    restricted = found.matters.filter(root__audience="supervisors").exists() or found.refusals.filter(ground_code__in=ABOUT_A_PERSON).exists()
    hidden = restricted and not reads_all
    blind = not found.is_open and numbers_hidden(desk, request.user, timezone.now())
    if hidden or blind:
        return render(
            request, "handover/withheld.html", {"desk": desk, "section": "handover", "handover": found, "blind": not hidden}, status=403
        )
    note_reading(request, desk, "handover-content", list(found.matters.values_list("root__number", flat=True)), handover=found.pk)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _sheet(request: HttpRequest, found: Handover) -> dict[str, Any]:
    """What stands on the sheet of the watch, in words of the sheet's language: the caller has made that the active one."""
    desk = found.desk
    context = recorded(request, found)
    entries = entries_of_watch(found.watch).order_by("number") if found.watch else []
    number, digest = head_of(book_of(desk))
    return context | {
        "lines": lines_for(entries, desk, DeskWords(desk), reader=request.user, now=context["now"]),
        "head_number": number, "head_digest": digest.hex(), "printed_by": request.user, "zone": clock_of(desk),
        "checkpoint": checkpoint_over(found.entry.book, found.entry.number) if found.entry else None,
        "sheet_language": sheet_language(), "may_export": may(request.user, "log.export", desk=desk, now=context["now"]),
    }


@desk_page("handover.view")
@require_GET
@promised
def printed(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The printable record of the shift: its entries, the handover, both signatures, the last digest; in the installation's language."""
    found = one(desk, handover)
    with translation.override(sheet_language()):
        context = _sheet(request, found)
    note_reading(request, desk, "handover-print", shown_numbers(context, "lines"), handover=found.pk)
    return render(request, "handover/print.html", context)


@desk_page("log.export")
@require_GET
@promised
def pdf(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The same sheet as a PDF; like every file that leaves it is recorded with its digest (A20, I8)."""
    found = one(desk, handover)
    file = BytesIO()
    with translation.override(sheet_language()):
        context = _sheet(request, found)
        write_sheet(file, context)
    numbers = shown_numbers(context, "lines")
    record_export(
        actor=request.user, session_key=request.session.session_key, page="handover_pdf", filters={"handover": found.pk},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=context["now"], desk=desk,
        file_digest=sha256(file.getvalue()).hexdigest(),
    )
    return HttpResponse(file.getvalue(), content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name_in_files(desk)}-handover-{found.started_at.astimezone(desk.site.zone):%Y-%m-%d-%H%M}.pdf"',
        "Cache-Control": "private, no-store",
    })


@desk_page("handover.view")
@require_GET
def past(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's handovers, newest first."""
    page = Paginator(handovers_of(desk), PAGE).get_page(request.GET.get("page"))
    may_export = may_take_out("handovers", of=desk, reader=request.user, now=timezone.now())
    context = {"desk": desk, "section": "handover", "page": page, "may_export": may_export}
    if may(request.user, "site.overview", desk=desk):
        context["how_long"] = how_long_by_month(desk)
    return render(request, "handover/past.html", context)


@desk_page("handover.view")
@require_GET
def blank(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for a day without power; what was written on it is entered afterwards, marked as from paper."""
    context = {
        "desk": desk, "section": "handover", "kinds": kinds_of(desk), "items": custody_of(desk),
        "checks": checklist_items(desk, "environment"), "lines": BLANK_LINES, "now": timezone.now(),
        "hides": numbers_hidden(desk, request.user, timezone.now()), "may_enter": may(request.user, "log.write", desk=desk),
    }
    return render(request, "handover/blank.html", context)
