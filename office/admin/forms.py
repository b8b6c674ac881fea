"""Forms of the administration that are not a model's own."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, OpeningHours
from desks.presets import preset_choices
from office.preset_labels import Difference
from office.rules import LONGEST_REASON

CLOCK = {"type": "time"}


class HoursForm(forms.Form):
    """When a desk opens and closes on each weekday."""

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {row.weekday: row for row in OpeningHours.objects.filter(desk=desk)}
        for weekday in OpeningHours.Weekday:
            row = rows.get(weekday.value)
            for part, word in (("opens", _("opens")), ("closes", _("closes"))):
                self.fields[f"{part}_{weekday.value}"] = forms.TimeField(
                    label=f"{weekday.label}: {word}", required=False, initial=getattr(row, part, None),
                    widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"),
                )
        self.fields["reason"] = forms.CharField(label=_("Reason of the change"), max_length=LONGEST_REASON, required=False)

    def clean(self) -> dict[str, Any]:
        """Both times of a day, or neither."""
        cleaned = super().clean() or {}
        for weekday in range(7):
            pair = (cleaned.get(f"opens_{weekday}"), cleaned.get(f"closes_{weekday}"))
            if (pair[0] is None) != (pair[1] is None) and not {f"opens_{weekday}", f"closes_{weekday}"} & self.errors.keys():
                self.add_error(f"closes_{weekday}", _("Give both times, or neither for closed."))
        return cleaned

    def hours(self) -> dict[int, tuple[time, time] | None]:
        """The week as the act takes it."""
        data = self.cleaned_data
        return {
            day: (data[f"opens_{day}"], data[f"closes_{day}"]) if data[f"opens_{day}"] is not None else None for day in range(7)
        }


class PresetForm(forms.Form):
    """Which preset."""

    preset = forms.ChoiceField(label=_("Preset"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = preset_choices()  # type: ignore[attr-defined]


class LabelsForm(forms.Form):
    """Which labels of the preset are taken; what the desk words itself is not ticked by itself."""

    keys = forms.MultipleChoiceField(label=_("Labels to take"), widget=forms.CheckboxSelectMultiple, required=False)
    reason = forms.CharField(label=_("Reason of the change"), max_length=LONGEST_REASON, required=False)

    def __init__(self, *args: Any, differences: Sequence[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [(each.key, self._said(each)) for each in differences]  # type: ignore[attr-defined]
        self.fields["keys"].initial = [each.key for each in differences if not each.own]

    @staticmethod
    def _said(each: Difference) -> str:
        before, after = (" / ".join(label or "–" for label in labels) for labels in (each.before, each.after))
        words = {"key": each.key, "before": before, "after": after}
        if each.own:
            return _("%(key)s: %(before)s → %(after)s (your own wording)") % words
        return _("%(key)s: %(before)s → %(after)s") % words


class PasswordForm(forms.Form):
    """A one-time password."""

    password = forms.CharField(
        label=_("One-time password"), max_length=128, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Told to the person by word of mouth; it opens only the page to replace it."),
    )


class EndForm(forms.Form):
    """Why somebody leaves."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)
