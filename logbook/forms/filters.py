"""What the lists of the log are narrowed by; an answer that makes no sense narrows nothing and says so."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.hooks import act_kinds
from desks.models import Person, Site
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
ACT_KINDS = {
    "roles": _("People and roles"), "settings": _("Settings and set-up"), "exports": _("Exports"), "keeping": _("Archives, periods and purges"),
    "keys": _("Signing keys"), "reports": _("Reports of the system"),
}
"""What an act in the site's book is about; which code is of which kind stands in desks.hooks.act_kinds."""
NO_SUCH = {
    "kind": _("This desk has never had this kind of entry, so the list is not narrowed by it. Choose another."),
    "person": _("This person has written nothing in this desk's log, so the list is not narrowed by it. Choose another."),
    "state": _("There is no such state, so the list is not narrowed by it. Choose another."),
}


class LogFilter(forms.Form):
    """The log by words, kind, state, person, days and place: by every kind that the desk ever had, and everybody who wrote in it."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "data-search": ""}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    person = forms.ChoiceField(label=_("Written by"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    place = forms.CharField(label=_("Place"), required=False, max_length=80)

    def __init__(self, *args: Any, writers: list[tuple[str, str]], words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(words)
        self.fields["person"].choices = [("", pgettext_lazy("filter", "anybody")), *writers, (SYSTEM, _("the system, by itself"))]
        for name, message in NO_SUCH.items():
            self.fields[name].error_messages["invalid_choice"] = message

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


class SiteBookFilter(forms.Form):
    """The site's own book by words, kind of act, person and days."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search", "data-search": ""}))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", pgettext_lazy("filter", "any")), *ACT_KINDS.items()])
    person = forms.ChoiceField(label=pgettext_lazy("an act", "Done by"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(Q(is_superuser=True) | Q(memberships__site=site) | Q(acting__site=site)).distinct().order_by("name", "pk")
        named = ((str(person.pk), shown_name(person)) for person in people)
        self.fields["person"].choices = [("", pgettext_lazy("filter", "anybody")), (SYSTEM, _("the system, by itself")), *named]

    def asked(self) -> dict[str, Any]:
        """What was asked for, as an access record keeps it; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: value for name, value in values.items() if value}

    def narrowing(self) -> dict[str, Any]:
        """The same as keyword arguments of `entries_of`."""
        asked = self.asked()
        person = asked.get("person")
        kind = asked.get("kind")
        return {
            "codes": sorted(code for code, each in act_kinds if each == kind) if kind else None,
            "person": int(person) if person and person != SYSTEM else person,
            "day": asked.get("day"), "until": asked.get("until"), "text": asked.get("q", ""),
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
        self.fields["kind"].choices = _kinds(words)
        self.fields["kind"].error_messages["invalid_choice"] = NO_SUCH["kind"]

    def narrowing(self) -> dict[str, str]:
        """What was asked for, without spaces; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: value.strip() for name, value in values.items() if value.strip()}


def _kinds(words: DeskWords) -> list[tuple[str, Any]]:
    return [("", pgettext_lazy("filter", "any")), *((kind.code, kind.label) for kind in words.kinds_ever)]
