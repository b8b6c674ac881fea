"""Forms of the rounds' page; each keeps what was typed when it is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from rounds.models import RoundPoint
from rounds.queries import Slot
from rounds.rules import LONGEST_WORDS, read_reading

# Before the year 2000 and after 2100 no moment can be reckoned with in every zone.
FIRST, LAST = date(2000, 1, 2), date(2099, 12, 30)


class DayForm(forms.Form):
    """The day whose rounds are shown."""

    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
    )

    def clean_day(self) -> date | None:
        """A day that can be shown."""
        day = self.cleaned_data["day"]
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError(_("A time of the log lies between the years 2000 and 2100."))
        return day


class WalkForm(forms.Form):
    """A round was walked: what was found at each point, and a remark."""

    def __init__(self, *args: Any, slot: Slot, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"walk-{slot.key}-%s", **kwargs)
        self.points = slot.points
        for point in slot.points:
            self.fields[f"point-{point.code}"] = _field_of(point)
        self.fields["remark"] = forms.CharField(label=_("Remark"), max_length=LONGEST_WORDS, required=False)
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, required=False)
        self.initial.setdefault("key", str(uuid4()))

    def found(self) -> dict[str, Decimal | bool]:
        """What was found, by the codes of the points that were answered. Raises Refused for what is no number."""
        answers: dict[str, Decimal | bool] = {}
        for point in self.points:
            name = f"point-{point.code}"
            given = self.cleaned_data[name].strip()
            if given:
                answers[point.code] = read_reading(given, name) if point.sort == RoundPoint.Sort.READING else given == "ok"
        return answers


def _field_of(point: RoundPoint) -> forms.Field:
    if point.sort == RoundPoint.Sort.LOOK:
        return forms.ChoiceField(
            label=point.label, required=False, choices=[("ok", _("in order")), ("not_ok", _("not in order"))], widget=forms.RadioSelect,
        )
    limits = [f"{limit.normalize():f}" if limit is not None else "" for limit in (point.lowest, point.highest)]
    unit = f" ({point.unit})" if point.unit else ""
    return forms.CharField(
        label=f"{point.label}{unit}", max_length=20, required=False, help_text=" – ".join(limits) if any(limits) else "",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Why a round was missed."""

    reason = forms.CharField(label=_("Why it was missed"), max_length=LONGEST_WORDS, required=False)


def read_moment(text: str) -> datetime | None:
    """The moment that a form's address names, in whole seconds since 1970; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    moment = datetime.fromtimestamp(int(text), UTC)
    return moment if FIRST <= moment.date() <= LAST else None
