"""What is agreed with the people of a desk: the list, one person, what ends (A5, A6)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk, Person, Role
from desks.permissions import desk_page
from desks.queries import choices_of, duty_pool
from desks.refusal import Refused
from rosters import actions
from rosters.actions.staff import terms_in_words
from rosters.models import PersonSkill, Protection, StaffTerms, TrainingPair
from rosters.queries import agreed_with, roles_between, steps_of_agreements
from rosters.queries.staff import Agreed
from rosters.staff_forms import PairForm, ProtectForm, SkillForm, TermsForm, UntilForm

KINDS: dict[str, type[Protection] | type[PersonSkill] | type[TrainingPair]] = {
    "protection": Protection, "skill": PersonSkill, "pair": TrainingPair,
}


def _skills(desk: Desk) -> dict[str, str]:
    return {row.code: row.label for row in choices_of(desk, "skill")}


@desk_page("roster.draft")
@require_safe
def staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody who may take a duty at the desk, with what is agreed for today."""
    today = local_day(timezone.now(), desk.site.zone)
    roles = {row.person_id: str(Role(row.role).label) for row in roles_between(desk, today, today)}
    people = list(duty_pool(desk, timezone.now()).order_by("name", "pk"))
    agreed, skills = agreed_with(desk, [person.pk for person in people], today), _skills(desk)
    rows = [
        {
            "person": person, "role": roles.get(person.pk, ""), "terms": agreed[person.pk].terms_on(today),
            "words": terms_in_words(terms) if (terms := agreed[person.pk].terms_on(today)) else "",
            "protections": [row for row in agreed[person.pk].protections if row.holds_on(today)],
            "skills": [skills.get(row.skill, row.skill) for row in agreed[person.pk].skills if row.holds_on(today)],
            "pairs": [row for row in agreed[person.pk].pairs if row.holds_on(today)],
        }
        for person in people
    ]
    context = {"section": "rosters", "desk": desk, "month": today.replace(day=1), "rows": rows, "may_draft": True, "settings": desk.settings}
    return render(request, "rosters/staff.html", context)


def _person(desk: Desk, pk: int, today: date) -> Person:
    """Somebody of the desk, now, later, or with whom something was agreed; nobody else is shown here (I8)."""
    far = date(today.year + 2, 1, 1)
    found = next((row.person for row in roles_between(desk, today, far) if row.person_id == pk), None)
    if found is None and StaffTerms.objects.filter(desk=desk, person=pk).exists():
        found = Person.objects.get(pk=pk)
    if found is None:
        raise Http404
    return found


def _forms(desk: Desk, person: Person, agreed: Agreed, today: date, data: Any = None, sent: str = "") -> dict[str, forms.Form]:
    last = agreed.terms[-1] if agreed.terms else None
    terms = {
        "from_on": today, "week_hours": last.week_hours if last else desk.settings.week_hours, "system": last.system if last else "",
        "days_off": last.days_off if last else [], "free_weekends": last.free_weekends if last else 0,
        "days_in_row": last.days_in_row if last else None, "period_months": last.period_months if last else 1,
    }
    colleagues = [each for each in duty_pool(desk, timezone.now()) if each != person]
    makers: dict[str, Callable[..., forms.Form]] = {
        "terms": lambda *given, **more: TermsForm(*given, initial=terms, **more),
        "protect": lambda *given, **more: ProtectForm(*given, initial={"from_on": today}, **more),
        "skill": lambda *given, **more: SkillForm(*given, desk=desk, initial={"from_on": today}, **more),
        "pair": lambda *given, **more: PairForm(*given, people=colleagues, initial={"from_on": today}, **more),
    }
    return {name: make(*((data,) if name == sent else ()), auto_id=f"id_{name}_%s") for name, make in makers.items()}


@desk_page("roster.draft")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """All that is agreed with one person, its history, and the forms to agree more; each form says by `act` which it is."""
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    found = _person(desk, pk, today)
    agreed = agreed_with(desk, [pk])[pk]
    sent = request.POST.get("act", "")
    made = _forms(desk, found, agreed, today, request.POST, sent)
    if request.method == "POST":
        form = made.get(sent)
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                _agree(request.user, desk, found, sent, form.cleaned_data, now)
            except Refused as refusal:
                place_refusal(form, refusal)
            else:
                messages.success(request, _("Written down. %(name)s is told to look whether it is right.") % {"name": found.display_name}
                                 if sent in {"terms", "protect"} else _("Written down."))
                return redirect("rosters:person", desk.slug, pk)
    return _person_page(request, desk, found, agreed, made, today)


def _agree(actor: Any, desk: Desk, person: Person, act: str, data: dict[str, Any], now: datetime) -> None:
    if act == "terms":
        actions.set_terms(actor=actor, desk=desk, person=person, now=now, **data)
    elif act == "protect":
        actions.protect(actor=actor, desk=desk, person=person, now=now, **data)
    elif act == "skill":
        actions.give_skill(actor=actor, desk=desk, person=person, now=now, **data)
    else:
        actions.pair_up(actor=actor, desk=desk, learner=person, now=now, **data)


def _person_page(
    request: HttpRequest, desk: Desk, person: Person, agreed: Agreed, made: dict[str, forms.Form], today: date,
    ending: tuple[str, int, forms.Form] | None = None,
) -> HttpResponse:
    skills = _skills(desk)
    lines = [
        *(_line("protection", row, str(row.get_what_display()), today, ending) for row in agreed.protections),
        *(_line("skill", row, skills.get(row.skill, row.skill), today, ending) for row in agreed.skills),
        *(_line("pair", row, _("in training with %(name)s") % {"name": row.guide.display_name}, today, ending) for row in agreed.pairs),
    ]
    terms = [
        {"row": row, "words": terms_in_words(row), "now": row.holds_on(today), "over": row.until_on is not None and row.until_on < today}
        for row in reversed(agreed.terms)
    ]
    context = {
        "section": "rosters", "desk": desk, "month": today.replace(day=1), "person": person, "terms": terms, "forms": made, "may_draft": True,
        "lines": [line for line in lines if not line["over"]], "past": [line for line in lines if line["over"]],
        "steps": [_step(row, skills) for row in steps_of_agreements(desk, person)], "has_skills": bool(skills), "settings": desk.settings,
    }
    refused = ending is not None or any(form.is_bound for form in made.values())
    return render(request, "rosters/person.html", context, status=422 if refused else 200)


def _line(kind: str, row: Any, words: str, today: date, ending: tuple[str, int, forms.Form] | None) -> dict[str, Any]:
    form = ending[2] if ending and ending[:2] == (kind, row.pk) else UntilForm(initial={"until_on": today}, auto_id=f"id_{kind}_{row.pk}_%s")
    return {
        "kind": kind, "row": row, "words": words, "now": row.holds_on(today), "form": form,
        "over": row.until_on is not None and row.until_on < today,
    }


def _step(row: Any, skills: dict[str, str]) -> dict[str, Any]:
    """One step of the history: what was written, changed or taken back, with its days."""
    model = row.instance_type
    if model is StaffTerms:
        what = terms_in_words(row)
    elif model is Protection:
        what = str(Protection.What(row.what).label)
    elif model is PersonSkill:
        what = skills.get(row.skill, row.skill)
    else:
        what = _("in training with %(name)s") % {"name": row.guide.display_name}
    sorts = {"+": _("written down: %(what)s"), "~": _("changed: %(what)s"), "-": _("taken back: %(what)s")}
    days = f"{row.from_on:%Y-%m-%d} – " + (f"{row.until_on:%Y-%m-%d}" if row.until_on else "")
    return {
        "at": row.history_date, "who": row.history_user, "text": sorts[row.history_type] % {"what": what},
        "note": " · ".join(part for part in (days, row.history_change_reason or "") if part), "tone": "",
    }


@desk_page("roster.draft")
@require_POST
def end(request: HttpRequest, desk: Desk, pk: int, kind: str, row: int) -> HttpResponse:
    """Ends a protection, a skill or a training pair of the person."""
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    found = _person(desk, pk, today)
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    owner = {"learner": found, "desk": desk} if kind == "pair" else {"person": found} | ({"desk": desk} if kind == "skill" else {"site": desk.site})
    agreement = get_object_or_404(model, pk=row, **owner)
    form = UntilForm(request.POST, auto_id=f"id_{kind}_{row}_%s")
    if form.is_valid():
        try:
            actions.end_agreement(actor=request.user, desk=desk, row=agreement, until_on=form.cleaned_data["until_on"], now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Written down."))
            return redirect("rosters:person", desk.slug, pk)
    agreed = agreed_with(desk, [pk])[pk]
    return _person_page(request, desk, found, agreed, _forms(desk, found, agreed, today), today, (kind, row, form))
