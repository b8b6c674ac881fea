"""Wording of escalations in the log and in the inbox, filled in when somebody reads it."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import act_kinds, first_steps, messages

# What is said of a call, and that who is asked has taken the matter up. That it was raised asks, and does nothing yet.
FIRST_STEPS = {
    "escalation_called": "A16", "escalation_answered": "A16", "escalation_coming": "A16", "escalation_arrived": "A16",
    "escalation_no_answer": "A16", "escalation_no_answer_again": "A16", "escalation_no_answer_end": "A16",
    "escalation_no_answer_beside": "A16", "escalation_acknowledged": "A4", "escalation_decided": "A11", "escalation_phone_decided": "A11",
}


def register_messages() -> None:
    """Registers the codes of the acts and of the notices; words that people wrote stand in the entry's own text."""
    for code, clause in FIRST_STEPS.items():
        first_steps.register(code, clause)
    messages.register("escalation_raised", _("%(by)s escalated #%(number)s to the supervisor."))
    messages.register(
        "escalation_raised_to_head", _("%(by)s escalated #%(number)s to the project head, for nobody supervises now.")
    )
    messages.register("escalation_acknowledged", _("%(by)s acknowledged the escalation of #%(number)s."))
    messages.register("escalation_passed_up", _("%(by)s passed #%(number)s on to the project head for decision."))
    messages.register("escalation_decided", _("%(by)s decided about #%(number)s."))
    messages.register("escalation_phone_decided", _("%(by)s wrote down what %(decider)s decided about #%(number)s by phone."))
    messages.register("escalation_phone_confirmed", _("%(by)s confirmed the decision about #%(number)s given by phone."))
    messages.register("escalation_closed", _("%(by)s closed the escalation of #%(number)s: done."))


    messages.register("callstep_added", _("Added to the call tree: %(name)s."))
    messages.register("callstep_changed", _("Changed in the call tree: %(name)s. %(changes)s (%(because)s)"))
    messages.register("callstep_ended", _("No longer in the call tree: %(name)s (%(because)s)"))
    for code in ("callstep_added", "callstep_changed", "callstep_ended"):
        act_kinds.register(code, "settings")
    messages.register("escalation_called", _("%(by)s calls %(called)s about #%(number)s."))
    messages.register("escalation_answered", _("%(called)s answered the call about #%(number)s (written down by %(by)s)."))
    messages.register("escalation_coming", _("%(called)s is coming because of #%(number)s, expected %(expected_at)s (written down by %(by)s)."))
    messages.register("escalation_arrived", _("%(called)s is on site because of #%(number)s (written down by %(by)s)."))
    messages.register("escalation_no_answer", _("No answer from %(called)s about #%(number)s (written down by %(by)s). Next: %(next)s."))
    messages.register(
        "escalation_no_answer_again",
        _("No answer from %(called)s about #%(number)s (written down by %(by)s). The call tree is at its end; it begins again with %(next)s."),
    )
    messages.register(
        "escalation_no_answer_end", _("No answer from %(called)s about #%(number)s (written down by %(by)s). Nobody else can be reached.")
    )
    messages.register("escalation_no_answer_beside", _("No answer from %(called)s about #%(number)s (written down by %(by)s)."))
    messages.register(
        "escalation_no_answer_by_clock", _("No answer from %(called)s about #%(number)s within %(minutes)s minutes. Next: %(next)s.")
    )
    messages.register(
        "escalation_no_answer_again_by_clock",
        _("No answer from %(called)s about #%(number)s within %(minutes)s minutes. The call tree is at its end; it begins again with %(next)s."),
    )
    messages.register(
        "escalation_no_answer_end_by_clock",
        _("No answer from %(called)s about #%(number)s within %(minutes)s minutes. The call tree is at its end: go on by hand."),
    )
    messages.register("called_in_emergency", _("You are called: emergency #%(number)s, %(desk)s. Answer, and say whether you come."))
    messages.register("call_tree_ended", _("Nobody on the call tree answers: emergency #%(number)s, %(desk)s. Take it up at once."))
    messages.register(
        "spoken_unconfirmed", _("Decisions by phone of %(day_on)s, %(desk)s, that nobody has confirmed: %(count)s. Confirm them in the day's review.")
    )
    messages.register(
        "spoken_unconfirmed_head", _("Decisions by phone of %(day_on)s, %(desk)s, that nobody has confirmed: %(count)s. Open each, and confirm it.")
    )

    messages.register("asked_to_decide", _("%(by)s asks you to decide about #%(number)s, %(desk)s."))
    messages.register("asked_in_emergency", _("Emergency: %(by)s needs your decision about #%(number)s, %(desk)s, at once."))
    messages.register("asked_to_decide_major", _("%(by)s holds that you must decide about #%(number)s, %(desk)s."))
    messages.register("told_acknowledged", _("%(by)s has seen your escalation of #%(number)s, %(desk)s."))
    messages.register("told_passed_up", _("%(by)s has passed #%(number)s, %(desk)s, on to the project head."))
    messages.register("told_decided", _("%(by)s has decided about #%(number)s, %(desk)s."))
    messages.register("asked_to_confirm", _("%(by)s wrote down a decision by phone about #%(number)s, %(desk)s: confirm it."))
    messages.register("told_confirmed", _("%(by)s has confirmed the decision about #%(number)s, %(desk)s."))
    messages.register("told_closed", _("%(by)s has done what was decided about #%(number)s, %(desk)s."))
    messages.register("still_asked_to_decide", _("Nobody has answered the escalation of #%(number)s, %(desk)s, since %(asked_at)s."))
    messages.register(
        "emergency_unanswered",
        _("The emergency #%(number)s, %(desk)s, has waited for the supervisor since %(asked_at)s: take it up."),
    )

    messages.register("follow_up_due", _("#%(number)s, %(desk)s, was due %(due_at)s and is still open."))
    messages.register("follow_up_overdue", _("#%(number)s, %(desk)s, is overdue since %(due_at)s."))
    messages.register("imported_overdue", _("%(count)s old matters of %(desk)s came in overdue: close, re-date or join them."))
