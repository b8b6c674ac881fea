"""Walking a round, raising one that was missed, and saying afterwards why (B1.3, B1.4, C3, C4)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from desks.clock import local_day
from desks.models import Person
from desks.permissions import may, memberships_of
from desks.queries import who_supervises
from desks.templatetags.desks_tags import comma, local_time
from desks.wording import in_brackets, in_each_language, name_of, with_label
from logbook.actions import book_of, hold_books, record_act, record_entry
from logbook.queries import current_watch
from notices.actions import tell
from rounds import rules
from rounds.models import Round, RoundMiss, RoundPoint, RoundReading, RoundReason, RoundWalk
from rounds.queries import slot_at

Found = Mapping[str, Decimal | bool]
"""By the code of a point what was found there: a number, or whether it is in order."""


@transaction.atomic
def walk_round(
    *, actor: Person, round: Round, due_at: datetime, now: datetime, found: Found | None = None, remark: str = "", key: UUID | None = None,
) -> RoundWalk:
    """The round of that time was walked; its entry is of the round's kind, and stays open where something is not in order (C3, C4).

    `found` answers each point of the round. Moments are aware. The same `key` stores once (I10). Raises Refused for a
    time at which it is not due, one that is over or was walked, another role (B1.4), a point without an answer, and
    something wrong without a word.
    """
    desk = round.desk
    hold_books(book_of(desk))
    if key is not None and (stored := RoundWalk.objects.filter(by=actor, key=key).first()) is not None:
        return stored
    slot = slot_at(round, due_at, now)
    if refusal := rules.why_not_walk(
        right=may(actor, "round.walk", desk=desk, now=now), of_the_role=walks(actor, round, now), is_due=slot is not None and round.current,
        walked=slot is not None and slot.walk is not None, due_at=due_at, grace=slot.grace if slot else rules.LATEST,
        following=slot.following if slot else None, now=now,
    ):
        raise refusal
    assert slot is not None
    answers = dict(found or {})
    judged = [(point, answers[point.code], _is_good(point, answers[point.code])) for point in slot.points if point.code in answers]
    missing = next((point.code for point in slot.points if point.code not in answers), "")
    wrong = [each for each in judged if not each[2]]
    if refusal := rules.why_not_findings(missing=missing, wrong=len(wrong), remark=remark):
        raise refusal
    late = rules.is_missed(due_at=due_at, grace=slot.grace, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        text = _said(round, due_at, judged, remark.strip())
    entry = record_entry(
        actor=actor, desk=desk, now=now, text=text, kind=round.kind_code, follow_up=bool(wrong), place=_place(round),
        fields=_what(round, due_at) | {f"point_{point.code}": _value(value) for point, value, _good in judged}
        | ({"round_late": "true"} if late else {}),
    )
    try:
        with transaction.atomic():
            walk = RoundWalk.objects.create(
                desk=desk, round=round, round_code=round.code, due_at=due_at, by=actor, at=now, late=late, entry=entry, number=entry.number,
                key=key,
            )
    except IntegrityError as error:
        raise rules.walked_already() from error
    RoundReading.objects.bulk_create(
        RoundReading(walk=walk, point=point, value=None if isinstance(value, bool) else value, good=good) for point, value, good in judged
    )
    return walk


def walks(person: Person, round: Round, now: datetime) -> bool:
    """Whether the person is of the role that walks the round at its desk; supervisors always are (B1.4)."""
    if not round.walker or may(person, "handover.decide", desk=round.desk, now=now):
        return True
    return any(
        row.role == round.walker and row.holds_at(now) and row.site_id == round.desk.site_id and row.desk_id in {None, round.desk_id}
        for row in memberships_of(person)
    )


@transaction.atomic
def raise_missed_round(*, round: Round, due_at: datetime, now: datetime) -> bool:
    """The clock records once that a round was missed, and tells whoever holds the desk (C3, I7).

    With nobody at the desk, or where the desk's setting says at once, the supervisors are told too. Whether it was
    recorded just now: not for one that was walked meanwhile.
    """
    desk = round.desk
    hold_books(book_of(desk))
    same = {"desk": desk, "round_code": round.code, "due_at": due_at}
    if RoundMiss.objects.filter(**same).exists() or RoundWalk.objects.filter(**same).exists():
        return False
    fields = _what(round, due_at)
    entry = record_act(actor=None, desk=desk, now=now, code="round_missed", fields=fields)
    miss = RoundMiss(**same, round=round, raised_at=now, entry=entry, number=entry.number)
    miss._history_date = now
    miss.save()
    watch = current_watch(desk)
    if watch is not None:
        tell(
            people=[watch.holder], site=desk.site, matter="round", matter_id=miss.pk, occasion="missed", code="round_missed_told",
            fields=fields, url=_address(miss), now=now,
        )
    if watch is None or not desk.settings.round_supervisor_minutes:
        _tell_supervisors(miss, now)
    return True


@transaction.atomic
def tell_of_missed_round(*, miss: RoundMiss, now: datetime) -> bool:
    """The clock tells the supervisors once of a missed round that nobody has walked since (C3, I7); whether it did just now."""
    hold_books(book_of(miss.desk))
    row = RoundMiss.objects.select_for_update(of=("self",)).select_related("desk__site", "round").get(pk=miss.pk)
    if row.told_at is not None or RoundWalk.objects.filter(desk=row.desk, round_code=row.round_code, due_at=row.due_at).exists():
        return False
    _tell_supervisors(row, now)
    return True


def _tell_supervisors(miss: RoundMiss, now: datetime) -> None:
    tell(
        people=who_supervises("handover.decide", miss.desk, now), site=miss.desk.site, matter="round", matter_id=miss.pk,
        occasion="supervisor", code="round_missed_supervisor", fields=_what(miss.round, miss.due_at) | in_each_language("desk", miss.desk),
        url=_address(miss), now=now,
    )
    miss.told_at, miss._history_date, miss._change_reason = now, now, "told to the supervisors"
    miss.save(update_fields=["told_at"])


@transaction.atomic
def explain_miss(*, actor: Person, miss: RoundMiss, words: str, now: datetime) -> RoundReason:
    """Somebody of the desk says why a round was missed; it stays missed, with the reason beside it (C3, I9). Raises Refused."""
    desk = miss.desk
    hold_books(book_of(desk))
    if refusal := rules.why_not_explain(right=may(actor, "round.walk", desk=desk, now=now), words=words):
        raise refusal
    entry = record_act(
        actor=actor, desk=desk, now=now, code="round_explained", refers_to=miss.entry, text=words.strip(),
        fields=_what(miss.round, miss.due_at) | name_of("person", actor),
    )
    return RoundReason.objects.create(miss=miss, by=actor, at=now, entry=entry, number=entry.number)


def _address(miss: RoundMiss) -> str:
    day = local_day(miss.due_at, miss.desk.site.zone)
    return reverse("rounds:rounds", args=[miss.desk.slug]) + f"?day={day}#miss-{miss.pk}"


def _what(round: Round, due_at: datetime) -> dict[str, str]:
    """What an entry says of it: the round as the desk calls it, its code and version, and its time."""
    return {
        **in_each_language("round", round), "round_code": round.code, "round_version": str(round.version),
        "round_at": due_at.astimezone(UTC).isoformat(),
    }


def _is_good(point: RoundPoint, value: Decimal | bool) -> bool:
    return value if isinstance(value, bool) else rules.is_within(value, point.lowest, point.highest)


def _value(value: Decimal | bool) -> str:
    return ("ok" if value else "not_ok") if isinstance(value, bool) else f"{value.normalize():f}"


def _said(round: Round, due_at: datetime, judged: list[tuple[RoundPoint, Decimal | bool, bool]], remark: str) -> str:
    """What the entry says in the installation's language: which round, the remark, what is not in order, what else was read off."""
    head = _("%(round)s, due %(time)s") % {"round": round.label, "time": local_time(due_at, round.desk)}
    parts = []
    for point, value, good in sorted(judged, key=lambda each: each[2]):
        words = (_("in order") if value else _("not in order")) if isinstance(value, bool) else f"{_value(value)} {point.unit}".strip()
        outside = not good and not isinstance(value, bool)
        parts.append(with_label(point.label, in_brackets(words, _("outside its limits")) if outside else words))
    return "\n".join(part for part in (head, remark, comma().join(parts)) if part)


def _place(round: Round) -> str:
    """The round's name, where its kind of entry needs a place."""
    kind = round.desk.kinds.filter(code=round.kind_code, current=True).first()
    return round.label[:80] if kind is not None and kind.needs_place else ""
