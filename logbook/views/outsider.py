"""Proving one entry to an outsider: asking, deciding, the file and its one page of paper (A18, A20)."""

from hashlib import sha256

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks import binding
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions
from logbook.forms.proof import AskProofForm, DecideProofForm, label_of
from logbook.models import Entry, ProofRequest
from logbook.proof.outsider import names_in_leaf, on_paper, opened_values, sheet_of
from logbook.proven_words import said_of
from logbook.queries import book_ids_of
from logbook.views.promises import promised_before_taking
from logbook.words import DeskWords


@desk_page("log.ask_proof")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Who gets the proof, what for, and which fields it shows."""
    entry = get_object_or_404(Entry.objects.select_related("book__desk__site"), book__in=book_ids_of(desk), number=number)
    form = AskProofForm(request.POST or None, names=names_in_leaf(entry), own=DeskWords(desk).own_labels_of(entry))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_for_proof(actor=request.user, entry=entry, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Asked: the project head is told."))
            return redirect("logbook:proof_request", desk.slug, made.pk)
    context = {"section": "log", "desk": desk, "entry": entry, "form": form}
    return render(request, "logbook/proof_ask.html", context, status=422 if form.errors else 200)


def _one(desk: Desk, pk: int) -> ProofRequest:
    rows = ProofRequest.objects.select_related("entry__book__desk__site", "asked_by", "decided_by", "checkpoint")
    return get_object_or_404(rows, pk=pk, entry__book__in=book_ids_of(desk))


@desk_page("log.prove")
@require_safe
def one_request(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One request: what was asked, what was decided, the file."""
    return _page(request, desk, _one(desk, pk), DecideProofForm())


@sensitive_post_parameters("secret")
@desk_page("log.decide_proof")
@require_POST
def decide(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The project head approves or refuses."""
    found, form, now = _one(desk, pk), DecideProofForm(request.POST), timezone.now()
    if form.is_valid():
        try:
            confirmed = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            actions.decide_proof(
                confirmed=confirmed, asked=found, approve="approve" in request.POST, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Decided: who asked is told."))
            return redirect("logbook:proof_request", desk.slug, pk)
    return _page(request, desk, found, form, status=422)


@desk_page("log.prove")
@require_POST
@promised_before_taking
def proof_file(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The proof as a file; each taking is recorded."""
    found = _one(desk, pk)
    text = actions.give_proof(
        actor=request.user, asked=found, session_key=request.session.session_key, page="proof_file", now=timezone.now()
    )
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{desk.slug}-{found.entry.number}.tlog-proof"'
    return answer


@desk_page("log.prove")
@require_POST
@promised_before_taking
def proof_print(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The entry, its proof and how to check it, for one sheet of paper; each taking is recorded."""
    now, found = timezone.now(), _one(desk, pk)
    text = actions.give_proof(actor=request.user, asked=found, session_key=request.session.session_key, page="proof_print", now=now)
    desk_words, opened = DeskWords(desk), opened_values(found.entry, found.shown)
    own, values = desk_words.own_labels_of(found.entry), {name: each["value"] for name, each in opened.items()}
    context = {
        "section": "log", "desk": desk, "asked": found, "entry": found.entry, "now": now, "checkpoint": found.checkpoint,
        "lines": sheet_of(text), "file_digest": sha256(text.encode()).hexdigest(),
        "shown": list(zip(
            [label_of(name, own) for name in values], on_paper(list(values.values())),
            [said_of(found.entry, name, value, desk=desk, words=desk_words) for name, value in values.items()], strict=True,
        )),
        "withheld": [label_of(name, own) for name in names_in_leaf(found.entry) if name not in found.shown],
    }
    return render(request, "logbook/proof_print.html", context)


def _page(request: HttpRequest, desk: Desk, found: ProofRequest, form: DecideProofForm, *, status: int = 200) -> HttpResponse:
    waits, own = found.state == ProofRequest.State.ASKED, DeskWords(desk).own_labels_of(found.entry)
    context = {
        "section": "log", "desk": desk, "asked": found, "entry": found.entry, "waits": waits,
        "form": form if waits and may(request.user, "log.decide_proof", desk=desk) else None,
        "refused_form": form if form.errors and not waits else None,
        "shown": [label_of(name, own) for name in found.shown],
        "withheld": [label_of(name, own) for name in names_in_leaf(found.entry) if name not in found.shown],
        "may_take": found.state == ProofRequest.State.APPROVED,
    }
    return render(request, "logbook/proof_request.html", context, status=status)
