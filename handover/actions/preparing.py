"""What is prepared and read besides the matters: own steps, summary, new entries, face to face, higher risk (A25–A27, C8)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from handover.actions.ground import begin_change, end_change, locked, save_line, save_lines
from handover.models import Handover, HandoverReading, HandoverStep
from handover.news import last_of_incoming, new_entries, read_keys, unread_important
from handover.preparing import summary_of
from handover.queries import risks_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry

STEP = ("done_by", "done_at", "remark", "entry")


@transaction.atomic
def do_step(
    *, actor: Person, step: HandoverStep, now: datetime, remark: str = "", photos: Sequence[str] = (), undo: bool = False
) -> HandoverStep:
    """Ticks a step of the desk's own, with a remark, with a photo where the step asks for one; `undo` takes the tick back (A27).

    A photo or a remark is an entry; `photos` are the tokens of uploads. Raises Refused where the photo is missing.
    """
    hold_books(book_of(step.handover.desk))
    handover = begin_change(actor, step.handover, now)
    row = handover.steps.select_related("item").get(pk=step.pk)
    if undo:
        row.done_by, row.done_at, row.remark, row.entry = None, None, "", None
        save_line(row, actor, *STEP)
        end_change(handover, actor, now, "step undone")
        return row
    if row.item.needs_photo and not photos and row.entry is None:
        raise Refused("A27", _("This step needs a photo."), _("Take one, or choose one."), field="photos")
    row.remark, row.done_by, row.done_at = remark.strip(), actor, now
    if photos or row.remark:
        row.entry = record_act(
            actor=actor, desk=handover.desk, now=now, code="handover_step_done", text=row.remark, photos=photos,
            fields=name_of("person", actor) | in_each_language("step", row.item) | {"handover": str(handover.ref)},
        )
    save_line(row, actor, *STEP)
    end_change(handover, actor, now, "step done")
    return row


@transaction.atomic
def do_steps(*, actor: Person, handover: Handover, now: datetime) -> int:
    """Every step of the desk's own that needs no photo is done; how many were still open (A27)."""
    row = begin_change(actor, handover, now)
    lines = list(row.steps.filter(done_at__isnull=True, item__needs_photo=False))
    for line in lines:
        line.done_by, line.done_at = actor, now
    save_lines(lines, actor, "done_by", "done_at")
    end_change(row, actor, now, "steps done")
    return len(lines)


@transaction.atomic
def write_summary(*, actor: Person, handover: Handover, summary: str, now: datetime) -> Handover:
    """The outgoing puts the drafted summary in own words; left empty, it is drafted by rule again (A26)."""
    row = begin_change(actor, handover, now, "outgoing")
    words = summary.replace("\r\n", "\n").strip()
    row.summary_edited = bool(words) and words != row.summary if not row.summary_edited else bool(words)
    row.summary = words or summary_of(row)
    save_line(row, actor, "summary", "summary_edited")
    end_change(row, actor, now, "summary")
    return row


@transaction.atomic
def say_together(*, actor: Person, handover: Handover, together: bool, now: datetime, apart_because: str = "") -> Handover:
    """Either side says anew whether both go through it face to face (C8). Raises Refused for a no without its reason."""
    row = begin_change(actor, handover, now)
    if row.is_draft or row.mode != Handover.Mode.FACE:
        raise Refused("C8", _("Nobody has come to take over yet."), _("Name who takes over first."))
    if not together and not apart_because.strip():
        raise Refused(
            "C8", _("A handover that is not gone through together says why."), _("Write it in a word or two."), field="apart_because"
        )
    if together and row.together != Handover.Together.YES:
        row.together_from = now
    row.together = Handover.Together.YES if together else Handover.Together.NO
    row.apart_because = "" if together else apart_because.strip()
    save_line(row, actor, "together", "together_from", "apart_because")
    end_change(row, actor, now, "together")
    return row


@transaction.atomic
def read_entry(*, actor: Person, handover: Handover, entry: Entry, now: datetime) -> HandoverReading:
    """The incoming has read one entry that was new to them (A25). Raises Refused for one that is not; twice is once."""
    row = begin_change(actor, handover, now, "incoming")
    if not new_entries(row, last_of_incoming(row)).filter(pk=entry.pk).exists():
        raise Refused("A25", _("This entry is not new to you."), _("Read it in the log."))
    reading, _made = HandoverReading.objects.get_or_create(
        handover=row, entry=entry, person=actor, defaults={"read_at": now}
    )
    return reading


@transaction.atomic
def read_all(*, actor: Person, handover: Handover, now: datetime) -> int:
    """The incoming has read all new entries; how many were left. Raises Refused while an important one is unread: those are read one by one (A25)."""
    row = begin_change(actor, handover, now, "incoming")
    if left := unread_important(row):
        numbers = " ".join(f"#{entry.number}" for entry in left[:10])
        raise Refused(
            "A25", _("Important entries are read one by one: %(numbers)s") % {"numbers": numbers}, _("Tick each of them first.")
        )
    read = read_keys(row)
    fresh = [pk for pk in new_entries(row, last_of_incoming(row)).values_list("pk", flat=True) if pk not in read]
    HandoverReading.objects.bulk_create(
        [HandoverReading(handover=row, entry_id=pk, person=actor, read_at=now) for pk in fresh], batch_size=1000
    )
    return len(fresh)


@transaction.atomic
def agree_to_risk(*, actor: Person, handover: Handover, now: datetime) -> Handover:
    """The supervisor agrees that a handover of higher risk takes place, where the desk's preset asks for it (A26).

    Raises Refused for anybody else, and where nothing of the kind is asked for.
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    if not may(actor, "handover.decide", desk=row.desk, now=now):
        raise Refused("A26", _("Only the supervisor agrees to it."), _("Call the supervisor."))
    if not row.may_change or not row.desk.settings.risk_needs_consent or not risks_of(row):
        raise Refused("A26", _("This handover does not wait for the supervisor."), _("Load the page again."))
    row.risk_agreed_by, row.risk_agreed_at = actor, now
    save_line(row, actor, "risk_agreed_by", "risk_agreed_at")
    record_act(
        actor=actor, desk=row.desk, now=now, code="handover_risk_agreed", fields=name_of("person", actor) | {"handover": str(row.ref)}
    )
    return row
