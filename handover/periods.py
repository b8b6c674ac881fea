"""Which days a page of the timeline shows: a day, a week or a month of the site, by its address (I11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.clock import day_bounds, local_day, next_month
from desks.models import Desk

SPANS = [("day", _("One day")), ("week", _("One week")), ("month", _("One month"))]


class PeriodForm(forms.Form):
    """A day, and how much around it."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    span = forms.ChoiceField(label=_("Period"), required=False, choices=SPANS)


class MomentForm(forms.Form):
    """A moment on the wall clock of the site."""

    at = forms.DateTimeField(
        label=_("At this moment"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
    )

    def __init__(self, *args: Any, desk: Desk, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = desk.site.zone, now

    def clean_at(self) -> datetime | None:
        """The moment in the site's zone; one to come is refused."""
        typed = self.cleaned_data["at"]
        if typed is None:
            return None
        moment = typed.replace(tzinfo=self.zone)
        if moment > self.now:
            raise forms.ValidationError(_("This moment is still to come. Choose one that has been."))
        return moment


@dataclass(frozen=True)
class Period:
    """Whole days of the site, first to last."""

    span: str
    first: date
    last: date

    def bounds(self, desk: Desk) -> tuple[datetime, datetime]:
        """The half-open pair of moments around the days."""
        zone = desk.site.zone
        return day_bounds(self.first, zone)[0], day_bounds(self.last, zone)[1]

    @property
    def before(self) -> date:
        """A day of the period before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """A day of the period after."""
        return self.last + timedelta(days=1)

    def days(self, until: date) -> list[date]:
        """Its days, the newest first, none after `until`."""
        count = (min(self.last, until) - self.first).days + 1
        return [self.first + timedelta(days=place) for place in reversed(range(max(0, count)))]


def period_of(asked: Mapping[str, str], desk: Desk, now: datetime) -> Period:
    """The period that an address asks for; without a day it ends today, without a span it is a week. What makes no sense is left out."""
    form = PeriodForm(asked)
    form.is_valid()
    today = local_day(now, desk.site.zone)
    day = form.cleaned_data.get("day") or today
    span = form.cleaned_data.get("span") or "week"
    # No calendar reaches further than the site's clock can say.
    day = min(max(day, date(1971, 1, 1)), today + timedelta(days=366))
    if span == "day":
        return Period(span, day, day)
    if span == "month":
        first = day.replace(day=1)
        return Period(span, first, next_month(first) - timedelta(days=1))
    monday = day - timedelta(days=day.weekday())
    return Period("week", monday, monday + timedelta(days=6))
