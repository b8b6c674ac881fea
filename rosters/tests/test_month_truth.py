"""A month's plan against what was so: figures to the minute, confirmed or contested, signed off, corrected with a reason (A10, A22, I6, I9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import Error, connection, transaction

from desks.refusal import Refused
from desks.testing import MORNING, PIN, Town, read_town, signed_in
from logbook.actions import close_watch, join_watch, leave_watch, open_watch
from logbook.models import AccessRecord, Entry
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions, queries
from rosters.actions import truth as acts
from rosters.models import Duty, DutyChange, MonthAnswer, MonthSignOff, TimeCorrection
from rosters.tests.scenes import confirmed, november
from rosters.tests.test_check_in import START, duty_of, minutes

NOVEMBER = date(2026, 11, 1)
OVER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""The end of November in Shanghai; the last late shift has ended by then."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def worked(town: Town, morning) -> Town:
    """One day was worked: the agent came 15 minutes early and stayed 25 longer, the colleague came 7 late, nobody else came."""
    november(town, morning)
    watch = open_watch(actor=town.agent, desk=town.desk, now=START - minutes(15))
    join_watch(actor=town.agent, watch=watch, person=town.colleague, now=START + minutes(7))
    ends = START + timedelta(hours=8)
    leave_watch(actor=town.agent, watch=watch, person=town.colleague, now=ends)
    close_watch(actor=town.agent, watch=watch, now=ends + minutes(25))
    return town


def month_of(town: Town, part: str, now=OVER, month: date = NOVEMBER):
    return queries.month_truth(town.desk, month, now).of(getattr(town, part))


def say(town: Town, part: str, answer: str = "confirmed", words: str = "", now=OVER) -> MonthAnswer:
    person = getattr(town, part)
    return actions.answer_month(
        actor=person, desk=town.desk, month=NOVEMBER, answer=answer, words=words, confirmed=confirmed(person, now), now=now
    )


def sign(town: Town, words: str = "其余人员已口头确认", now=OVER, actor=None) -> MonthSignOff:
    actor = actor or town.supervisor
    return actions.sign_month_off(actor=actor, desk=town.desk, month=NOVEMBER, words=words, confirmed=confirmed(actor, now), now=now)


def correct(town: Town, part: str = "colleague", came=START, went=START + timedelta(hours=8), reason="监控显示准时", now=OVER, actor=None):
    return actions.correct_time(
        actor=actor or town.supervisor, duty=duty_of(town, part), arrived_at=came, left_at=went, reason=reason, now=now
    )


@pytest.mark.clause("A10")
def test_every_minute_of_the_month_is_somewhere(worked: Town) -> None:
    it = month_of(worked, "agent").figures
    assert (it.duties, it.planned, it.done, it.early, it.over, it.worked) == (30, 30 * 480, 480, 15, 25, 520)
    assert (it.late, it.absent, it.missed, it.unknown) == (0, 6 * 480, 6, 23 * 480), "the desk kept no watches before the 24th"
    late = month_of(worked, "colleague").figures
    assert (late.late, late.late_times, late.done) == (7, 1, 473)
    assert late.done + late.late + late.absent + late.unknown == late.planned


@pytest.mark.clause("A10")
def test_who_helps_out_without_a_duty_has_it_counted(worked: Town) -> None:
    begin = START + timedelta(hours=20)
    watch = open_watch(actor=worked.supervisor, desk=worked.desk, now=begin)
    close_watch(actor=worked.supervisor, watch=watch, now=begin + minutes(50))
    found = month_of(worked, "supervisor")
    assert (found.rows, found.figures.outside, found.figures.worked) == ([], 50, 50)
    assert month_of(worked, "head") is None


@pytest.mark.clause("I11")
def test_a_night_over_the_month_s_end_belongs_to_the_month_in_which_it_begins(town: Town, morning) -> None:
    from rosters.models import ShiftType

    ShiftType.objects.create(
        desk=town.desk, code="night", starts="22:00", ends="06:00", mark_en="N", mark_zh="夜", label_en="Night", label_zh_hans="夜班", tone="night"
    )
    november(town, morning, agent="夜")
    begin = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    watch = open_watch(actor=town.agent, desk=town.desk, now=begin)
    close_watch(actor=town.agent, watch=watch, now=begin + timedelta(hours=8))
    after = begin + timedelta(hours=9)
    assert month_of(town, "agent", after).figures.done == 480
    assert queries.month_truth(town.desk, date(2026, 12, 1), after).of(town.agent) is None
    assert not queries.month_truth(town.desk, NOVEMBER, OVER).is_over, "the last night still goes on at midnight"
    assert queries.month_truth(town.desk, NOVEMBER, after).is_over


@pytest.mark.clause("I11")
def test_february_of_a_leap_year_has_its_29th(town: Town) -> None:
    from rosters.tests.scenes import reported

    month, now = date(2028, 2, 1), datetime(2028, 1, 20, tzinfo=UTC)
    reported(town, now, month=month, agent="早")
    begin = datetime(2028, 2, 29, 0, 0, tzinfo=UTC)
    watch = open_watch(actor=town.agent, desk=town.desk, now=begin)
    close_watch(actor=town.agent, watch=watch, now=begin + timedelta(hours=8))
    found = month_of(town, "agent", datetime(2028, 2, 29, 16, 0, tzinfo=UTC), month)
    assert (found.figures.duties, found.figures.done) == (29, 480)


@pytest.mark.clause("I11")
def test_a_month_ends_by_the_site_s_own_clock(worked: Town) -> None:
    assert not queries.month_truth(worked.desk, NOVEMBER, OVER - SECOND).is_over
    assert queries.month_truth(worked.desk, NOVEMBER, OVER).is_over
    with pytest.raises(Refused):
        say(worked, "agent", now=OVER - SECOND)
    with pytest.raises(Refused):
        sign(worked, now=OVER - SECOND)


@pytest.mark.clause("A13")
def test_what_was_swapped_is_counted_on_both_sides(worked: Town) -> None:
    change = DutyChange.objects.create(desk=worked.desk, kind="swap", decided_by=worked.supervisor, decided_at=MORNING, reason="换班")
    given = duty_of(worked, "butler")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        given = Duty.objects.filter(person=worked.butler, starts_at__gt=MORNING + timedelta(days=4)).order_by("starts_at").last()
        given.taken_out_by = change
        given.save()
        Duty.objects.create(
            person=worked.supervisor, desk=worked.desk, site_day=given.site_day, starts_at=given.starts_at, ends_at=given.ends_at,
            shift_code=given.shift_code, shift_version=given.shift_version, origin="change", brought_in_by=change,
        )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert month_of(worked, "supervisor").figures.swapped_in == 1
    assert (month_of(worked, "butler").figures.swapped_out, month_of(worked, "butler").figures.duties) == (1, 29)


@pytest.mark.clause("A22")
def test_each_confirms_or_contests_their_own_month_and_the_newest_answer_holds(worked: Town) -> None:
    say(worked, "agent", "contested", "24 日走时是 16:40")
    assert month_of(worked, "agent").is_contested
    assert Notice.objects.get(code="month_contested_told").person == worked.supervisor
    say(worked, "agent", now=OVER + minutes(5))
    assert month_of(worked, "agent").is_confirmed and MonthAnswer.objects.count() == 2
    assert list(Entry.objects.filter(code__startswith="month_").values_list("audience", flat=True)) == ["supervisors"] * 2


@pytest.mark.clause("A22")
@pytest.mark.parametrize("answer,words,field", [("contested", " ", "words"), ("", "", "answer"), ("fine", "x", "answer")])
def test_an_answer_is_one_of_two_and_a_contested_month_says_what_is_wrong(worked: Town, answer: str, words: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        say(worked, "agent", answer, words)
    assert refused.value.field == field and not MonthAnswer.objects.exists()


@pytest.mark.clause("A29")
def test_nobody_answers_or_signs_with_another_person_s_pin(worked: Town) -> None:
    with pytest.raises(Refused):
        actions.answer_month(
            actor=worked.agent, desk=worked.desk, month=NOVEMBER, answer="confirmed", words="", confirmed=confirmed(worked.butler, OVER), now=OVER
        )
    with pytest.raises(Refused):
        actions.sign_month_off(
            actor=worked.supervisor, desk=worked.desk, month=NOVEMBER, words="x", confirmed=confirmed(worked.agent, OVER), now=OVER
        )
    with pytest.raises(Refused):
        say(worked, "head")  # who has no time in it


@pytest.mark.clause("I9")
def test_a_month_that_not_everybody_confirmed_is_signed_with_words_alone(worked: Town) -> None:
    say(worked, "agent")
    with pytest.raises(Refused) as refused:
        sign(worked, words=" ")
    assert refused.value.field == "words"
    assert worked.agent.display_name not in str(refused.value) and worked.butler.display_name in str(refused.value)
    for part in ("colleague", "butler", "second_butler"):
        say(worked, part)
    made = sign(worked, words="")
    assert made.figures[str(worked.agent.pk)]["over"] == 25 and made.method == "pin"
    assert Notice.objects.filter(code="month_signed_off_told").count() == 4
    with pytest.raises(Refused):
        sign(worked)


@pytest.mark.clause("A22")
def test_a_case_that_is_not_settled_holds_the_month_up(worked: Town) -> None:
    actions.ask_about_lateness(actor=worked.supervisor, duty=duty_of(worked, "colleague"), now=MORNING)
    with pytest.raises(Refused) as refused:
        sign(worked)
    assert "not settled" in str(refused.value)
    actions.settle_presence(
        actor=worked.supervisor, case=duty_of(worked, "colleague").presence_cases.get(), outcome="none", special_reason=True, reason="地铁", now=OVER
    )
    assert sign(worked).pk


@pytest.mark.clause("A22")
@pytest.mark.parametrize("part", ["agent", "head", "auditor", "administrator"])
def test_only_the_supervisor_corrects_and_signs(worked: Town, part: str) -> None:
    with pytest.raises(Refused):
        sign(worked, actor=getattr(worked, part))
    with pytest.raises(Refused):
        correct(worked, actor=getattr(worked, part))
    with pytest.raises(Refused):
        sign(worked, actor=worked.away.supervisor)


@pytest.mark.clause("I9")
def test_a_corrected_time_holds_and_everything_before_it_stays(worked: Town) -> None:
    correct(worked)
    found = month_of(worked, "colleague")
    assert (found.figures.late, found.figures.done, found.rows[23].correction.reason) == (0, 480, "监控显示准时")
    correct(worked, came=None, went=None, reason="看错了人")
    assert month_of(worked, "colleague").rows[23].attendance.arrived_at is None
    assert TimeCorrection.objects.count() == 2
    assert [row.code for row in Notice.objects.filter(person=worked.colleague, matter="hours")] == ["time_corrected_told"] * 2


@pytest.mark.clause("I9")
def test_after_the_sign_off_a_correction_says_so_and_the_signed_figures_stay(worked: Town) -> None:
    say(worked, "colleague")
    signed = sign(worked)
    made = correct(worked)
    assert made.after_sign_off and Entry.objects.get(pk=made.entry_id).code == "time_corrected_signed"
    found = month_of(worked, "colleague")
    assert found.differs and found.is_stale and found.signed["late"] == 7 and found.figures.late == 0
    assert MonthSignOff.objects.get() == signed and not month_of(worked, "agent").differs


@pytest.mark.clause("I9")
@pytest.mark.parametrize(
    "said,field",
    [
        ({"reason": "\t"}, "reason"), ({"came": None}, "arrived_at"), ({"went": None}, "left_at"), ({"went": START - SECOND}, "left_at"),
        ({"went": OVER + SECOND}, "left_at"), ({"came": START + timedelta(hours=8), "went": START + timedelta(hours=9)}, "arrived_at"),
        ({"came": START - timedelta(days=1)}, "arrived_at"), ({"came": START - timedelta(hours=2), "went": START}, "arrived_at"),
    ],
)
def test_a_correction_is_a_time_of_that_duty_with_a_reason(worked: Town, said: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        correct(worked, **said)
    assert refused.value.field == field and refused.value.remedy and not TimeCorrection.objects.exists()


@pytest.mark.clause("I6")
def test_a_duty_to_come_is_changed_by_the_roster_and_one_s_own_by_somebody_else(worked: Town) -> None:
    with pytest.raises(Refused):
        correct(worked, now=START - SECOND)
    town, duty = worked, duty_of(worked, "agent")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rosters_timecorrection (duty_id, reason, after_sign_off, made_by_id, made_at, entry_id) "
            "SELECT %s, 'x', false, %s, %s, max(id) FROM logbook_entry", [duty.pk, town.agent.pk, OVER]
        )


@pytest.mark.clause("I1")
@pytest.mark.parametrize("table", ["timecorrection", "monthanswer", "monthsignoff"])
@pytest.mark.parametrize("act", ["DELETE FROM rosters_{}", "UPDATE rosters_{} SET entry_id = entry_id"])
def test_nothing_of_it_is_changed_by_another_path(worked: Town, table: str, act: str) -> None:
    say(worked, "agent")
    sign(worked)
    correct(worked)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


@pytest.mark.clause("I9")
@pytest.mark.parametrize("locked", [True, False])
def test_two_supervisors_sign_it_once(transactional_db, monkeypatch, locked: bool) -> None:
    place = read_town()
    november(place, MORNING)
    if not locked:
        monkeypatch.setattr(acts, "hold_books", lambda *books: None)
    proof = confirmed(place.supervisor, OVER)
    errors = together([
        lambda: actions.sign_month_off(actor=place.supervisor, desk=place.desk, month=NOVEMBER, words="x", confirmed=proof, now=OVER) and None
    ] * 3)
    assert len(errors) == 2 and all(isinstance(error, Refused) for error in errors) and MonthSignOff.objects.count() == 1


@pytest.mark.clause("I8")
def test_each_sees_their_own_month_and_who_may_sees_all(worked: Town) -> None:
    base = f"/rosters/{worked.desk.slug}/2026-11/hours/"
    with time_machine.travel(OVER, tick=False):
        own = signed_in(worked.agent)
        assert own.get(base)["Location"] == f"{base}{worked.agent.pk}/"
        assert own.get(f"{base}{worked.agent.pk}/").status_code == 200
        assert own.get(f"{base}{worked.colleague.pk}/").status_code == 404
        assert own.get(f"/rosters/{worked.desk.slug}/hours/export/?format=csv&month=2026-11").status_code == 403
        for part in ("supervisor", "head", "auditor"):
            page = signed_in(getattr(worked, part)).get(base).content.decode()
            assert page.count('scope="row"') == 4 and ("sign-form" in page or 'id="sign"' in page) == (part == "supervisor"), part
            assert signed_in(getattr(worked, part)).get(f"{base}{worked.colleague.pk}/").status_code == 200
        stranger = worked.away.agent.pk
        assert signed_in(worked.supervisor).get(f"{base}{stranger}/").status_code == 404
        assert signed_in(worked.away.supervisor).get(base).status_code == 404
    assert AccessRecord.objects.filter(page="hours", person=worked.head).exists()
    assert not AccessRecord.objects.filter(page="hours", person=worked.agent).exists()


@pytest.mark.clause("I10")
def test_through_the_pages_from_contest_to_correction_and_sign_off(worked: Town) -> None:
    base = f"/rosters/{worked.desk.slug}/2026-11/hours/"
    duty = duty_of(worked, "colleague")
    with time_machine.travel(OVER + minutes(1), tick=False):
        own, supervisor = signed_in(worked.colleague), signed_in(worked.supervisor)
        for _try in range(6):
            blank = own.post(base + "answer/", {"answer": "contested", "words": "<b>我准时</b>", "secret": ""})
            assert blank.status_code == 422 and "locked" not in blank.content.decode(), "no wrong try: nothing was tried"
        assert own.post(base + "answer/", {"secret": PIN}).status_code == 422
        wrong = own.post(base + "answer/", {"answer": "contested", "words": "<b>我准时</b>", "secret": "000000"})
        assert wrong.status_code == 422 and "&lt;b&gt;我准时&lt;/b&gt;" in wrong.content.decode()
        assert own.post(base + "answer/", {"answer": "contested", "words": "<b>我准时</b>", "secret": PIN}).status_code == 302
        page = supervisor.get(f"{base}{worked.colleague.pk}/").content.decode()
        assert "&lt;b&gt;我准时&lt;/b&gt;" in page and f"/duties/{duty.pk}/correct/" in page
        at = f"/rosters/{worked.desk.slug}/duties/{duty.pk}/correct/"
        assert "2026-11-24T08:07" in supervisor.get(at).content.decode()
        bad = supervisor.post(at, {"arrived_at": "yesterday", "left_at": "2026-11-24T16:00", "reason": "<i>监控</i>"})
        assert bad.status_code == 422 and "&lt;i&gt;监控&lt;/i&gt;" in bad.content.decode()
        sent = {"arrived_at": "2026-11-24T08:00", "left_at": "2026-11-24T16:00", "reason": "监控"}
        assert supervisor.post(at, sent).status_code == 302
        refused = supervisor.post(base + "sign/", {"words": "", "secret": PIN})
        assert refused.status_code == 422 and "invalid-feedback" in refused.content.decode()
        assert supervisor.post(base + "sign/", {"words": "已说明", "secret": PIN}).status_code == 302
        assert 'id="signed"' in supervisor.get(base).content.decode()
        assert own.post(base + "sign/", {"words": "x", "secret": PIN}).status_code == 403
    assert TimeCorrection.objects.get().arrived_at == START


def test_the_table_costs_the_same_however_many_people(worked: Town, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(18):
        found = queries.month_truth(worked.desk, NOVEMBER, OVER)
        [(each.is_confirmed, each.differs) for each in found.people]
        assert found.open_cases == []
