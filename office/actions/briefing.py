"""Writing the day's briefing and acknowledging it (A32)."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from desks.clock import local_day
from desks.models import Desk, Person
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from notices.actions import tell
from office import rules
from office.models import Briefing, BriefingAck
from office.queries import briefing_for, people_on_duty


@transaction.atomic
def write_briefing(*, actor: Person, desk: Desk, day: date, text: str, now: datetime) -> Briefing:
    """Writes the briefing of a site's day, today or tomorrow, as its next version; today's is told to people on duty.

    Raises Refused for another day, no text, or the text that stands already (A32).
    """
    hold_books(book_of(desk))
    text = rules.cleaned(text)
    newest = briefing_for(desk, day)
    today = local_day(now, desk.site.zone)
    if refusal := rules.why_not_briefing(text=text, newest=newest and newest.text, day=day, today=today):
        raise refusal
    version = newest.version + 1 if newest else 1
    briefing = Briefing.objects.create(
        desk=desk, site_day=day, version=version, text=text, author=actor, written_at=now
    )
    fields = {"day_on": day.isoformat(), "version": str(version), "points": text}
    record_act(actor=actor, desk=desk, now=now, code="briefing_written", fields=fields)
    if day == today:
        tell_briefing(briefing=briefing, now=now)
    return briefing


@transaction.atomic
def tell_briefing(*, briefing: Briefing, now: datetime) -> int:
    """Tells the people who are on duty now and have not acknowledged it, each once; returns how many (A32, I7)."""
    desk = briefing.desk
    done = {ack.person_id for ack in briefing.acknowledgements.all()} | {briefing.author_id}
    return tell(
        people=[person for person in people_on_duty(desk, now) if person.pk not in done],
        site=desk.site, matter="briefing", matter_id=briefing.pk, occasion="on_duty", code="briefing_to_read",
        fields={"day_on": briefing.site_day.isoformat(), "points": briefing.text},
        url=reverse("office:briefing", args=[desk.slug]), now=now,
    )


@transaction.atomic
def acknowledge_briefing(*, actor: Person, briefing: Briefing, now: datetime) -> BriefingAck:
    """Acknowledges today's briefing in its newest version; a second time changes nothing. Raises Refused (A32)."""
    desk = briefing.desk
    hold_books(book_of(desk))
    done = BriefingAck.objects.filter(briefing=briefing, person=actor).first()
    if done:
        return done
    newest = briefing_for(desk, briefing.site_day)
    refusal = rules.why_not_acknowledge(
        is_newest=newest is not None and newest.pk == briefing.pk, day=briefing.site_day,
        today=local_day(now, desk.site.zone),
    )
    if refusal:
        raise refusal
    fields = name_of("person", actor) | {"day_on": briefing.site_day.isoformat(), "version": str(briefing.version)}
    record_act(actor=actor, desk=desk, now=now, code="briefing_acknowledged", fields=fields)
    return BriefingAck.objects.create(briefing=briefing, person=actor, at=now)
