"""Forms of veiling, of holds and of the periods of personal values (A18, A20, I12)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.templatetags.desks_tags import local_month
from logbook.lines import period_labels
from logbook.models import Archive, LegalHold

LINES = {"rows": 2, "autocomplete": "off"}


def _secret() -> forms.CharField:
    return forms.CharField(
        label=_("Your PIN or password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class AskVeilForm(forms.Form):
    """Which texts of the thread must not be read any more, and why."""

    entries = forms.MultipleChoiceField(label=_("Texts that quote it"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Reason, without the secret itself"), max_length=200, required=False)
    secret = _secret()

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = [(str(number), f"#{number}") for number in numbers]


class DecideVeilForm(forms.Form):
    """The supervisor's answer to a request to veil."""

    DECISIONS = [("veil", pgettext_lazy("request to veil", "veil it")), ("decline", pgettext_lazy("request to veil", "leave it readable"))]
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, choices=DECISIONS)
    reason = forms.CharField(label=_("Why it stays readable"), max_length=200, required=False)
    secret = _secret()


class ReadSealedForm(forms.Form):
    """Why an auditor reads what is veiled."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    secret = _secret()


class PeriodForm(forms.Form):
    """How long a kind of personal value stands."""

    prefix = "period"
    name = forms.ChoiceField(label=_("Kind of value"), choices=lambda: list(period_labels().items()))
    days = forms.IntegerField(label=_("Days after the matter was closed, or the leave was over"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class RetentionForm(forms.Form):
    """For how many years the record stands."""

    prefix = "retention"
    years = forms.IntegerField(label=_("Years"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class AskPurgeForm(forms.Form):
    """Up to which archived month a book shall be purged, and why."""

    prefix = "purge"
    archive = forms.ModelChoiceField(label=_("Up to the end of"), queryset=Archive.objects.none(), empty_label=None)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    secret = _secret()

    def __init__(self, *args: Any, offered: QuerySet[Archive], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["archive"].queryset = offered
        self.fields["archive"].label_from_instance = lambda each: f"{local_month(each.month)} · {(each.book.desk or each.book.site).label} · #{each.last_number}"


class DecidePurgeForm(forms.Form):
    """The site administrator's answer to a request to purge."""

    DECISIONS = [("confirm", pgettext_lazy("request to purge", "confirm it")), ("decline", pgettext_lazy("request to purge", "leave it standing"))]
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, choices=DECISIONS)
    reason = forms.CharField(label=_("Why it stays"), max_length=200, required=False)
    secret = _secret()


class HoldForm(forms.Form):
    """What must not be erased, veiled or purged, and why."""

    prefix = "hold"
    scope = forms.ChoiceField(label=_("What is held"), widget=forms.RadioSelect, choices=LegalHold.Scope.choices)
    month = forms.DateField(
        label=_("Month, if a month"), required=False, input_formats=["%Y-%m"], widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    )
    number = forms.IntegerField(label=_("Number of the entry, if one"), required=False, min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class LiftForm(forms.Form):
    """Why a hold is lifted."""

    reason = forms.CharField(label=_("Reason for lifting it"), max_length=200, required=False)
