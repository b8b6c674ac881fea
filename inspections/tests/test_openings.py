"""What an opening finds otherwise than the closing left it is a finding, with its states, on its page (A27, A28, A33, I3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from desks.hooks import findings
from desks.testing import Town, signed_in
from handover import actions as handing
from handover.models import Handover
from handover.tests import steps
from inspections import actions
from inspections.models import Finding
from inspections.panels_of_inspections import now_items
from inspections.queries import recent_with_same_item
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.verify import verify
from registers.actions import settle_difference
from registers.models import CustodyDifference


def opened(town: Town, now, **wrong: str) -> Handover:
    """The desk is closed by its holder and opened again by the agent; `wrong` maps items to what is wrong with them."""
    watch = current_watch(town.desk)
    if watch is not None:
        steps.close_desk(town.desk, watch.holder, now)
    row = handing.open_desk(actor=town.agent, desk=town.desk, now=now)
    for code, words in wrong.items():
        if (line := row.counts.filter(item__code=code).first()) is not None:
            for _time in range(2):
                handing.count_item(actor=town.agent, line=line, counted=line.expected - 1, explanation=words, now=now)
        else:
            line = handing.check_item(actor=town.agent, line=row.checks.get(item__code=code), result="fail", remark=words, now=now)
            handing.follow_up_check(actor=town.agent, line=line, now=now)
    steps.prepare(row, now)
    return steps.sign("incoming", row, now)


@pytest.fixture
def closed(town: Town, morning) -> Town:
    """The desk was opened and closed yesterday."""
    steps.hand_over_yesterday(town, morning)
    return town


@pytest.mark.clause("A28", "A33", "I3")
def test_what_differs_at_an_opening_is_a_finding_that_names_it(closed: Town, morning) -> None:
    done = opened(closed, morning, radios="  少一部，\n夜里保安借用？", lights="大堂灯不亮")
    counted, checked = Finding.objects.order_by("pk")
    assert (counted.state, counted.problem, counted.item.code, counted.counted.difference) == ("open", "少一部， 夜里保安借用？", "radios", -1)
    assert (checked.state, checked.problem, checked.item.code) == ("open", "大堂灯不亮", "lights")
    for row in (counted, checked):
        assert (row.opening, row.desk, row.found_at) == (done, closed.desk, morning)
        assert row.history.get().history_user == closed.agent
    assert verify().breaches == []


@pytest.mark.clause("A33")
def test_without_a_closer_or_a_difference_an_opening_finds_nothing(town: Town, morning) -> None:
    opened(town, morning, radios="少一部")
    opened(town, morning + timedelta(hours=1))
    assert not Finding.objects.exists()
    # What fails at the closing already is no news in the morning.
    row = handing.close_desk(actor=town.agent, desk=town.desk, now=morning + timedelta(hours=2))
    handing.check_item(actor=town.agent, line=row.checks.get(item__code="lights"), result="fail", remark="不亮", now=morning)
    steps.prepare(row, morning + timedelta(hours=2))
    steps.sign("outgoing", row, morning + timedelta(hours=2))
    opened(town, morning + timedelta(hours=3), lights="仍不亮")
    assert not Finding.objects.exists()


@pytest.mark.clause("A27", "A33")
@pytest.mark.parametrize(("words", "said"), [("换了灯泡", "换了灯泡"), ("", "put right at once")])
def test_what_was_put_right_at_once_is_corrected_on_the_spot(closed: Town, morning, words: str, said: str) -> None:
    row = handing.open_desk(actor=closed.agent, desk=closed.desk, now=morning)
    line = handing.check_item(actor=closed.agent, line=row.checks.get(item__code="lights"), result="fail", remark="灯不亮", now=morning)
    handing.put_right(actor=closed.agent, line=line, words=words, now=morning)
    steps.prepare(row, morning)
    steps.sign("incoming", row, morning)
    assert Finding.objects.values_list("state", "correction").get() == ("corrected", said)


@pytest.mark.clause("A33")
def test_it_goes_the_way_of_every_finding_and_is_shown_when_it_comes_again(closed: Town, morning) -> None:
    opened(closed, morning, radios="少一部", lights="灯不亮")
    again = morning + timedelta(hours=1)
    opened(closed, again, radios="又少一部", lights="灯不亮")
    radios = Finding.objects.get(counted__item__code="radios", found_at=again)
    lights = Finding.objects.get(checked__item__code="lights", found_at=again)
    assert recent_with_same_item(radios) == recent_with_same_item(lights) == 1
    due = (again + timedelta(days=1)).date()
    row = actions.set_action(
        actor=closed.supervisor, finding=radios, cause="夜间无人看管", action="加锁柜", owner=closed.butler, due_on=due, now=again
    )
    row = actions.finish_action(actor=closed.butler, finding=row, answer="已加锁", now=again)
    assert actions.verify_action(actor=closed.supervisor, finding=row, now=again).state == "verified"
    entry = Entry.objects.get(code="finding_action_set")
    assert entry.audience == "supervisors" and entry.fields["problem"] == "又少一部"


@pytest.mark.clause("A28", "A33")
def test_the_settled_difference_closes_its_finding_unless_an_action_was_set(closed: Town, morning) -> None:
    opened(closed, morning, radios="少一部", access_cards="少一张")
    radios, cards = (Finding.objects.get(counted__item__code=code) for code in ("radios", "access_cards"))
    # What waits to be settled stands with the supervisor once, as the difference.
    assert not [item for item in now_items(closed.supervisor, closed.site, morning) if "finding" in item.what]
    actions.set_action(
        actor=closed.supervisor, finding=cards, cause="x", action="y", owner=closed.butler, due_on=morning.date(), now=morning
    )
    for each in (radios, cards):
        difference = CustodyDifference.objects.get(count=each.counted)
        settle_difference(actor=closed.supervisor, difference=difference, result="found", reason="在保安室找到", now=morning)
        each.refresh_from_db()
    assert (radios.state, cards.state) == ("corrected", "action_set") and "在保安室找到" in radios.correction
    assert radios.history.latest("history_id").history_user == closed.supervisor


@pytest.mark.clause("A33")
def test_the_page_shows_supervisors_what_differs_and_leads_to_the_opening_and_the_difference(closed: Town, morning) -> None:
    done = opened(closed, morning, radios="<b>少一部", lights="灯不亮")
    counted, checked = Finding.objects.order_by("pk")
    base = f"/inspections/{closed.desk.slug}/findings/"
    client = signed_in(closed.supervisor)
    listed = client.get(base).content.decode()
    assert "&lt;b&gt;少一部" in listed and listed.count("found at the opening") == 2
    page = client.get(f"{base}{counted.pk}/").content.decode()
    difference = CustodyDifference.objects.get()
    for link in (f"/handover/{closed.desk.slug}/{done.pk}/", f"/registers/{closed.desk.slug}/custody/#difference-{difference.pk}"):
        assert f'href="{link}"' in page
    assert f"expected {counted.counted.expected:.0f}, counted {counted.counted.counted:.0f}" in page and f"#{done.entry.number}" in page
    assert client.get(f"{base}{checked.pk}/").status_code == 200
    csv = b"".join(client.get(f"{base}export/?format=csv").streaming_content).decode("utf-8-sig")
    assert "灯不亮" in csv
    for person, status in ((closed.head, 200), (closed.auditor, 200), (closed.agent, 403), (closed.away.supervisor, 404)):
        assert signed_in(person).get(f"{base}{counted.pk}/").status_code == status


@pytest.mark.clause("A28")
def test_at_a_desk_that_counts_blind_the_owner_of_its_action_sees_no_number(closed: Town, morning) -> None:
    opened(closed, morning, access_cards="少一张")
    closed.desk.settings.blind_count = True
    closed.desk.settings.save()
    row = Finding.objects.get()
    row = actions.set_action(
        actor=closed.supervisor, finding=row, cause="x", action="y", owner=closed.butler, due_on=morning.date() + timedelta(days=9999), now=morning
    )
    said = f"counted {row.counted.counted:.0f}"
    assert said in signed_in(closed.supervisor).get(f"/inspections/{closed.desk.slug}/findings/{row.pk}/").content.decode()
    own = signed_in(closed.butler).get(f"/inspections/{closed.desk.slug}/my-findings/{row.pk}/")
    assert own.status_code == 200 and said not in own.content.decode()


@pytest.mark.clause("A33")
def test_the_database_keeps_a_finding_of_one_thing_and_a_difference_of_one_finding(closed: Town, morning) -> None:
    done = opened(closed, morning, radios="少一部", lights="灯不亮")
    counted, checked = Finding.objects.order_by("pk")
    for values in (
        {}, {"opening": done}, {"opening": done, "counted": counted.counted, "checked": checked.checked}, {"counted": counted.counted},
        {"opening": done, "counted": counted.counted},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.create(desk=closed.desk, problem="x", found_at=morning, **values)


@pytest.mark.clause("A33")
def test_an_opening_without_the_floor_of_findings_still_opens_the_desk(closed: Town, morning, monkeypatch) -> None:
    monkeypatch.setattr(findings, "_things", {})
    assert opened(closed, morning, radios="少一部").state == "completed" and not Finding.objects.exists()
