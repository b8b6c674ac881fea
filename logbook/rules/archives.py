"""How long the record stands, and who purges what has expired (A19, I12). The database holds each of these once more."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from logbook.models.archives import FEWEST_YEARS, MOST_YEARS

# What stands in the way of a purge, by the code that the database answers with.
STOPS: dict[str, Promise | str] = {
    "young": _("Entry %(number)s is younger than the period of the record."),
    "unarchived": _("Entry %(number)s is in no archive yet."),
    "gap": _("Entry %(number)s does not stand where it should: the record must be verified first."),
    "open": _("Entry %(number)s has an open matter, or a request that nobody has answered."),
    "held": _("A legal hold lies on entry %(number)s."),
}
NEXT: dict[str, Promise | str] = {
    "young": _("Choose an earlier month."),
    "unarchived": _("Ask the operator to run archive_log."),
    "gap": _("Ask the operator to run verify_log, and keep the checkpoints that you have."),
    "open": _("Close it, or choose the month before it."),
    "held": _("Choose a month before it, or lift the hold first."),
}


def expired_before(now: datetime, *, years: int, zone: ZoneInfo) -> datetime:
    """The moment before which whole months of the site are older than the period: `now` is aware (A19, I11)."""
    here = now.astimezone(zone)
    return datetime(here.year - years, here.month, 1, tzinfo=zone)


def why_not_retention(*, years: int, reason: str) -> Refused | None:
    """Why the record cannot have this period, or None: three years at least (A19)."""
    if years < FEWEST_YEARS:
        return Refused("A19", _("The record is kept for three years at least."), _("Choose three years or more."), field="years")
    if years > MOST_YEARS:
        return Refused("A19", _("The record is kept for %(years)d years at most.") % {"years": MOST_YEARS}, _("Choose fewer."), field="years")
    return None if reason else Refused("I9", _("A change of the period has a reason."), _("Say why."), field="reason")


def why_not_ask_purge(*, stop: str, number: int | None, waiting: bool, reason: str) -> Refused | None:
    """Why nobody can ask to purge up to this month, or None (A19, I12). `stop` is what the database found in the way."""
    if waiting:
        return Refused("A19", _("A request to purge this book waits already."), _("Wait until it is answered and carried out."), field="archive")
    if stop:
        return Refused("I12", STOPS[stop] % {"number": number}, NEXT[stop], field="archive")
    return None if reason else Refused("I9", _("A purge has a reason."), _("Say why."), field="reason")


def why_not_decide_purge(*, same_person: bool, may_confirm: bool, waiting: bool, confirms: bool, reason: str) -> Refused | None:
    """Why this person cannot answer a request to purge, or None: two people, the second the site's administrator (A19)."""
    if not waiting:
        return Refused("A19", _("This request has been answered already."), _("Load the page again."))
    if same_person:
        return Refused("A19", _("Two people purge: you asked for it."), _("Another administrator confirms it."))
    if not may_confirm:
        return Refused("A19", _("The site administrator confirms a purge."), _("Ask the administrator."))
    if not confirms and not reason:
        return Refused("I9", _("Declining has a reason."), _("Say why it stays."), field="reason")
    return None


def month_of(moment: datetime, zone: ZoneInfo) -> date:
    """The first day of the site's month on which an aware moment falls."""
    return moment.astimezone(zone).date().replace(day=1)
