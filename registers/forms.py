"""Forms of the custody pages; each is one small act, and keeps what was typed when it is refused."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk
from registers.models import CustodyDifference, CustodyItem

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class SettleForm(forms.Form):
    """How a difference was settled."""

    result = forms.ChoiceField(label=_("Result"), choices=[("", _("choose")), *CustodyDifference.Result.choices], required=False)
    reason = forms.CharField(
        label=_("What became of it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExplainForm(forms.Form):
    """What somebody knows about a difference."""

    text = forms.CharField(
        label=_("What you know about it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ItemForm(forms.Form):
    """A form about one of the desk's items, chosen by its code."""

    item = forms.ChoiceField(label=_("Item"))
    amount = forms.CharField(
        label=_("How many, or how much"), max_length=16, required=False, initial="1",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = desk.site.zone
        self.by_code = {each.code: each for each in CustodyItem.objects.filter(desk=desk, current=True).order_by("position", "code")}
        self.fields["item"].choices = [(code, each.label) for code, each in self.by_code.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("key", str(uuid4()))

    def chosen(self) -> CustodyItem:
        """The item that was chosen."""
        return self.by_code[self.cleaned_data["item"]]


class DueField(forms.DateTimeField):
    """When something is expected back, as wall-clock time; its form puts it into the site's zone (I11)."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT[0])
        super().__init__(label=_("Expected back"), input_formats=MOMENT, widget=widget, **kwargs)


class IssueForm(ItemForm):
    """Something goes out: what, to whom, until when."""

    field_order = ("item", "piece", "amount", "taken_by", "due_at", "purpose", "key")

    piece = forms.CharField(label=_("Number of the piece, if it has one"), max_length=20, required=False)
    taken_by = forms.CharField(label=_("Who takes it: name and department"), max_length=80, required=False)
    due_at = DueField(required=False)
    purpose = forms.CharField(label=pgettext_lazy("why something is taken", "What for"), max_length=200, required=False)

    def clean_due_at(self) -> datetime | None:
        """The wall-clock time in the site's zone (I11)."""
        moment = self.cleaned_data["due_at"]
        return moment.replace(tzinfo=self.zone) if moment is not None else None


class MoveForm(ItemForm):
    """Something comes to what the desk keeps, or leaves it for good."""

    field_order = ("way", "item", "amount", "who", "reason", "key")

    way = forms.ChoiceField(
        label=_("What happens"), choices=[("in", _("it comes in")), ("out", _("it leaves for good"))], widget=forms.RadioSelect, initial="in"
    )
    who = forms.CharField(label=_("From whom, or to whom"), max_length=80, required=False)
    reason = forms.CharField(label=_("Where it comes from, or where it goes"), max_length=200, required=False)


class BackForm(forms.Form):
    """Something comes back; all of it unless said."""

    amount = forms.CharField(
        label=_("How many come back"), max_length=16, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    brought_by = forms.CharField(label=_("Brought by, if by somebody else"), max_length=80, required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class ExtendForm(forms.Form):
    """Something stays out until another time."""

    due_at = DueField()
    reason = forms.CharField(label=_("Why, if it is worth a word"), max_length=200, required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = desk.site.zone

    def clean_due_at(self) -> datetime:
        """The wall-clock time in the site's zone (I11)."""
        return self.cleaned_data["due_at"].replace(tzinfo=self.zone)


class GoneForm(forms.Form):
    """Something does not come back."""

    reason = forms.CharField(label=_("Why it does not come back"), max_length=200, required=False)
