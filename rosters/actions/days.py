"""Own days of a desk that its supervisor names: closed, of special need, holiday, working day (A6, I9). Those of a whole site are the administrator's."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import get_language

from desks.models import Desk, Person
from desks.permissions import may
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.models import SiteDay


@transaction.atomic
def name_day(*, actor: Person, desk: Desk, day: date, what: str, label: str, reason: str, now: datetime) -> SiteDay:
    """Whoever drafts the desk's roster says what a coming day of the site is at this desk; the same day again replaces what it was.

    The label stands in the actor's language. Planning looks at it from then on; duties that stand are not changed. Raises Refused (A6, I6, I9).
    """
    hold_books(book_of(desk))
    row = SiteDay.objects.select_for_update().filter(site=desk.site, desk=desk, day=day, current=True).first()
    _check(actor, desk, day, reason, now, known=what in SiteDay.What.values)
    row = row or SiteDay(site=desk.site, desk=desk, day=day)
    row.what, row.label_en, row.label_zh_hans, row.label_zh_hant = what, "", "", ""
    setattr(row, {"zh-hans": "label_zh_hans", "zh-hant": "label_zh_hant"}.get(get_language() or "", "label_en"), label.strip())
    _save(row, "day_named", actor, reason, now)
    return row


@transaction.atomic
def drop_day(*, actor: Person, row: SiteDay, reason: str, now: datetime) -> SiteDay:
    """Takes an own day of a desk back, so that the calendar and the site's own days hold again. Raises Refused (A6, I6, I9)."""
    desk = row.desk
    assert desk is not None, "days of a whole site are the administrator's"
    hold_books(book_of(desk))
    _check(actor, desk, row.day, reason, now, known=row.current)
    row.current = False
    _save(row, "day_dropped", actor, reason, now)
    return row


def _check(actor: Person, desk: Desk, day: date, reason: str, now: datetime, *, known: bool) -> None:
    if refusal := rules.why_not_own_day(
        may=may(actor, "roster.draft", desk=desk, now=now), day=day, today=now.astimezone(desk.site.zone).date(), known=known, reason=reason
    ):
        raise refusal


def _save(row: SiteDay, code: str, actor: Person, reason: str, now: datetime) -> None:
    row._history_user, row._history_date, row._change_reason = actor, now, reason.strip()[:100]
    row.save()
    record_act(
        actor=actor, desk=row.desk, now=now, code=code, text=reason.strip(),
        fields=name_of("by", actor) | {"duty_on": row.day.isoformat(), "day_kind": row.what},
    )
