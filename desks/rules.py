"""What is allowed on the ground, as pure functions (A6, A29)."""

import itertools

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused


def why_not_pin(pin: str) -> Refused | None:
    """Why these characters may not be a PIN, or None: six to twelve digits, not all alike, not a run (A29)."""
    if not (pin.isascii() and pin.isdigit() and 6 <= len(pin) <= 12):
        return Refused("A29", _("A PIN has six to twelve digits."), _("Choose another PIN."), field="pin")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return Refused(
            "A29", _("This PIN is too easy to guess: all digits alike, or a run."), _("Choose another PIN."), field="pin"
        )
    return None
