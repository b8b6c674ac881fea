"""A practice handover for newcomers: the real pages over a desk that never was (A25–A30).

It is laid, played and shown inside one transaction that is always undone: no entry, no watch, no count, no notice and no
reading of it ever stands. What its player did is kept in their own session, for a day at most, and played again each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from desks.binding import Confirmation
from desks.models import Desk, Membership, Person, Role, Site
from desks.permissions import forget
from desks.presets import FIRST_PRESET, fill_desk, preset_names
from desks.promises import VERSION, promise_confidentiality
from desks.queries import kind_of_faults
from handover import actions
from handover.models import Handover, HandoverMatter
from handover.queries import digest_now
from handover.rules import is_said_back
from logbook.actions import book_of, move_follow_up, open_watch, record_entry
from logbook.queries import head_of


@dataclass(frozen=True)
class Practice:
    """The desk that never was, and who hands it over to its player."""

    desk: Desk
    partner: Person
    handover: Handover


@contextmanager
def never_was() -> Iterator[None]:
    """What happens in here is undone at the end, whatever happens; nothing is sent either."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def lay(player: Person, like: Desk, now: datetime) -> Practice:
    """Lays the practice desk inside `never_was`: held by a partner since the morning, with five matters told, ready to be taken over."""
    name = f"practice-{uuid4().hex[:12]}"
    site = Site.objects.create(
        code=name, timezone=like.site.timezone, label_en=like.site.label_en, label_zh_hans=like.site.label_zh_hans,
        label_zh_hant=like.site.label_zh_hant,
    )
    desk = Desk.objects.create(
        site=site, slug=name, label_en=like.label_en, label_zh_hans=like.label_zh_hans, label_zh_hant=like.label_zh_hant, preset=like.preset,
    )
    fill_desk(desk, like.preset if like.preset in preset_names() else FIRST_PRESET)
    partner = Person.objects.create(login=name, name=_("Practice partner"), name_latin="Practice partner")
    began = now - timedelta(hours=7)
    for person in (partner, player):
        Membership.objects.create(person=person, site=site, desk=desk, role=Role.AGENT, starts_at=began - timedelta(days=1))
        forget(person)
    # The real promise of confidentiality is of the real log; the practice has none to ask it for.
    promise_confidentiality(actor=player, site=site, version=VERSION, now=now)
    open_watch(actor=partner, desk=desk, now=began)
    kind = kind_of_faults(desk)
    for text, urgency, step in (
        (_("Water from the ceiling of the bathroom; engineering is asked to come"), "urgent", _("Engineering reports back, else the team lead is called")),
        (_("Tap of the kitchen drips; main valve is closed"), "", _("Ask whether it still drips")),
        (_("Lamp of the lobby is out"), "", _("Electrician comes in the afternoon")),
        (_("Door of the bicycle room does not close"), "", _("Security stands by until it is repaired")),
        (_("Noise from the flat above at night"), "", _("Call back in the evening")),
    ):
        entry = record_entry(actor=partner, desk=desk, now=began, text=text, kind=kind, place="5-1203", urgency=urgency)
        move_follow_up(actor=partner, root=entry, now=began, state="in_progress", next_step=step)
    handover = actions.prepare_handover(actor=partner, desk=desk, now=now)
    for matter in handover.matters.filter(group=HandoverMatter.Group.ONE_BY_ONE):
        carried = actions.Carried(matter.owner or str(partner), now + timedelta(hours=1), "")
        actions.tell_matter(actor=partner, matter=matter, next_step=matter.next_step, carried=carried, now=now)
    return Practice(desk, partner, handover)


def play_partner(practice: Practice, now: datetime) -> None:
    """What the partner does by themselves: ticks what was said back, answers what was asked."""
    row = Handover.objects.select_related("desk__settings").get(pk=practice.handover.pk)
    if not row.may_change:
        return
    for matter in row.matters.filter(acknowledged_at__isnull=False, heard_at__isnull=True):
        if is_said_back(severity=matter.severity, asked=row.desk.settings.read_back):
            actions.hear_matter(actor=practice.partner, matter=matter, now=now)
    for question in row.questions.filter(answered_by__isnull=True):
        actions.answer(actor=practice.partner, question=question, words=_("I will show you."), now=now)


def sign(practice: Practice, side: str, now: datetime) -> None:
    """One side signs. No PIN is asked of anybody: a practice must not be a place to try PINs."""
    row = Handover.objects.select_related("desk__site", "incoming", "outgoing").get(pk=practice.handover.pk)
    person, act = (row.outgoing, actions.sign_out) if side == "outgoing" else (row.incoming, actions.sign_in)
    if person is not None:
        act(
            confirmed=Confirmation(person, "pin", now), handover=row, digest=digest_now(row), seen=head_of(book_of(row.desk))[0], now=now
        )
