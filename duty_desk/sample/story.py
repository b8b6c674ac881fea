"""The story of the sample desk: a roster, yesterday and today, told through the acts that a real desk uses.

The record's clock is moved while it is told, so that times of recording fit, and put back at the end. All of it is one
transaction: a first run that is cut off leaves nothing behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import transaction

from desks import record_clock
from desks.binding import Confirmation
from desks.clock import at, local_day
from desks.models import Desk, Person
from duty_desk.sample.custody import cards_and_a_fee, key_goes_out
from duty_desk.sample.days import TODAY, YESTERDAY, Happening
from duty_desk.sample.emergency import lift_stands_still
from duty_desk.sample.ground import lay_ground
from duty_desk.sample.left_alone import desk_was_left_alone, settle_what_was_left_alone
from duty_desk.sample.left_out import decide_what_was_left_out, something_was_left_out
from duty_desk.sample.requests import requests_of
from duty_desk.sample.shifts import CHANGE, CLOSES, OPENS, Rota, hand_over, start_day, stop_day
from duty_desk.sample.words import (
    BRIEFING,
    CALL_TREE,
    CORRECTED,
    ENGINEER,
    ESCALATED,
    FAR_PAST,
    NEXT_STEP,
    NEXT_STEPS,
    OVERNIGHT,
    REMARK,
)
from duty_desk.sample.wrong import at_the_change, at_the_opening
from escalations.actions import change_call_step, raise_escalation
from escalations.models import CallStep
from inspections.actions import finish_inspection, pass_the_rest, set_result, start_inspection
from inspections.models import Inspection
from logbook.actions import record_entry, record_system, sign_daily_review
from logbook.models import Entry
from logbook.queries import current_watch, head_of
from office.actions import acknowledge_briefing, change_settings, write_briefing
from rosters.actions import bring_in, review_and_report
from rosters.planning import days_of


@dataclass
class Storyteller:
    """Tells what happened up to `now`; later things have not happened yet."""

    desk: Desk
    people: dict[str, Person]
    language: str
    now: datetime

    @property
    def today(self) -> date:
        """The site's day of now."""
        return local_day(self.now, self.desk.site.zone)

    def when(self, day: date, clock: time) -> datetime:
        """The moment of a wall-clock time of the site."""
        return at(day, clock, self.desk.site.zone)

    @property
    def rota(self) -> Rota:
        """Who is on duty on which day."""
        return Rota(self.today)

    def worded(self, texts: tuple[str, str, str]) -> str:
        """The text in the language of the installation."""
        return texts[{"zh-hans": 1, "zh-hant": 2}.get(self.language, 0)]

    def person(self, login: str) -> Person:
        """One of the sample people."""
        return self.people[login]

    def do(self, moment: datetime, act: Callable[[datetime], object]) -> None:
        """Lets the act happen at the moment, by the record's clock too, unless that lies ahead."""
        if moment <= self.now:
            record_clock.set_to(moment)
            act(moment)


@transaction.atomic
def tell(language: str, now: datetime) -> Desk:
    """Lays the sample site and its last two days up to `now` (an aware moment); returns the desk."""
    desk, people = lay_ground(language, now)
    story = Storyteller(desk, people, language, now)
    yesterday, today = story.today - timedelta(days=1), story.today
    record_clock.install()
    _call_tree(story, yesterday)
    _settings(story, yesterday)
    for month in sorted({yesterday.replace(day=1), today.replace(day=1)}):
        _roster(story, month)
    for day, happenings in ((yesterday, YESTERDAY), (today, TODAY)):
        acts = [
            *_shifts(story, day),
            *(_happening(story, day, turn, each) for turn, each in enumerate(happenings)),
            *(_yesterday(story, day) if day == yesterday else _today(story, day)),
        ]
        for moment, act in sorted(acts, key=lambda pair: pair[0]):
            story.do(moment, act)
    record_clock.remove()
    return desk


def _shifts(story: Storyteller, day: date) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """The desk is opened, handed over and closed; something does not fit at yesterday's change and at today's opening."""
    desk, pairs = story.desk, story.rota.on(day)
    first, second = (story.person(login) for login in pairs.early)
    third, fourth = (story.person(login) for login in pairs.late)
    overnight = story.worded(OVERNIGHT)

    def step(kind: str) -> str:
        return story.worded(NEXT_STEPS.get(kind, NEXT_STEP))

    opening = partial(at_the_opening, story) if day == story.today else None
    change = partial(at_the_change, story) if day != story.today else None
    return [
        (story.when(day, OPENS), lambda moment: start_day(desk, first, second, step, moment, opening)),
        (story.when(day, CHANGE), lambda moment: hand_over(desk, third, fourth, step, moment, change)),
        (story.when(day, CLOSES), lambda moment: stop_day(desk, overnight, moment)),
    ]


def _call_tree(story: Storyteller, day: date) -> None:
    """The administrator fills in whom the preset's call tree calls at security and engineering: one has an account, one a phone."""
    security, engineering = CallStep.objects.filter(site=story.desk.site, role="").order_by("position")
    contacts = {
        security: {"person": story.person("security"), "phone": "13800138101"},
        engineering: {"name": story.worded(ENGINEER), "phone": "13800138102"},
    }

    def act(moment: datetime) -> None:
        for step, changes in contacts.items():
            change_call_step(
                actor=story.person("siteadmin"), step=step, changes=changes, reason=story.worded(CALL_TREE), now=moment
            )

    story.do(story.when(day, time(7, 30)), act)


def _roster(story: Storyteller, month: date) -> None:
    """The month's roster, brought in and reported by the supervisor on the 24th of the month before."""
    days = days_of(month)
    table = [["姓名", "职务", *(str(day.day) for day in days)]]
    for login in story.rota.logins:
        table.append([story.person(login).name, "", *(story.rota.on(day).mark(login) for day in days)])
    supervisor = story.person("supervisor")
    moment = story.when((month - timedelta(days=1)).replace(day=24), time(15))

    def act(moment: datetime) -> None:
        roster = bring_in(actor=supervisor, desk=story.desk, month=month, table=table, name=f"{month:%Y-%m}.csv", now=moment)
        review_and_report(actor=supervisor, roster=roster, confirmed=Confirmation(supervisor, "pin", moment), now=moment)

    story.do(moment, act)


def _happening(story: Storyteller, day: date, turn: int, happening: Happening) -> tuple[datetime, Callable[[datetime], object]]:
    """One line of the log, written by one of the two on duty."""
    moment = story.when(day, OPENS) + timedelta(minutes=happening.minute)

    def act(moment: datetime) -> Entry:
        shift = story.rota.on(day)
        logins = shift.early if moment < story.when(day, CHANGE) else shift.late
        return record_entry(
            actor=story.person(logins[turn % 2]), desk=story.desk, now=moment,
            text=story.worded((happening.english, happening.simplified, happening.traditional)), kind=happening.kind,
            source=happening.source, place=happening.place, customer=happening.customer, phone=happening.phone,
            urgency="urgent" if happening.urgent else "", follow_up=not happening.closed,
        )

    return moment, act


def _yesterday(story: Storyteller, day: date) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """What happened yesterday beside the log's lines: an emergency, both inspections, tomorrow's briefing, and what was asked for."""
    supervisor = story.person("supervisor")

    def write(moment: datetime) -> None:
        write_briefing(
            actor=supervisor, desk=story.desk, day=day + timedelta(days=1), text=story.worded(BRIEFING), now=moment
        )

    return [
        *lift_stands_still(story, day),
        *key_goes_out(story, day, comes_back=True),
        *something_was_left_out(story, day),
        *requests_of(story, day),
        *desk_was_left_alone(story, day),
        (story.when(day, time(8, 50)), lambda moment: _inspect(story, moment, "morning", fails=0)),
        (story.when(day, time(16, 20)), lambda moment: _inspect(story, moment, "handover", fails=1)),
        (story.when(day, time(18)), write),
    ]


def _today(story: Storyteller, day: date) -> list[tuple[datetime, Callable[[datetime], object]]]:
    """What has happened today beside the log: the briefing read, yesterday signed, the inspection made, a matter passed on."""
    supervisor = story.person("supervisor")

    def review(moment: datetime) -> None:
        from logbook.actions import book_of

        sign_daily_review(
            actor=supervisor, confirmed=Confirmation(supervisor, "pin", moment), desk=story.desk,
            day=day - timedelta(days=1), up_to=head_of(book_of(story.desk))[0], now=moment,
        )

    def read(moment: datetime) -> None:
        watch = current_watch(story.desk)
        briefing = story.desk.briefings.filter(site_day=day).first()
        if watch is not None and briefing is not None:
            acknowledge_briefing(actor=watch.holder, briefing=briefing, now=moment)

    def escalate(moment: datetime) -> None:
        noise = Entry.objects.filter(book__desk=story.desk, kind="complaint").order_by("number").first()
        if noise is not None:
            raise_escalation(actor=story.person(story.rota.on(day).early[0]), entry=noise, now=moment, reason=story.worded(ESCALATED))

    return [
        *key_goes_out(story, day, comes_back=False),
        *cards_and_a_fee(story, day),
        (story.when(day, time(8, 3)), read),
        (story.when(day, time(8, 30)), review),
        (story.when(day, time(8, 40)), lambda moment: decide_what_was_left_out(story, moment)),
        (story.when(day, time(8, 42)), lambda moment: settle_what_was_left_alone(story, moment)),
        (story.when(day, time(8, 45)), escalate),
        (story.when(day, time(9, 5)), lambda moment: _inspect(story, moment, "morning", fails=0)),
    ]


def _inspect(story: Storyteller, moment: datetime, occasion: str, *, fails: int) -> Inspection:
    """The supervisor inspects; so many items fail and are put right on the spot."""
    supervisor = story.person("supervisor")
    inspection = start_inspection(actor=supervisor, desk=story.desk, occasion=occasion, now=moment)
    items = inspection.desk.checklists.get(purpose="inspection", current=True).items.filter(current=True).order_by("position")
    for item in items[2 : 2 + fails]:
        set_result(
            actor=supervisor, inspection=inspection, item=item, outcome="fail", now=moment, remark=story.worded(REMARK),
            correction=story.worded(CORRECTED),
        )
    pass_the_rest(actor=supervisor, inspection=inspection, now=moment)
    return finish_inspection(actor=supervisor, inspection=inspection, now=moment)


def _settings(story: Storyteller, day: date) -> None:
    """The administrator changes a setting of the desk, and a job of the clock failed for a while: the site's book says both."""
    settings = story.desk.settings
    changes = {"far_past_days": settings.far_past_days + 3}

    def change(moment: datetime) -> None:
        change_settings(actor=story.person("siteadmin"), row=settings, changes=changes, reason=story.worded(FAR_PAST), now=moment)

    def fail(moment: datetime) -> None:
        for minute in range(3):
            record_system(
                code="clock_act_failed", subject="logbook.seal_days", site=story.desk.site, fields={"job": "logbook.seal_days"},
                now=moment + timedelta(minutes=minute),
            )

    story.do(story.when(day, time(7, 40)), change)
    story.do(story.when(day, time(7, 45)), fail)
