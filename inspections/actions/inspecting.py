"""Starting an inspection, marking its items, finishing it (A31, A32, A33)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import AlreadyChanged, claim
from desks.clock import local_day
from desks.models import ChecklistItem, Desk, Person
from desks.refusal import Refused
from desks.wording import name_of
from inspections import rules
from inspections.models import Finding, Inspection, InspectionResult
from inspections.queries import due_inspections, items_for
from logbook.actions import book_of, hold_books, record_act
from office.words import house_label


@transaction.atomic
def start_inspection(*, actor: Person, desk: Desk, occasion: str, now: datetime) -> Inspection:
    """Starts today's morning or handover inspection, or one at will; one under way is gone on with.

    Raises Refused for one that is done, missed or not due (A32).
    """
    today = local_day(now, desk.site.zone)
    if occasion == Inspection.Occasion.EXTRA:
        return _start_extra(actor, desk, today, now)
    due = next((each for each in due_inspections(desk, today) if each.occasion == occasion), None)
    row = due.row if due else None
    if refusal := rules.why_not_start(occasion=occasion, state=row.state if row else None, is_due=due is not None):
        raise refusal
    assert due is not None
    if row is None:
        row = Inspection(desk=desk, site_day=today, occasion=occasion, due_at=due.due_at)
        row._history_user, row._history_date = actor, now
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            row = Inspection.objects.get(desk=desk, site_day=today, occasion=occasion)
    if row.state == Inspection.State.IN_PROGRESS:
        return row
    try:
        return claim(
            Inspection, row.pk, old="planned", new="in_progress", actor=actor, reason="started", now=now, inspector=actor,
            started_at=now, due_at=due.due_at,
        )
    except AlreadyChanged:
        row.refresh_from_db()
        if row.state == Inspection.State.IN_PROGRESS:
            return row
        raise


def _start_extra(actor: Person, desk: Desk, today: object, now: datetime) -> Inspection:
    row = Inspection(desk=desk, site_day=today, occasion="extra", state="in_progress", inspector=actor, started_at=now)
    row._history_user, row._history_date = actor, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return Inspection.objects.get(desk=desk, occasion="extra", state="in_progress", inspector=actor)
    return row


def _held(inspection: Inspection) -> Inspection:
    """The inspection under its row's lock. Raises Refused when it is not under way any more."""
    row = Inspection.objects.select_for_update(of=("self",)).select_related("desk__site", "desk__settings").get(pk=inspection.pk)
    if row.state != Inspection.State.IN_PROGRESS:
        raise Refused("A31", _("This inspection is not under way."), _("Load the page again; start one at will if needed."))
    return row


@transaction.atomic
def set_result(
    *, actor: Person, inspection: Inspection, item: ChecklistItem, outcome: str, now: datetime, remark: str = "",
    correction: str = "",
) -> InspectionResult:
    """Marks an item of an inspection under way, or changes its mark. Raises Refused (A31)."""
    row = _held(inspection)
    remark = rules.cleaned(remark)
    correction = rules.cleaned(correction) if outcome == "fail" else ""
    if refusal := rules.why_not_result(outcome=outcome, remark=remark, correction=correction):
        raise refusal
    if item.pk not in {each.pk for each, _result in items_for(row)}:
        raise Refused("A31", _("This is not an item of the inspection."), _("Load the page again."))
    return _mark(actor, row, item, now, outcome=outcome, remark=remark, correction=correction)


def _mark(actor: Person, row: Inspection, item: ChecklistItem, now: datetime, **values: str) -> InspectionResult:
    result = InspectionResult.objects.filter(inspection=row, item=item).first() or InspectionResult(inspection=row, item=item)
    if result.pk and all(getattr(result, name) == value for name, value in values.items()):
        return result
    for name, value in values.items():
        setattr(result, name, value)
    result._history_user, result._history_date = actor, now
    result.save()
    return result


@transaction.atomic
def pass_the_rest(*, actor: Person, inspection: Inspection, now: datetime) -> int:
    """Marks every item that has no mark yet as passed; returns how many. Raises Refused (A31)."""
    row = _held(inspection)
    rest = [item for item, result in items_for(row) if result is None]
    for item in rest:
        _mark(actor, row, item, now, outcome="pass")
    return len(rest)


@transaction.atomic
def finish_inspection(*, actor: Person, inspection: Inspection, now: datetime) -> Inspection:
    """Finishes it: every item is answered, each failed one becomes a finding, the log says so. Raises Refused (A31, A33).

    The remarks are for supervisors; staff of the desk read that the inspection was made and how many findings it had.
    """
    desk = inspection.desk
    hold_books(book_of(desk))
    row = _held(inspection)
    items = items_for(row)
    failed = [result for _item, result in items if result is not None and result.outcome == "fail"]
    refusal = rules.why_not_finish(
        unanswered=[item.label for item, result in items if result is None],
        unexplained=[result.item.label for result in failed if not result.remark],
    )
    if refusal:
        raise refusal
    row = claim(
        Inspection, row.pk, old="in_progress", new="done", actor=actor, reason="finished", now=now, inspector=actor, done_at=now
    )
    counts = {"items": str(len(items)), "findings": str(len(failed)), "occasion": row.occasion}
    record_act(actor=actor, desk=desk, now=now, code="inspection_done", fields=name_of("inspector", actor) | counts)
    for result in failed:
        _find(actor, desk, result, now)
    return row


def _find(actor: Person, desk: Desk, result: InspectionResult, now: datetime) -> Finding:
    state = Finding.State.CORRECTED if result.correction else Finding.State.OPEN
    finding = Finding(
        result=result, desk=desk, state=state, problem=result.remark, correction=result.correction, found_at=now
    )
    finding._history_user, finding._history_date = actor, now
    finding.save()
    item = result.item
    fields = {
        "item": house_label(item), "item_code": item.code, "item_version": str(item.version), "problem": finding.problem,
    }
    if finding.correction:
        fields["correction"] = finding.correction
    code = f"finding_{state}"
    record_act(actor=actor, desk=desk, now=now, code=code, fields=fields, audience="supervisors")
    return finding
