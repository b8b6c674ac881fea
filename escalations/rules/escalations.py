"""What may be done with an escalation, and why not, as pure functions (A4, A9, A11)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.models import DeskSettings
from desks.refusal import Refused, Words

SUPERVISOR, PROJECT_HEAD = "supervisor", "project_head"
LONGEST_TEXT = 400
WAITING = ("raised", "acknowledged")


def why_not_raise(*, own_step: bool, retracted: bool, closed: bool) -> Refused | None:
    """Why this entry may not be escalated, or None: it still holds, and is no step of an escalation itself (A4).

    A matter that is closed needs nobody's decision; an entry that never was a matter may be escalated.
    """
    if own_step:
        return Refused("A4", _("A step of an escalation is not escalated."), _("Escalate the entry that it is about."))
    if retracted:
        return Refused("A4", _("This entry has been retracted."), _("Write a new entry and escalate that."))
    if closed:
        return Refused("A4", _("This matter is closed."), _("Reopen it first if it is not settled, or write a new entry and escalate that."))
    return None


def why_not_words(text: str, *, field: str, missing: Words | None) -> Refused | None:
    """Why these words do not do, or None: some where they are asked for, and no more than a few lines (A11, I9)."""
    if missing and not text:
        return Refused("A11", missing, _("One line is enough."), field=field)
    if len(text) > LONGEST_TEXT:
        return Refused("A11", _("The text is longer than 400 characters."), _("Write the details as an entry."), field=field)
    return None


def why_not_decide(*, level: str, may_decide: bool, may_decide_major: bool, called_up: bool = False) -> Refused | None:
    """Why somebody may not acknowledge or decide, or None: who is asked at the level, nobody else (A11).

    In an emergency that nobody answered, the project head whom the call tree has come to (`called_up`) decides as well (A16).
    """
    if level == SUPERVISOR and (may_decide or (called_up and may_decide_major)):
        return None
    if level == PROJECT_HEAD and may_decide_major:
        return None
    if level == PROJECT_HEAD:
        return Refused("A11", _("The project head has been asked to decide this."), _("Wait for the decision, or phone."))
    return Refused("A11", _("The supervisor decides this."), _("Call the supervisor; write down a decision given by phone."))


def why_not_pass_up(*, level: str, may_decide: bool) -> Refused | None:
    """Why somebody may not pass it on to the project head, or None: the supervisor holds that it must be (A11)."""
    if not may_decide:
        return Refused("A11", _("The supervisor says whether the project head must decide."), _("Ask the supervisor."))
    if level == PROJECT_HEAD:
        return Refused("A11", _("The project head has been asked already."), _("Wait for the decision, or phone."))
    return None


def why_not_decided_by(*, level: str, decides_at_level: bool) -> Refused | None:
    """Why a decision by phone cannot be this person's, or None (A11)."""
    if decides_at_level:
        return None
    if level == PROJECT_HEAD:
        return Refused("A11", _("Only the project head decides at this level."), _("Choose who gave it."), field="decided_by")
    return Refused(
        "A11", _("Only a supervisor, or who acts for them, decides at this level."), _("Choose who gave it."),
        field="decided_by",
    )


def why_not_confirm(*, recorded_it: bool, gave_it: bool, may_decide: bool) -> Refused | None:
    """Why somebody may not confirm a decision given by phone, or None: who gave it, or a supervisor; never its writer."""
    if recorded_it:
        return Refused("A11", _("Who wrote the decision down does not confirm it."), _("Who gave it confirms it."))
    if gave_it or may_decide:
        return None
    return Refused("A11", _("A decision by phone is confirmed by the supervisor."), _("Ask the supervisor."))


def limit_of(settings: DeskSettings) -> timedelta:
    """Within which an escalation is to be acknowledged (A4)."""
    return timedelta(minutes=settings.escalation_minutes)


def is_unanswered(*, asked_at: datetime, now: datetime, settings: DeskSettings, limits: int = 1) -> bool:
    """Whether nobody has answered within so many limits of the desk; on the very minute it is (A4, A9)."""
    return now >= asked_at + limits * limit_of(settings)


def goes_to_supervisor(*, urgency: str, severity: str, late_by: timedelta, settings: DeskSettings) -> bool:
    """Whether an overdue matter is told to the supervisor as well: critical, urgent, or late beyond the limit (A1, A9)."""
    return urgency in {"urgent", "emergency"} or severity == "critical" or late_by > limit_of(settings)
