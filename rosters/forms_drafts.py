"""Forms of drafting and editing a month."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.templatetags.desks_tags import shown_name
from rosters.models import ShiftType
from rosters.patterns import LONGEST_CYCLE, CellChange
from rosters.rules import LEAST_SECONDS, MOST_SECONDS

MOST_CELLS = 4000
"""More cells than a month of a large desk has are no edit of a person's."""


class DraftForm(forms.Form):
    """How long the engine may think, and whether what stands is kept where it can be."""

    seconds = forms.TypedChoiceField(label=_("How long at most"), coerce=int, initial=30)
    keeps = forms.BooleanField(label=_("Change as little as possible of the version that stands"), required=False)

    def __init__(self, *args: Any, standing: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        times = [LEAST_SECONDS, 15, 30, 60, MOST_SECONDS]
        self.fields["seconds"].choices = [(each, _("%(count)d seconds") % {"count": each}) for each in times]
        if not standing:
            del self.fields["keeps"]


class EditForm(forms.Form):
    """Changed cells and pins as the page's script sends them, on the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    changes = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600_000)
    pins = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200_000)

    def clean_changes(self) -> list[CellChange]:
        """Person, day, codes before and after, of each cell."""
        return [CellChange(person, day, _codes(row[2]), _codes(row[3])) for person, day, row in _rows(self.cleaned_data["changes"], 4)]

    def clean_pins(self) -> dict[tuple[int, date], bool]:
        """Whether each of these cells shall be pinned."""
        return {(person, day): bool(row[2]) for person, day, row in _rows(self.cleaned_data["pins"], 3)}


def _rows(text: str, width: int) -> Iterable[tuple[int, date, list[Any]]]:
    wrong = forms.ValidationError(_("This page sent something that cannot be read. Load it again."))
    try:
        rows = json.loads(text or "[]")
        if not isinstance(rows, list) or len(rows) > MOST_CELLS or any(not isinstance(row, list) or len(row) != width for row in rows):
            raise wrong
        return [(int(row[0]), date.fromisoformat(row[1]), row) for row in rows]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise wrong from error


def _codes(words: Any) -> tuple[str, ...]:
    return tuple(part for part in str(words).split("+") if part)


class CellForm(forms.Form):
    """One cell, for who has no script: its shifts, and whether drafts leave it alone."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    shifts = forms.MultipleChoiceField(label=_("Shifts; none for a day off"), required=False, widget=forms.CheckboxSelectMultiple)
    pin = forms.BooleanField(label=_("Pinned: drafts leave this cell as it is"), required=False)

    def __init__(self, *args: Any, shifts: Iterable[ShiftType], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["shifts"].choices = [(shift.code, f"{shift.label} {shift.starts:%H:%M}–{shift.ends:%H:%M}") for shift in shifts]

    def clean_before(self) -> tuple[str, ...]:
        """The codes that its editor saw."""
        return _codes(self.cleaned_data["before"])


class FillForm(forms.Form):
    """A rotation, or a week that is repeated, for some people from a day on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    way = forms.ChoiceField(
        label=_("With what"), choices=[("rotation", _("a rotation")), ("week", _("the seven days from the first one on, again and again")), ("before", _("the seven days before the first one, again and again"))], widget=forms.RadioSelect,
        initial="rotation",
    )
    pattern = forms.CharField(
        label=_("Rotation"), max_length=200, required=False, help_text=_("One mark for each day, such as 早早晚晚休休 or E E L L off off."),
    )
    later = forms.IntegerField(
        label=_("Each further person so many days behind"), min_value=0, max_value=LONGEST_CYCLE, required=False, initial=0,
        help_text=_("Of a rotation: with 2, the second person is two days behind the first, the third four."),
    )
    people = forms.MultipleChoiceField(label=_("For whom"), widget=forms.CheckboxSelectMultiple)
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, people: Iterable[Person], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["people"].choices = [(person.pk, shown_name(person)) for person in people]

    def clean(self) -> dict[str, Any]:
        """A rotation is written down, and the last day is not before the first."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == "rotation" and not cleaned.get("pattern", "").strip() and "pattern" not in self.errors:
            self.add_error("pattern", _("Write one mark for each day."))
        if cleaned.get("first") and cleaned.get("until") and cleaned["until"] < cleaned["first"]:
            self.add_error("until", _("The last day is before the first."))
        return cleaned
