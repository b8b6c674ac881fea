"""Counting: twice where it differs, blind where the desk says so, with what moves meanwhile, and hostile numbers (A28)."""

from decimal import Decimal

import pytest
from django.db import Error, transaction

from desks.models import DeskSettings
from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions, content
from handover.models import Handover, HandoverCounting
from handover.queries import content_of, digest_now, facts_of
from handover.tests import steps
from logbook.models import Entry
from notices.models import Notice
from registers.actions import issue_item, settle_difference, take_back
from registers.models import CustodyCount, CustodyDifference, CustodyItem

# No other number of these pages looks like it.
HIDDEN = Decimal(7391)


def obstacles(row: Handover) -> dict[str, int]:
    facts = facts_of(Handover.objects.get(pk=row.pk), steps.seen(row))
    return {name: getattr(facts, name) for name in ("uncounted", "unexplained", "counted_once", "moved") if getattr(facts, name)}


def count(who, row: Handover, code: str, number, now, why: str = ""):
    return actions.count_item(actor=who, line=row.counts.get(item__code=code), counted=Decimal(number), explanation=why, now=now)


@pytest.mark.clause("A28")
def test_a_difference_stands_when_two_counts_in_a_row_agree_and_all_are_kept(held: Town, morning, under_way) -> None:
    actions.count_all_correct(actor=held.butler, handover=under_way, now=morning)
    assert obstacles(under_way) == {}
    count(held.butler, under_way, "radios", 3, morning, "一部在充电")
    assert obstacles(under_way) == {"counted_once": 1}
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    count(held.agent, under_way, "radios", 2, morning)
    assert obstacles(under_way) == {"counted_once": 1} and not Notice.objects.filter(code="count_differs_told").exists()
    line = count(held.agent, under_way, "radios", 2, morning)
    assert (line.explanation, obstacles(under_way)) == ("一部在充电", {})
    assert [notice.person for notice in Notice.objects.filter(code="count_differs_told")] == [held.supervisor]
    text = content.text_of(content_of(under_way))
    for number, who in ((3, held.butler), (2, held.agent)):
        assert f"counting {number}.00 {who.ref}\n" in text
    count(held.butler, under_way, "radios", 4, morning)
    assert obstacles(under_way) == {} and HandoverCounting.objects.filter(handover=under_way).count() == 4
    for attack in (lambda: HandoverCounting.objects.update(counted=4), lambda: HandoverCounting.objects.all()._raw_delete("default")):
        with pytest.raises(Error), transaction.atomic():
            attack()


@pytest.mark.clause("A28")
def test_what_goes_out_after_it_was_counted_is_counted_again(held: Town, morning, under_way) -> None:
    item = CustodyItem.objects.get(desk=held.desk, code="access_cards")
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    issue = issue_item(actor=held.colleague, item=item, amount=Decimal(2), taken_by="施工队", now=morning)
    assert obstacles(under_way) == {"moved": 1}
    with pytest.raises(Refused):
        steps.sign("incoming", under_way, morning)
    assert actions.count_all_correct(actor=held.butler, handover=under_way, now=morning) == 1
    line = under_way.counts.get(item=item)
    assert (line.expected, line.counted, obstacles(under_way)) == (18, 18, {})
    take_back(actor=held.colleague, issue=issue, now=morning)
    assert obstacles(under_way) == {"moved": 1}
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    assert steps.sign("incoming", under_way, morning).state == "completed"
    assert CustodyCount.objects.filter(item=item).first().counted == 20


@pytest.mark.clause("A28")
def test_an_unsettled_difference_is_shown_at_each_later_handover_until_it_is_settled(held: Town, morning, under_way) -> None:
    for _time in range(2):
        count(held.butler, under_way, "radios", 3, morning, "一部丢失")
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    done = steps.sign("incoming", under_way, morning)
    address = f"/handover/{held.desk.slug}/"
    later = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.agent, now=morning)
    assert later.counts.get(item__code="radios").expected == 3
    assert 'id="unsettled"' in signed_in(held.agent).get(address).content.decode()
    settle_difference(actor=held.supervisor, difference=CustodyDifference.objects.get(), result="lost", reason="找不到", now=morning)
    assert 'id="unsettled"' not in signed_in(held.agent).get(address).content.decode()
    assert signed_in(held.agent).get(f"{address}{done.pk}/").status_code == 200


@pytest.mark.clause("A28")
def test_a_number_that_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(held: Town, under_way) -> None:
    line = under_way.counts.get(item__code="radios")
    client, address = signed_in(held.butler), f"/handover/{held.desk.slug}/{under_way.pk}/counts/{line.pk}/"
    for typed, words in (
        ("-1", "from 0 to"), ("1e9", "from 0 to"), ("三", "not a number"), ("", "not a number"), ("3.141", "two decimals"), ("9" * 100_000, "16"),
        ("3\0", "Null"),
    ):
        answer = client.post(address, {"counted": typed, "explanation": "一部在充电"})
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page and "一部在充电" in page and f'id="count-{line.pk}-counted_error"' in page, typed[:20]
        line.refresh_from_db()
        assert line.counted is None


@pytest.mark.clause("A27", "A28")
def test_one_key_says_that_the_count_is_right_and_everything_at_the_desk_in_order(held: Town, under_way) -> None:
    client, page = signed_in(held.butler), f"/handover/{held.desk.slug}/"
    assert 'id="count-check-all"' in client.get(page).content.decode()
    assert client.post(f"{page}{under_way.pk}/counts/all/", {"and_checked": "yes"}).status_code == 302
    assert not under_way.counts.filter(counted=None).exists() and set(under_way.checks.values_list("result", flat=True)) == {"pass"}
    assert 'id="count-check-all"' not in client.get(page).content.decode()


@pytest.fixture
def blind(held: Town) -> Town:
    """The desk counts blind, and keeps a number that is found wherever it is said."""
    settings = DeskSettings.objects.get(desk=held.desk)
    settings.blind_count = True
    settings.save()
    return held


@pytest.mark.clause("A28")
def test_before_a_blind_count_nothing_says_what_is_expected_and_after_it_everything_does(blind: Town, morning) -> None:
    done = steps.close_desk_blind(blind.desk, blind.agent, morning, {"access_cards": HIDDEN})
    base, keeps = f"/handover/{blind.desk.slug}/", f"/registers/{blind.desk.slug}/"
    row = actions.open_desk(actor=blind.butler, desk=blind.desk, now=morning)
    line = row.counts.get(item__code="access_cards")
    pages = [
        base, f"{base}{row.pk}/", f"{base}{row.pk}/print/", f"{base}{row.pk}/content/", f"{base}blank/", f"{base}past/", f"{base}{done.pk}/",
        f"{base}{done.pk}/print/", f"{base}{done.pk}/content/", f"{keeps}custody/", f"{keeps}custody/access_cards/", f"{keeps}sheet/", f"{keeps}history/",
        f"/log/{blind.desk.slug}/", f"/desk/{blind.desk.slug}/", "/notices/",
    ]

    def said(who, page: str) -> bool:
        answer = signed_in(who).get(page, follow=True)
        return any(number in answer.content.decode() for number in (f"{HIDDEN:.0f}", f"{HIDDEN:,.0f}"))

    assert not [page for who in (blind.butler, blind.agent) for page in pages if said(who, page)]
    assert said(blind.supervisor, f"{keeps}custody/") and said(blind.supervisor, f"{base}{done.pk}/")
    assert "counts blind" in signed_in(blind.butler).get(base).content.decode()
    with pytest.raises(Refused):
        actions.count_all_correct(actor=blind.butler, handover=row, now=morning)
    wrong = signed_in(blind.butler).post(f"{base}{row.pk}/counts/sheet/", {f"counted_{line.pk}": "-1"})
    assert wrong.status_code == 422 and "from 0 to" in wrong.content.decode() and 'value="-1"' in wrong.content.decode()
    assert signed_in(blind.butler).post(f"{base}{row.pk}/counts/sheet/", {f"counted_{line.pk}": "7390"}).status_code == 302
    assert said(blind.butler, base) and said(blind.butler, f"{base}{row.pk}/content/")
    assert obstacles(row)["unexplained"] == 1 and obstacles(row)["counted_once"] == 1
    count(blind.butler, row, "access_cards", 7390, morning, "少一张")
    assert "unexplained" not in obstacles(row) and "counted_once" not in obstacles(row)


@pytest.mark.clause("A28")
def test_a_supervisor_who_takes_part_counts_blind_too(blind: Town, morning) -> None:
    steps.close_desk_blind(blind.desk, blind.agent, morning, {"access_cards": HIDDEN})
    page = f"/registers/{blind.desk.slug}/custody/"
    assert "7391" in signed_in(blind.supervisor).get(page).content.decode()
    row = actions.open_desk(actor=blind.supervisor, desk=blind.desk, now=morning)
    assert "7391" not in signed_in(blind.supervisor).get(page).content.decode()
    actions.count_sheet(actor=blind.supervisor, handover=row, counted={line.pk: line.expected for line in row.counts.all()}, now=morning)
    assert "7391" in signed_in(blind.supervisor).get(page).content.decode()
    assert digest_now(row)


@pytest.mark.clause("A28")
def test_the_numbers_of_a_difference_of_a_blind_count_are_for_supervisors(blind: Town, morning) -> None:
    steps.close_desk_blind(blind.desk, blind.agent, morning, {"radios": Decimal(3)})
    assert Entry.objects.get(code="custody_differs").audience == "supervisors"
    row = actions.open_desk(actor=blind.butler, desk=blind.desk, now=morning)
    for words in ("", "少一部"):
        count(blind.butler, row, "radios", 2, morning, words)
    asked = Notice.objects.get(code="count_question_blind_told")
    assert asked.person == blind.agent and not {"expected", "counted"} & asked.fields.keys()


@pytest.mark.clause("A28")
def test_a_desk_that_counts_blind_has_no_such_key_and_a_forged_one_checks_nothing_either(blind: Town, morning) -> None:
    row = actions.start_handover(actor=blind.agent, desk=blind.desk, incoming=blind.butler, now=morning)
    client, page = signed_in(blind.butler), f"/handover/{blind.desk.slug}/"
    assert 'id="count-check-all"' not in client.get(page).content.decode()
    assert client.post(f"{page}{row.pk}/counts/all/", {"and_checked": "yes"}).status_code == 422
    assert set(row.checks.values_list("result", flat=True)) == {""}


@pytest.mark.clause("A28")
def test_a_sheet_with_no_number_is_refused(blind: Town, morning) -> None:
    row = actions.start_handover(actor=blind.agent, desk=blind.desk, incoming=blind.butler, now=morning)
    with pytest.raises(Refused):
        actions.count_sheet(actor=blind.butler, handover=row, counted={}, now=morning)
    with pytest.raises(Refused):
        actions.count_sheet(actor=blind.second_butler, handover=row, counted={row.counts.first().pk: Decimal(1)}, now=morning)
