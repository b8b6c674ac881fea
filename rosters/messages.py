"""Wording of what the rosters record and tell, filled in when somebody reads it."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages, value_words
from rosters.messages_of_changes import CHANGES
from rosters.models import SiteDay


def register_messages() -> None:
    """Registers the rosters' message codes."""
    messages.register("roster_brought_in", _("%(person)s brought the roster of %(month)s in, version %(version)s: %(duties)s duties, from %(file)s."))
    messages.register("roster_drafted", _("%(person)s had the roster of %(month)s drafted, version %(version)s: %(duties)s duties."))
    messages.register("roster_begun", _("%(person)s began the roster of %(month)s with an empty grid."))
    messages.register("roster_edited", _("%(person)s edited the roster of %(month)s, version %(version)s: %(cells)s cells."))
    messages.register("roster_acknowledged", _("%(person)s has seen their duties of %(month)s."))
    messages.register("roster_submitted", _("%(person)s submitted the roster of %(month)s for review, version %(version)s."))
    messages.register("roster_exception", _("%(person)s said why the roster of %(month)s, version %(version)s, stands with %(count)s breaches of what was agreed."))
    messages.register("roster_returned", _("%(person)s returned the roster of %(month)s, version %(version)s."))
    messages.register("roster_approved", _("%(person)s approved the roster of %(month)s, version %(version)s: %(duties)s duties are in force."))
    messages.register("roster_reported", _("%(person)s reported the roster of %(month)s to the project head."))
    messages.register("roster_reviewed_and_reported", _("%(person)s reviewed the roster of %(month)s, version %(version)s, and reported it: %(duties)s duties are in force."))
    messages.register("away_for_meal", _("%(person)s left for a meal; %(cover)s stays at the desk."))
    messages.register("away_for_errand", _("%(person)s left on an errand; %(cover)s stays at the desk."))
    messages.register("away_in_emergency", _("%(person)s left because of an emergency; %(cover)s stays at the desk."))
    messages.register("away_in_emergency_alone", _("%(person)s left because of an emergency, without anybody who stays: no fault."))
    messages.register("away_alone", _("%(person)s left for a while (%(what)s); nobody could stay: the desk is empty."))
    messages.register("away_for_other", _("%(person)s left for a while (%(what)s); %(cover)s stays at the desk."))
    messages.register("back_at_desk", _("%(person)s is back at the desk."))

    messages.register("staff_terms_set", _("%(person)s from %(from_on)s on: %(terms)s (%(because)s)"))
    messages.register("staff_protected", _("%(person)s is protected from %(from_on)s until %(until_on)s."))
    messages.register("staff_skill_given", _("%(person)s has the skill “%(skill)s” from %(from_on)s until %(until_on)s."))
    messages.register("staff_paired", _("%(person)s is trained by %(guide)s from %(from_on)s until %(until_on)s."))
    messages.register("protection_ended", _("A protection of %(person)s ends on %(until_on)s."))
    messages.register("personskill_ended", _("A skill of %(person)s ends on %(until_on)s."))
    messages.register("trainingpair_ended", _("The training of %(person)s ends on %(until_on)s."))

    messages.register("tell_agreed", _("What is agreed with you at %(desk)s was written down anew: look whether it is right."))
    messages.register("tell_roster_submitted", _("The roster of %(month)s for %(desk)s waits for your review."))
    messages.register("tell_roster_returned", _("Your roster of %(month)s for %(desk)s was returned: %(words)s"))
    messages.register("tell_roster_approved", _("Your roster of %(month)s for %(desk)s was approved."))
    messages.register("tell_roster_reported", _("The roster of %(month)s for %(desk)s is out: see your duties."))
    messages.register("tell_roster_own", _("The roster of %(month)s for %(desk)s is out. You have %(duties)s duties, %(nights)s of them at night, and duties on %(weekends)s weekends; wishes not met: %(unmet)s. Look at them and say that you have seen them."))
    messages.register("tell_roster_to_head", _("The roster of %(month)s for %(desk)s was reported to you."))
    messages.register("tell_roster_reminder", _("The roster of %(month)s for %(desk)s is due on the %(day)s of this month."))
    messages.register("tell_ask_leave", _("The roster of %(month)s for %(desk)s is being drafted: say now what you would like, and tell your supervisor when you need leave."))
    messages.register("tell_roster_overdue", _("The roster of %(month)s for %(desk)s has not been reported, and is overdue."))
    _register_presence()
    _register_days()
    for code, words in CHANGES.items():
        messages.register(code, words)


def _register_days() -> None:
    """Own days of a desk (A6)."""
    messages.register("day_named", _("%(by)s named %(duty_on)s for this desk: %(day_kind)s."))
    messages.register("day_dropped", _("%(by)s took the desk’s own day back: %(duty_on)s, %(day_kind)s."))
    kinds = dict(SiteDay.What.choices)
    value_words.register("day_kind", lambda code: str(kinds.get(code, code)))


def _register_presence() -> None:
    """Who came, who did not, what was asked, said and settled (A22, A24)."""
    messages.register("checked_in", _("%(person)s is at the desk for the duty of %(duty_at)s."))
    messages.register("no_show", _("%(person)s has not come for the duty of %(duty_at)s, %(limit_at)s has passed: the person is asked."))
    messages.register("desk_unattended", _("The desk has been unattended since %(since_at)s, for more than %(minutes)s minutes; %(left)s left it last: %(person)s is asked."))
    messages.register("desk_unattended_you_told", _("%(desk)s has been unattended since %(since_at)s, as far as the log knows, and you answer for it. Say what happened."))
    messages.register("desk_unattended_told", _("%(desk)s was unattended from %(since_at)s on; %(person)s is asked."))
    messages.register("unattended_asked", _("%(by)s asked %(person)s too about the unattended desk since %(since_at)s."))
    messages.register("unattended_asked_you_told", _("%(by)s asks what you know about the desk being unattended since %(since_at)s. Say what happened."))
    messages.register("lateness_asked", _("%(by)s asked %(person)s, who came at %(came_at)s for the duty of %(duty_at)s, %(minutes)s minutes after its start."))
    messages.register("presence_stated", _("%(person)s was heard about number %(number)s."))
    messages.register("presence_settled_none", _("%(person)s settled number %(number)s: no consequence."))
    messages.register("presence_settled_reminder", _("%(person)s settled number %(number)s: a reminder."))
    messages.register("presence_settled_training", _("%(person)s settled number %(number)s: training."))
    messages.register("presence_settled_site_rules", _("%(person)s settled number %(number)s: dealt with under the site’s rules."))
    messages.register("no_show_told", _("%(person)s has not come for the duty of %(duty_at)s. Name somebody else; the person is asked."))
    messages.register("no_show_you_told", _("You have not come for your duty of %(duty_at)s, as far as the log knows. Say what happened."))
    messages.register("lateness_asked_you_told", _("%(by)s asks why you came at %(came_at)s for your duty of %(duty_at)s. Say what happened."))
    messages.register("presence_stated_told", _("%(person)s has said what happened; the case waits for you."))
    messages.register("presence_settled_told", _("%(person)s settled the case about you: %(words)s"))
    messages.register("time_corrected", _("%(person)s corrected the time of %(of)s for the duty of %(duty_at)s: at the desk from %(came_at)s until %(went_at)s."))
    messages.register("time_corrected_away", _("%(person)s corrected the time of %(of)s for the duty of %(duty_at)s: not there."))
    messages.register("time_corrected_signed", _("%(person)s corrected the time of %(of)s for the duty of %(duty_at)s after the month’s sign-off: at the desk from %(came_at)s until %(went_at)s."))
    messages.register("time_corrected_away_signed", _("%(person)s corrected the time of %(of)s for the duty of %(duty_at)s after the month’s sign-off: not there."))
    messages.register("month_confirmed", _("%(person)s confirmed their hours of %(month)s."))
    messages.register("month_contested", _("%(person)s contested their hours of %(month)s."))
    messages.register("month_signed_off", _("%(person)s signed the hours of %(month)s off: %(people)s people."))
    messages.register("time_corrected_told", _("%(person)s corrected your time for the duty of %(duty_at)s: %(words)s"))
    messages.register("month_contested_told", _("%(person)s contests the hours of %(month)s at %(desk)s: %(words)s"))
    messages.register("month_signed_off_told", _("%(person)s signed the hours of %(month)s at %(desk)s off: see yours."))
    messages.register("feed_made", _("%(person)s made an address at which a calendar reads this desk’s duties."))
    messages.register("feed_revoked", _("%(person)s revoked the address at which a calendar read this desk’s duties."))
    messages.register("absence_long_you_told", _("You have been away from %(desk)s since %(since_at)s, longer than the %(minutes)s minutes for it. Say when you are back."))
    messages.register("absence_long_told", _("%(person)s has been away from %(desk)s since %(since_at)s, twice as long as the %(minutes)s minutes for it, and was told."))
