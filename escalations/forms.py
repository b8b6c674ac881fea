"""Forms of an escalation's page; each carries what one act needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from escalations.rules import LONGEST_TEXT


def _lines(label: Any, placeholder: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=required,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": placeholder}),
    )


def _secret() -> forms.CharField:
    return forms.CharField(
        label=_("Your PIN or password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class RaiseForm(forms.Form):
    """What is needed; may be left out, for what matters is that it goes up at once (A4)."""

    reason = _lines(_("What do you need? (may stay empty)"), _("for example: the resident asks for money back"), required=False)


class DecideForm(forms.Form):
    """A decision, binding."""

    decision = _lines(_("What is to be done"))
    secret = _secret()


class PassUpForm(forms.Form):
    """Why the project head must decide, binding."""

    reason = _lines(_("Why the project head must decide"))
    secret = _secret()


class PhoneForm(forms.Form):
    """A decision given by phone, in a line, and who gave it."""

    decision = forms.CharField(label=_("What was decided, in a line"), max_length=LONGEST_TEXT)
    decided_by = forms.ModelChoiceField(label=_("Who decided it"), queryset=Person.objects.none())

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decided_by"]
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in people])  # type: ignore[attr-defined]
        if len(people) == 1:
            field.initial = people[0].pk


class ConfirmForm(forms.Form):
    """Confirming a decision given by phone, binding."""

    secret = _secret()


class CloseForm(forms.Form):
    """What was done."""

    done = _lines(_("What was done"))
