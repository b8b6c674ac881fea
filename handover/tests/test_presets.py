"""The regulations of other desks at work by their presets alone: lunch desk, engineering, maintenance, plant (B2.7, C4–C12, D3, D4, E2, E6–E9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from desks.models import Choice, Desk, Membership, Role
from desks.permissions import forget
from desks.presets import fill_desk
from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions, content
from handover.clock import remind_reliefs
from handover.models import Handover
from handover.queries import content_of, facts_of, meanwhile_of
from handover.rules import what_stands_in_the_way
from handover.tests import scenes, steps
from logbook.actions import move_follow_up, open_watch, record_entry
from logbook.models import FollowUp
from logbook.queries import current_watch
from logbook.verify import verify
from notices.models import Notice
from rounds.actions import walk_round
from rounds.clock import raise_missed_rounds
from rounds.models import Round, RoundMiss

STRICT = ("engineering", "maintenance", "plant")
GOOD = {"supply": "380", "transformer": "60", "pressure": "0.4", "steam": "0.6", "chilled": "7"}


@dataclass
class Place:
    """A desk laid by a preset, with the town's people; the agent has held it since eight."""

    town: Town
    desk: Desk
    now: datetime

    def start(self, **said) -> Handover:
        return actions.start_handover(actor=self.town.agent, desk=self.desk, incoming=self.town.butler, now=self.now, **said)

    def tour(self, row: Handover) -> None:
        """What is read off is read off, all of it in order."""
        for line in row.checks.select_related("item").filter(item__sort="reading"):
            actions.check_item(
                actor=self.town.butler, line=line, result="", reading=Decimal(GOOD[line.item.code]), remark="", now=self.now,
            )

    def ready(self, row: Handover) -> Handover:
        self.tour(row)
        row = steps.prepare(row, self.now)
        for matter in row.matters.filter(heard_at__isnull=True, acknowledged_at__isnull=False, group="one_by_one"):
            if self.desk.settings.read_back == "all":
                actions.hear_matter(actor=self.town.agent, matter=matter, now=self.now)
        return row

    def complete(self, row: Handover) -> Handover:
        row = self.ready(row)
        steps.sign("outgoing", row, self.now)
        steps.sign("incoming", row, self.now)
        return Handover.objects.select_related("desk__settings").get(pk=row.pk)

    def grounds(self) -> set[str]:
        return set(Choice.objects.filter(desk=self.desk, purpose="refusal_ground", current=True).values_list("code", flat=True))

    def refuse(self, row: Handover, who, code: str):
        ground = Choice.objects.get(desk=self.desk, purpose="refusal_ground", code=code)
        return actions.refuse(
            confirmed=steps.confirmed(who, self.now), handover=row, ground=ground, remark="说明", remedy="改正", now=self.now,
        )

    def obstacles(self, row: Handover) -> set[str]:
        return {each.code for each in what_stands_in_the_way(facts_of(Handover.objects.get(pk=row.pk), steps.seen(row)))}


def lay(town: Town, name: str, now: datetime) -> Place:
    desk = Desk.objects.create(site=town.site, slug=f"new-{name}", label_en="New", label_zh_hans="新岗位", preset=name)
    fill_desk(desk, name)
    for person, role in ((town.agent, Role.AGENT), (town.butler, Role.BUTLER), (town.colleague, Role.AGENT)):
        Membership.objects.create(person=person, site=town.site, desk=desk, role=role, starts_at=now - timedelta(days=90))
        forget(person)
    desk = Desk.objects.select_related("site", "settings").get(pk=desk.pk)
    open_watch(actor=town.agent, desk=desk, now=now - timedelta(hours=1))
    return Place(town, desk, now)


@pytest.fixture
def laid(town: Town, morning, request) -> Place:
    return lay(town, request.param, morning)


def at(*names: str):
    return pytest.mark.parametrize("laid", names, indirect=True)


@at("club", "lunch", "lunch-office", *STRICT)
@pytest.mark.clause("A29", "B2.7", "B3.5", "C8", "D7")
def test_a_handover_is_gone_through_and_signed_at_each_desk(laid: Place) -> None:
    record_entry(actor=laid.town.agent, desk=laid.desk, now=laid.now, text="张总来电，请回", kind="message")
    done = laid.complete(laid.start())
    assert done.state == "completed" and current_watch(laid.desk).holder == laid.town.butler
    assert done.matters.get().root.kind == "message" and verify().breaches == []
    for address in ("desk", "handover", "rounds"):
        assert signed_in(laid.town.butler).get(f"/{address}/{laid.desk.slug}/").status_code == 200


@at("club", "lunch", "lunch-office", *STRICT)
@pytest.mark.clause("A25")
def test_newcomers_practise_at_each_desk(laid: Place) -> None:
    client = signed_in(laid.town.colleague)
    assert client.get(f"/handover/{laid.desk.slug}/practice/").status_code == 200


@at("engineering", "maintenance", "plant")
@pytest.mark.clause("C7", "D6", "E12")
def test_taking_over_asks_for_the_report_the_logs_and_a_tour_with_readings(laid: Place) -> None:
    row = laid.start()
    own = set(row.steps.values_list("item__code", flat=True))
    assert {"report_heard", "logs_read"} <= own
    readings = row.checks.filter(item__sort="reading")
    assert readings.count() >= 1
    steps.prepare(row, laid.now)
    assert "unchecked" in laid.obstacles(row), "all pass does not read anything off"
    with pytest.raises(Refused):
        steps.sign("outgoing", row, laid.now)
    laid.tour(row)
    assert "unchecked" not in laid.obstacles(row)
    assert "\nreading 0.400 0.300 0.450 MPa\n" in content.text_of(content_of(row))


@at("engineering", "maintenance", "plant")
@pytest.mark.clause("C8", "D7", "E7")
def test_without_being_face_to_face_nobody_signs(laid: Place) -> None:
    row = laid.ready(laid.start(together=False, apart_because="在电话里"))
    assert "apart" in laid.obstacles(row)
    with pytest.raises(Refused):
        steps.sign("outgoing", row, laid.now)
    actions.say_together(actor=laid.town.butler, handover=row, together=True, apart_because="", now=laid.now)
    assert laid.complete(row).state == "completed"


@at("engineering", "maintenance", "plant")
@pytest.mark.clause("C6", "D5", "E5", "E12")
def test_tools_instruments_and_keys_are_counted_and_a_difference_is_explained(laid: Place) -> None:
    row = laid.start()
    assert {"tools", "meters", "room_keys"} <= set(row.counts.values_list("item__code", flat=True))
    for who in (laid.town.butler, laid.town.agent):
        actions.count_item(actor=who, line=row.counts.get(item__code="tools"), counted=Decimal(11), explanation="扳手送修", now=laid.now)
    done = laid.complete(row)
    assert done.counts.get(item__code="tools").explanation == "扳手送修"


@at("engineering", "plant")
@pytest.mark.clause("C4", "E3")
def test_what_is_read_off_on_a_round_outside_its_limits_is_an_open_matter_that_is_handed_over(laid: Place) -> None:
    tour = Round.objects.select_related("desk__site", "desk__settings").get(desk=laid.desk, code="plant")
    since = laid.now - timedelta(days=2)
    type(tour).history.model.objects.create(
        **{field.attname: getattr(tour, field.attname) for field in type(tour).history.model.tracked_fields}, history_date=since, history_type="+",
    )
    found: dict = {point.code: Decimal(GOOD[point.code]) if point.sort == "reading" else True for point in laid.desk.round_points.filter(round_code="plant")}
    due = laid.now - timedelta(minutes=30)
    with pytest.raises(Refused):
        walk_round(actor=laid.town.agent, round=tour, due_at=due, found=found | {"transformer": Decimal(98)}, now=laid.now)
    walk = walk_round(
        actor=laid.town.agent, round=tour, due_at=due, found=found | {"transformer": Decimal(98)}, remark="已加强通风", now=laid.now,
    )
    row = laid.start()
    assert FollowUp.objects.get(root=walk.entry).state == "open" and row.matters.get().root == walk.entry
    assert raise_missed_rounds(laid.now + timedelta(hours=9)) > 0 and RoundMiss.objects.filter(desk=laid.desk).exists()


@at("engineering", "plant", "club")
@pytest.mark.clause("C10", "E9")
def test_while_a_switching_operation_or_an_accident_is_open_nobody_hands_over_where_the_regulation_says_so(laid: Place) -> None:
    kind = "switching" if laid.desk.preset != "club" else "emergency"
    matter = record_entry(actor=laid.town.agent, desk=laid.desk, now=laid.now, text="1 号变压器倒闸", kind=kind, place="配电房")
    row = laid.ready(laid.start())
    if laid.desk.preset == "club":
        assert "stopping" not in laid.obstacles(row)
        return
    assert "stopping" in laid.obstacles(row)
    with pytest.raises(Refused):
        steps.sign("outgoing", row, laid.now)
    move_follow_up(actor=laid.town.agent, root=matter, now=laid.now, state="closed", result="操作完毕")
    assert "stopping" not in laid.obstacles(row)


@at("engineering", "plant")
@pytest.mark.clause("C11", "E9")
def test_a_fault_suspends_the_handover_and_it_goes_on_afterwards(laid: Place) -> None:
    row = laid.start()
    actions.suspend(actor=laid.town.agent, handover=row, fault="2 号泵跳闸", now=laid.now)
    fault = record_entry(actor=laid.town.agent, desk=laid.desk, now=laid.now, text="2 号泵跳闸", kind="fault", place="水泵房")
    row = Handover.objects.get(pk=row.pk)
    assert row.state == "suspended" and current_watch(laid.desk).holder == laid.town.agent
    actions.resume(actor=laid.town.butler, handover=row, now=laid.now)
    row = Handover.objects.get(pk=row.pk)
    during = meanwhile_of(row)
    assert row.state == "preparing" and during is not None and during[0] <= fault.number <= during[1], "what changed meanwhile is shown"


@at("engineering", "maintenance", "plant")
@pytest.mark.clause("C9", "D4", "E9")
def test_the_grounds_of_the_regulation_are_there_and_the_outgoing_stays_responsible(laid: Place) -> None:
    assert {"unclear_state", "poor_records", "untidy", "left_out", "other"} <= laid.grounds()
    assert ({"not_fit", "not_on_time"} <= laid.grounds()) == (laid.desk.preset == "plant")
    assert not laid.desk.settings.reservations_first, "refusing comes first here, reservations at a front desk"
    row = laid.start()
    laid.refuse(row, laid.town.butler, "untidy")
    assert Handover.objects.get(pk=row.pk).state == "refused" and current_watch(laid.desk).holder == laid.town.agent


@at("plant")
@pytest.mark.clause("E2", "E9")
def test_either_side_stops_and_what_is_about_the_incoming_is_the_outgoing_s(laid: Place) -> None:
    row = laid.start()
    with pytest.raises(Refused):
        laid.refuse(row, laid.town.butler, "not_fit")
    refusal = laid.refuse(row, laid.town.agent, "not_on_time")
    assert refusal.side == "outgoing" and current_watch(laid.desk).holder == laid.town.agent


@at("maintenance")
@pytest.mark.clause("D3")
def test_duty_room_and_store_are_checked_each_under_its_own_name(laid: Place) -> None:
    rooms = set(laid.start().checks.values_list("item__room_en", flat=True))
    assert {"Duty room", "Store"} <= rooms


@at("engineering", "club", "plant")
@pytest.mark.clause("E7")
def test_only_where_the_regulation_says_so_a_handover_is_found_void(laid: Place) -> None:
    done = laid.complete(laid.start())
    said = {"actor": laid.town.supervisor, "handover": done, "reason": "接班人不在场", "consequence": "重新交接", "now": laid.now}
    if laid.desk.preset != "plant":
        with pytest.raises(Refused):
            actions.find_void(**said)
        return
    assert actions.find_void(**said).entry.fields and current_watch(laid.desk).holder == laid.town.butler


@at("plant")
@pytest.mark.clause("E8")
def test_before_handing_over_records_and_rooms_are_put_in_order_and_each_work_is_confirmed(laid: Place) -> None:
    record_entry(actor=laid.town.agent, desk=laid.desk, now=laid.now, text="更换滤网，做到一半", kind="fault", place="空调机房")
    row = laid.start()
    assert {"records", "rooms_cleaned"} <= set(row.steps.values_list("item__code", flat=True)) and "undone" in laid.obstacles(row)
    matter = row.matters.get()
    actions.tell_matter(actor=laid.town.agent, matter=matter, next_step="装回滤网", now=laid.now)
    assert "unacknowledged" in laid.obstacles(row)
    actions.acknowledge_matter(actor=laid.town.butler, matter=matter, said_back="装回滤网", now=laid.now)
    assert "unheard" in laid.obstacles(row), "said back and ticked, not only what is critical"
    actions.hear_matter(actor=laid.town.agent, matter=matter, now=laid.now)
    assert laid.complete(row).state == "completed"


@at("plant", "lunch-office")
@pytest.mark.clause("E6", "B3.1")
def test_who_relieves_is_expected_by_the_lead_of_the_regulation(laid: Place) -> None:
    lead = timedelta(minutes={"plant": 15, "lunch-office": 5}[laid.desk.preset])
    begins = laid.now + timedelta(hours=2)
    scenes.roster_duty(laid.desk, laid.town.butler, begins, begins + timedelta(hours=2))
    assert remind_reliefs(begins - lead - timedelta(seconds=1)) == 0
    assert remind_reliefs(begins - lead) == 1
    assert Notice.objects.get(code="relief_reminder_told").person == laid.town.butler


@at("engineering", "plant")
@pytest.mark.clause("C12", "E9")
def test_what_was_hidden_is_a_ground_now_and_a_report_afterwards(laid: Place) -> None:
    row = laid.start()
    refusal = laid.refuse(row, laid.town.butler, "left_out")
    actions.decide_refusal(actor=laid.town.supervisor, refusal=refusal, outcome="back", reason="已补交代", now=laid.now)
    done = laid.complete(row)
    found = record_entry(actor=laid.town.butler, desk=laid.desk, now=laid.now, text="2 号泵漏水，昨日已有", kind="fault", place="水泵房")
    report = actions.report_omission(
        actor=laid.town.butler, handover=done, what="2 号泵漏水未交代", evidence=found.number, now=laid.now + timedelta(hours=1),
    )
    assert report.handover == done


SURROUNDINGS = {"club": {"B1.6": "unrelated", "B1.12": "personal"}, "lunch": {"B2.4": "counter"}, "lunch-office": {"B3.8": "counter"}}


@at(*SURROUNDINGS)
@pytest.mark.clause("B1.6", "B1.12", "B2.4", "B3.8")
def test_what_must_not_lie_about_is_checked_at_the_takeover_and_a_failure_needs_its_remark(laid: Place) -> None:
    row = laid.start()
    for clause, code in SURROUNDINGS[laid.desk.preset].items():
        line = row.checks.select_related("item").get(item__code=code)
        assert line.item.clause == clause
        with pytest.raises(Refused):
            actions.check_item(actor=laid.town.butler, line=line, result="fail", remark="", now=laid.now)
        actions.check_item(actor=laid.town.butler, line=line, result="fail", remark="有杂物", now=laid.now)
        assert Handover.objects.get(pk=row.pk).checks.get(item__code=code).result == "fail"


TIMED = {"club": {"cleaning": "B1.3", "lounge": "B1.4"}, "lunch-office": {"music_on": "B3.4", "music_off": "B3.4"}, "plant": {"plant": "E11"}}


@at(*TIMED)
@pytest.mark.clause("B1.3", "B1.4", "B3.4", "E11")
def test_what_recurs_at_its_times_is_missed_once_when_nobody_does_it(laid: Place) -> None:
    rounds = {each.code: each for each in Round.objects.select_related("desk__site", "desk__settings").filter(desk=laid.desk)}
    for code, clause in TIMED[laid.desk.preset].items():
        assert rounds[code].clause == clause
        model = type(rounds[code]).history.model
        model.objects.create(
            **{field.attname: getattr(rounds[code], field.attname) for field in model.tracked_fields},
            history_date=laid.now - timedelta(days=2), history_type="+",
        )
    evening = laid.now + timedelta(hours=11)
    raise_missed_rounds(evening)
    missed = list(RoundMiss.objects.filter(desk=laid.desk).values_list("round__code", "due_at"))
    assert {code for code, _due in missed} >= set(TIMED[laid.desk.preset])
    raise_missed_rounds(evening + timedelta(minutes=1))
    assert RoundMiss.objects.filter(desk=laid.desk, due_at__lte=evening - timedelta(hours=2)).count() == len([due for _code, due in missed if due <= evening - timedelta(hours=2)])
