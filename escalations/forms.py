"""Forms of an escalation's page; each carries what one act needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person
from escalations.rules import LONGEST_TEXT, LONGEST_WAY, SAYABLE


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
    """A decision, binding; `review` is the day of the review that one comes from and goes back to."""

    decision = _lines(_("What is to be done"))
    secret = _secret()
    review = forms.DateField(required=False, widget=forms.HiddenInput)


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


class SpokenForm(PhoneForm):
    """A decision by phone about a matter that was not escalated yet: which, what, and who gave it."""

    number = forms.ChoiceField(label=_("Which matter"))

    field_order = ("number", "decision", "decided_by")

    def __init__(self, *args: Any, matters: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing is chosen beforehand: a decision noted in haste would stand with the wrong matter.
        self.fields["number"].choices = [("", "–"), *matters]  # type: ignore[attr-defined]
        if len(matters) == 1:
            self.fields["number"].widget = forms.HiddenInput()
            self.fields["number"].initial = matters[0][0]

    def clean_number(self) -> int:
        """The number of the entry."""
        return int(self.cleaned_data["number"])


class CallForm(forms.Form):
    """What is said of a call; who is coming says in how many minutes."""

    said = forms.ChoiceField(choices=[(said, said) for said in SAYABLE])
    minutes = forms.IntegerField(required=False, min_value=1, max_value=LONGEST_WAY)


class ConfirmForm(forms.Form):
    """Confirming a decision given by phone, binding; `review` as in DecideForm."""

    secret = _secret()
    review = forms.DateField(required=False, widget=forms.HiddenInput)


class OverviewForm(forms.Form):
    """What the page of all escalations shows."""

    desk = forms.ChoiceField(label=_("Desk"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("all")), ("waiting", _("waiting for a decision")), ("decided", _("decided, to be done")), ("closed", _("closed"))],
    )
    emergency = forms.BooleanField(label=_("Emergencies only"), required=False)
    month = forms.ChoiceField(label=_("Raised in"), required=False)

    def __init__(self, *args: Any, desks: list[Desk], months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [("", _("all desks")), *((desk.slug, desk.label) for desk in desks)]  # type: ignore[attr-defined]
        self.fields["month"].choices = months  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """What was done."""

    done = _lines(_("What was done"))
