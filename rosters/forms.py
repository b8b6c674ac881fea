"""Forms of the rosters: bringing a file in, reviewing, leaving the desk for a while."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.clock import local_day, next_month
from desks.models import Desk, Person
from desks.queries import choices_of
from desks.templatetags.desks_tags import local_month, short_date
from rosters.rules import EMERGENCY
from rosters.rules.plans import LONGEST_REMARK

SECRET = forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"})


class ImportForm(forms.Form):
    """The month, and the file."""

    month = forms.ChoiceField(label=_("Month"))
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, help_text=_("CSV or XLSX: people down, days across."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"required": _("Choose the roster's file.")},
    )

    def __init__(self, *args: Any, desk: Desk, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        this = local_day(now, desk.site.zone).replace(day=1)
        months = [this]
        for _number in range(3):
            months.append(next_month(months[-1]))
        self.fields["month"].choices = [(f"{month:%Y-%m}", local_month(month)) for month in months]
        self.fields["month"].initial = f"{months[1]:%Y-%m}"

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(self.cleaned_data["month"] + "-01")


class VersionForm(forms.Form):
    """Which version the actor looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(VersionForm):
    """The version, and the actor's PIN or password: a binding act."""

    secret = forms.CharField(label=_("Your PIN or password"), max_length=200, strip=False, widget=SECRET)


class ExcuseForm(VersionForm):
    """The version, and why it stands though it breaks what was agreed; asked for where it does."""

    excuse = forms.CharField(
        label=_("Why it stands though what was agreed is broken"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with this version; who approves reads it, and it stands on the printed form."),
    )

    def ask(self, *, needed: bool) -> "ExcuseForm":
        """Without the field where nothing is broken, unless something was written into it."""
        if not needed and not self.data.get("excuse"):
            del self.fields["excuse"]
        return self


class SignExcuseForm(ExcuseForm, SignForm):
    """The same, signed."""

    field_order = ["version", "excuse", "secret"]


class ReturnForm(VersionForm):
    """Why a roster is returned, with remarks on some of its cells."""

    reason = forms.CharField(label=_("What is to be changed"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    ROWS = range(1, 6)

    def __init__(self, *args: Any, people: Iterable[Person], days: Iterable[date], **more: Any) -> None:
        super().__init__(*args, **more)
        persons = [("", "–"), *((person.pk, person.display_name) for person in people)]
        when = [("", "–"), *((day.isoformat(), short_date(day)) for day in days)]
        for row in self.ROWS:
            self.fields[f"person_{row}"] = forms.TypedChoiceField(label=_("Person"), choices=persons, coerce=int, required=False, empty_value=None)
            self.fields[f"day_{row}"] = forms.TypedChoiceField(label=_("Day"), choices=when, coerce=date.fromisoformat, required=False, empty_value=None)
            self.fields[f"words_{row}"] = forms.CharField(label=_("Remark on this cell"), max_length=LONGEST_REMARK, required=False)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of the remarks, cell by cell."""
        return [[self[f"person_{row}"], self[f"day_{row}"], self[f"words_{row}"]] for row in self.ROWS]

    @property
    def remarked(self) -> bool:
        """Whether something stands in one of those rows, which are then shown."""
        return self.is_bound and any(field.data for row in self.rows for field in row)

    def clean(self) -> dict[str, Any]:
        """`remarks`: person, day and words of each row that is filled; one that is filled in part is refused."""
        cleaned = super().clean() or {}
        remarks = []
        for row in self.ROWS:
            person, day, words = (cleaned.get(f"{name}_{row}") for name in ("person", "day", "words"))
            if person and day and words:
                remarks.append((person, day, words))
            elif person or day or words:
                self.add_error(f"words_{row}", _("A remark has a person, a day and words."))
        return cleaned | {"remarks": remarks}


class AwayForm(forms.Form):
    """Why somebody leaves the desk for a while, and who stays; an emergency is offered as the reason while one runs (A9)."""

    what = forms.ChoiceField(label=_("Why"))
    cover = forms.ModelChoiceField(
        label=_("Who stays at the desk"), queryset=Person.objects.none(), required=False,
        help_text=_("Somebody who is not of the watch comes to the desk and joins it."),
    )

    alone = forms.BooleanField(
        label=_("Nobody can stay"), required=False, help_text=_("The desk is empty until you are back. The log says so, and past the desk's limit you are asked."),
    )

    def __init__(self, *args: Any, desk: Desk, covers: list[Person], emergency: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        reasons = [(row.code, row.label) for row in choices_of(desk, "absence_reason")]
        self.fields["what"].choices = reasons
        # Not offered is still taken: the act says why not, and what next.
        self.fields["what"].widget.choices = [each for each in reasons if emergency or each[0] != EMERGENCY]
        self.fields["cover"].queryset = Person.objects.filter(pk__in=[person.pk for person in covers])
