"""What an opening finds otherwise than the closing left it is a finding, and closed with its difference (A28, A33).

Both are called within the act of the earlier floor, which has told people and left its entry (desks/hooks.py).
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from desks.claims import claim
from desks.models import Person
from handover.models import Handover, HandoverCheckLine
from handover.queries import found_otherwise
from inspections import rules
from inspections.models import Finding
from logbook.actions import book_of, hold_books
from registers.models import CustodyCount, CustodyDifference

State = Finding.State


@transaction.atomic
def keep_opening_findings(*, actor: Person, handover: Handover, now: datetime) -> list[Finding]:
    """A finding for each item that the opening counted otherwise than expected, or that passed at the closing and fails now.

    What was put right at once is corrected on the spot. The first opening ever has no closer whose word it could differ
    from, and finds nothing.
    """
    hold_books(book_of(handover.desk))
    if handover.outgoing_id is None or handover.entry_id is None:
        return []
    made = []
    for count in CustodyCount.objects.filter(entry=handover.entry_id).order_by("pk"):
        if count.difference:
            made.append(_kept(Finding(counted=count, problem=_line(count.explanation)), handover, actor, now))
    for line in found_otherwise(handover):
        finding = Finding(checked=line, problem=_line(line.remark))
        if line.answer == HandoverCheckLine.Answer.PUT_RIGHT:
            finding.state, finding.correction = State.CORRECTED, _line(line.answer_words) or _in_house(line.get_answer_display)
        made.append(_kept(finding, handover, actor, now))
    return made


@transaction.atomic
def close_with_difference(*, actor: Person, difference: CustodyDifference, now: datetime) -> Finding | None:
    """A difference that the supervisor settles closes its finding, unless an action was set about it already.

    The entry that settles it says why; this leaves none of its own. None where no finding is open.
    """
    hold_books(book_of(difference.desk))
    finding = Finding.objects.filter(counted=difference.count_id, state=State.OPEN).first()
    if finding is None:
        return None
    correction = _line(f"{_in_house(difference.get_settled_result_display)} · {difference.settled_reason}")
    return claim(
        Finding, finding.pk, old=State.OPEN, new=State.CORRECTED, actor=actor, reason=correction[:100], now=now, correction=correction,
    )


def _kept(finding: Finding, handover: Handover, actor: Person, now: datetime) -> Finding:
    finding.opening, finding.desk, finding.found_at = handover, handover.desk, now
    finding._history_user, finding._history_date = actor, now
    finding.save()
    return finding


def _line(text: str) -> str:
    return rules.cleaned(text)[: rules.LONGEST]


def _in_house(words: Callable[[], object]) -> str:
    """The words in the installation's language, as the record writes them."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words())
