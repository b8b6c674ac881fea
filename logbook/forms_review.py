"""Forms of the daily review (A21)."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignReviewForm(forms.Form):
    """The signature under the day's log, up to the number that the page showed."""

    prefix = "sign"
    up_to = forms.IntegerField(widget=forms.HiddenInput)
    secret = forms.CharField(
        label=_("Your PIN or password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class QuestionForm(forms.Form):
    """A question to the author of one entry."""

    prefix = "question"
    number = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Question to the author"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )
