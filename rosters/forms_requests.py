"""Forms of leave, swaps and stand-ins; each keeps what was typed when it is refused (I10)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.clock import at, day_bounds, local_day
from desks.models import Choice, Desk, Person
from desks.queries import choices_of, duty_pool
from desks.templatetags.desks_tags import local_time, short_date
from logbook.forms.fields import PhotosField
from rosters.actions import Wanted
from rosters.models import Duty, Leave, StandInCall, Swap
from rosters.queries import Fit, shift_types_by_key, support_pool

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PAPERS = _("A certificate, for example. Seen by the person and by who decides, by nobody else; it stands in no export.")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(widget=DAY, input_formats=["%Y-%m-%d"], **more)


def _clock(**more: Any) -> forms.TimeField:
    return forms.TimeField(widget=CLOCK, input_formats=["%H:%M", "%H:%M:%S"], required=False, **more)


def within(duty: Duty, clock: time | None) -> datetime | None:
    """The moment of a wall-clock time during the duty; after midnight it is the next day's (I11)."""
    if clock is None:
        return None
    zone = duty.desk.site.zone
    moment = at(duty.site_day, clock, zone)
    return moment if moment >= duty.starts_at else at(duty.site_day + timedelta(days=1), clock, zone)


def worded_duty(duty: Duty) -> str:
    """A duty in a list to choose from: the day, the shift, the times."""
    shift = shift_types_by_key(duty.desk)[duty.shift_code, duty.shift_version]
    return f"{short_date(duty.site_day)} · {shift.label} {local_time(duty.starts_at, duty.desk)}–{local_time(duty.ends_at, duty.desk)}"


class PartForm(forms.Form):
    """The part of a duty, by the site's clock; the whole of it unless said."""

    starts_at = _clock(label=_("From"), help_text=_("Only where a part of the duty is meant."))
    ends_at = _clock(label=_("Until"))

    def __init__(self, *args: Any, duty: Duty, **more: Any) -> None:
        super().__init__(*args, **more)
        self.duty = duty

    def part(self) -> dict[str, datetime | None]:
        """The two moments, or None for the duty's own."""
        begin, end = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        return {"starts_at": within(self.duty, begin), "ends_at": within(self.duty, end)}


class AskSwapForm(PartForm):
    """Whom somebody asks to take a duty, for what in return."""

    way = forms.ChoiceField(label=_("In return"), choices=Swap.Way.choices, initial=Swap.Way.EXCHANGE, widget=forms.RadioSelect)
    repay_by = _day(label=_("By which day the later duty is done"), required=False, help_text=_("Only for a duty later on."))
    for_all = forms.BooleanField(label=_("Anybody who may take it"), required=False)
    people = forms.TypedMultipleChoiceField(
        label=_("Or only these colleagues"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=_area())
    override = forms.CharField(
        label=_("Why so late"), max_length=500, required=False, widget=_area(1), help_text=_("The lead time of this desk is over.")
    )

    field_order = ("way", "repay_by", "for_all", "people", "starts_at", "ends_at", "reason", "override")

    def __init__(self, *args: Any, fits: Sequence[Fit], late: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {fit.person.pk: fit.person for fit in fits}
        self.fields["people"].choices = [(fit.person.pk, fit.person.display_name) for fit in fits if fit.standing.may]  # type: ignore[attr-defined]
        if not late:
            del self.fields["override"]

    def wanted(self) -> Wanted:
        """What was asked for."""
        values = self.cleaned_data
        return Wanted(
            way=values["way"], people=[self.known[pk] for pk in values["people"]], for_all=values["for_all"], reason=values["reason"],
            override=values.get("override", ""), repay_by=values["repay_by"], **self.part(),
        )


class AgreeForm(forms.Form):
    """Which duty of one's own is given in return, where one is asked for."""

    returns = forms.TypedChoiceField(label=_("My duty for it"), coerce=int, required=False)

    def __init__(self, *args: Any, duties: Sequence[Duty], **more: Any) -> None:
        super().__init__(*args, **more)
        self.duties = {duty.pk: duty for duty in duties}
        self.fields["returns"].choices = [("", _("choose")), *((duty.pk, worded_duty(duty)) for duty in duties)]  # type: ignore[attr-defined]

    def chosen(self) -> Duty | None:
        """The duty, or None."""
        return self.duties.get(self.cleaned_data.get("returns") or 0)


class DecideForm(forms.Form):
    """Approved or refused; a refusal, and a rest that is too short, ask for a reason."""

    reason = forms.CharField(label=_("Reason, if it is refused or an exception"), max_length=500, required=False, widget=_area(1))
    outcome = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], widget=forms.HiddenInput)


class LeaveForm(forms.Form):
    """Leave of days, or of hours of a day; a supervisor may write it down for somebody who cannot."""

    person = forms.TypedChoiceField(label=_("For whom"), coerce=int)
    kind = forms.ChoiceField(label=_("Kind of leave"), help_text=_("Seen by you and by who decides, by nobody else."))
    since = _day(label=_("First day"))
    until = _day(label=_("Last day"), required=False, help_text=_("Empty: the same day."))
    from_time = _clock(label=_("From"), help_text=_("Only where hours are meant, not whole days."))
    until_time = _clock(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=_area())
    photos = PhotosField(label=_("Photo of a paper"), required=False, help_text=PAPERS)

    def __init__(self, *args: Any, desk: Desk, actor: Person, decides: bool, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.desk, self.actor = desk, actor
        self.kinds: dict[str, Choice] = {row.code: row for row in choices_of(desk, Choice.Purpose.LEAVE_KIND)}
        self.fields["kind"].choices = [("", _("choose")), *((code, row.label) for code, row in self.kinds.items())]  # type: ignore[attr-defined]
        self.known = {actor.pk: actor}
        if decides:
            self.known |= {person.pk: person for person in duty_pool(desk, now)}
            self.fields["person"].choices = [(pk, person.display_name) for pk, person in self.known.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["person"]

    def asked(self) -> dict[str, Any]:
        """The act's arguments: whose, which kind, the time."""
        values, zone = self.cleaned_data, self.desk.site.zone
        first: date = values["since"]
        last: date = values["until"] or first
        begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
        if values["from_time"]:
            begin = at(first, values["from_time"], zone)
        if values["until_time"]:
            end = at(last, values["until_time"], zone)
        return {
            "person": self.known[values.get("person") or self.actor.pk], "kind": self.kinds[values["kind"]], "starts_at": begin,
            "ends_at": end, "reason": values["reason"], "photos": values["photos"],
        }


class LeavePhotosForm(forms.Form):
    """Photos of a paper that belongs to a leave."""

    photos = PhotosField(label=_("Photo of a paper"), required=False, help_text=PAPERS)


class NameForm(forms.Form):
    """Who takes an empty duty."""

    person = forms.TypedChoiceField(label=_("Who"), coerce=int)
    reason = forms.CharField(label=_("Why in spite of it"), max_length=500, required=False)

    def __init__(self, *args: Any, people: Sequence[Person], **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {person.pk: person for person in people}
        self.fields["person"].choices = [(pk, person.display_name) for pk, person in self.known.items()]  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        """The person."""
        return self.known[self.cleaned_data["person"]]


class CallForm(NameForm):
    """What somebody who was called answered."""

    answer = forms.ChoiceField(label=_("Answer"), choices=StandInCall.Answer.choices)


class HandOverForm(PartForm):
    """To whom the supervisor hands a duty at once, and why."""

    person = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=_area(1))

    field_order = ("person", "reason", "starts_at", "ends_at")

    def __init__(self, *args: Any, fits: Sequence[Fit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {fit.person.pk: fit.person for fit in fits}
        self.fields["person"].choices = [("", _("choose")), *((pk, person.display_name) for pk, person in self.known.items())]  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        """The person."""
        return self.known[self.cleaned_data["person"]]


class ExtendForm(forms.Form):
    """Until when a duty is extended, and why."""

    ends_at = forms.TimeField(label=_("Until"), widget=CLOCK, input_formats=["%H:%M", "%H:%M:%S"])
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=_area(1))

    def end(self, duty: Duty) -> datetime:
        """The first moment of that wall-clock time after the duty's end."""
        zone = duty.desk.site.zone
        day = duty.ends_at.astimezone(zone).date()
        moment = at(day, self.cleaned_data["ends_at"], zone)
        return moment if moment > duty.ends_at else at(day + timedelta(days=1), self.cleaned_data["ends_at"], zone)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Why"), max_length=500, required=False)


class ShortenForm(forms.Form):
    """The last day of a leave that ends sooner; without one it does not take place."""

    until = _day(label=_("Last day now"), required=False, help_text=_("Empty: it does not take place at all."))
    until_time = _clock(label=_("Until"), help_text=_("Only where hours are meant, not whole days."))
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)

    def end(self, leave: Leave) -> datetime | None:
        """The end of that day of the site, or the time within it; None without a day."""
        day: date | None = self.cleaned_data["until"]
        clock: time | None = self.cleaned_data["until_time"]
        zone = leave.desk.site.zone
        return None if day is None else at(day, clock, zone) if clock is not None else day_bounds(day, zone)[1]

    def clean_until_time(self) -> time | None:
        """A time without a day would call the whole leave off, which nobody means who types one."""
        clock: time | None = self.cleaned_data["until_time"]
        if clock is not None and not self.cleaned_data.get("until"):
            raise forms.ValidationError(_("Choose the day of this time too."))
        return clock


class ReserveForm(forms.Form):
    """Who could be called on a day."""

    day = _day(label=_("Day"))
    people = forms.TypedMultipleChoiceField(label=_("Who"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, desk: Desk, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = {person.pk: person for person in duty_pool(desk, now)}
        self.fields["people"].choices = [(pk, person.display_name) for pk, person in self.known.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Person]:
        """The people."""
        return [self.known[pk] for pk in self.cleaned_data["people"]]


class SupportForm(forms.Form):
    """Who is called in for support, from when to when, why."""

    day = _day(label=_("Day"))
    from_time = forms.TimeField(label=_("From"), widget=CLOCK, input_formats=["%H:%M", "%H:%M:%S"])
    until_time = forms.TimeField(
        label=_("Until"), widget=CLOCK, input_formats=["%H:%M", "%H:%M:%S"], help_text=_("Not later than the beginning: on the next day.")
    )
    person = forms.TypedChoiceField(label=_("Who"), coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)

    def __init__(self, *args: Any, desk: Desk, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.desk = desk
        self.initial.setdefault("day", f"{local_day(now, desk.site.zone):%Y-%m-%d}")
        self.known = {person.pk: person for person in support_pool(desk, now)}
        self.fields["person"].choices = [("", _("choose")), *((pk, person.display_name) for pk, person in self.known.items())]  # type: ignore[attr-defined]

    def span(self) -> tuple[datetime, datetime] | None:
        """From when to when, as typed or offered; None where that is not said yet."""
        values: dict[str, Any] = {}
        for name in ("day", "from_time", "until_time"):
            try:
                values[name] = self.fields[name].clean(self.data.get(name) if self.is_bound else self.initial.get(name))
            except forms.ValidationError:
                return None
        begin, end = (at(values["day"], values[name], self.desk.site.zone) for name in ("from_time", "until_time"))
        if end <= begin:
            end = at(values["day"] + timedelta(days=1), values["until_time"], self.desk.site.zone)
        return begin, end

    def called(self) -> dict[str, Any]:
        """The act's arguments."""
        span = self.span()
        assert span is not None  # a valid form has its times
        return {"person": self.known[self.cleaned_data["person"]], "starts_at": span[0], "ends_at": span[1], "reason": self.cleaned_data["reason"]}
