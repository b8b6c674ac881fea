"""Rounds for tests: laid with their history, as the administration and the presets lay them."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from desks.models import Desk, Person
from logbook.actions import open_watch
from rounds.models import Round, RoundPoint


def lay_round(desk: Desk, since: datetime, code: str = "lobby", times: tuple[time, ...] = (time(8, 30), time(14)), **values: Any) -> Round:
    """A round in use since that moment; due every day unless said."""
    row = Round(desk=desk, code=code, times=list(times), **{"label_en": code.title(), "label_zh_hans": "大堂巡查"} | values)
    row._history_date = since
    row.save()
    return row


def lay_tour(desk: Desk, since: datetime) -> Round:
    """A tour of the plant: the water's pressure is read off, the pump looked at."""
    row = lay_round(desk, since, "plant", (time(8, 45),))
    RoundPoint.objects.create(
        desk=desk, round_code="plant", code="pressure", label_en="Water pressure", label_zh_hans="给水压力", sort="reading", unit="MPa",
        lowest=Decimal("0.3"), highest=Decimal("0.45"), position=1,
    )
    RoundPoint.objects.create(desk=desk, round_code="plant", code="pump", label_en="Pump 1", label_zh_hans="1 号泵", position=2)
    return row


def held_long(desk: Desk, by: Person, now: datetime) -> None:
    """The desk has been held for as long as anything asks: its rounds count."""
    open_watch(actor=by, desk=desk, now=now - timedelta(days=20))


def long_ago(now: datetime) -> datetime:
    """Before everything that a test looks at."""
    return now - timedelta(days=30)
