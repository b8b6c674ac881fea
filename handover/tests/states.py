"""Every state a desk and its handover can be in, as a scene made through the acts, and every act with what it is given there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from desks.binding import Confirmation
from desks.models import Choice, Desk, Membership, Person
from desks.testing import Town, make_person, read_town
from handover import actions
from handover.models import Handover, HandoverCheckLine, HandoverCountLine, HandoverMatter, HandoverQuestion, Refusal
from handover.queries import digest_now, gap_since, open_handover
from handover.tests import steps
from logbook.actions import record_entry
from logbook.queries import current_watch

INSIDERS = ("holder", "colleague", "incoming", "beside", "bystander", "supervisor")
"""Who stands where: `colleague` is of the holder's watch, `beside` comes with the incoming, `bystander` works at the desk."""
OUTSIDERS = ("head", "auditor", "administrator", "stranger", "operator")
ROLES = (*INSIDERS, *OUTSIDERS)


@dataclass
class Scene:
    """A desk in one state, with the people by their parts and what an act may be about."""

    desk: Desk
    people: dict[str, Person]
    now: datetime
    row: Handover | None = None
    matter: HandoverMatter | None = None
    line: HandoverCountLine | None = None
    check: HandoverCheckLine | None = None
    question: HandoverQuestion | None = None
    refusal: Refusal | None = None
    digest: str = ""
    seen: int = 0
    before: str = ""

    def reason(self, code: str) -> Choice:
        """A reason or ground of the desk's lists."""
        return Choice.objects.get(desk=self.desk, code=code, current=True)

    def who_holds(self) -> str:
        """The part of who holds the desk; "nobody" in a gap, "closed" where it is not open."""
        watch = current_watch(self.desk)
        if watch is None:
            return "closed"
        if gap_since(watch) is not None:
            return "nobody"
        return next((part for part, person in self.people.items() if person.pk == watch.holder_id), "?")

    def stands(self) -> str:
        """The state now: of the handover, or of the desk where none is about; who holds the desk, where that has changed."""
        row = open_handover(self.desk) or (Handover.objects.get(pk=self.row.pk) if self.row is not None else None)
        holds = self.who_holds()
        if row is None:
            state = {"closed": "closed", "nobody": "gap"}.get(holds, "held")
        else:
            state = row.state if row.mode == Handover.Mode.FACE or row.state != Handover.State.PREPARING else row.mode
        return state if holds == self.before else f"{state}>{holds}"


def people_of(town: Town) -> dict[str, Person]:
    """The people by their parts; one more agent of the desk who has nothing to do with the handover."""
    bystander = make_person("bystander", "郑晓彤", town.agent.employer, "7777", name_latin="Zheng Xiaotong")
    Membership.objects.create(person=bystander, site=town.site, desk=town.desk, role="agent", starts_at=datetime(2026, 1, 1, tzinfo=UTC))
    return {
        "holder": town.agent, "colleague": town.colleague, "incoming": town.butler, "beside": town.second_butler, "bystander": bystander,
        "supervisor": town.supervisor, "head": town.head, "auditor": town.auditor, "administrator": town.administrator,
        "stranger": town.away.supervisor, "operator": town.operator,
    }


def make(state: str, now: datetime) -> Scene:
    """The desk in that state; everything that stands in the way of signing is done, and a question waits for its answer.

    Everybody is read anew: what desks and people have read once must not outlive a scene that is rolled back.
    """
    town = read_town()
    people = people_of(town)
    scene = Scene(town.desk, people, now)
    began = now - timedelta(hours=2)
    steps.open_desk(town.desk, people["holder"], began, *([] if state == "gap" else [people["colleague"]]))
    record_entry(actor=people["holder"], desk=town.desk, now=began, text="6-1104 漏水复查", kind="repair", place="6-1104", urgency="urgent")
    _LATER[state](scene)
    if scene.row is not None:
        row = scene.row = Handover.objects.select_related("desk__site", "desk__settings").get(pk=scene.row.pk)
        scene.matter, scene.line, scene.check = row.matters.first(), row.counts.get(item__code="radios"), row.checks.first()
        scene.question, scene.refusal, scene.digest = row.questions.first(), row.refusals.first(), digest_now(row)
        scene.seen = steps.seen(row)
    scene.before = scene.who_holds()
    return scene


def _prepared(scene: Scene) -> Handover:
    row = actions.start_handover(
        actor=scene.people["holder"], desk=scene.desk, incoming=scene.people["incoming"], now=scene.now, colleagues=[scene.people["beside"]]
    )
    actions.ask(actor=scene.people["incoming"], handover=row, question="谁有备用钥匙？", now=scene.now)
    scene.row = steps.prepare(row, scene.now)
    return scene.row


def _signed_out(scene: Scene) -> None:
    steps.sign("outgoing", _prepared(scene), scene.now)


def _suspended(scene: Scene) -> None:
    actions.suspend(actor=scene.people["holder"], handover=_prepared(scene), fault="跳闸", now=scene.now)


def _refused(scene: Scene) -> None:
    _signed_out(scene)
    _refuse(scene, scene.people["incoming"])


def _upheld(scene: Scene) -> None:
    refusal = _refuse(scene, scene.people["incoming"], _prepared(scene))
    actions.decide_refusal(actor=scene.people["supervisor"], refusal=refusal, outcome="upheld", reason="换人", now=scene.now)


def _completed(scene: Scene) -> None:
    _signed_out(scene)
    steps.sign("incoming", scene.row, scene.now)


def _cancelled(scene: Scene) -> None:
    actions.cancel(actor=scene.people["holder"], handover=_prepared(scene), reason="改天", now=scene.now)


def _closing(scene: Scene) -> None:
    scene.row = steps.prepare(actions.close_desk(actor=scene.people["holder"], desk=scene.desk, now=scene.now), scene.now)


def _closed(scene: Scene) -> None:
    steps.close_desk(scene.desk, scene.people["holder"], scene.now - timedelta(hours=1))


def _opening(scene: Scene) -> None:
    _closed(scene)
    row = actions.open_desk(actor=scene.people["incoming"], desk=scene.desk, now=scene.now, colleagues=[scene.people["beside"]])
    scene.row = steps.prepare(row, scene.now)


def _gap(scene: Scene) -> None:
    actions.release_holder(actor=scene.people["holder"], desk=scene.desk, ground=scene.reason("illness"), now=scene.now)


_LATER: dict[str, Callable[[Scene], object]] = {
    "closed": _closed, "held": lambda scene: None, "gap": _gap, "preparing": _prepared, "signed_out": _signed_out, "suspended": _suspended,
    "refused": _refused, "completed": _completed, "upheld": _upheld, "cancelled": _cancelled, "closing": _closing, "opening": _opening,
}
STATES = tuple(_LATER)
ABOUT_THE_DESK = {"closed", "held", "gap"}
"""The states without a handover."""


def _yes(scene: Scene, actor: Person) -> Confirmation:
    return Confirmation(actor, "pin", scene.now)


def _refuse(scene: Scene, actor: Person, row: Handover | None = None) -> Refusal:
    return actions.refuse(
        confirmed=_yes(scene, actor), handover=row or scene.row, ground=scene.reason("untidy"), remedy="整理柜台", now=scene.now
    )


def _sign(act: Callable[..., Any]) -> Callable[[Scene, Person], Any]:
    return lambda scene, actor: act(
        confirmed=_yes(scene, actor), handover=scene.row, digest=scene.digest, seen=scene.seen, now=scene.now
    )


def _decide(outcome: str) -> Callable[[Scene, Person], Any]:
    return lambda scene, actor: actions.decide_refusal(
        actor=actor, refusal=scene.refusal, outcome=outcome, reason="看过了", now=scene.now
    )


# By act: what it is about, and the act itself. What changes the signed content changes it indeed.
ACTS: dict[str, tuple[str, Callable[[Scene, Person], Any]]] = {
    "start_handover": ("desk", lambda scene, actor: actions.start_handover(
        actor=actor, desk=scene.desk, incoming=scene.people["incoming"], now=scene.now)),
    "close_desk": ("desk", lambda scene, actor: actions.close_desk(actor=actor, desk=scene.desk, now=scene.now)),
    "open_desk": ("desk", lambda scene, actor: actions.open_desk(actor=actor, desk=scene.desk, now=scene.now)),
    "tell_matter": ("matter", lambda scene, actor: actions.tell_matter(actor=actor, matter=scene.matter, next_step="18:00 再打", now=scene.now)),
    "name_overnight": ("matter", lambda scene, actor: actions.name_overnight(
        actor=actor, matter=scene.matter, overnight="工程部", now=scene.now)),
    "acknowledge_matter": ("matter", lambda scene, actor: actions.acknowledge_matter(actor=actor, matter=scene.matter, now=scene.now)),
    "acknowledge_rest": ("row", lambda scene, actor: actions.acknowledge_rest(actor=actor, handover=scene.row, now=scene.now)),
    "ask": ("row", lambda scene, actor: actions.ask(actor=actor, handover=scene.row, question="几点？", now=scene.now)),
    "answer": ("question", lambda scene, actor: actions.answer(actor=actor, question=scene.question, words="老张", now=scene.now)),
    "bring_up_to_date": ("row", lambda scene, actor: actions.bring_up_to_date(actor=actor, handover=scene.row, now=scene.now)),
    "count_all_correct": ("row", lambda scene, actor: actions.count_all_correct(actor=actor, handover=scene.row, now=scene.now)),
    "count_item": ("line", lambda scene, actor: actions.count_item(
        actor=actor, line=scene.line, counted=Decimal(1), explanation="在修", now=scene.now)),
    "check_all_pass": ("row", lambda scene, actor: actions.check_all_pass(actor=actor, handover=scene.row, now=scene.now)),
    "check_item": ("check", lambda scene, actor: actions.check_item(actor=actor, line=scene.check, result="na", remark="", now=scene.now)),
    "write_remarks": ("row", lambda scene, actor: actions.write_remarks(actor=actor, handover=scene.row, remarks="伞架满了", now=scene.now)),
    "reserve": ("row", lambda scene, actor: actions.reserve(actor=actor, handover=scene.row, reservations="钥匙未见", now=scene.now)),
    "sign_out": ("row", _sign(actions.sign_out)),
    "sign_in": ("row", _sign(actions.sign_in)),
    "sign_closing": ("row", _sign(actions.sign_closing)),
    "sign_opening": ("row", _sign(actions.sign_opening)),
    "refuse": ("row", _refuse),
    "decide_refusal back": ("refusal", _decide("back")),
    "decide_refusal upheld": ("refusal", _decide("upheld")),
    "suspend": ("row", lambda scene, actor: actions.suspend(actor=actor, handover=scene.row, fault="水管爆裂", now=scene.now)),
    "resume": ("row", lambda scene, actor: actions.resume(actor=actor, handover=scene.row, now=scene.now)),
    "cancel": ("row", lambda scene, actor: actions.cancel(actor=actor, handover=scene.row, reason="改天", now=scene.now)),
    "name_relief": ("desk", lambda scene, actor: actions.name_relief(
        actor=actor, desk=scene.desk, person=scene.people["bystander"], now=scene.now)),
    "take_over": ("desk", lambda scene, actor: actions.take_over(
        confirmed=_yes(scene, actor), desk=scene.desk, reason=scene.reason("relief_missing"), now=scene.now)),
    "release_holder": ("desk", lambda scene, actor: actions.release_holder(
        actor=actor, desk=scene.desk, ground=scene.reason("illness"), now=scene.now)),
    "fill_gap": ("desk", lambda scene, actor: actions.fill_gap(actor=actor, desk=scene.desk, now=scene.now)),
}

