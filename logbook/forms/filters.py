"""What the lists of the log are narrowed by; an answer that makes no sense narrows nothing and says so."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk, Person
from desks.queries import people_of_desk
from logbook.models import FollowUp
from logbook.words import DeskWords

STATES = [
    ("", pgettext_lazy("filter", "any")),
    ("open", _("open, in any state")),
    (FollowUp.State.IN_PROGRESS, FollowUp.State.IN_PROGRESS.label),
    (FollowUp.State.WAITING, FollowUp.State.WAITING.label),
    (FollowUp.State.CLOSED, FollowUp.State.CLOSED.label),
]
ROLES = ["agent", "butler", "supervisor"]


class LogFilter(forms.Form):
    """The log by words, kind, state, person, days and place."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "data-search": ""}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    person = forms.ModelChoiceField(label=_("Written by"), required=False, queryset=Person.objects.none(), empty_label=pgettext_lazy("filter", "anybody"))
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    place = forms.CharField(label=_("Place"), required=False, max_length=80)

    def __init__(self, *args: Any, desk: Desk, words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", pgettext_lazy("filter", "any")), *((kind.code, kind.label) for kind in words.kinds)]
        self.fields["person"].queryset = people_of_desk(desk, timezone.now(), ROLES)

    def narrowing(self) -> dict[str, Any]:
        """The keyword arguments of `entries_of`; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        person = values.get("person")
        return {
            "kind": values.get("kind", ""),
            "state": values.get("state", ""),
            "person": person.pk if person else None,
            "day": values.get("day"),
            "until": values.get("until"),
            "place": values.get("place", ""),
            "text": values.get("q", ""),
        }


class FollowUpFilter(forms.Form):
    """Open matters by when they are due, who has them and where."""

    DUE = [
        ("", pgettext_lazy("filter", "any")),
        ("overdue", _("overdue")),
        ("today", _("due today")),
        ("closed", _("closed")),
    ]
    due = forms.ChoiceField(label=_("Due"), required=False, choices=DUE)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    handler = forms.CharField(label=_("Handled by"), required=False, max_length=80)
    q = forms.CharField(label=_("Words"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "data-search": ""}))

    def __init__(self, *args: Any, words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", pgettext_lazy("filter", "any")), *((kind.code, kind.label) for kind in words.kinds)]
