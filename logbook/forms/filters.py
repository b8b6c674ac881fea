"""What the lists of the log are narrowed by; an answer that makes no sense narrows nothing and says so."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk
from desks.queries import people_of_desk
from desks.templatetags.desks_tags import shown_name
from logbook.models import FollowUp
from logbook.queries import SYSTEM
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
    person = forms.ChoiceField(label=_("Written by"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    place = forms.CharField(label=_("Place"), required=False, max_length=80)

    def __init__(self, *args: Any, desk: Desk, words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", pgettext_lazy("filter", "any")), *((kind.code, kind.label) for kind in words.kinds)]
        people = ((str(person.pk), shown_name(person)) for person in people_of_desk(desk, timezone.now(), ROLES))
        self.fields["person"].choices = [("", pgettext_lazy("filter", "anybody")), *people, (SYSTEM, _("the system, by itself"))]

    def narrowing(self) -> dict[str, Any]:
        """The keyword arguments of `entries_of`; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        person = values.get("person")
        return {
            "kind": values.get("kind", ""),
            "state": values.get("state", ""),
            "person": int(person) if person and person != SYSTEM else person or None,
            "day": values.get("day"),
            "until": values.get("until"),
            "place": values.get("place", ""),
            "text": values.get("q", ""),
        }


class FollowUpFilter(forms.Form):
    """Matters by kind, who has them and what they say; which list of them it is goes along."""

    SHOW = [
        ("", _("The desk's")),
        ("mine", pgettext_lazy("matters", "Mine")),
        ("overdue", pgettext_lazy("matters", "Overdue")),
        ("today", pgettext_lazy("matters", "Due today")),
        ("waiting", pgettext_lazy("matters", "Waiting")),
        ("raised", pgettext_lazy("matters", "Raised")),
        ("closed", pgettext_lazy("matters", "Closed")),
    ]
    show = forms.ChoiceField(label=_("Which matters"), required=False, choices=SHOW, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    handler = forms.CharField(label=_("Handled by"), required=False, max_length=80)
    q = forms.CharField(label=_("Words"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "data-search": ""}))

    def __init__(self, *args: Any, words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", pgettext_lazy("filter", "any")), *((kind.code, kind.label) for kind in words.kinds)]

    def narrowing(self) -> dict[str, str]:
        """What was asked for, without spaces; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: value.strip() for name, value in values.items() if value.strip()}
