"""Forms of inspections: the list's filter and what happens with a finding. The items of an inspection are read by name."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import ChecklistItem, Person
from inspections.models import Finding, Inspection, InspectionResult
from inspections.rules import LONGEST

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """Which inspections the list shows."""

    occasion = forms.ChoiceField(
        label=_("Occasion"), required=False, choices=[("", pgettext_lazy("any value", "all")), *Inspection.Occasion.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ("", pgettext_lazy("any value", "all")),
            *[choice for choice in Inspection.State.choices if choice[0] != "planned"],
        ],
    )
    since = forms.DateField(label=_("From day"), required=False, widget=DAY)
    until = forms.DateField(label=_("Until day"), required=False, widget=DAY)


class FindingFilterForm(forms.Form):
    """Which findings the list shows."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("unsettled", _("not settled")), ("", pgettext_lazy("any value", "all")), *Finding.State.choices],
    )


@dataclass
class ItemAnswer:
    """What the page says about one item: as it was sent, else as it stands."""

    item: ChecklistItem
    result: InspectionResult | None
    outcome: str
    remark: str
    correction: str

    @classmethod
    def read(cls, item: ChecklistItem, result: InspectionResult | None, data: QueryDict | None) -> "ItemAnswer":
        """Reads the item's fields out of a posted form; without one, out of what is stored."""
        if data is not None and any(f"{name}{item.pk}" in data for name in "orc"):
            return cls(item, result, *(data.get(f"{name}{item.pk}", "") for name in "orc"))
        if result is None:
            return cls(item, None, "", "", "")
        return cls(item, result, result.outcome, result.remark, result.correction)


def _line(label: object, **attrs: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.TextInput(attrs=attrs))  # type: ignore[arg-type]


class CorrectForm(forms.Form):
    """What was done on the spot."""

    prefix = "correct"
    correction = _line(_("What was done at once"))


class ActionForm(forms.Form):
    """Cause, action, who and until when."""

    prefix = "action"
    cause = _line(_("Cause"))
    action = _line(_("Action"))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none())
    due_on = forms.DateField(label=_("Until"), widget=DAY)

    def __init__(self, *args: object, people: QuerySet[Person], today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()


class DoneForm(forms.Form):
    """What the owner did."""

    prefix = "done"
    answer = _line(_("What was done"))


class SendBackForm(forms.Form):
    """Why it is not done yet."""

    prefix = "back"
    reason = _line(_("What is missing"))
