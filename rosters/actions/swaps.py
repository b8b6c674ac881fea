"""Swaps: asked for, agreed to by a colleague, given back, withdrawn, decided (A13, B2.5, B3.5, C5, D2, E4, I6).

Nothing of the roster changes before the decision. Each act holds the desk's book, so that two acts on one desk's duties
come one after the other; the database's own constraints are the net.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.actions.changing import (
    DECIDE,
    bring_in,
    decided,
    deciders,
    exchanging,
    held_duty,
    hold_people,
    others_decide,
    take_out,
    tell_swap,
    words_of,
)
from rosters.models import Duty, DutyChange, Leave, Repayment, RequestState, Swap, SwapInvite
from rosters.queries import owes, stand_of, takers_of

STATE = RequestState


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: whom, in which way, of which part of the duty, and until when it is repaid."""

    way: str
    people: Sequence[Person] = ()
    for_all: bool = False
    reason: str = ""
    override: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    repay_by: date | None = None


@transaction.atomic
def ask_swap(*, actor: Person, duty: Duty, wanted: Wanted, now: datetime) -> Swap:
    """Asks colleagues to take a duty, or a part of it; the supervisor may write it down for somebody who cannot.

    Within the desk's lead time only the supervisor can, with the reason (E4). Who is asked is told; with
    `for_all` everybody against whom nothing speaks, and whoever may can take it from the page. Raises Refused.
    """
    desk = duty.desk
    hold_books(book_of(desk))
    duty = held_duty(duty.pk)
    starts_at, ends_at = wanted.starts_at or duty.starts_at, wanted.ends_at or duty.ends_at
    own, decides = duty.person_id == actor.pk, may(actor, DECIDE, desk=desk, now=now)
    if refusal := rules.why_not_ask(
        own=own, decides=decides, in_force=True, begun=duty.starts_at <= now, override=wanted.override,
        in_time=rules.is_in_time(day=duty.site_day, now=now, days=desk.settings.swap_lead_days, zone=desk.site.zone),
        asked=wanted.for_all or bool(wanted.people),
    ) or rules.why_not_part(starts_at=duty.starts_at, ends_at=duty.ends_at, since=starts_at, until=ends_at):
        raise refusal
    _refuse_unfit_way(wanted, duty)
    fits = {fit.person.pk: fit for fit in takers_of(desk, duty, starts_at, ends_at, now, fair=False)}
    for person in wanted.people:
        if person.pk not in fits:
            raise Refused("A6", _("%(name)s may not take this duty.") % {"name": person}, field="people")
        if refusal := rules.why_not_take(person, fits[person.pk].standing, field="people"):
            raise refusal
    swap = Swap(
        person=duty.person, filed_by=actor, asked_at=now, reason=wanted.reason.strip(), desk=desk, duty=duty, starts_at=starts_at,
        ends_at=ends_at, way=wanted.way, for_all=wanted.for_all, override=wanted.override.strip(),
        repay_by=wanted.repay_by if wanted.way == Swap.Way.LATER else None,
    )
    swap._history_user, swap._history_date = actor, now
    try:
        with transaction.atomic():
            swap.save()
    except IntegrityError as error:
        raise Refused(
            "A13", _("This duty is asked about already."), _("Withdraw that request first, or wait for it."), field="duty"
        ) from error
    for person in wanted.people:
        invite = SwapInvite(swap=swap, person=person)
        invite._history_user, invite._history_date = actor, now
        invite.save()
    _note(swap, "swap_asked", actor, now, text=swap.override)
    # Where something speaks against everybody, whoever may take it can still be asked; the supervisor decides.
    on_leave = set(Leave.objects.filter(person__in=fits, state="approved", starts_at__lte=now, ends_at__gt=now).values_list("person", flat=True))
    may_take = [fit for fit in fits.values() if fit.standing.may and fit.person.pk not in on_leave]
    free = [fit.person for fit in may_take if fit.standing.fits] or [fit.person for fit in may_take]
    tell_swap(swap, set(free if wanted.for_all else wanted.people) - {actor}, "asked", "tell_swap_asked", now)
    if not own:
        tell_swap(swap, [duty.person], "filed", "tell_swap_filed", now, **name_of("by", actor))
    return swap


def _refuse_unfit_way(wanted: Wanted, duty: Duty) -> None:
    if wanted.way not in Swap.Way.values:
        raise Refused("A13", _("Choose what you give for it."), field="way")
    if wanted.way == Swap.Way.LATER and (wanted.repay_by is None or wanted.repay_by <= duty.site_day):
        raise Refused(
            "B2.5", _("A later duty has a day by which it is done."), _("Choose a day after this duty."), field="repay_by"
        )


@transaction.atomic
def agree(*, actor: Person, swap: Swap, now: datetime, returns: Duty | None = None) -> Swap:
    """A colleague takes the offer, with a duty of theirs where it is for one; exactly one of several wins (A13).

    The supervisor decides. Where the desk's staff find their own replacement and nothing speaks against it, the rule
    decides at once (B2.5, B3.5). Raises Refused.
    """
    desk = swap.desk
    hold_books(book_of(desk))
    swap = _locked(swap)
    asked = swap.for_all or swap.invites.filter(person=actor, declined_at__isnull=True).exists()
    if refusal := rules.why_not_agree(
        requested=swap.state == STATE.REQUESTED, own=swap.person_id == actor.pk, asked=asked, begun=swap.starts_at <= now
    ):
        raise refusal
    returns = _fitting_return(actor, swap, returns, now) if swap.way == Swap.Way.EXCHANGE else None
    fits = stand_of(swap, actor, returns, now)
    for fit in fits:
        if refusal := rules.why_not_take(fit.person, fit.standing):
            raise refusal
    try:
        with transaction.atomic():
            swap = claim(
                Swap, swap.pk, old=STATE.REQUESTED, new=STATE.AGREED, actor=actor, reason="", now=now, taken_by=actor,
                agreed_at=now, returns=returns,
            )
    except IntegrityError as error:
        raise Refused(
            "A13", _("You have offered this duty for another one already."), _("Choose another duty."), field="returns"
        ) from error
    _note(swap, "swap_agreed", actor, now)
    tell_swap(swap, {swap.person, swap.filed_by} - {actor}, "agreed", "tell_swap_agreed", now)
    if desk.settings.swap_by_rule and all(fit.standing.fits for fit in fits):
        return _carry_out(swap, actor, "", now, code="swap_by_rule")
    tell_swap(swap, deciders(desk, now, actor), "decide", "tell_swap_decide", now)
    return swap


def _fitting_return(actor: Person, swap: Swap, returns: Duty | None, now: datetime) -> Duty:
    if returns is None:
        raise Refused("A13", _("This duty is offered for one of yours."), _("Choose the duty that you give for it."), field="returns")
    returns = held_duty(returns.pk)
    if returns.person_id != actor.pk or returns.desk_id != swap.desk_id or returns.starts_at <= now:
        raise Refused("A13", _("This is no coming duty of yours."), _("Choose another one."), field="returns")
    return returns


@transaction.atomic
def decline(*, actor: Person, swap: Swap, now: datetime) -> Swap:
    """A colleague who was asked says no; once all have, who asked is told. Raises Refused (A13)."""
    hold_books(book_of(swap.desk))
    swap = _locked(swap)
    invite = swap.invites.filter(person=actor, declined_at__isnull=True).first()
    if invite is None or swap.state != STATE.REQUESTED:
        raise Refused("A13", _("You are not asked about this duty."), _("Nothing need be done."))
    invite.declined_at = now
    invite._history_user, invite._history_date = actor, now
    invite.save(update_fields=["declined_at"])
    if not swap.for_all and not swap.invites.filter(declined_at__isnull=True).exists():
        tell_swap(swap, {swap.person, swap.filed_by}, "declined", "tell_swap_declined", now)
    return swap


@transaction.atomic
def give_back(*, actor: Person, swap: Swap, now: datetime) -> Swap:
    """An offer taken by mistake goes back until it is decided: by who took it, or by who asked and does not want this one. Raises Refused."""
    hold_books(book_of(swap.desk))
    swap = _locked(swap)
    if swap.state != STATE.AGREED or actor.pk not in {swap.taken_by_id, swap.person_id}:
        raise Refused("A13", _("There is nothing to give back."), _("Load the page again."))
    taker = swap.taken_by
    swap = claim(
        Swap, swap.pk, old=STATE.AGREED, new=STATE.REQUESTED, actor=actor, reason="given back", now=now, taken_by=None,
        agreed_at=None, returns=None,
    )
    _note(swap, "swap_given_back", actor, now)
    tell_swap(swap, {swap.person, taker} - {actor, None}, "given_back", "tell_swap_given_back", now, **name_of("by", actor))  # type: ignore[arg-type]
    return swap


@transaction.atomic
def withdraw_swap(*, actor: Person, swap: Swap, now: datetime) -> Swap:
    """Who asked, or wrote it down, takes the request back before it is decided; a colleague who agreed is told. Raises Refused."""
    hold_books(book_of(swap.desk))
    swap = _locked(swap)
    if actor.pk not in {swap.person_id, swap.filed_by_id}:
        raise Refused("A13", _("This is not your request."), _("Ask who made it."))
    if not swap.is_live:
        raise Refused("I9", _("This request was settled already."), _("Load the page again."))
    swap = claim(Swap, swap.pk, old=(STATE.REQUESTED, STATE.AGREED), new=STATE.WITHDRAWN, actor=actor, reason="", now=now)
    _note(swap, "swap_withdrawn", actor, now)
    tell_swap(swap, {person for person in (swap.taken_by, swap.person) if person} - {actor}, "withdrawn", "tell_swap_withdrawn", now)
    return swap


@transaction.atomic
def decide_swap(*, actor: Person, swap: Swap, approve: bool, reason: str, now: datetime) -> Swap:
    """The supervisor approves a swap, and the duties change with it, or refuses it with a reason. Raises Refused.

    Role, overlap and leave are looked at once more, for they may have changed since; too short a rest needs a reason.
    """
    desk = swap.desk
    hold_books(book_of(desk))
    swap = _locked(swap)
    if not swap.is_live:
        raise Refused("I9", _("This request was settled already."), _("Load the page again."))
    if refusal := rules.why_not_decide(
        may=may(actor, DECIDE, desk=desk, now=now), own=actor.pk in {swap.person_id, swap.taken_by_id},
        others=others_decide(desk, actor, now), approve=approve, agreed=swap.state == STATE.AGREED, reason=reason,
    ):
        raise refusal
    if approve:
        return _carry_out(swap, actor, reason.strip(), now, code="swap_approved")
    swap = claim(
        Swap, swap.pk, old=(STATE.REQUESTED, STATE.AGREED), new=STATE.REFUSED, actor=actor, reason=reason.strip()[:100], now=now,
        decided_by=actor, decided_at=now, decision=reason.strip(),
    )
    _note(swap, "swap_refused", actor, now, text=reason, audience="supervisors")
    tell_swap(swap, _both(swap, actor), "refused", "tell_swap_refused", now, words=reason.strip())
    return swap


def _both(swap: Swap, *but: Person) -> set[Person]:
    return {person for person in (swap.person, swap.taken_by, swap.filed_by) if person is not None} - set(but)


def _carry_out(swap: Swap, actor: Person, reason: str, now: datetime, *, code: str) -> Swap:
    """Puts an agreed swap into force: the people's rows, the duties as they are now, the decision, the exchange, the debt."""
    taker = swap.taken_by
    assert taker is not None
    hold_people([swap.person_id, taker.pk])
    duty = held_duty(swap.duty_id)
    returns = held_duty(swap.returns_id) if swap.returns_id else None
    if swap.starts_at <= now or (returns is not None and returns.starts_at <= now):
        raise Refused("I6", _("What is swapped has begun."), _("Hand it to somebody at once instead, from the duty's page."))
    fits = stand_of(swap, taker, returns, now)
    for fit in fits:
        if refusal := rules.why_not_take(fit.person, fit.standing):
            raise refusal
    unrested = [str(fit.person) for fit in fits if not fit.standing.rested]
    beyond = [(str(fit.person), breach) for fit in fits for breach in fit.against]
    if refusal := rules.why_reason_needed(unrested, reason, beyond=beyond):
        raise refusal
    change = decided(swap.desk, DutyChange.Kind.SWAP, actor, now, reason or swap.reason or swap.get_way_display())
    with exchanging():
        since, until = take_out(duty, change, now, since=swap.starts_at, until=swap.ends_at, but=swap.pk)
        bring_in(change, duty, taker, since, until, now)
        if returns is not None:
            take_out(returns, change, now, but=swap.pk)
            bring_in(change, returns, duty.person, returns.starts_at, returns.ends_at, now)
    swap = claim(
        Swap, swap.pk, old=STATE.AGREED, new=STATE.APPROVED, actor=actor, reason=reason[:100], now=now, decided_by=actor,
        decided_at=now, decision=reason, change=change,
    )
    _owe(swap, actor, now)
    _note(swap, code, actor, now, text=reason if code == "swap_approved" else "")
    tell_swap(swap, _both(swap, actor) | {swap.person}, "approved", "tell_swap_approved", now)
    if code == "swap_by_rule":
        tell_swap(swap, deciders(swap.desk, now, actor), "by_rule", "tell_swap_by_rule", now)
    return swap


def _owe(swap: Swap, actor: Person, now: datetime) -> None:
    """What the two agreed on or the desk's rule asks for is owed from now on; who repays a debt makes none (B2.5, B3.5)."""
    assert swap.taken_by_id is not None
    if swap.way == Swap.Way.EXCHANGE or owes(swap.taken_by_id, swap.person_id, swap.desk):
        return
    due = rules.repay_day(taken_on=swap.duty.site_day, agreed=swap.repay_by, days=swap.desk.settings.swap_repay_days)
    if due is not None:
        debt = Repayment(swap=swap, due_on=due)
        debt._history_user, debt._history_date = actor, now
        debt.save()


def _locked(swap: Swap) -> Swap:
    return (
        Swap.objects.select_for_update(of=("self",))
        .select_related("person", "taken_by", "filed_by", "duty__desk__site", "returns", "desk__site", "desk__settings").get(pk=swap.pk)
    )


def _note(swap: Swap, code: str, actor: Person, now: datetime, *, audience: str = "staff", text: str = "") -> None:
    """Records an act about a swap. Why somebody asks is no matter of the record, which nobody can take back: it stands in the request."""
    fields = name_of("by", actor) | name_of("person", swap.person) | words_of(swap.duty, swap.starts_at, swap.ends_at)
    if swap.taken_by is not None:
        fields |= name_of("taker", swap.taken_by)
    record_act(actor=actor, desk=swap.desk, now=now, code=code, fields=fields, text=text, audience=audience)

