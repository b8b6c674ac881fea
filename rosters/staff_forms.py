"""Forms of planning: what is agreed with staff, and their wishes (A5)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, OpeningHours, Person
from desks.queries import choices_of
from desks.templatetags.desks_tags import short_date
from rosters.models import Protection, ShiftType, StaffTerms, Wish
from rosters.rules.staff import LONGEST_REASON


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class SpanForm(forms.Form):
    """From a day until a day."""

    from_on = _day(_("From"))
    until_on = _day(_("Until"), required=False, help_text=_("The last day. Empty: until it is ended."))


class TermsForm(forms.Form):
    """Terms from a day on."""

    from_on = _day(_("From"))
    week_hours = forms.DecimalField(label=_("Contract hours a week"), min_value=1, max_value=60, max_digits=4, decimal_places=1)
    system = forms.ChoiceField(
        label=_("Working-time system"), choices=StaffTerms.System.choices,
        help_text=_("Counted over a period: no limit of overtime for a single day. No fixed hours: no limit of overtime."),
    )
    period_months = forms.TypedChoiceField(
        label=_("Counted over"), choices=StaffTerms.Period.choices, coerce=int, required=False, empty_value=1, initial=1,
        help_text=_("For hours counted over a period: the calendar’s month, quarter or year whose overtime is judged."),
    )
    free_weekends = forms.IntegerField(label=_("Free weekends a month, at least"), min_value=0, max_value=5, initial=0)
    days_in_row = forms.IntegerField(
        label=_("Working days in a row at most"), min_value=1, max_value=28, required=False, help_text=_("Empty: as the desk has it."),
    )
    days_off = forms.TypedMultipleChoiceField(
        label=_("Fixed days off"), choices=OpeningHours.Weekday.choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why they change"), max_length=LONGEST_REASON, required=False, help_text=_("Nothing personal; it stands in the history."),
    )


class ProtectForm(SpanForm):
    """From what somebody is protected."""

    what = forms.ChoiceField(label=_("Protected"), choices=Protection.What.choices, help_text=_("No reason is asked, and none is kept."))
    field_order = ("what", "from_on", "until_on")


class SkillForm(SpanForm):
    """A skill of the desk's list."""

    skill = forms.ChoiceField(label=_("Skill"))
    field_order = ("skill", "from_on", "until_on")

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = [(row.code, row.label) for row in choices_of(desk, "skill")]


class PairForm(SpanForm):
    """Who guides."""

    guide = forms.ModelChoiceField(label=_("Guided by"), queryset=Person.objects.none())
    field_order = ("guide", "from_on", "until_on")

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guide"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])


class UntilForm(forms.Form):
    """The last day of something."""

    until_on = _day(_("Last day"))


class WishForm(forms.Form):
    """What the actor would like on a day, or rather not."""

    day = forms.DateField(label=_("Day"), input_formats=["%Y-%m-%d"])
    want = forms.TypedChoiceField(
        label=_("I would"), choices=[("yes", _("like it")), ("no", _("rather not"))], initial="yes", widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    shift_code = forms.ChoiceField(label=_("Shift or day off"), required=False)
    weight = forms.TypedChoiceField(label=_("How important"), choices=Wish.Weight.choices, initial=Wish.Weight.LITTLE, coerce=int)

    def __init__(self, *args: Any, days: list[date], shifts: list[ShiftType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.Select(choices=[(f"{day:%Y-%m-%d}", short_date(day)) for day in days])
        offered = [(shift.code, f"{shift.label} {shift.starts:%H:%M}–{shift.ends:%H:%M}") for shift in shifts]
        self.fields["shift_code"].choices = [("", _("a day off")), *offered]
