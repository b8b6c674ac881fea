"""What the guided page shows of the preparation: what happened by kind, what waits elsewhere, summary, own steps, news, risk (A25–A27)."""

from datetime import datetime
from typing import Any

from desks.clock import local_day
from desks.models import Desk, Person
from desks.permissions import may
from escalations.queries import may_read, open_escalations_of
from handover import forms as own
from handover.models import Handover
from handover.news import important_new, last_of_incoming, read_keys
from handover.preparing import kinds_in
from handover.queries import risks_of, rounds_missed
from handover.risk import RISK_WORDS, asks_more
from handover.views.shown import Bound
from logbook.forms.fields import PHOTO_TYPES
from logbook.reading import text_of
from office.queries import briefing_for
from rounds.queries import missed_in

# Kinds of what is kept for somebody until it is passed on (B2.2, B3.3).
PASSED_ON = ("message", "parcel")
# A visitor whose entry was left open is still inside; closing it says that they went.
VISITOR = "visitor"
SHOWN_NEWS = 60


def told_part(actor: Person, handover: Handover, now: datetime, shown: dict[str, Any], bound: Bound) -> dict[str, Any]:
    """The part of the page's context that is drawn from the desk's data and its log; `shown` is what stands on the page already."""
    desk, watch, sides, used = handover.desk, handover.watch, shown["sides"], shown["labels"]
    may_change = handover.may_change and bool(sides)
    risks = risks_of(handover)
    part: dict[str, Any] = {
        "risk_words": [RISK_WORDS[code] for code in risks], "asks_more": asks_more(handover.risks),
        "may_agree": bool(
            risks and desk.settings.risk_needs_consent and handover.risk_agreed_at is None and handover.may_change
            and may(actor, "handover.decide", desk=desk, now=now)
        ),
        "kinds": kinds_in(desk, watch.first_number, handover.cut_off, shown["desk_words"]) if watch else [],
        "rounds_missed": (
            missed_in(desk, watch.first_number, shown["seen"]) if watch is not None and handover.is_draft else rounds_missed(handover)
        ),
        "escalated": _escalated(desk, actor, now),
        "not_passed_on": [
            row for row in (*shown["alone"], *shown["rest"]) if row["matter"].root.kind in PASSED_ON
        ] if "messages" in used else [],
        "inside": [row for row in (*shown["alone"], *shown["rest"]) if row["matter"].root.kind == VISITOR],
        "briefing": briefing_for(desk, local_day(now, desk.site.zone)) if "instructions" in used else None,
        "photo_types": PHOTO_TYPES,
        "may_write_summary": handover.may_change and "outgoing" in sides,
        "summary_form": bound.get("summary") or own.SummaryForm(initial={"summary": handover.summary}, auto_id="summary-%s"),
        "together_form": bound.get("together")
        or own.TogetherForm(initial={"together": handover.together, "apart_because": handover.apart_because}, auto_id="together-%s"),
        "may_say_together": may_change and handover.mode == Handover.Mode.FACE and not handover.is_draft,
    }
    return part | _news(handover, shown)


def _escalated(desk: Desk, actor: Person, now: datetime) -> list[dict[str, Any]]:
    return [
        {"escalation": each, "words": text_of(each.entry) if may_read(actor, each, now) else ""} for each in open_escalations_of(desk)
    ]


def _news(handover: Handover, shown: dict[str, Any]) -> dict[str, Any]:
    """The important entries that are new to the incoming, each to be ticked as read (A25)."""
    if handover.mode != Handover.Mode.FACE or handover.incoming is None:
        return {"news": []}
    if shown["new_to"] is None and not asks_more(handover.risks):
        return {"news": []}
    read = read_keys(handover)
    last = shown["new_to"]["last"] if shown["new_to"] else last_of_incoming(handover)
    entries = list(important_new(handover, last).select_related("words")[:SHOWN_NEWS])
    return {
        "news": [{"entry": entry, "words": text_of(entry), "read": entry.pk in read} for entry in entries],
        "may_read": handover.may_change and "incoming" in shown["sides"],
    }
