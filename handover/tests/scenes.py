"""Data for tests and pictures, made through the acts: duties in force, a handover half done."""

from datetime import datetime, timedelta
from decimal import Decimal

from desks.clock import local_day
from desks.models import Choice, Desk, Person
from desks.testing import Town
from handover import actions
from handover.models import Handover
from handover.tests import steps
from logbook.actions import move_follow_up, record_entry
from rosters.models import Duty, DutyChange


def roster_duty(desk: Desk, person: Person, starts_at: datetime, ends_at: datetime) -> Duty:
    """A duty in force, brought in by a decided change, so that no month has to be planned for it."""
    change = DutyChange.objects.create(
        desk=desk, kind="support", decided_by=person, decided_at=starts_at, reason="测试排班"
    )
    return Duty.objects.create(
        desk=desk, person=person, site_day=local_day(starts_at, desk.site.zone), starts_at=starts_at, ends_at=ends_at,
        shift_code="late", shift_version=1, origin=Duty.Origin.CHANGE, brought_in_by=change,
    )


def held(town: Town, now: datetime) -> None:
    """The agent and a colleague have held the desk since the morning; some matters are open; the butlers relieve soon."""
    began = now - timedelta(hours=7)
    steps.hand_over_yesterday(town, began)
    steps.open_desk(town.desk, town.agent, began, town.colleague)
    matters = [
        ("卫生间吊顶漏水，已请工程到场", "repair", "6栋1104", "urgent", "王工 16:30 前回报，否则找班长"),
        ("厨房水槽下方漏水，已关总阀", "repair", "5栋1203", "normal", "问业主是否还漏"),
        ("致物业经理：年检合同请回电", "message", "", "normal", ""),
        ("代收快递两件，存 A-3 架", "parcel", "9栋901", "normal", "18:00 再发短信"),
    ]
    for text, kind, place, urgency, step in matters:
        entry = record_entry(
            actor=town.agent, desk=town.desk, now=began, text=text, kind=kind, place=place, urgency=urgency, customer="陈先生"
        )
        if step:
            move_follow_up(actor=town.colleague, root=entry, now=began, state="in_progress", next_step=step, text="已跟进")
    for text, kind in (("咨询临时停车收费，已告知首 30 分钟免费", "enquiry"), ("访客到访业主，电话确认后放行", "other")):
        record_entry(actor=town.colleague, desk=town.desk, now=began, text=text, kind=kind, place="2栋大堂")
    soon = now + timedelta(minutes=20)
    for person in (town.butler, town.second_butler):
        roster_duty(town.desk, person, soon, soon + timedelta(hours=6))


def busy(town: Town, now: datetime) -> Handover:
    """A handover half done: two matters confirmed, one told, a key missing, a light out."""
    held(town, now)
    row = actions.start_handover(
        actor=town.agent, desk=town.desk, incoming=town.butler, now=now, colleagues=[town.second_butler]
    )
    told = list(row.matters.filter(group="one_by_one").order_by("root__number"))
    for matter in told[:3]:
        actions.tell_matter(
            actor=town.agent, matter=matter, next_step=matter.next_step or "17:30 前回电", carried=steps.carried(matter, now), now=now
        )
    actions.acknowledge_matter(actor=town.butler, matter=told[0], said_back="16:30 打给王工，没有就找班长并告知 1104", now=now)
    asked = actions.ask(actor=town.butler, handover=row, matter=told[1], question="业主几点在家？", now=now)
    actions.answer(actor=town.agent, question=asked, words="19:00 前都在", now=now)
    keys = row.counts.get(item__code="spare_keys")
    actions.count_item(actor=town.butler, line=keys, counted=Decimal(35), explanation="3 号钥匙 9:30 借给老张", now=now)
    actions.check_item(
        actor=town.butler, line=row.checks.get(item__code="lights"), result="fail", remark="入口左侧灯不亮，已报修", now=now
    )
    actions.count_all_correct(actor=town.agent, handover=row, now=now)
    return row


def stale(town: Town, now: datetime) -> None:
    """The outgoing has signed, then the count was changed and an entry was written."""
    row = steps.prepare(busy(town, now), now)
    steps.sign("outgoing", row, now)
    line = row.counts.get(item__code="radios")
    for who in (town.butler, town.agent):
        actions.count_item(actor=who, line=line, counted=Decimal(3), explanation="一部在充电", now=now)
    record_entry(actor=town.colleague, desk=town.desk, now=now, text="电梯困人演练通知", kind="enquiry")


def refused(town: Town, now: datetime) -> None:
    """The incoming has refused; the supervisor decides."""
    row = busy(town, now)
    ground = Choice.objects.get(desk=town.desk, purpose="refusal_ground", code="unclear_state")
    actions.refuse(
        confirmed=steps.confirmed(town.butler, now), handover=row, ground=ground, remark="6-1104 谁在跟进说不清",
        remedy="请工程部书面回复到场时间", now=now,
    )


def signed(town: Town, now: datetime) -> None:
    """Handed over, with a difference and reservations."""
    row = steps.prepare(busy(town, now), now)
    actions.reserve(actor=town.butler, handover=row, reservations="3 号钥匙未见实物", now=now)
    steps.sign("outgoing", row, now)
    record_entry(actor=town.colleague, desk=town.desk, now=now, text="交接中来电：停水通知咨询", kind="enquiry")
    steps.sign("incoming", row, now)


def waiting(town: Town, now: datetime) -> None:
    """The relief is half an hour late."""
    held(town, now)
    for person in (town.supervisor,):
        roster_duty(town.desk, person, now - timedelta(minutes=32), now + timedelta(hours=5))


def gap(town: Town, now: datetime) -> None:
    """The only person on watch was released; nobody holds the desk."""
    steps.open_desk(town.desk, town.agent, now - timedelta(hours=3))
    ground = Choice.objects.get(desk=town.desk, purpose="takeover_reason", code="illness")
    actions.release_holder(actor=town.agent, desk=town.desk, ground=ground, now=now - timedelta(minutes=4))
