"""The form by which a supervisor names a day of the desk (A6)."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from rosters.models import SiteDay


class OwnDayForm(forms.Form):
    """Which day is what at this desk, what it is called, and why."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    what = forms.ChoiceField(label=_("What it is"), choices=SiteDay.What.choices)
    label = forms.CharField(label=_("What it is called"), max_length=120, required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def named(self) -> dict[str, str | date]:
        """The act's arguments."""
        return {name: self.cleaned_data[name] for name in ("day", "what", "label", "reason")}
