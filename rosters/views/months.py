"""The month's page: grid, own duties, state and its steps; print and spreadsheet; submit, approve, return, report (A5, A35)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from desks import binding
from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk, Person, Role
from desks.permissions import desk_page, may
from desks.refusal import Refused
from rosters import actions, rules
from rosters.forms import ExcuseForm, ReturnForm, SignExcuseForm, SignForm, VersionForm
from rosters.grid import grid_of
from rosters.models import Roster, RosterException
from rosters.planning import Plan, days_of
from rosters.queries import (
    days_of_kind,
    needs_of,
    own_duties,
    plan_in_force,
    plan_of_roster,
    roles_in,
    roster_of,
    shifts_of,
    steps_of,
    unpublished_years,
)
from rosters.queries.drafts import pins_of, remarks_of
from rosters.queries.facts import leave_days
from rosters.sheet import sheet_of
from rosters.views.acknowledging import seen_context
from rosters.views.standing import standing_context

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = Roster.State


def _shown_roster(request: HttpRequest, desk: Desk, month: date) -> Roster | None:
    """The month's roster, if this reader sees it: a draft is for who drafts and reviews, a reported one for all (A5)."""
    roster = roster_of(desk, month)
    if roster is None or roster.state == State.REPORTED:
        return roster
    sees = any(may(request.user, right, desk=desk) for right in ("roster.draft", "roster.review"))
    return roster if sees else None


def _plan(roster: Roster) -> Plan:
    return plan_in_force(roster) if roster.is_final else plan_of_roster(roster)


@desk_page("roster.view")
@require_safe
def current(request: HttpRequest, desk: Desk) -> HttpResponse:
    """This month's roster, in the site's zone."""
    return _month_page(request, desk, local_day(timezone.now(), desk.site.zone).replace(day=1))


@desk_page("roster.view")
@require_safe
def month(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """A month's roster."""
    return _month_page(request, desk, month)


def _month_page(
    request: HttpRequest, desk: Desk, month: date, refused: dict[str, VersionForm] | None = None
) -> HttpResponse:
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    roster = _shown_roster(request, desk, month)
    mine = own_duties(request.user, month)
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "month": month, "today": today, "roster": roster,
        "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
        "is_now": month == today.replace(day=1), "is_over": month < today.replace(day=1),
        "mine": mine, "coming": [duty for duty in mine if duty.ends_at > now],
        "worked": [duty for duty in mine if duty.ends_at <= now],
        "may_draft": may(request.user, "roster.draft", desk=desk, now=now), "unpublished": unpublished_years(desk.site, [month]),
        "may_ask": may(request.user, "duty.ask", desk=desk, now=now), "may_decide": may(request.user, "duty.decide", desk=desk, now=now),
        "may_read_requests": may(request.user, "site.overview", desk=desk, now=now),
    }
    if roster is not None:
        shifts = shifts_of(desk)
        kinds = days_of_kind(desk.site, month, desk)
        plan = _plan(roster)
        judges = context["may_draft"] or may(request.user, "roster.review", desk=desk, now=now)
        context |= standing_context(roster, plan, now) if judges else {}
        context["grid"] = grid_of(
            plan, shifts=shifts, today=today, kinds=kinds, needs=needs_of(desk, kinds), reader=request.user,
            marks=_marks(roster, context.get("broken", set())) if judges and not roster.is_final else None,
            leave=leave_days([line.person.pk for line in plan.lines if line.person and (judges or line.person == request.user)], plan.days, desk.site.zone),
        )
        context["marked"] = judges and not roster.is_final
        context["tone"] = {"reported": "good", "returned": "bad", "draft": "warn"}.get(roster.state, "info")
        context["steps"] = _steps(request.user, roster, now)
        context["remarks"] = remarks_of(roster) if context["may_draft"] else []
        context |= seen_context(request.user, roster, sees_all=context["may_draft"])
        context |= _acts(request.user, roster, refused or {}, now, excuse=context.get("needs_excuse", False))
    if context["may_draft"] and (roster is None or roster.state != State.REPORTED) and rules.month_asked_for(now, desk.site.zone) == month:
        due = rules.due_moment(month=month, day=desk.settings.roster_day, zone=desk.site.zone)
        context |= {"due": due - timedelta(microseconds=1), "overdue": now >= due}
    if roster is None and may(request.user, "site.overview", desk=desk, now=now):
        context["standing"] = roster_of(desk, month)
    return render(request, "rosters/month.html", context, status=422 if refused else 200)


def _marks(roster: Roster, broken: set[tuple[int, date]]) -> dict[tuple[int, date], str]:
    """The classes of pinned cells, and of those that break a rule."""
    pins = pins_of(roster)
    return {cell: " ".join(name for name, cells in (("pin", pins), ("bad", broken)) if cell in cells) for cell in pins | broken}


def _steps(reader: Person, roster: Roster, now: datetime) -> list[dict[str, Any]]:
    """The steps for the timeline; staff read of the last one alone, for how a draft came about is not theirs."""
    rows = steps_of(roster)
    if not any(may(reader, right, desk=roster.desk, now=now) for right in ("roster.draft", "roster.review", "site.overview")):
        rows = rows[:1]
    words = {
        State.DRAFT: _("brought in, version %(version)d"), State.SUBMITTED: _("submitted for review"),
        State.APPROVED: _("approved: in force"), State.REPORTED: _("reported"), State.RETURNED: _("returned"),
    }
    tones = {State.REPORTED: "good", State.APPROVED: "good", State.RETURNED: "bad"}
    found = [
        {
            "at": row.history_date, "text": _said_of(row, words), "who": row.history_user,
            "note": row.history_change_reason or "", "tone": tones.get(row.state, ""),
        }
        for row in rows
    ]
    if len(rows) > 1:
        given = RosterException.objects.filter(roster=roster).select_related("given_by")
        found += [
            {
                "at": row.given_at, "text": _("stands with %(count)d breaches of what was agreed, version %(version)d") % {"count": len(row.breaches), "version": row.version},
                "who": row.given_by, "note": row.reason, "tone": "bad",
            }
            for row in given
        ]
    return sorted(found, key=lambda each: each["at"], reverse=True)


def _said_of(row: Any, words: dict[str, str]) -> str:
    """A step in words; a version that comes from no file was drafted by the engine or edited here."""
    made_here = row.state == State.DRAFT and not row.history_change_reason
    return (_("drafted or edited, version %(version)d") if made_here else words[row.state]) % {"version": row.version}


def _acts(person: Person, roster: Roster, refused: dict[str, VersionForm], now: datetime, *, excuse: bool) -> dict[str, Any]:
    """The forms of what this person may do next with the roster; one that was refused stands there as it was sent."""
    reviews = may(person, "roster.review", desk=roster.desk, now=now)
    drafts = may(person, "roster.draft", desk=roster.desk, now=now)
    own = roster.drafted_by_id == person.pk
    acts: dict[str, type[VersionForm]] = {}
    if not roster.is_final and own and reviews:
        acts["review"] = SignExcuseForm
    if roster.state in {State.DRAFT, State.RETURNED} and drafts:
        acts["submit"] = ExcuseForm
    if roster.state == State.SUBMITTED and reviews:
        acts |= {"return": ReturnForm} if own else {"approve": SignExcuseForm, "return": ReturnForm}
    if roster.state == State.APPROVED and reviews:
        acts["report"] = SignForm
    given = {"version": roster.version}
    forms = {
        name: refused.get(name) or form(initial=given, auto_id=f"id_{name}_%s", **(_cells(roster) if form is ReturnForm else {}))
        for name, form in acts.items()
    }
    for each in forms.values():
        if isinstance(each, ExcuseForm):
            each.ask(needed=excuse)
    return {"acts": forms, "may_change": drafts and not roster.is_final and roster.state != State.SUBMITTED}


def _cells(roster: Roster) -> dict[str, Any]:
    """The people and days that a remark may be about."""
    rows = roster.lines.filter(version=roster.version).select_related("person").order_by("position")
    return {"people": [row.person for row in rows], "days": days_of(roster.month)}


def _act(
    request: HttpRequest, desk: Desk, month: date, name: str, form: VersionForm, act: Callable[[Roster], Any], done: str
) -> HttpResponse:
    """The five posts of the review have one way: the form, the version that was looked at, the act, the page again."""
    roster = _shown_roster(request, desk, month)
    if roster is None:
        raise Http404
    if form.is_valid():
        try:
            if form.cleaned_data["version"] != roster.version:
                raise Refused("I9", _("A newer version was brought in meanwhile."), _("Look at it, then decide."))
            act(roster)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("rosters:month", desk.slug, month)
    form.data = {**form.data.dict(), "version": str(roster.version)}  # type: ignore[attr-defined]
    return _month_page(request, desk, month, {name: form})


def _signed(request: HttpRequest, desk: Desk, form: VersionForm, act: Callable[..., Any]) -> Callable[[Roster], Any]:
    """The act with the actor's PIN or password, counted before the act's transaction begins."""

    def run(roster: Roster) -> Any:
        now = timezone.now()
        proof = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
        given = {"reason": form.cleaned_data["excuse"]} if isinstance(form, ExcuseForm) else {}
        return act(actor=request.user, roster=roster, confirmed=proof, now=now, **given)

    return run


@desk_page("roster.draft")
@require_POST
def submit(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Hands the draft over for review."""
    form = ExcuseForm(request.POST, auto_id="id_submit_%s")
    act = lambda roster: actions.submit(actor=request.user, roster=roster, now=timezone.now(), reason=form.cleaned_data["excuse"])  # noqa: E731
    return _act(request, desk, month, "submit", form, act, _("Submitted: who reviews rosters has been told."))


@desk_page("roster.review")
@require_POST
def return_roster(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Returns a submitted roster with reasons."""
    shown = _shown_roster(request, desk, month)
    if shown is None:
        raise Http404
    form = ReturnForm(request.POST, auto_id="id_return_%s", **_cells(shown))

    def act(roster: Roster) -> Any:
        reason = form.cleaned_data["reason"]
        return actions.return_roster(actor=request.user, roster=roster, reason=reason, now=timezone.now(), remarks=form.cleaned_data["remarks"])

    return _act(request, desk, month, "return", form, act, _("Returned: who drafted it has been told."))


@sensitive_post_parameters("secret")
@desk_page("roster.review")
@require_POST
def approve(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Approves a submitted roster."""
    form = SignExcuseForm(request.POST, auto_id="id_approve_%s")
    return _act(
        request, desk, month, "approve", form, _signed(request, desk, form, actions.approve),
        _("Approved: the duties are in force."),
    )


@sensitive_post_parameters("secret")
@desk_page("roster.review")
@require_POST
def report(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Reports an approved roster to the project head, and to staff."""
    form = SignForm(request.POST, auto_id="id_report_%s")
    return _act(
        request, desk, month, "report", form, _signed(request, desk, form, actions.report),
        _("Reported: the project head and staff have been told."),
    )


@sensitive_post_parameters("secret")
@desk_page("roster.review")
@require_POST
def review_and_report(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Reviews and reports an own draft in one act."""
    form = SignExcuseForm(request.POST, auto_id="id_review_%s")
    return _act(
        request, desk, month, "review", form, _signed(request, desk, form, actions.review_and_report),
        _("Reported: the duties are in force, the project head and staff have been told."),
    )


@desk_page("roster.view")
@require_safe
def paper(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The month's roster as a form to print, on A4 across (A35)."""
    roster = _shown_roster(request, desk, month)
    if roster is None:
        raise Http404
    now = timezone.now()
    plan = _plan(roster)
    steps = {row.state: row for row in reversed(steps_of(roster))}
    kinds = days_of_kind(desk.site, month, desk)
    context = {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "now": now, "steps": steps,
        "grid": grid_of(plan, shifts=shifts_of(desk), today=date.min, kinds=kinds, needs=needs_of(desk, kinds)), "roles": roles_in(desk, roster.month),
    }
    if any(may(request.user, right, desk=desk, now=now) for right in ("roster.draft", "roster.review")):
        context |= standing_context(roster, plan, now, version=roster.version)
    return render(request, "rosters/paper.html", context)


@desk_page("roster.view")
@require_safe
def spreadsheet(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The month's roster as a spreadsheet."""
    roster = _shown_roster(request, desk, month)
    if roster is None:
        raise Http404
    roles = {pk: str(Role(code).label) for pk, code in roles_in(desk, roster.month).items()}
    answer = HttpResponse(sheet_of(roster, _plan(roster), roles), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="roster-{desk.slug}-{month:%Y-%m}.xlsx"'
    return answer
