"""Forms of the office: the briefing, and who acts for the supervisor."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desks.models import Person, Site
from desks.permissions import ACTING_RIGHTS
from office.rights import acting_choices
from office.rules import LONGEST_BRIEFING


class BriefingForm(forms.Form):
    """The points of a day; the day comes with the button."""

    day = forms.DateField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("The day's points"), max_length=LONGEST_BRIEFING,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LocalMomentField(forms.DateTimeField):
    """A moment written as the site's wall clock, without seconds."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)  # type: ignore[arg-type]
        self.zone: ZoneInfo | None = None

    def prepare_value(self, value: object) -> object:
        """Shows an aware moment in the site's zone."""
        return value.astimezone(self.zone) if isinstance(value, datetime) and self.zone else value

    def clean(self, value: object) -> datetime | None:
        """Reads the wall clock in the site's zone (I11)."""
        with timezone.override(self.zone or timezone.get_current_timezone()):
            return super().clean(value)


class ActingForm(forms.Form):
    """Who acts, from when until when, with which rights."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    starts_at = LocalMomentField(label=_("From"))
    ends_at = LocalMomentField(label=_("Until"))
    rights = forms.MultipleChoiceField(label=_("Rights"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, site: Site, people: QuerySet[Person], now: datetime, **kwargs: object) -> None:
        kwargs.setdefault(
            "initial",
            {"starts_at": now, "ends_at": now + timedelta(days=1), "rights": list(ACTING_RIGHTS)},
        )
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["rights"].choices = acting_choices()  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            self.fields[name].zone = site.zone  # type: ignore[attr-defined]


class EndActingForm(forms.Form):
    """Why it ends early."""

    reason = forms.CharField(label=_("Why it ends early"), max_length=120)
