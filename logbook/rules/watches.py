"""Who closes a colleague's time at the desk (A10, A23)."""

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused


def why_not_leave(*, own: bool, holder: bool, decides: bool, rostered_still: bool) -> Refused | None:
    """Why a colleague's time at the desk is not closed by this actor, or None.

    Holder and supervisor release anybody of the watch; people close their own time unless their duty still goes on.
    """
    if holder or decides or (own and not rostered_still):
        return None
    if own:
        return Refused("A23", _("Your duty is not over yet."), _("The holder of the desk or the supervisor releases you."))
    return Refused("A23", _("Only the holder or the supervisor closes somebody else's time."), _("Ask one of them."))
