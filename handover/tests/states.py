"""Every state a desk and its handover can be in, as a scene made through the acts, and every act with what it is given there."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

from django.db import transaction

from desks.binding import Confirmation
from desks.models import ChecklistItem, ChecklistTemplate, Choice, Desk, Membership, Person
from desks.refusal import Refused
from desks.testing import Town, make_person, read_town
from handover import actions
from handover.actions.counting import COUNTED
from handover.actions.ground import save_line
from handover.models import (
    Handover,
    HandoverCheckLine,
    HandoverCountLine,
    HandoverMatter,
    HandoverQuestion,
    HandoverStep,
    OmissionReport,
    Refusal,
    Release,
)
from handover.queries import digest_now, gap_since, open_handover
from handover.tests import steps
from logbook.actions import keep_photo, record_entry
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.tests.pictures import photo

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
    step: HandoverStep | None = None
    news: Entry | None = None
    """An urgent entry that is new to who takes over."""
    code: str | None = None
    """What the picture on the desk's screen says, once the outgoing has signed."""
    refusal: Refusal | None = None
    release: Release | None = None
    report: OmissionReport | None = None
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
            state = row.state
            if state == Handover.State.PREPARING and (row.is_draft or row.mode != Handover.Mode.FACE):
                state = "draft" if row.is_draft else row.mode
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
    town.desk.settings.void_unless_present = True
    town.desk.settings.save()
    template = ChecklistTemplate.objects.get(desk=town.desk, purpose="handover", current=True)
    ChecklistItem.objects.create(template=template, code="shutters", label_en="Shutters", label_zh_hans="卷闸", position=20)
    steps.open_desk(town.desk, people["holder"], began, *([] if state == "gap" else [people["colleague"]]))
    news = record_entry(actor=people["holder"], desk=town.desk, now=began, text="6-1104 漏水复查", kind="repair", place="6-1104", urgency="urgent")
    _LATER[state](scene)
    if scene.row is not None:
        row = scene.row = Handover.objects.select_related("desk__site", "desk__settings").get(pk=scene.row.pk)
        scene.matter, scene.line, scene.check = row.matters.first(), row.counts.filter(item__code="radios").first(), row.checks.first()
        scene.question, scene.refusal, scene.digest = row.questions.first(), row.refusals.first(), digest_now(row)
        scene.step, scene.news, scene.seen = row.steps.first(), news, steps.seen(row)
    scene.before = scene.who_holds()
    return scene


def _draft(scene: Scene) -> None:
    row = actions.prepare_handover(actor=scene.people["holder"], desk=scene.desk, now=scene.now)
    matter = row.matters.get()
    actions.tell_matter(
        actor=scene.people["holder"], matter=matter, next_step="17:00 前回访", carried=steps.carried(matter, scene.now), now=scene.now
    )
    scene.row = row


def _prepared(scene: Scene) -> Handover:
    row = actions.start_handover(
        actor=scene.people["holder"], desk=scene.desk, incoming=scene.people["incoming"], now=scene.now, colleagues=[scene.people["beside"]]
    )
    actions.ask(actor=scene.people["incoming"], handover=row, question="谁有备用钥匙？", now=scene.now)
    scene.row = steps.prepare(row, scene.now)
    return scene.row


def _signed_out(scene: Scene) -> None:
    row = _prepared(scene)
    steps.sign("outgoing", row, scene.now)
    scene.code = actions.show_code(actor=scene.people["holder"], handover=row, seen=steps.seen(row), now=scene.now).token


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
    scene.report = _report(scene, scene.people["incoming"])


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
    scene.release = actions.release_holder(
        actor=scene.people["holder"], desk=scene.desk, ground=scene.reason("illness"), now=scene.now
    )


_LATER: dict[str, Callable[[Scene], object]] = {
    "closed": _closed, "held": lambda scene: None, "gap": _gap, "draft": _draft, "preparing": _prepared, "signed_out": _signed_out, "suspended": _suspended,
    "refused": _refused, "completed": _completed, "upheld": _upheld, "cancelled": _cancelled, "closing": _closing, "opening": _opening,
}
STATES = tuple(_LATER)
ABOUT_THE_DESK = {"closed", "held", "gap"}
"""The states without a handover."""


def _yes(scene: Scene, actor: Person) -> Confirmation:
    return Confirmation(actor, "pin", scene.now)


def _refuse(scene: Scene, actor: Person, row: Handover | None = None, by_when: timedelta | None = None, note: str = "") -> Refusal:
    return actions.refuse(
        confirmed=_yes(scene, actor), handover=row or scene.row, ground=scene.reason("untidy"), remedy="整理柜台", note=note,
        by_when=scene.now + by_when if by_when else None, now=scene.now,
    )


def _report(scene: Scene, actor: Person) -> OmissionReport:
    return actions.report_omission(
        actor=actor, handover=scene.row, what="没有交代 1203", evidence=1, now=scene.now
    )


def _sign(act: Callable[..., Any]) -> Callable[[Scene, Person], Any]:
    return lambda scene, actor: act(
        confirmed=_yes(scene, actor), handover=scene.row, digest=scene.digest, seen=scene.seen, now=scene.now
    )


def _sign_on_phone(scene: Scene, actor: Person) -> object:
    return actions.sign_on_phone(confirmed=_yes(scene, actor), handover=scene.row, token=scene.code, seen=scene.seen, now=scene.now)


def _enter_paper(scene: Scene, actor: Person) -> object:
    sheet = photo()
    return actions.enter_paper_handover(
        actor=actor, desk=scene.desk, outgoing=scene.people["holder"], incoming=scene.people["incoming"], paper_at=scene.now, now=scene.now,
        photos=[keep_photo(actor=actor, file=BytesIO(sheet), size=len(sheet), now=scene.now)],
    )


# ---- what must be so before an act means anything, done by the right people where it can be ------------------------------


def _fails(scene: Scene) -> None:
    actions.check_item(actor=scene.row.incoming or scene.row.outgoing, line=scene.check, result="fail", remark="灯不亮", now=scene.now)


def _uncounted(scene: Scene) -> None:
    """One number is not written yet."""
    if scene.line is not None and Handover.objects.get(pk=scene.row.pk).may_change:
        line = HandoverCountLine.objects.get(pk=scene.line.pk)
        line.counted = line.counted_by = line.counted_at = None
        save_line(line, scene.people["holder"], *COUNTED)


def _read(scene: Scene) -> None:
    actions.read_entry(actor=scene.row.incoming, handover=scene.row, entry=scene.news, now=scene.now)


def _asks_consent(scene: Scene) -> None:
    scene.desk.settings.risk_needs_consent = True
    scene.desk.settings.save()


def _heard(scene: Scene) -> None:
    actions.state_omission(actor=scene.people["holder"], report=scene.report, words="已口头说明", now=scene.now)


_BEFORE: dict[str, Callable[[Scene], object]] = {
    "put_right": _fails, "follow_up_check": _fails, "make_ground": _fails, "count_sheet": _uncounted, "read_all": _read,
    "agree_to_risk": _asks_consent, "decide_omission": _heard,
}


def set_out(act: str, scene: Scene) -> None:
    """Makes so what the act is about, where the state lets it be; whoever calls takes it back."""
    if act in _BEFORE:
        with suppress(Refused), transaction.atomic():
            _BEFORE[act](scene)


def _decide(outcome: str) -> Callable[[Scene, Person], Any]:
    return lambda scene, actor: actions.decide_refusal(
        actor=actor, refusal=scene.refusal, outcome=outcome, reason="看过了", now=scene.now
    )


# By act: what it is about, and the act itself. What changes the signed content changes it indeed.
ACTS: dict[str, tuple[str, Callable[[Scene, Person], Any]]] = {
    "start_handover": ("desk", lambda scene, actor: actions.start_handover(
        actor=actor, desk=scene.desk, incoming=scene.people["incoming"], now=scene.now)),
    "prepare_handover": ("desk", lambda scene, actor: actions.prepare_handover(actor=actor, desk=scene.desk, now=scene.now)),
    "close_desk": ("desk", lambda scene, actor: actions.close_desk(actor=actor, desk=scene.desk, now=scene.now)),
    "open_desk": ("desk", lambda scene, actor: actions.open_desk(actor=actor, desk=scene.desk, now=scene.now)),
    "tell_matter": ("matter", lambda scene, actor: actions.tell_matter(actor=actor, matter=scene.matter, next_step="18:00 再打", now=scene.now)),
    "name_overnight": ("matter", lambda scene, actor: actions.name_overnight(
        actor=actor, matter=scene.matter, overnight="工程部", now=scene.now)),
    "acknowledge_matter": ("matter", lambda scene, actor: actions.acknowledge_matter(actor=actor, matter=scene.matter, now=scene.now)),
    "hear_matter": ("matter", lambda scene, actor: actions.hear_matter(actor=actor, matter=scene.matter, now=scene.now)),
    "read_entry": ("news", lambda scene, actor: actions.read_entry(actor=actor, handover=scene.row, entry=scene.news, now=scene.now)),
    "read_all": ("row", lambda scene, actor: actions.read_all(actor=actor, handover=scene.row, now=scene.now)),
    "write_summary": ("row", lambda scene, actor: actions.write_summary(actor=actor, handover=scene.row, summary="盯紧 1104", now=scene.now)),
    "say_together": ("row", lambda scene, actor: actions.say_together(
        actor=actor, handover=scene.row, together=False, apart_because="在电话里", now=scene.now)),
    "agree_to_risk": ("row", lambda scene, actor: actions.agree_to_risk(actor=actor, handover=scene.row, now=scene.now)),
    "do_step": ("step", lambda scene, actor: actions.do_step(actor=actor, step=scene.step, remark="已锁", now=scene.now)),
    "do_steps": ("row", lambda scene, actor: actions.do_steps(actor=actor, handover=scene.row, now=scene.now)),
    "acknowledge_rest": ("row", lambda scene, actor: actions.acknowledge_rest(actor=actor, handover=scene.row, now=scene.now)),
    "ask": ("row", lambda scene, actor: actions.ask(actor=actor, handover=scene.row, question="几点？", now=scene.now)),
    "answer": ("question", lambda scene, actor: actions.answer(actor=actor, question=scene.question, words="老张", now=scene.now)),
    "bring_up_to_date": ("row", lambda scene, actor: actions.bring_up_to_date(actor=actor, handover=scene.row, now=scene.now)),
    "count_all_correct": ("row", lambda scene, actor: actions.count_all_correct(actor=actor, handover=scene.row, now=scene.now)),
    "count_item": ("line", lambda scene, actor: actions.count_item(
        actor=actor, line=scene.line, counted=Decimal(1), explanation="在修", now=scene.now)),
    "count_sheet": ("row", lambda scene, actor: actions.count_sheet(
        actor=actor, handover=scene.row, counted={each.pk: each.expected for each in scene.row.counts.all()}, now=scene.now)),
    "check_all_pass": ("row", lambda scene, actor: actions.check_all_pass(actor=actor, handover=scene.row, now=scene.now)),
    "check_item": ("check", lambda scene, actor: actions.check_item(actor=actor, line=scene.check, result="na", remark="", now=scene.now)),
    "put_right": ("check", lambda scene, actor: actions.put_right(actor=actor, line=scene.check, words="已换", now=scene.now)),
    "follow_up_check": ("check", lambda scene, actor: actions.follow_up_check(actor=actor, line=scene.check, now=scene.now)),
    "make_ground": ("check", lambda scene, actor: actions.make_ground(actor=actor, line=scene.check, now=scene.now)),
    "write_remarks": ("row", lambda scene, actor: actions.write_remarks(actor=actor, handover=scene.row, remarks="伞架满了", now=scene.now)),
    "reserve": ("row", lambda scene, actor: actions.reserve(actor=actor, handover=scene.row, reservations="钥匙未见", now=scene.now)),
    "sign_out": ("row", _sign(actions.sign_out)),
    "sign_in": ("row", _sign(actions.sign_in)),
    "show_code": ("row", lambda scene, actor: actions.show_code(actor=actor, handover=scene.row, seen=scene.seen, now=scene.now)),
    "open_code": ("code", lambda scene, actor: actions.open_code(actor=actor, handover=scene.row, token=scene.code, now=scene.now)),
    "sign_on_phone": ("code", _sign_on_phone),
    "sign_closing": ("row", _sign(actions.sign_closing)),
    "sign_opening": ("row", _sign(actions.sign_opening)),
    "refuse": ("row", partial(_refuse, by_when=timedelta(hours=1), note="当面说过")),
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
    "complete_release": ("release", lambda scene, actor: actions.complete_release(
        actor=actor, release=scene.release, words="钥匙已点", now=scene.now)),
    "fill_gap": ("desk", lambda scene, actor: actions.fill_gap(actor=actor, desk=scene.desk, now=scene.now)),
    "find_void": ("row", lambda scene, actor: actions.find_void(
        actor=actor, handover=scene.row, reason="接班人不在场", consequence="重新培训", now=scene.now)),
    "report_omission": ("row", _report),
    "state_omission": ("report", lambda scene, actor: actions.state_omission(
        actor=actor, report=scene.report, words="已口头说明", now=scene.now)),
    "decide_omission": ("report", lambda scene, actor: actions.decide_omission(
        actor=actor, report=scene.report, outcome="unclear", reason="无法核实", now=scene.now)),
    "enter_paper_handover": ("desk", _enter_paper),
}

