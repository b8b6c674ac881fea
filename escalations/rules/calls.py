"""Who is called, and what may be said of a call, as pure functions (A15, A16)."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

ROUNDS = 3
"""So often the clock works the call tree through by itself; after that it goes on by hand only (decision 0047)."""
LONGEST_WAY = 600
"""Minutes: who needs longer than ten hours is not coming."""


def applies(*, step_departments: Collection[str], off_hours_only: bool, departments: Collection[str], off_hours: bool) -> bool:
    """Whether a step of the tree is called for a matter of these departments, at such a time (A16).

    While nobody knows whose the matter is, every department's step is called: one call too many costs little.
    """
    if off_hours_only and not off_hours:
        return False
    return not step_departments or not departments or bool(set(step_departments) & set(departments))


def begins_again(*, round_done: int, by_clock: bool) -> bool:
    """Whether calling begins anew once the tree is worked through: by hand always, by the clock a few times (A16)."""
    return not by_clock or round_done < ROUNDS


def why_not_call(*, emergency: bool, open_: bool, calling: bool, someone: bool) -> Refused | None:
    """Why nobody more can be called, or None: in an open emergency, one after the other (A16)."""
    if not emergency:
        return Refused("A16", _("The call tree is for emergencies."), _("Call the supervisor; who decides is told already."))
    if not open_:
        return Refused("A16", _("This escalation is closed."), _("Escalate anew if it is not over."))
    if calling:
        return Refused("A16", _("Somebody is being called already."), _("Say first whether they answered."))
    if not someone:
        return Refused(
            "A16", _("The call tree has nobody who can be reached now."), _("Call by the list at the desk; the administrator adds phones.")
        )
    return None


SAYABLE = {
    "no_answer": ("calling",),
    "answered": ("calling", "unanswered"),
    "coming": ("calling", "unanswered", "answered", "coming"),
    "arrived": ("calling", "unanswered", "answered", "coming"),
}
"""What may be said of a call, and in which states: who did not answer may still call back."""


def why_not_said(*, said: str, own: bool, at_the_desk: bool, open_: bool) -> Refused | None:
    """Why this may not be said of a call by this person, or None: the desk says it, or who was called of themselves (A16)."""
    if said not in SAYABLE:
        return Refused("A16", _("Say whether they answered, are coming, or are there."), _("Load the page again."))
    if not at_the_desk and not own:
        return Refused("A20", _("You may not do this at this desk."), _("Ask the supervisor."))
    if said == "no_answer" and not at_the_desk:
        return Refused("A16", _("Nobody says of themselves that they did not answer."), _("Say whether you are coming."))
    if not open_:
        return Refused("A16", _("This escalation is closed."), _("Write an entry in the log."))
    return None


def why_not_coming(minutes: int | None) -> Refused | None:
    """Why this is no time to come in, or None: some minutes, a working day at most (A16)."""
    if minutes is None or not 1 <= minutes <= LONGEST_WAY:
        return Refused("A16", _("Say in how many minutes they are there."), _("Between 1 and 600."), field="minutes")
    return None


def why_not_call_step(
    *, role: str, contact: bool, label: str, person_of_site: bool, known_departments: Collection[str],
    departments: Collection[str], ended: bool = False,
) -> Refused | None:
    """Why a step of the call tree cannot be so, or None (A16)."""
    if ended:
        return Refused("A16", _("This step has ended, and stays as it was."), _("Add another one."))
    if not label:
        return Refused("A16", _("A step says what the person is."), _("For example: security manager."), field="label_en")
    if role and contact:
        return Refused(
            "A16", _("A step calls a role, or one contact."), _("Leave the role empty, or name and account."), field="role"
        )
    if not person_of_site:
        return Refused("I8", _("This person belongs to another site."), _("Choose somebody of this site."), field="person")
    if unknown := sorted(set(departments) - set(known_departments)):
        return Refused(
            "A16", _("There is no such department."), ", ".join(unknown) + " → " + ", ".join(sorted(known_departments)),
            field="departments",
        )
    return None
