"""Data for looking at the pages, made through the acts."""

from datetime import datetime, timedelta

from desks.clock import at, local_day
from desks.queries import checklist_items
from desks.testing import Town
from inspections import actions
from inspections.models import Finding, Inspection
from logbook.actions import join_watch, open_watch
from office import actions as office


def busy(town: Town, now: datetime) -> None:
    """A week of inspections, findings in each state, one under way, a briefing, somebody acting."""
    items = {item.code: item for item in checklist_items(town.desk, "inspection")}
    zone = town.site.zone
    for back in range(6, 0, -1):
        day = local_day(now, zone) - timedelta(days=back)
        for occasion, clock in (("morning", "09:12"), ("handover", "15:40")):
            moment = at(day, datetime.strptime(clock, "%H:%M").time(), zone)
            row = actions.start_inspection(actor=town.supervisor, desk=town.desk, occasion=occasion, now=moment)
            if (back, occasion) == (4, "handover"):
                actions.miss_inspection(inspection=row, now=moment + timedelta(hours=9))
                continue
            if (back, occasion) in {(5, "morning"), (2, "morning"), (1, "morning")}:
                failed = {"environment": ("台面杂物较多，宣传架未补充", ""), "appearance": ("一人未佩戴工牌", "当场佩戴")}
                for code, (remark, correction) in failed.items():
                    actions.set_result(
                        actor=town.supervisor, inspection=row, item=items[code], outcome="fail", remark=remark,
                        correction=correction, now=moment,
                    )
            actions.pass_the_rest(actor=town.supervisor, inspection=row, now=moment)
            actions.finish_inspection(actor=town.supervisor, inspection=row, now=moment + timedelta(minutes=11))
    first, second, _third = Finding.objects.filter(state="open").order_by("pk")
    due = local_day(now, zone) + timedelta(days=2)
    for found in (first, second):
        actions.set_action(
            actor=town.supervisor, finding=found, cause="交班前没有整理", action="每班交接前整理台面并拍照", owner=town.butler,
            due_on=due, now=now,
        )
    actions.finish_action(actor=town.butler, finding=first, answer="已整理，已张贴提示", now=now)
    row = actions.start_inspection(actor=town.supervisor, desk=town.desk, occasion="morning", now=now)
    for number, (code, item) in enumerate(items.items()):
        if number in {0, 1}:
            actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome="pass", now=now)
        if code == "environment":
            actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome="fail", remark="地面有水", now=now)
    watch = open_watch(actor=town.butler, desk=town.desk, now=now)
    join_watch(actor=town.butler, watch=watch, person=town.agent, now=now)
    for back, text in ((1, "春季消杀通知已张贴，业主咨询时说明。"), (0, "10:00–17:00 B 座电梯年检，提前告知业主走 2 号梯；下午有雨，大堂铺防滑垫。")):
        moment = now - timedelta(days=back)
        office.write_briefing(actor=town.supervisor, desk=town.desk, day=local_day(moment, zone), text=text, now=moment)
    from office.queries import briefing_for

    briefing = briefing_for(town.desk, local_day(now, zone))
    office.acknowledge_briefing(actor=town.butler, briefing=briefing, now=now)
    office.name_acting_supervisor(
        actor=town.supervisor, site=town.site, person=town.colleague, rights=["inspection.do", "inspection.view", "briefing.write"],
        starts_at=now + timedelta(days=4), ends_at=now + timedelta(days=5), now=now,
    )
    assert Inspection.objects.exists()
