"""Who reads what: reviews, ranges read, proofs for outsiders (A20, A21, I8)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused


def why_not_review(*, day: date, today: date, up_to: int, newest: int, signed_up_to: int, unread: int) -> Refused | None:
    """Why the log of a day cannot be signed as read up to a number, or None (A21)."""
    if day > today:
        return Refused("A21", _("This day has not begun."), _("Sign it when there is something to read."))
    if not 0 < up_to <= newest:
        return Refused("A21", _("There is no entry of this number yet."), _("Load the page again."))
    if up_to <= signed_up_to or unread == 0:
        return Refused("A21", _("This has been signed already, and nothing was written since."), _("There is nothing to do."))
    return None


def may_search_personal(*, may_see: bool, on_duty: bool, leads: bool) -> bool:
    """Whether a search also looks among customers' names and phone numbers: for whom `why_not_reveal` would let see them (A20, I8).

    A hit tells what its page masks, and leaves no record of having been shown.
    """
    return may_see and (on_duty or leads)


def why_not_reveal(*, may_see: bool, on_duty: bool, leads: bool, has_values: bool) -> Refused | None:
    """Why a customer's name and phone stay masked for this person, or None (A20, I8)."""
    if not may_see:
        return Refused("A20", _("Your role sees customers masked."), _("Ask whoever is on duty to call."))
    if not (on_duty or leads):
        return Refused("A20", _("Only who is on duty sees customers unmasked."), _("Join the watch, or ask whoever holds the desk."))
    if not has_values:
        return Refused("A20", _("This entry has no customer or phone."), _("It has none, or its period has run out."))
    return None


def not_yet_read(first: int, last: int, read: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of the range of numbers that none of the ranges read before holds, in order (I8)."""
    parts, begin = [], first
    for low, high in sorted(read):
        if low > begin:
            parts.append((begin, min(low - 1, last)))
        begin = max(begin, high + 1)
        if begin > last:
            break
    return parts + ([(begin, last)] if begin <= last else [])


def why_not_proof(*, recipient: str, purpose: str, shown: list[str], known: list[str]) -> Refused | None:
    """Why an entry may not be proven outside so, or None: for somebody, for a purpose, with fields that it has (A20)."""
    if not recipient.strip():
        return Refused("A20", _("A proof is for somebody."), _("Write who gets it."), field="recipient")
    if not purpose.strip():
        return Refused("A20", _("A proof has a purpose."), _("Write what it is for."), field="purpose")
    if len(recipient) > 120 or len(purpose) > 200 or "\x00" in recipient + purpose:
        return Refused("A20", _("Recipient or purpose is too long."), _("Write it shorter."), field="purpose")
    if not shown or not set(shown) <= set(known):
        return Refused("A20", _("A proof shows at least one field of the entry."), _("Choose what it shows."), field="shown")
    return None


def why_not_proof_decision(*, approve: bool, reason: str) -> Refused | None:
    """Why a request for a proof may not be decided so, or None: a refusal has a reason, in at most 200 characters (A20)."""
    if len(reason) > 200 or "\x00" in reason:
        return Refused("A20", _("The reason is too long."), _("Write it shorter."), field="reason")
    if not approve and not reason.strip():
        return Refused("A20", _("A refusal has a reason."), _("Write it."), field="reason")
    return None
