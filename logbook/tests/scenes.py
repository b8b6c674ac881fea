"""A watch in full swing, made by acts: for pictures of the pages and for tests that need a filled log."""

from datetime import datetime, timedelta

from desks.testing import Town
from logbook import actions
from logbook.models import Entry


def busy(town: Town, now: datetime) -> list[Entry]:
    """A watch with a colleague and entries of several kinds, one corrected, some matters open, overdue and waiting."""
    desk, holder, colleague = town.desk, town.agent, town.colleague
    actions.open_watch(actor=holder, desk=desk, now=now, colleagues=[colleague])

    def write(text: str, kind: str, minutes: int, actor=holder, **values: object) -> Entry:
        return actions.record_entry(
            actor=actor, desk=desk, now=now, text=text, kind=kind, occurred_at=now - timedelta(minutes=minutes),
            late_reason="忙于接待" if minutes > 60 else "", sure=True, **values
        )

    leak = write("6栋1104 漏水复查，王师傅已到现场", "repair", 170, place="6栋1104", due_at=now - timedelta(minutes=32), source="radio")
    write("张伟 找 10栋2202，电话确认后放行。", "visitor", 70, place="10栋2202", source="desk")
    lift = write("B 座 2 号梯困人 1 名（9 层），安抚客户，通知工程部、秩序部；13:52 解救，无伤。", "emergency", 55, source="radio")
    write("顺丰 2 件代收：5栋901、12栋302，已短信通知，存 A-3、A-4 架。", "parcel", 40, actor=colleague, source="desk")
    noise = write("7栋1501 刘先生报空调外机异响，约 16:00 上门。", "repair", 30, place="7栋1501", customer="刘先生", source="phone")
    actions.correct_entry(
        actor=holder, entry=noise, now=now, text="8栋1501 刘先生报空调外机异响，约 16:00 上门。", reason="misheard", place="8栋1501"
    )
    actions.move_follow_up(
        actor=holder, root=noise, now=now, state="waiting", waiting_for="engineering", waiting_until=now + timedelta(minutes=90)
    )
    actions.move_follow_up(actor=holder, root=lift, now=now, state="closed", result="人员已解救，电梯停用待检")
    write("王女士咨询临时停车收费，已告知首 30 分钟免费。", "enquiry", 12, place="3栋802", customer="王女士", phone="13800138000", source="phone")
    write("12栋302 投诉楼上装修噪音，约定回访", "complaint", 8, place="12栋302", customer="陈太太", phone="020-81872479", source="phone")
    write("员工态度投诉", "complaint", 5, audience="supervisors")
    write("<script>alert(1)</script> =HYPERLINK(\"http://x\",\"点我\")", "other", 2, actor=colleague)
    return [leak, noise, lift]


def old_book(town: Town, now: datetime) -> None:
    """A busy watch, and a file of old entries with open matters brought in."""
    busy(town, now)
    head = "发生时间,记录时间,记录人,类别,来源,房号,客户,电话,内容及处理,状态,跟进期限\n"
    rows = [
        f"2026-11-{day:02} 09:00,2026-11-{day:02} 09:02,周敏,报修,电话,{day}栋1203,李先生,13800138000,{day}栋1203厨房水管渗漏，已通知工程部。,待跟进,2026-11-{day:02} 18:00\n"
        for day in range(1, 8)
    ]
    actions.import_log(actor=town.administrator, desk=town.desk, content=(head + "".join(rows)).encode(), name="log-2026-11.csv", now=now)
