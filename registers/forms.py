"""Forms of the custody pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SettleForm(forms.Form):
    """How a difference was settled."""

    reason = forms.CharField(
        label=_("What became of it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExplainForm(forms.Form):
    """What somebody knows about a difference."""

    text = forms.CharField(
        label=_("What you know about it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
