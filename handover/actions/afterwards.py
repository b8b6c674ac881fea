"""What is found about a completed handover afterwards: void, or something left out; each is an entry, none moves a watch (C12, A30, E7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import AlreadyChanged
from desks.models import Person
from desks.permissions import may
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import name_of
from handover.actions.ground import check_part, locked
from handover.models import Handover, OmissionDecision, OmissionReport, OmissionStatement, VoidFinding
from handover.rules_of_stopping import why_not_decide, why_not_report, why_not_void
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from logbook.queries import entries_of
from notices.actions import tell

SUPERVISORS = Entry.Audience.SUPERVISORS


@transaction.atomic
def find_void(*, actor: Person, handover: Handover, reason: str, consequence: str, now: datetime) -> VoidFinding:
    """The supervisor finds that not both were present: recorded with its consequence, both told (E7).

    Who held the desk and answers for it stays as it was. Raises Refused where the desk's rule does not say so, for
    anybody but the supervisor, without words, and the second time.
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    desk = row.desk
    if not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused("E7", _("Only the supervisor finds a handover void."), _("Tell the supervisor what you saw."))
    if refusal := why_not_void(
        applies=desk.settings.void_unless_present, completed=row.state == Handover.State.COMPLETED,
        face=row.mode == Handover.Mode.FACE, found=VoidFinding.objects.filter(handover=row).exists(),
    ):
        raise refusal
    reason, consequence = reason.strip(), consequence.strip()
    if not reason:
        raise Refused("E7", _("A finding has a reason."), _("Write what shows that not both were present."), field="reason")
    if not consequence:
        raise Refused("E7", _("A finding has a consequence."), _("Write what follows from it."), field="consequence")
    assert row.entry is not None
    entry = record_act(
        actor=actor, desk=desk, now=now, code="handover_void", refers_to=row.entry, text=f"{reason}\n{consequence}",
        fields={**name_of("person", actor), "number": str(row.entry.number), "handover": str(row.ref)}, audience=SUPERVISORS,
    )
    finding = VoidFinding.objects.create(
        handover=row, reason=reason, consequence=consequence, found_by=actor, found_at=now, entry=entry
    )
    tell(
        people=[person for person in (row.outgoing, row.incoming) if person], site=desk.site, matter="handover",
        matter_id=row.pk, occasion="void", code="handover_void_told", fields={**name_of("person", actor), "words": consequence},
        url=reverse("handover:record", args=[desk.slug, row.pk]), now=now, acknowledge=True,
    )
    return finding


@transaction.atomic
def report_omission(
    *, actor: Person, handover: Handover, what: str, now: datetime, evidence: int | None = None, photos: Sequence[str] = ()
) -> OmissionReport:
    """Somebody of the desk reports that a past handover left something out (C12, A30).

    `evidence` is the number of the entry that shows it; photos are the tokens of the reporter's uploads. Whoever handed
    over is told and asked; the supervisor is told. Raises Refused without words or evidence, and for one's own handover.
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    desk = row.desk
    check_part(actor, desk, now)
    if refusal := why_not_report(
        completed=row.state == Handover.State.COMPLETED, two=row.mode != Handover.Mode.OPENING,
        reporter_handed_over=row.outgoing_id == actor.pk,
    ):
        raise refusal
    if not what.strip():
        raise Refused("C12", _("A report says what was left out."), _("Write it, as you found it."), field="what")
    shows = _shown(handover, actor, evidence, now)
    if shows is None and not photos:
        raise Refused(
            "C12", _("A report has evidence."), _("Name the entry that shows it, or add a photo."), field="evidence"
        )
    assert row.outgoing is not None and row.entry is not None
    entry = record_act(
        actor=actor, desk=desk, now=now, code="omission_reported", refers_to=row.entry, text=what.strip(), audience=SUPERVISORS,
        fields={**name_of("person", actor), "number": str(row.entry.number), "about_ref": str(row.outgoing.ref)}
        | ({"evidence": str(shows.number)} if shows else {}),
        photos=photos,
    )
    report = OmissionReport.objects.create(
        desk=desk, handover=row, about=row.outgoing, what=what.strip(), evidence=shows, reported_by=actor, reported_at=now,
        entry=entry,
    )
    for people, code in (([row.outgoing], "omission_you_told"), (who_supervises("handover.decide", desk, now), "omission_reported_told")):
        _tell(report, people, code, actor, now)
    return report


def _shown(handover: Handover, reader: Person, number: int | None, now: datetime) -> Entry | None:
    """The entry that shows it, which the reporter may read. Raises Refused for none of this book."""
    if number is None:
        return None
    found = entries_of(handover.desk, first=number, last=number).first()
    hidden = found is not None and found.audience == SUPERVISORS and not may(reader, "log.see_restricted", desk=handover.desk, now=now)
    if found is None or hidden:
        raise Refused("C12", _("There is no such entry in this desk's log."), _("Look up its number."), field="evidence")
    return found


@transaction.atomic
def state_omission(*, actor: Person, report: OmissionReport, words: str, now: datetime) -> OmissionStatement:
    """Whoever handed over says what they know, once; the supervisor is told (C12). Raises Refused for anybody else."""
    desk = report.desk
    hold_books(book_of(desk))
    if actor.pk != report.about_id:
        raise Refused("C12", _("Only the person who handed over is asked."), _("Each speaks for themselves."))
    if OmissionStatement.objects.filter(report=report).exists() or OmissionDecision.objects.filter(report=report).exists():
        raise AlreadyChanged("C12", _("This was said or decided already."), _("Add to its entry."), field="words")
    if not words.strip():
        raise Refused("C12", _("A statement has words."), _("Write what you know, in your own words."), field="words")
    entry = record_act(
        actor=actor, desk=desk, now=now, code="omission_stated", refers_to=report.entry, text=words.strip(), audience=SUPERVISORS,
        fields={**name_of("person", actor), "number": str(report.entry.number)},
    )
    made = OmissionStatement.objects.create(report=report, words=words.strip(), said_by=actor, said_at=now, entry=entry)
    _tell(report, who_supervises("handover.decide", desk, now), "omission_stated_told", actor, now)
    return made


@transaction.atomic
def decide_omission(*, actor: Person, report: OmissionReport, outcome: str, reason: str, now: datetime) -> OmissionDecision:
    """The supervisor decides, after the person was heard or the time for it is over; both are told (C12).

    Raises Refused before that, about oneself, without a reason, for anybody else, and the second time.
    """
    desk = report.desk
    hold_books(book_of(desk))
    if not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused("C12", _("Only the supervisor decides about an omission."), _("The supervisor has been told."))
    if refusal := why_not_decide(
        heard=OmissionStatement.objects.filter(report=report).exists(),
        decided=OmissionDecision.objects.filter(report=report).exists(), own=actor.pk == report.about_id,
        waits_until=report.may_decide_at, now=now,
    ):
        raise refusal
    if outcome not in OmissionDecision.Outcome.values:
        raise Refused("C12", _("Choose what you decide."), field="outcome")
    if not reason.strip():
        raise Refused("C12", _("A decision has a reason."), _("Write why, and what follows."), field="reason")
    entry = record_act(
        actor=actor, desk=desk, now=now, code=f"omission_{outcome}", refers_to=report.entry, text=reason.strip(), audience=SUPERVISORS,
        fields={**name_of("person", actor), "number": str(report.entry.number)},
    )
    decision = OmissionDecision.objects.create(
        report=report, outcome=outcome, reason=reason.strip(), decided_by=actor, decided_at=now, entry=entry
    )
    _tell(report, [report.about, report.reported_by], "omission_decided_told", actor, now, words=reason.strip())
    return decision


def _tell(report: OmissionReport, people: Sequence[Person], code: str, actor: Person, now: datetime, **fields: str) -> None:
    tell(
        people=people, site=report.desk.site, matter="omission", matter_id=report.pk, occasion=code, code=code,
        fields=name_of("person", actor) | fields, now=now, acknowledge=code in {"omission_you_told", "omission_decided_told"},
        url=reverse("handover:omission", args=[report.desk.slug, report.pk]),
    )
