"""What may be done with a notice, as pure functions (I7, I8)."""

import re

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

INSIDE = re.compile(r"/([^/\\\s\x00-\x1f\x7f][^\\\s\x00-\x1f\x7f]*)?")


def is_inside(url: str) -> bool:
    """Whether the address is empty or leads to a page of this program, and nowhere else."""
    return not url or INSIDE.fullmatch(url) is not None


def why_not_read(*, own: bool) -> Refused | None:
    """Why somebody may not read or acknowledge a notice, or None: it is its person's alone (I8)."""
    if own:
        return None
    return Refused("I8", _("This notice is somebody else's."), _("Open your own notices."))


def why_not_acknowledge(*, own: bool, needed: bool) -> Refused | None:
    """Why a notice may not be acknowledged, or None: only one's own, and only where it is asked for."""
    if refusal := why_not_read(own=own):
        return refusal
    if not needed:
        return Refused("I7", _("This notice asks for no acknowledgement."), _("Reading it is enough."))
    return None
