"""Forms of being there: what somebody says about a case or their month, how it is settled, corrected and signed off (A22)."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from logbook.forms.fields import MomentField
from rosters.forms import SECRET
from rosters.models import PresenceOutcome


def words_field(label: Any, rows: int = 2, longest: int = 1000) -> forms.CharField:
    """Some lines of text; that they are needed is the act's to say, beside the field."""
    return forms.CharField(label=label, max_length=longest, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class StateForm(forms.Form):
    """What the person says about it."""

    words = words_field(_("What happened, in your own words"), rows=3)


class AskOtherForm(forms.Form):
    """Who else answers for an unattended desk."""

    person = forms.ModelChoiceField(label=_("Whom to ask"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, people: list[Person], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])


class SettleForm(forms.Form):
    """How the supervisor settles it."""

    special_reason = forms.BooleanField(
        label=_("There was a special reason"), required=False, help_text=_("Illness, an accident, a failure of transport: then nothing follows.")
    )
    outcome = forms.ChoiceField(
        label=_("What follows"), choices=PresenceOutcome.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    reason = words_field(_("Why, and what was agreed"))


def secret_field() -> forms.CharField:
    """The PIN or password of a binding act; without one nothing was tried, and nothing counts as a wrong try."""
    return forms.CharField(label=_("Your PIN or password"), max_length=200, strip=False, widget=SECRET)


class AnswerMonthForm(forms.Form):
    """Whether one's own month is right."""

    answer = forms.ChoiceField(
        label=_("My month"), widget=forms.RadioSelect,
        choices=[("confirmed", _("It is right as it stands here.")), ("contested", _("Something is wrong."))],
    )
    words = words_field(_("What is wrong: the day, and what it should be"))
    secret = secret_field()


class SignOffForm(forms.Form):
    """The supervisor signs the month off."""

    words = words_field(_("Remark; needed where somebody has not confirmed"))
    secret = secret_field()


class CorrectTimeForm(forms.Form):
    """From when until when somebody was really at the desk."""

    arrived_at = MomentField(label=_("At the desk from"), required=False)
    left_at = MomentField(label=_("At the desk until"), required=False, help_text=_("Both empty: the person was not there."))
    reason = words_field(_("Reason: who or what shows it"))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("arrived_at", "left_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]
