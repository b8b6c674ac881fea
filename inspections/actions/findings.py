"""What happens with a finding: corrected, an action with owner and due day, done, verified or sent back (A33)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.clock import local_day
from desks.models import Person
from desks.permissions import may
from desks.queries import people_of_desk, who_supervises
from desks.refusal import Refused
from desks.wording import name_of
from inspections import rules
from inspections.models import Finding
from inspections.queries import OWNER_ROLES
from logbook.actions import book_of, hold_books, record_act
from notices.actions import tell
from office.words import house_label

OWNERS_PAGE = "inspections:own_finding"


def _move(finding: Finding, actor: Person, now: datetime, *, old: Any, new: str, code: str, fields: dict, **values: Any) -> Finding:
    """One change of state with its history and its entry, for supervisors."""
    reason = str(fields.get("because", ""))
    row = claim(Finding, finding.pk, old=old, new=new, actor=actor, reason=reason or new, now=now, **values)
    shown = {"item": house_label(row.item), "problem": row.problem} | fields
    record_act(actor=actor, desk=row.desk, now=now, code=code, fields=shown, audience="supervisors")
    return row


def _tell(
    finding: Finding, people: list[Person], code: str, fields: dict[str, str], now: datetime, page: str = OWNERS_PAGE
) -> None:
    """The step's number, counted by its history, makes the occasion: each step is told once."""
    tell(
        people=people, site=finding.desk.site, matter="inspection", matter_id=f"finding:{finding.pk}",
        occasion=f"step:{finding.history.count()}", code=code, fields=fields,
        url=reverse(page, args=[finding.desk.slug, finding.pk]), now=now,
    )


def _said(text: str, field: str) -> str:
    text = rules.cleaned(text)
    if refusal := rules.why_not_said(text=text, field=field):
        raise refusal
    return text


@transaction.atomic
def correct_finding(*, actor: Person, finding: Finding, correction: str, now: datetime) -> Finding:
    """Notes that an open finding was corrected on the spot. Raises Refused (A33)."""
    hold_books(book_of(finding.desk))
    correction = _said(correction, "correction")
    fields = {"correction": correction}
    return _move(
        finding, actor, now, old="open", new="corrected", code="finding_corrected", fields=fields, correction=correction
    )


@transaction.atomic
def set_action(
    *, actor: Person, finding: Finding, cause: str, action: str, owner: Person, due_on: date, now: datetime
) -> Finding:
    """Sets what will be done, by whom and until which of the site's days, or sets it anew; tells the owner. Raises Refused."""
    desk = finding.desk
    hold_books(book_of(desk))
    cause, action = _said(cause, "cause"), _said(action, "action")
    eligible = people_of_desk(desk, now, OWNER_ROLES).filter(pk=owner.pk).exists()
    today = local_day(now, desk.site.zone)
    if refusal := rules.why_not_action(eligible=eligible, due_on=due_on, today=today):
        raise refusal
    fields = {"cause": cause, "action": action, **name_of("owner", owner), "due_on": due_on.isoformat()}
    row = _move(
        finding, actor, now, old=("open", "action_set"), new="action_set", code="finding_action_set", fields=fields,
        cause=cause, action=action, owner=owner, due_on=due_on,
    )
    if owner.pk != actor.pk:
        _tell(row, [owner], "finding_to_you", {"action": action, "due_on": due_on.isoformat()}, now)
    return row


@transaction.atomic
def finish_action(*, actor: Person, finding: Finding, answer: str, now: datetime) -> Finding:
    """The owner, or a supervisor, says that the action is done and what was done; supervisors are told. Raises Refused."""
    desk = finding.desk
    hold_books(book_of(desk))
    owner_id = Finding.objects.values_list("owner", flat=True).get(pk=finding.pk)
    if actor.pk != owner_id and not may(actor, "inspection.do", desk=desk, now=now):
        raise Refused("A33", _("Only the owner or the supervisor says that it is done."), _("Ask the owner."))
    answer = _said(answer, "answer")
    row = _move(
        finding, actor, now, old="action_set", new="done", code="finding_done", fields={"answer": answer}, answer=answer,
        done_at=now,
    )
    others = [person for person in who_supervises("inspection.do", desk, now) if person.pk != actor.pk]
    _tell(row, others, "finding_to_verify", {"problem": row.problem}, now, "inspections:finding")
    return row


@transaction.atomic
def verify_action(*, actor: Person, finding: Finding, now: datetime) -> Finding:
    """The supervisor has seen that it is done. Raises Refused (A33)."""
    hold_books(book_of(finding.desk))
    return _move(
        finding, actor, now, old="done", new="verified", code="finding_verified", fields={}, verified_by=actor, verified_at=now
    )


@transaction.atomic
def send_back_action(*, actor: Person, finding: Finding, reason: str, now: datetime) -> Finding:
    """The supervisor has seen that it is not done yet, and says why; the owner is told. Raises Refused (A33)."""
    hold_books(book_of(finding.desk))
    reason = _said(reason, "reason")
    row = _move(
        finding, actor, now, old="done", new="action_set", code="finding_sent_back", fields={"because": reason}, answer="",
        done_at=None,
    )
    if row.owner is not None and row.owner_id != actor.pk:
        _tell(row, [row.owner], "finding_back_to_you", {"problem": row.problem, "because": reason}, now)
    return row
