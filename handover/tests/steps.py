"""Ways through a handover for tests: everything done, both signed, a desk opened and closed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from desks import binding
from desks.models import Desk, Person
from desks.testing import PIN, Place
from handover import actions
from handover.models import Handover, HandoverMatter
from handover.queries import digest_now
from logbook.actions import book_of
from logbook.queries import head_of


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here is taken back: one scene serves several attempts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def confirmed(person: Person, now: datetime) -> binding.Confirmation:
    """The person's PIN, rightly typed."""
    return binding.confirm(person, PIN, now=now)


def seen(handover: Handover) -> int:
    """The newest entry, as a page that was just loaded shows it."""
    return head_of(book_of(handover.desk))[0]


def carried(matter: HandoverMatter, now: datetime) -> actions.Carried | None:
    """Who does the next step and by when, where a critical matter does not say it yet."""
    if matter.severity != "critical" or (matter.owner and matter.by_when and matter.by_when > now):
        return None
    return actions.Carried(matter.owner or "工程维修部", now + timedelta(hours=1), matter.if_then)


def prepare(handover: Handover, now: datetime) -> Handover:
    """Everything that stands in the way is done by the right people."""
    handover = Handover.objects.get(pk=handover.pk)
    outgoing, incoming = handover.outgoing, handover.incoming
    someone = incoming or outgoing
    for matter in handover.matters.filter(group="one_by_one").select_related("root"):
        if handover.mode == "closing":
            actions.name_overnight(actor=outgoing, matter=matter, overnight="保安部值班", now=now)
        else:
            actions.tell_matter(actor=outgoing, matter=matter, next_step="17:00 前回访", carried=carried(matter, now), now=now)
            actions.acknowledge_matter(actor=incoming, matter=matter, said_back="17:00 前回访，没有就找班长", now=now)
            if matter.severity == "critical":
                actions.hear_matter(actor=outgoing, matter=matter, now=now)
    actions.do_steps(actor=someone, handover=handover, now=now)
    if incoming is not None:
        actions.acknowledge_rest(actor=incoming, handover=handover, now=now)
    actions.count_all_correct(actor=someone, handover=handover, now=now)
    for line in handover.counts.exclude(counted=F("expected")):
        actions.count_item(actor=someone, line=line, counted=line.counted, explanation="", now=now)
    actions.check_all_pass(actor=someone, handover=handover, now=now)
    for line in handover.checks.filter(result="fail", answer=""):
        actions.put_right(actor=someone, line=line, words="已处理", now=now)
    return Handover.objects.get(pk=handover.pk)


def sign(side: str, handover: Handover, now: datetime) -> object:
    """One side signs what stands now."""
    handover = Handover.objects.get(pk=handover.pk)
    act = {
        ("face", "outgoing"): actions.sign_out, ("face", "incoming"): actions.sign_in,
        ("closing", "outgoing"): actions.sign_closing, ("opening", "incoming"): actions.sign_opening,
    }[handover.mode, side]
    person = getattr(handover, side)
    return act(
        confirmed=confirmed(person, now), handover=handover, digest=digest_now(handover), seen=seen(handover), now=now
    )


def open_desk(desk: Desk, person: Person, now: datetime, *colleagues: Person) -> Handover:
    """The person opens the desk, all correct."""
    handover = prepare(actions.open_desk(actor=person, desk=desk, now=now, colleagues=colleagues), now)
    return sign("incoming", handover, now)


def hand_over(desk: Desk, incoming: Person, now: datetime, *colleagues: Person) -> Handover:
    """The holder hands the desk over, all correct, both sign."""
    handover = prepare(
        actions.start_handover(actor=incoming, desk=desk, incoming=incoming, now=now, colleagues=colleagues), now
    )
    sign("outgoing", handover, now)
    return sign("incoming", handover, now)


def close_desk(desk: Desk, holder: Person, now: datetime) -> Handover:
    """The holder closes the desk for the night, all correct."""
    handover = prepare(actions.close_desk(actor=holder, desk=desk, now=now), now)
    return sign("outgoing", handover, now)


def hand_over_yesterday(place: Place, now: datetime) -> None:
    """A day before: the butler opened the desk and closed it in the evening."""
    open_desk(place.desk, place.butler, now - timedelta(hours=24))
    close_desk(place.desk, place.butler, now - timedelta(hours=11))


def close_desk_blind(desk: Desk, person: Person, now: datetime, differing: Mapping[str, Decimal]) -> Handover:
    """The holder closes a desk that counts blind; of these items, by code, so many are there, of the others what is expected."""
    handover = actions.close_desk(actor=person, desk=desk, now=now)
    for line in handover.counts.select_related("item"):
        counted = differing.get(line.item.code, line.expected)
        for words in ("", "清点如此") if counted != line.expected else ("",):
            actions.count_item(actor=person, line=line, counted=counted, explanation=words, now=now)
    for matter in handover.matters.filter(group="one_by_one"):
        actions.name_overnight(actor=person, matter=matter, overnight="保安部值班", now=now)
    actions.check_all_pass(actor=person, handover=handover, now=now)
    return sign("outgoing", handover, now)
