"""Wording of this floor's acts and notices, by code."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages

ACTS = {
    "handover_started": _("Handover from %(outgoing)s to %(incoming)s begun."),
    "handover_prepared": _("%(outgoing)s prepares the handover."),
    "handover_asked": _("A question at the handover."),
    "handover_answered": _("The answer to it."),
    "handover_step_done": _("%(person)s: %(step)s, done."),
    "handover_risk_agreed": _("%(person)s agrees to a handover of higher risk."),
    "closing_started": _("%(outgoing)s begins to close the desk for the night."),
    "opening_started": _("%(incoming)s begins to open the desk."),
    "handover_completed": _("%(outgoing)s handed the desk over to %(incoming)s."),
    "handover_completed_reserved": _("%(outgoing)s handed the desk over to %(incoming)s, who took it with reservations."),
    "night_taken_over": _("%(incoming)s took over the matters of the night: %(count)s."),
    "opening_found_otherwise": _("%(incoming)s opened the desk; in order when it was closed and not now: %(items)s"),
    "handover_refused": _("%(person)s refused the handover."),
    "refusal_note": _("A note to the refusal, for the supervisor."),
    "refusal_waits": _("The refusal of %(person)s waits for a decision since %(since_at)s."),
    "refusal_back": _("%(person)s decided: the handover goes on."),
    "refusal_upheld": _("%(person)s decided: the refusal stands."),
    "handover_suspended": _("Handover suspended by a fault."),
    "handover_suspended_both": _("Handover suspended by a fault: %(deals)s deals with it, %(assists)s assists."),
    "handover_resumed": _("Handover resumed."),
    "handover_resumed_after": _("Handover resumed. Written meanwhile: #%(from_number)s to #%(to_number)s."),
    "handover_cancelled": _("Handover cancelled."),
    "check_failed": _("Check failed: %(item)s."),
    "check_seen": _("Checked: %(item)s."),
    "check_put_right": _("Put right: %(item)s."),
    "relief_missing": _("The relief has not come: %(missing)s. %(holder)s keeps the desk."),
    "relief_named": _("%(person)s was named to relieve %(holder)s."),
    "relief_named_unrested": _("%(person)s was named to relieve %(holder)s, though not rested since the last duty."),
    "desk_taken_over": _("%(person)s took the desk over from %(holder)s."),
    "holder_released": _("%(person)s was released at once; %(to)s holds the desk."),
    "holder_released_gap": _("%(person)s was released at once; nobody holds the desk."),
    "gap_filled": _("%(person)s took the desk that nobody held."),
    "release_completed": _("%(person)s completed the release of %(holder)s."),
    "relief_over_limit": _("The relief is out for %(minutes)s minutes: somebody must be named or come. %(holder)s keeps the desk."),
    "handover_void": _("%(person)s found the handover #%(number)s void: not both were present. Who held the desk stays as it was."),
    "omission_reported": _("%(person)s reports that the handover #%(number)s left something out."),
    "omission_stated": _("%(person)s says something about the omission reported as #%(number)s."),
    "omission_left_out": _("%(person)s decided about #%(number)s: something was left out."),
    "omission_not_left_out": _("%(person)s decided about #%(number)s: nothing was left out."),
    "omission_unclear": _("%(person)s decided about #%(number)s: it cannot be told any more."),
    "handover_on_paper": _("A handover on paper from %(outgoing)s to %(incoming)s at %(paper_at)s, entered afterwards."),
}
NOTICES = {
    "change_outgoing_told": _("Change of shift at %(due_at)s: go through the handover and put in what is missing."),
    "change_incoming_told": _("You take over at %(due_at)s from %(holder)s: be there %(lead)s minutes early."),
    "handover_risk_told": _("A handover of higher risk waits for you: %(reasons)s"),
    "handover_signed_told": _("You signed a handover (%(method)s), content %(digest)s. If that was not you, tell your supervisor."),
    "handover_reserved_told": _("%(incoming)s took the desk over with reservations: %(reservations)s"),
    "handover_refused_told": _("%(person)s refused a handover: %(ground)s. To lift it: %(remedy)s"),
    "handover_refused_until_told": _("%(person)s refused a handover: %(ground)s. To lift it by %(by_when_at)s: %(remedy)s"),
    "handover_on_paper_told": _(
        "A handover on paper from %(outgoing)s to %(incoming)s at %(paper_at)s was entered. Both sign it here as soon as they can."
    ),
    "refusal_waits_told": _("The refusal of %(person)s waits for a decision since %(since_at)s; %(holder)s keeps the desk."),
    "relief_reminder_told": _("You relieve %(holder)s at %(desk)s at %(starts_at)s."),
    "relief_late_you_told": _("Your duty at %(desk)s began at %(starts_at)s; %(holder)s waits for you."),
    "relief_over_limit_told": _("%(holder)s waits for the relief for %(minutes)s minutes: name somebody, rostered or not, or come."),
    "handover_void_told": _("%(person)s found a handover void because not both were present: %(words)s"),
    "omission_you_told": _("%(person)s reports that something was left out of your handover. Say what you know."),
    "omission_reported_told": _("%(person)s reports that a handover left something out."),
    "omission_stated_told": _("%(person)s has said something about the omission that was reported."),
    "omission_decided_told": _("%(person)s decided about the omission that was reported: %(words)s"),
    "refusal_back_told": _("%(person)s decided that the handover goes on: %(words)s"),
    "refusal_upheld_told": _("%(person)s decided that the refusal stands: %(words)s"),
    "count_differs_told": _("%(item)s: expected %(expected)s, counted %(counted)s. %(explanation)s"),
    "count_question_told": _(
        "A question about what you closed with. %(item)s: expected %(expected)s, counted %(counted)s. %(explanation)s"
    ),
    "count_question_blind_told": _("A question about what you closed with. %(item)s was counted and differs. %(explanation)s"),
    "opening_differs_told": _("%(incoming)s opened the desk with differences in the count: %(items)s"),
    "opening_found_told": _("%(incoming)s opened the desk; in order when it was closed and not now: %(items)s"),
    "relief_missing_told": _("The relief has not come: %(missing)s. %(holder)s keeps the desk until you name somebody or take over."),
    "relief_you_told": _("You are asked to relieve %(holder)s now."),
    "relief_comes_told": _("%(person)s was named to relieve you."),
    "desk_taken_over_told": _("%(person)s took the desk over: %(words)s"),
    "holder_released_told": _("%(person)s was released at once (%(ground)s); %(to)s holds the desk."),
    "desk_gap_told": _("%(person)s was released at once (%(ground)s). Nobody holds the desk: take it over."),
    "gap_filled_told": _("%(person)s holds the desk that nobody held."),
}


def register_messages() -> None:
    """Registers the handover's message codes."""
    for code, words in (ACTS | NOTICES).items():
        messages.register(code, words)
