"""Naming somebody who acts for the supervisor for days or hours, and ending it early (A3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import ActingSupervisor, Person, Role, Site
from desks.permissions import ACTING_RIGHTS, forget
from desks.queries import roles_of
from desks.refusal import Refused
from desks.wording import in_every_language, name_of
from logbook.actions import hold_books, record_act, site_book_of
from notices.actions import tell
from office import rules
from office.rights import WORDS

# Whoever sets a site up or audits it does not decide there; see docs/architecture.md.
MAY_ACT = {Role.AGENT, Role.BUTLER, Role.SUPERVISOR, Role.PROJECT_HEAD}


@transaction.atomic
def name_acting_supervisor(
    *,
    actor: Person,
    site: Site,
    person: Person,
    rights: Iterable[str],
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> ActingSupervisor:
    """Names a person of the site who acts for the supervisor from one aware moment until another, with these rights.

    Writes the site's book and tells the person. Raises Refused (A3).
    """
    hold_books(site_book_of(site))
    wanted = sorted(set(rights))
    refusal = rules.why_not_acting(
        own=actor.pk == person.pk,
        may_act=person.is_active and bool(roles_of(person, site, max(now, starts_at)) & MAY_ACT),
        rights=wanted, known=ACTING_RIGHTS, starts_at=starts_at, ends_at=ends_at, now=now,
    )
    if refusal:
        raise refusal
    acting = ActingSupervisor(
        person=person, site=site, rights=wanted, starts_at=max(starts_at, now), ends_at=ends_at, named_by=actor
    )
    acting._history_user, acting._history_date = actor, now
    try:
        with transaction.atomic():
            acting.save()
    except IntegrityError as error:
        raise Refused(
            "A3", _("This person acts for the supervisor in that time already."), _("End the other one first."),
            field="person",
        ) from error
    times = {"starts_at": acting.starts_at.isoformat(), "ends_at": acting.ends_at.isoformat()}
    names = name_of("person", person) | name_of("named_by", actor)
    names |= in_every_language("rights", lambda: ", ".join(str(WORDS.get(each, each)) for each in wanted))
    record_act(actor=actor, site=site, now=now, code="acting_named", fields=names | times)
    tell(
        people=[person], site=site, matter="acting", matter_id=acting.pk, occasion="named", code="acting_to_you",
        fields=times, url=reverse("home"), now=now,
    )
    forget(person)
    return acting


@transaction.atomic
def end_acting(*, actor: Person, acting: ActingSupervisor, now: datetime, reason: str) -> ActingSupervisor:
    """Ends it early; one that has not begun yet never does. Writes the site's book and tells the person. Raises Refused."""
    hold_books(site_book_of(acting.site))
    reason = rules.cleaned(reason)
    if not reason:
        raise Refused("I9", _("Ending it early has a reason."), _("Write it in a word or two."), field="reason")
    fresh = ActingSupervisor.objects.select_for_update(of=("self",)).select_related("person", "site").get(pk=acting.pk)
    if fresh.ends_at <= now:
        raise Refused("A3", _("This has ended already."), _("Load the page again."))
    # The shortest time that the database keeps apart from none: it holds at no moment that anybody can ask about.
    fresh.ends_at = max(now, fresh.starts_at + timedelta(microseconds=1))
    fresh._history_user, fresh._history_date, fresh._change_reason = actor, now, reason
    fresh.save(update_fields=["ends_at"])
    fields = name_of("person", fresh.person) | {"because": reason}
    record_act(actor=actor, site=fresh.site, now=now, code="acting_ended", fields=fields)
    tell(
        people=[fresh.person], site=fresh.site, matter="acting", matter_id=fresh.pk, occasion="ended",
        code="acting_ended_to_you", fields={"because": reason}, url=reverse("home"), now=now,
    )
    forget(fresh.person)
    return fresh
