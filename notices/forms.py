"""Forms of the inbox."""

from django import forms


class ReadAllForm(forms.Form):
    """Up to which notice the reader has seen the list."""

    up_to = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
