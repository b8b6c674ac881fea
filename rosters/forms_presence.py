"""Forms of being there: what somebody says about a case, how it is settled (A22)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rosters.models import PresenceOutcome


def words_field(label: Any, rows: int = 2, longest: int = 1000) -> forms.CharField:
    """Some lines of text; that they are needed is the act's to say, beside the field."""
    return forms.CharField(label=label, max_length=longest, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class StateForm(forms.Form):
    """What the person says about it."""

    words = words_field(_("What happened, in your own words"), rows=3)


class SettleForm(forms.Form):
    """How the supervisor settles it."""

    special_reason = forms.BooleanField(
        label=_("There was a special reason"), required=False, help_text=_("Illness, an accident, a failure of transport: then nothing follows.")
    )
    outcome = forms.ChoiceField(
        label=_("What follows"), choices=PresenceOutcome.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    reason = words_field(_("Why, and what was agreed"))
