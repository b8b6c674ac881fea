"""What the lists of all swaps and of all leave of a desk are narrowed by (A13)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk, Person
from rosters.models import Leave, RequestState, Swap


class PastFilter(forms.Form):
    """By state, by whose it is, by days of the site; a field that makes no sense is left out."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", pgettext_lazy("any value", "all")), *RequestState.choices])
    person = forms.ModelChoiceField(
        label=_("Person"), required=False, queryset=Person.objects.none(), empty_label=pgettext_lazy("filter", "anybody")
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, desk: Desk, model: type[Leave] | type[Swap], **more: Any) -> None:
        super().__init__(*args, **more)
        rows = model.objects.filter(desk=desk)
        known = {*rows.order_by().values_list("person", flat=True)}
        if model is Swap:
            known |= {*Swap.objects.filter(desk=desk, taken_by__isnull=False).order_by().values_list("taken_by", flat=True)}
        self.fields["person"].queryset = Person.objects.filter(pk__in=known).order_by("pk")  # type: ignore[attr-defined]

    def narrowing(self) -> dict[str, Any]:
        """What was asked for."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: value for name, value in values.items() if value}

    def recorded(self) -> dict[str, str]:
        """The same as words for the access record and for the address of an export."""
        return {name: str(value.pk if isinstance(value, Person) else value) for name, value in self.narrowing().items()}
