"""Words and small parts that every page shares: names, times of the site, masked phones, tags and icons (I8, I11)."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, Select
from django.template import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from desks.keeping import Kept
from desks.models import Desk, Person, Site
from desks.wording import with_label

register = template.Library()

WEEKDAYS = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
MONTHS = [
    pgettext_lazy("month", "Jan"),
    pgettext_lazy("month", "Feb"),
    pgettext_lazy("month", "Mar"),
    pgettext_lazy("month", "Apr"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "Jun"),
    pgettext_lazy("month", "Jul"),
    pgettext_lazy("month", "Aug"),
    pgettext_lazy("month", "Sep"),
    pgettext_lazy("month", "Oct"),
    pgettext_lazy("month", "Nov"),
    pgettext_lazy("month", "Dec"),
]


def _zone(place: Desk | Site | ZoneInfo | None) -> Any:
    if isinstance(place, Desk):
        return place.site.zone
    if isinstance(place, Site):
        return place.zone
    return place or timezone.get_current_timezone()


@register.filter
def local_time(moment: datetime | None, place: Desk | Site | ZoneInfo | None = None) -> str:
    """The wall-clock time, 24 hours, in the zone of the desk, site or zone; empty for None."""
    return f"{moment.astimezone(_zone(place)):%H:%M}" if moment else ""


@register.filter
def local_date(moment: datetime | date | None, place: Desk | Site | ZoneInfo | None = None) -> str:
    """The day with its weekday, for a moment in the zone of the place or for a day as it is; empty for None."""
    if moment is None:
        return ""
    day = moment.astimezone(_zone(place)).date() if isinstance(moment, datetime) else moment
    return _("%(weekday)s %(day)d %(month)s %(year)d") % {
        "weekday": WEEKDAYS[day.weekday()],
        "day": day.day,
        "month": MONTHS[day.month - 1],
        "year": day.year,
    }


@register.filter
def short_date(moment: datetime | date | None, place: Desk | Site | ZoneInfo | None = None) -> str:
    """The day with its weekday and without its year; empty for None."""
    if moment is None:
        return ""
    day = moment.astimezone(_zone(place)).date() if isinstance(moment, datetime) else moment
    return _("%(weekday)s %(day)d %(month)s") % {
        "weekday": WEEKDAYS[day.weekday()],
        "day": day.day,
        "month": MONTHS[day.month - 1],
    }


@register.filter
def weekday(day: date) -> str:
    """The weekday in short."""
    return str(WEEKDAYS[day.weekday()])


@register.filter
def local_month(day: date | None) -> str:
    """The month and its year; empty for None."""
    if day is None:
        return ""
    return _("%(month)s %(year)d") % {"month": MONTHS[day.month - 1], "year": day.year}


@register.filter
def local_moment(moment: datetime | None, place: Desk | Site | ZoneInfo | None = None) -> str:
    """Day, weekday and time in the zone of the place; empty for None."""
    return f"{local_date(moment, place)} {local_time(moment, place)}" if moment else ""


@register.filter
def duration(amount: timedelta | int | float | None) -> str:
    """An amount of time (a timedelta, or seconds) in its two largest units, minutes at least; the sign is dropped."""
    if amount is None:
        return ""
    seconds = abs(amount.total_seconds() if isinstance(amount, timedelta) else float(amount))
    minutes = int(seconds // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = []
    if days:
        parts.append(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if not days and (rest or not hours):
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return pgettext("between two amounts of time", " ").join(parts)


@register.simple_tag
def comma() -> str:
    """What stands between the parts of a list: names of people, fields, filters."""
    return pgettext("between the parts of a list", ", ")


@register.filter
def rule_name(clause: str) -> str:
    """How a rule is named: by the ID of its clause, or as the article of China's Labour Law that an ID like LL41 stands for."""
    return _("Labour Law %(article)s") % {"article": clause[2:]} if clause.startswith("LL") else clause


@register.filter
def labelled(label: str, value: str) -> SafeString:
    """A label and its value as the reader's language writes them; both are escaped, or marked safe by whoever made them."""
    return mark_safe(with_label(conditional_escape(label), conditional_escape(value)))  # noqa: S308


@register.simple_tag
def strong_value(label: str, value: str) -> SafeString:
    """As `labelled`, with the value in bold type; the label alone without a value."""
    return mark_safe(with_label(conditional_escape(label), format_html("<b>{}</b>", value) if value else ""))  # noqa: S308


@register.simple_tag
def changed_value(label: str, before: str, after: str) -> SafeString:
    """A label, what held struck out and what holds in bold type; without what held where that is not at hand."""
    held = format_html("<s>{}</s> → ", before) if before else ""
    return mark_safe(with_label(conditional_escape(label), format_html("{}<b>{}</b>", held, after)))  # noqa: S308


def _relative(moment: datetime, now: datetime) -> str:
    distance = moment - now
    if abs(distance) < timedelta(minutes=1):
        return _("now")
    if distance < timedelta(0):
        return _("%(amount)s ago") % {"amount": duration(distance)}
    return _("in %(amount)s") % {"amount": duration(distance)}


@register.filter
def relative_time(moment: datetime | None, place: Desk | Site | ZoneInfo | None = None) -> SafeString | str:
    """How long ago, or in how long, with the exact time on hover; site.js keeps it true while the page stands open."""
    if moment is None:
        return ""
    return format_html(
        '<time class="rel" datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        local_moment(moment, place),
        _relative(moment, timezone.now()),
    )


@register.filter
def masked_phone(number: str) -> str:
    """A phone number of which only both ends can be read; short numbers keep their last two digits (I8)."""
    number = (number or "").strip()
    if len(number) >= 8:
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(len(number) - 2, 0) + number[-2:] if number else ""


@register.filter
def shown_name(person: Person | None) -> str:
    """The person's name as the reader's language writes it; empty for the system."""
    return person.display_name if person else ""


@register.filter
def initial(person: Person | None) -> str:
    """The one character that stands for the person in their avatar."""
    return shown_name(person)[:1].upper()


@register.simple_tag(takes_context=True)
def actor_field(context: RequestContext) -> SafeString | str:
    """The hidden field that says who the writer of this form takes the actor to be (I9)."""
    request = context.get("request")
    # A page that is drawn for somebody played, as a practice is, says on its request who really sends its forms.
    user = getattr(request, "sent_by", None) or getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return format_html('<input type="hidden" name="_actor" value="{}">', user.pk)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """One drawing of static/duty_desk/icons.svg, hidden from screen readers: the words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        static("duty_desk/icons.svg"),
        name,
    )


TAG_ICONS = {"good": "check", "bad": "alert", "warn": "clock", "info": "info"}


@register.simple_tag
def tag(tone: str, words: object, icon_name: str | None = None) -> SafeString:
    """A state as word, shape and colour; tones are good, bad, warn, info, accent and empty for plain."""
    shape = TAG_ICONS.get(tone, "") if icon_name is None else icon_name
    return format_html('<span class="{}">{}{}</span>', f"tag {tone}".strip(), icon(shape) if shape else "", words)


@register.simple_tag
def language_code() -> str:
    """The code of the reader's language, for Intl in scripts and for the lang attribute."""
    return get_language() or "en"


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """A field of a filter bar with its label, as crispy forms would show it, at a tenth of the cost: lists are opened all day.

    What a field looks like is kept by all that tells it: its form and name, the attributes, the choices, and what was asked for.
    """
    widget = field.field.widget
    choices = tuple((str(value), str(label)) for value, label in widget.choices) if isinstance(widget, Select) else ()
    asked = repr(field.value())
    if len(asked) > 100:
        return _filter_field(field)
    told = (type(field.form), field.auto_id, get_language(), str(field.label), tuple(widget.attrs.items()), asked, choices)
    return _filter_fields.get(told, lambda: _filter_field(field))


_filter_fields = Kept(256)


def _filter_field(field: BoundField) -> SafeString:
    look = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    return format_html(
        '<div id="div_{}" class="mb-3"><label for="{}" class="form-label">{}</label>{}</div>',
        field.auto_id, field.id_for_label, field.label, field.as_widget(attrs={**field.field.widget.attrs, "class": look}),
    )
