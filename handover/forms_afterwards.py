"""Forms about what is found afterwards: a void handover, something left out, a release to complete, a sheet of paper (C12, E7)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Desk
from handover.forms import PeopleForm
from handover.models import OmissionDecision
from logbook.forms.fields import MomentField, PhotosField


def _words(label: Any, rows: int = 2, longest: int = 1000) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class VoidForm(forms.Form):
    """The supervisor finds a handover void."""

    reason = _words(_("What shows that not both were present"))
    consequence = _words(_("What follows from it"))


class OmissionForm(forms.Form):
    """Something that a past handover left out."""

    what = _words(_("What was left out, as you found it"), rows=3)
    evidence = forms.IntegerField(
        label=_("Number of the entry that shows it"), min_value=1, max_value=2**62, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    photos = PhotosField(label=_("Photos"), required=False)


class StatementForm(forms.Form):
    """What the person says about it."""

    words = _words(_("What you know about it"), rows=3)


class DecideOmissionForm(forms.Form):
    """What the supervisor decides about it."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=OmissionDecision.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    reason = _words(_("Why, and what follows"))


class CompleteReleaseForm(forms.Form):
    """What a released holder could not hand over."""

    words = _words(_("What was open, what was counted, who goes on"), rows=3)


class PhoneSignForm(forms.Form):
    """A signature on one's own phone; the content is the one of the code."""

    secret = forms.CharField(
        label=_("PIN or password"), max_length=200, strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": _("PIN")}),
    )
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class PaperHandoverForm(PeopleForm):
    """A handover that two people signed on paper while there was no power."""

    outgoing = forms.TypedChoiceField(label=_("Who handed over"), coerce=int)
    incoming = forms.TypedChoiceField(label=_("Who took over"), coerce=int)
    paper_at = MomentField(label=_("When both signed on paper"))
    sheet = forms.CharField(label=_("Number of the sheet"), max_length=40, required=False)
    photos = PhotosField(label=_("Photo of the sheet"), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("outgoing", "incoming"):
            field = self.fields[name]
            field.choices = [("", "—"), *field.choices]  # type: ignore[attr-defined]
        self.fields["paper_at"].zone = desk.site.zone  # type: ignore[attr-defined]
