"""Fields that several forms of the log share."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class MomentField(forms.Field):
    """A moment typed as the site's wall clock (I11); the form that uses it sets `zone` on its own copy."""

    zone: ZoneInfo | None = None
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        """The aware moment, or None for an empty field. Raises ValidationError for what is no moment."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        except (ValueError, OverflowError):
            raise ValidationError(_("This is not a day and time, for example 2026-11-24 15:00.")) from None

    def prepare_value(self, value: Any) -> Any:
        """A moment as its wall clock in the site's zone."""
        return value.astimezone(self.zone) if isinstance(value, datetime) else value
