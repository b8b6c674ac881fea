"""How long personal values stand, holds and veils (A20, I1, I12)."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from logbook.models.keeping import LONGEST_DAYS, SHORTEST_DAYS


def why_not_period(*, name: str, known: Collection[str], days: int, reason: str) -> Refused | None:
    """Why a kind of personal value cannot have this period, or None: a floor, and never longer than the record (A20, I1)."""
    if name not in known:
        return Refused("A20", _("There is no such kind of personal value."), _("Choose one of the list."), field="name")
    if days < SHORTEST_DAYS:
        return Refused(
            "A20", _("Personal values stand for %(days)d days at least.") % {"days": SHORTEST_DAYS},
            _("Choose a longer period: complaints come late."), field="days",
        )
    if days > LONGEST_DAYS:
        return Refused(
            "A20", _("Personal values go before the record does: %(days)d days at most.") % {"days": LONGEST_DAYS},
            _("Choose a shorter period; a legal hold keeps what a dispute needs."), field="days",
        )
    return None if reason else Refused("I9", _("A change of the period has a reason."), _("Say why."), field="reason")


def why_not_hold(*, scope: str, month: date | None, today: date, entry_found: bool, reason: str) -> Refused | None:
    """Why a legal hold cannot be placed so, or None (I12). `month` is the first day of the site's month."""
    if scope == "month" and (month is None or month > today):
        return Refused("I12", _("A hold on a month names a month that has begun."), _("Choose the month."), field="month")
    if scope in {"thread", "customer"} and not entry_found:
        return Refused("I12", _("This desk has no entry of this number."), _("Write the number of the entry."), field="number")
    return None if reason else Refused("I9", _("A legal hold has a reason."), _("Say what it is for."), field="reason")


def why_not_ask_veil(*, has_text: bool, held: bool, asked_already: bool, reason: str) -> Refused | None:
    """Why nobody can ask to veil this text, or None (A18, I1)."""
    if not has_text:
        return Refused("A18", _("This entry has no text, or it is veiled already."), _("Load the page again."))
    if held:
        return Refused("I12", _("A legal hold lies on this entry."), _("Ask the supervisor to lift the hold first."))
    if asked_already:
        return Refused("A18", _("Somebody has asked to veil this already."), _("Wait for the supervisor."))
    return None if reason else Refused("I9", _("A text is veiled for a reason."), _("Say why, without the secret."), field="reason")


def why_not_confirm_veil(*, same_person: bool, may_confirm: bool, held: bool, open_request: bool) -> Refused | None:
    """Why this person cannot veil what somebody asked for, or None: two people, the second a supervisor (A18, I1)."""
    if not open_request:
        return Refused("A18", _("This request has been answered already."), _("Load the page again."))
    if same_person:
        return Refused("A18", _("Two people veil a text: you asked for it."), _("Another supervisor confirms it."))
    if not may_confirm:
        return Refused("A18", _("A supervisor confirms a veil."), _("Ask the supervisor."))
    if held:
        return Refused("I12", _("A legal hold lies on this entry."), _("Lift the hold first."))
    return None
