"""The daily review: the day's entries, questions to their authors, and the supervisor's signature (A21)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from desks import binding
from desks.clock import local_day
from desks.forms import place_refusal
from desks.hooks import panels_of
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions
from logbook.forms_review import QuestionForm, SignReviewForm
from logbook.lines import lines_of
from logbook.models import DailyReview, Entry
from logbook.queries import entries_to_review, last_review_of
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.views.readers import shown_up_to
from logbook.words import DeskWords

LONGEST_DAY = 1000
"""So many entries of a day one page shows; the rest is read and signed after them."""
ANSWERABLE = (Entry.Act.ENTRY, Entry.Act.CORRECTION, Entry.Act.ADDITION)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


@desk_page("log.review")
@require_GET
@promised
def review(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """The day's log, what is unread in it, and the place to sign; `?ask=NUMBER` opens the question to an entry."""
    asked = request.GET.get("ask", "")
    question = QuestionForm(initial={"number": asked, "key": uuid4()}) if asked.isdigit() else None
    return _page(request, desk, _day(day), question=question)


@sensitive_post_parameters("sign-secret")
@desk_page("log.review")
@require_POST
def sign_review(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """Signs that the day's log was read."""
    form, now = SignReviewForm(request.POST), timezone.now()
    if form.is_valid():
        try:
            confirmed = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            signed = actions.sign_daily_review(
                actor=request.user, confirmed=confirmed, desk=desk, day=_day(day), up_to=form.cleaned_data["up_to"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Signed: the log is read up to number %(number)d.") % {"number": signed.up_to})
            return redirect("logbook:review", desk.slug, day)
    return _page(request, desk, _day(day), sign=form, status=422)


@desk_page("log.review")
@require_POST
def ask(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """Adds a question to one entry of the day."""
    form = QuestionForm(request.POST)
    if form.is_valid():
        entry = get_object_or_404(Entry, book__desk=desk, number=form.cleaned_data["number"])
        try:
            actions.ask_about_entry(
                actor=request.user, entry=entry, text=form.cleaned_data["text"], key=form.cleaned_data["key"], now=timezone.now()
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Asked: the author is told."))
            return redirect(f"{reverse('logbook:review', args=[desk.slug, day])}#entry-{entry.number}")
    return _page(request, desk, _day(day), question=form, status=422)


def _page(
    request: HttpRequest, desk: Desk, day: date, *, sign: SignReviewForm | None = None, question: QuestionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    signed = last_review_of(desk, day)
    signed_up_to = signed.up_to if signed else 0
    entries = list(entries_to_review(desk, day)[:LONGEST_DAY])
    numbers = [entry.number for entry in entries]
    actions.record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="review", filters={"day": day.isoformat()},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    rows = rows_for(entries, reader=request.user, desk=desk, now=now)
    lines = lines_of(rows, desk=desk, words=DeskWords(desk), reader=request.user, now=now)
    unread = [number for number in numbers if number > signed_up_to]
    today = local_day(now, desk.site.zone)
    context: dict[str, Any] = {
        "section": "log", "desk": desk, "day": day, "lines": lines, "unread": unread, "signed_up_to": signed_up_to,
        "reviews": DailyReview.objects.filter(desk=desk, day=day).select_related("reviewer").order_by("up_to"),
        "sign": sign or SignReviewForm(initial={"up_to": max(unread, default=0)}),
        "panels": panels_of("review.panels", request, desk, day),
        "question": question, "asked": _asked(question), "answerable": ANSWERABLE, "may_export": may(request.user, "log.export", desk=desk, now=now),
        "shown_up_to": shown_up_to(request.user, desk, now), "newest": max(numbers, default=None),
        "before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < today else None, "today": today,
    }
    return render(request, "logbook/review.html", context, status=status)


def _asked(question: QuestionForm | None) -> int | None:
    value = str(question["number"].value() or "") if question is not None else ""
    return int(value) if value.isdigit() else None
