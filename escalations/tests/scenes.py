"""Scenes for looking at the pages: made through acts alone."""

from datetime import datetime, timedelta

from desks import binding
from desks.testing import PIN, Town
from escalations import actions
from escalations.clock import escalations_unanswered, follow_ups_overdue
from logbook.actions import open_watch, record_entry


def confirmed(person, now: datetime) -> binding.Confirmation:
    """The person's PIN, given now."""
    return binding.confirm(person, PIN, now=now)


def busy(town: Town, now: datetime) -> None:
    """One of each: waiting, seen, with the head, by phone, decided, closed; overdue matters told."""
    early = now - timedelta(hours=5)
    open_watch(actor=town.agent, desk=town.desk, now=early, colleagues=[town.butler])

    def matter(text: str, minutes: int, urgency: str = "normal", kind: str = "repair"):
        moment = now - timedelta(minutes=minutes)
        entry = record_entry(
            actor=town.agent, desk=town.desk, now=moment, text=text, kind=kind, place="5栋1203", urgency=urgency,
            customer="李先生", phone="13800138000", due_at=moment + timedelta(minutes=90),
        )
        return entry, moment

    def raised(entry, moment, reason: str = ""):
        return actions.raise_escalation(actor=town.agent, entry=entry, now=moment + timedelta(minutes=2), reason=reason)

    raised(*matter("业主要求赔偿电动车充电损坏的费用，情绪激动，一直在前台等候", 40), reason="业主要见负责人")
    raised(*matter("地下二层水管爆裂，水已漫到电梯口", 32, "emergency"), reason="")
    seen = raised(*matter("装修噪音投诉，双方在前台争执", 180), reason="需要主管到场调解")
    actions.acknowledge_escalation(actor=town.supervisor, escalation=seen, now=now - timedelta(minutes=160))
    major = raised(*matter("媒体来电询问小区停水原因", 120, "urgent"), reason="是否可以对外答复")
    when = now - timedelta(minutes=100)
    actions.pass_up(
        actor=town.supervisor, confirmed=confirmed(town.supervisor, now), escalation=major, now=when,
        reason="对外口径须由项目负责人决定",
    )
    phone = raised(*matter("访客车辆堵住消防通道，联系不到车主", 90), reason="")
    actions.record_phone_decision(
        actor=town.agent, escalation=phone, now=now - timedelta(minutes=80), decision="请保安拖车，费用由车主承担",
        decided_by=town.supervisor,
    )
    done = raised(*matter("业主忘带门禁卡，要求开单元门", 240), reason="无法核实身份")
    when = now - timedelta(minutes=220)
    actions.decide_escalation(
        actor=town.supervisor, confirmed=confirmed(town.supervisor, now), escalation=done, now=when,
        decision="核对登记电话后由保安陪同开门",
    )
    actions.close_escalation(
        actor=town.agent, escalation=done, now=when + timedelta(minutes=20), done="已核对，保安陪同开门，业主已签字"
    )
    follow_ups_overdue(now)
    escalations_unanswered(now)
