"""Who held this desk: a timeline by day drawn on the server, a table beside it, and one name for any second (A22, A23, E2)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import at, day_bounds, local_day
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.templatetags.desks_tags import local_time, shown_name
from handover.held import BEGAN, ENDED, RefusalMark, Stretch, held_at, refusals_between, stretches_between
from handover.periods import MomentForm, PeriodForm, period_of
from logbook.taking_out import may_take_out
from logbook.views.promises import promised

TONES = ("early", "late", "lunch", "night")
HOURS = (6, 12, 18)


@desk_page("log.read")
@require_safe
@promised
def held(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The timeline of a day, a week or a month, newest day first; `?at=` names who held the desk at a moment."""
    now = timezone.now()
    period = period_of(request.GET, desk, now)
    begin, end = period.bounds(desk)
    stretches = stretches_between(desk, begin, end, now)
    refused = refusals_between(desk, begin, end)
    people = list(dict.fromkeys(each.holder.pk for each in stretches if each.holder is not None))
    tones = {pk: TONES[place % len(TONES)] for place, pk in enumerate(people)}
    days = [_day(day, desk, stretches, refused, tones, now) for day in period.days(local_day(now, desk.site.zone))]
    context = {
        "section": "handover", "desk": desk, "now": now, "period": period, "days": days,
        "rows": [_row(each, now) for each in reversed(stretches)], "refused": len(refused),
        "period_form": PeriodForm(initial={"day": max(period.first, min(period.last, local_day(now, desk.site.zone))), "span": period.span}),
        "newest": period.last >= local_day(now, desk.site.zone), "asked": f"day={period.first}&span={period.span}",
        "may_export": may_take_out("held", of=desk, reader=request.user, now=now),
        "may_patterns": may(request.user, "handover.patterns", desk=desk, now=now),
    } | _moment(request, desk, now)
    return render(request, "handover/held.html", context)


def _moment(request: HttpRequest, desk: Desk, now: datetime) -> dict[str, Any]:
    """The answer about one moment, where one was asked for."""
    form = MomentForm(request.GET if "at" in request.GET else None, desk=desk, now=now)
    moment = form.cleaned_data.get("at") if form.is_valid() else None
    if moment is None:
        return {"moment_form": form, "moment": None}
    found = held_at(desk, moment, now)
    return {"moment_form": form, "moment": moment, "found": _row(found, now) if found is not None else None}


def _row(each: Stretch, now: datetime) -> dict[str, Any]:
    """A stretch as a row of the table."""
    over = each.over
    return {
        "stretch": each, "lasted": each.until(now) - each.starts_at, "began": BEGAN[each.began], "ended": ENDED[each.ended],
        "over": over if over >= timedelta(minutes=1) else None, "rostered": each.past is not None,
    }


def _day(
    day: date, desk: Desk, stretches: list[Stretch], refused: list[RefusalMark], tones: dict[int, str], now: datetime
) -> dict[str, Any]:
    """A day as bars in hundredths of its length; of a night that crosses midnight each day shows its part."""
    begin, end = day_bounds(day, desk.site.zone)
    whole = end - begin

    def share(moment: datetime) -> float:
        return (min(max(moment, begin), end) - begin) / whole * 100

    def span(first: datetime, last: datetime) -> dict[str, str]:
        return {"x": f"{share(first):.3f}", "width": f"{max(share(last) - share(first), 0.2):.3f}"}

    within = [each for each in stretches if each.starts_at < end and each.until(now) > begin]
    bars = [
        span(each.starts_at, each.until(now)) | {
            "name": shown_name(each.holder) if each.holder is not None else "", "tone": tones[each.holder.pk] if each.holder is not None else "gap",
            "since": local_time(each.starts_at, desk), "until": local_time(each.ends_at, desk),
        }
        for each in within
    ]
    duties = {duty.pk: duty for each in within for duty in each.duties}
    past = [part for each in within for part in each.past or [] if part[0] < end and part[1] > begin]
    return {
        "day": day, "bars": bars, "refusals": [f"{share(each.at):.3f}" for each in refused if begin <= each.at < end],
        "duties": [span(duty.starts_at, duty.ends_at) for duty in duties.values()], "past": [span(*part) for part in past],
        "hours": [(hour, f"{share(at(day, time(hour), desk.site.zone)):.3f}") for hour in HOURS],
    }
