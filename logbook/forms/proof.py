"""Forms of a proof for an outsider (A18, A20)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from logbook.rules import ATTACHMENT
from logbook.words import CALLS

LABELS: dict[str, str | Promise] = {
    "act": _("What act it is"), "audience": _("Audience"), "author": _("Author (reference)"), "code": _("Code of the act"),
    "customer": _("Customer"), "due_at": _("Due"), "entered_by": _("Entered by (reference)"), "follow_state": _("State"),
    "handler": _("Handled by"), "kind": _("Kind"), "late": _("Late"), "next_step": _("Next step"), "occurred_at": _("Happened"),
    "original_recorded_at": _("Written on paper"), "phone": _("Phone"), "place": _("Place"), "reason": _("Reason"),
    "refers_to": _("Answers number"), "result": _("Result"), "root": _("First entry of the matter"), "severity": _("Severity"),
    "source": _("Source"), "text": _("Text"), "urgency": _("Urgency"), "waiting_for": _("Waits for"), "waiting_until": _("Waits until"),
}
# Named values that are no columns and no fields of a kind.
LABELS |= dict(CALLS) | {
    "customer_called_back": _("customer called back"), "outside_watch": _("outside the watch"), "again": _("Reported again"), "question": _("Question"),
    "typed_at": _("Typed"), "pinned_until": _("On the desk page until"), "consent": _("Late entry: consent"),
}
PERSONAL = {"customer", "phone", "author", "entered_by"}
"""What is withheld unless somebody ticks it."""


def label_of(name: str, own: Mapping[str, str]) -> str:
    """What a field is called, in `own` (name → label) those of the entry's kind; or its name."""
    if name.startswith(ATTACHMENT):
        return gettext("Photo %(number)d: digest, type and size") % {"number": int(name.removeprefix(ATTACHMENT))}
    return str(own.get(name) or LABELS.get(name, name))


class AskProofForm(forms.Form):
    """For whom, what for, and which fields are shown."""

    recipient = forms.CharField(label=_("For whom"), max_length=120, help_text=_("A resident, an insurer, a court: name or office."))
    purpose = forms.CharField(label=_("What for"), max_length=200)
    shown = forms.MultipleChoiceField(
        label=_("Fields that the proof shows"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Of all others only the commitment goes out, which tells nothing."),
    )

    def __init__(self, *args: Any, names: list[str], own: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].choices = [(name, label_of(name, own)) for name in names]  # type: ignore[attr-defined]
        self.fields["shown"].initial = [name for name in names if name not in PERSONAL]


class DecideProofForm(forms.Form):
    """The project head's decision, with PIN or password."""

    reason = forms.CharField(label=_("Reason, where you refuse"), max_length=200, required=False)
    secret = forms.CharField(
        label=_("Your PIN or password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
