"""A practice handover for newcomers: the real pages over a desk that never was (A25–A30).

It is laid, played and shown inside one transaction that is always undone: no entry, no watch, no count, no notice and no
reading of it ever stands. What its player did is kept in their own session, for a day at most, and played again each time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
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
from handover.queries import digest_now, open_refusal
from handover.rules import is_said_back
from logbook.actions import book_of, move_follow_up, open_watch, record_entry
from logbook.queries import head_of


@dataclass(frozen=True)
class Practice:
    """The desk that never was, on which side of its handover the player stands, and the people whom the practice plays."""

    desk: Desk
    player: Person
    """Their double, by the same name: who holds a real watch meanwhile holds no second one (I5)."""
    partner: Person
    supervisor: Person
    side: str
    handover: Handover

    @property
    def incoming(self) -> Person:
        """Who takes over: the player, or the partner where handing over is practised."""
        return self.player if self.side == "incoming" else self.partner


@contextmanager
def never_was() -> Iterator[None]:
    """What happens in here is undone at the end, whatever happens; nothing is sent either."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def lay(player: Person, like: Desk, now: datetime, side: str) -> Practice:
    """Lays the practice desk inside `never_was`, held since the morning, with five matters; the player stands on `side`.

    To be taken over, the desk is the partner's, who has told the matters; to be handed over, it is the player's, who tells them.
    """
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
    double = Person.objects.create(login=f"{name}-p", name=player.name, name_latin=player.name_latin)
    supervisor = Person.objects.create(login=f"{name}-s", name=_("Practice supervisor"), name_latin="Practice supervisor")
    began = now - timedelta(hours=7)
    for person, role in ((partner, Role.AGENT), (double, Role.AGENT), (supervisor, Role.SUPERVISOR)):
        Membership.objects.create(person=person, site=site, desk=desk, role=role, starts_at=began - timedelta(days=1))
        forget(person)
    holder = partner if side == "incoming" else double
    # The real promise of confidentiality is of the real log; the practice has none to ask it for.
    promise_confidentiality(actor=double, site=site, version=VERSION, now=now)
    open_watch(actor=holder, desk=desk, now=began)
    kind = kind_of_faults(desk)
    for text, urgency, step in (
        (_("Water from the ceiling of the bathroom; engineering is asked to come"), "urgent", _("Engineering reports back, else the team lead is called")),
        (_("Tap of the kitchen drips; main valve is closed"), "", _("Ask whether it still drips")),
        (_("Lamp of the lobby is out"), "", _("Electrician comes in the afternoon")),
        (_("Door of the bicycle room does not close"), "", _("Security stands by until it is repaired")),
        (_("Noise from the flat above at night"), "", _("Call back in the evening")),
    ):
        entry = record_entry(actor=holder, desk=desk, now=began, text=text, kind=kind, place="5-1203", urgency=urgency)
        move_follow_up(actor=holder, root=entry, now=began, state="in_progress", next_step=step)
    handover = actions.prepare_handover(actor=holder, desk=desk, now=now)
    for matter in handover.matters.filter(group=HandoverMatter.Group.ONE_BY_ONE) if side == "incoming" else ():
        carried = actions.Carried(matter.owner or str(partner), now + timedelta(hours=1), "")
        actions.tell_matter(actor=partner, matter=matter, next_step=matter.next_step, carried=carried, now=now)
    return Practice(desk, double, partner, supervisor, side, handover)


def play_partner(practice: Practice, now: datetime) -> None:
    """What the partner does by themselves, on the side on which the player does not stand."""
    row = Handover.objects.select_related("desk__settings").get(pk=practice.handover.pk)
    if not row.may_change or row.is_draft:
        return
    if practice.side == "incoming":
        _hand_over(practice.partner, row, now)
    else:
        _take_over(practice.partner, row, now)


def _hand_over(partner: Person, row: Handover, now: datetime) -> None:
    """The partner ticks what was said back, and answers what was asked."""
    for matter in row.matters.filter(acknowledged_at__isnull=False, heard_at__isnull=True):
        if is_said_back(severity=matter.severity, asked=row.desk.settings.read_back):
            actions.hear_matter(actor=partner, matter=matter, now=now)
    for question in row.questions.filter(answered_by__isnull=True):
        actions.answer(actor=partner, question=question, words=_("I will show you."), now=now)


def _take_over(partner: Person, row: Handover, now: datetime) -> None:
    """The partner confirms what is told to them and says it back, confirms the rest as a list, and asks one question."""
    told = row.matters.filter(group=HandoverMatter.Group.ONE_BY_ONE, told_at__isnull=False, acknowledged_at__isnull=True)
    for matter in told:
        actions.acknowledge_matter(actor=partner, matter=matter, said_back=matter.next_step, now=now)
    if row.matters.filter(group=HandoverMatter.Group.REST, acknowledged_at__isnull=True).exists():
        actions.acknowledge_rest(actor=partner, handover=row, now=now)
    if told and not row.questions.exists():
        actions.ask(actor=partner, handover=row, matter=told[0], question=_("What has been tried so far?"), now=now)


def sign(practice: Practice, side: str, now: datetime, heard: Sequence[HandoverMatter] = ()) -> None:
    """One side signs, the outgoing with what it `heard` said back rightly. No PIN is asked: a practice must not be a place to try PINs."""
    row = _row(practice)
    if row.incoming is None:
        return
    person, act, more = (row.outgoing, actions.sign_out, {"heard": heard}) if side == "outgoing" else (row.incoming, actions.sign_in, {})
    assert person is not None
    act(
        confirmed=Confirmation(person, "pin", now), handover=row, digest=digest_now(row), seen=head_of(book_of(row.desk))[0], now=now, **more
    )


def refuse(practice: Practice, side: str, now: datetime, **said: Any) -> None:
    """One side refuses, in its own name and without a PIN. Raises Refused as the act does."""
    row = _row(practice)
    person = row.incoming if side == "incoming" else row.outgoing
    assert person is not None, "the form stands where both have come"
    actions.refuse(confirmed=Confirmation(person, "pin", now), handover=row, now=now, **said)


def decide(practice: Practice, now: datetime, outcome: str, reason: str) -> None:
    """The supervisor of the practice decides about its refusal, as the player says. Raises Refused as the act does."""
    if (refusal := open_refusal(_row(practice))) is not None:
        actions.decide_refusal(actor=practice.supervisor, refusal=refusal, outcome=outcome, reason=reason, now=now)


def _row(practice: Practice) -> Handover:
    rows = Handover.objects.select_related("desk__site", "desk__settings", "incoming", "outgoing", "watch")
    return rows.get(pk=practice.handover.pk)
