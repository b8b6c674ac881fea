"""What the rights of an acting supervisor are called on the page (A3); the rights themselves stand in desks/permissions.py."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desks.permissions import ACTING_RIGHTS

WORDS: dict[str, str | Promise] = {
    "briefing.write": _("write the day's briefing"),
    "duty.decide": _("decide leave and swaps, name stand-ins"),
    "escalation.decide": _("decide escalations"),
    "handover.decide": _("decide refused handovers"),
    "inspection.do": _("inspect, and verify findings"),
    "inspection.view": _("read inspections and findings"),
    "log.ask_proof": _("ask for the proof of an entry"),
    "log.ask_purge": _("ask to purge what has expired"),
    "log.confirm_veil": _("veil a text that somebody asks to veil"),
    "log.correct_others": _("correct other people's entries"),
    "log.export": _("export the log"),
    "log.export_personal": _("export customers’ names and phones"),
    "log.hold": _("place and lift legal holds"),
    "log.keeping": _("see what is kept and for how long"),
    "log.review": _("sign the daily review of the log"),
    "log.read_up_to": _("see how far each person has been shown the log"),
    "log.see_restricted": _("read entries for supervisors only"),
    "log.settle_imported": _("settle old open matters together"),
    "log.promises": _("see who has promised confidentiality"),
    "log.prove": _("see the proof of the record"),
    "presence.settle": _("deal with lateness and absence, sign the month’s hours off"),
    "presence.view": _("see who came when"),
    "roster.draft": _("draft the roster"),
    "roster.review": _("approve the roster"),
    "site.book": _("read the site’s book"),
    "site.overview": _("see the page “now”"),
    "watch.take_over": _("take a watch over, or name who does"),
}


def acting_choices() -> list[tuple[str, str | Promise]]:
    """Every right that may be ticked, with its words."""
    return [(right, WORDS.get(right, right)) for right in ACTING_RIGHTS]
