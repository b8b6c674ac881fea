"""What the guided page shows of an open handover: its steps, what stands in the way, the boxes to sign in (A25–A30, I4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.models import ChecklistItem, Desk, Person
from desks.permissions import may
from handover import content
from handover import forms as own
from handover.models import Handover, HandoverMatter
from handover.news import last_of_incoming, new_entries
from handover.preparing import step_labels
from handover.queries import (
    MatterNow,
    content_of,
    count_now,
    entries_of_watch,
    entries_since,
    facts_of,
    last_closing,
    matters_now,
    meanwhile_of,
    open_refusal,
    sides_of,
    stopping_matters,
    typed_of,
)
from handover.rules import WHY_WORDS, Facts, Obstacle, is_said_back, what_stands_in_the_way
from handover.rules_of_stopping import ABOUT_A_PERSON
from handover.views.shown_lines import counted_and_checked
from logbook.actions import book_of
from logbook.lines import Line, lines_of, without_nested
from logbook.models import Entry
from logbook.queries import entries_of, head_of
from logbook.reading import rows_for, text_of
from logbook.words import DeskWords
from registers.models import CustodyItem

Bound = dict[str, forms.Form]
SHOWN_ENTRIES = 200


def shown_steps(actor: Person, handover: Handover, now: datetime, bound: Bound) -> dict[str, Any]:
    """Everything that the guided page shows of the handover to this reader."""
    desk = handover.desk
    seen, _digest = head_of(book_of(desk))
    known = count_now(handover)
    facts = facts_of(handover, seen, known)
    obstacles = what_stands_in_the_way(facts)
    text = content.text_of(content_of(handover, known))
    digest = content.digest_of(text)
    sides = sides_of(handover, actor, now)
    reads_all = may(actor, "log.see_restricted", desk=desk, now=now)
    labels = step_labels(desk)
    new_to, words = _new_to(handover), DeskWords(desk)
    rows = [_matter_row(each, handover, sides, bound, reads_all, new_to, words) for each in matters_now(handover)]
    questions = questions_of(handover, reads_all)
    for row in rows:
        row["questions"] = _question_rows([each for each in questions if each.matter_id == row["matter"].pk], handover, sides, bound)
    if (at := next((row for row in rows if row["may_acknowledge"] or (row["may_tell"] and not row["matter"].told_at)), None)) is not None:
        at["is_next"] = True
    signatures = list(handover.signatures.select_related("person"))
    of_the_watch = entries_of_watch(handover.watch) if handover.watch else Entry.objects.none()
    happened = list(of_the_watch[:SHOWN_ENTRIES])
    since = list(entries_since(handover)[:SHOWN_ENTRIES])
    shown = {
        "sides": sides, "may_change": handover.may_change and bool(sides), "facts": facts, "obstacles": obstacles,
        "digest": digest, "seen": seen,
        "alone": [row for row in rows if row["matter"].group == HandoverMatter.Group.ONE_BY_ONE],
        "rest": [row for row in rows if row["matter"].group == HandoverMatter.Group.REST],
        **counted_and_checked(actor, handover, known, sides, bound, now),
        "questions": _question_rows([each for each in questions if each.matter_id is None], handover, sides, bound),
        "ask_form": bound.get("ask") or own.AskForm(auto_id="ask-%s"),
        "since": lines_for(since, desk, words, reader=actor, now=now),
        "happened": lines_for(happened, desk, words, reader=actor, now=now),
        "shown_numbers": [entry.number for entry in happened or since],
        "happened_more": len(happened) == SHOWN_ENTRIES,
        "happened_count": len(happened) if len(happened) < SHOWN_ENTRIES else of_the_watch.count(),
        "boxes": [] if handover.is_draft else [
            _box(side, handover, signatures, digest, text, [each for each in obstacles if (each.code, side) != ("unheard", "outgoing")], bound)
            | {"to_hear": [row for row in rows if row["said"] and row["matter"].acknowledged_at and not row["matter"].heard_at]
               if side == "outgoing" else []}
            for side in signing_sides(handover)
        ],
        "labels": labels, "desk_words": words, "own_steps": _own_steps(handover, bound), "new_to": new_to, "colleagues": [each.person for each in handover.colleagues.select_related("person")],
        "may_decide": may(actor, "handover.decide", desk=desk, now=now),
    }
    shown |= _stopped_part(handover, actor, now, words)
    shown |= _counted_words(shown) | _forms(handover, sides, bound, shown["ground"]) | refusal_part(handover, shown["may_decide"])
    shown["steps"] = _step_list(handover, shown)
    return shown


def _stopped_part(handover: Handover, actor: Person, now: datetime, words: DeskWords) -> dict[str, Any]:
    """What stops this desk's handovers now (C10), and what was written during the last fault (C11)."""
    desk, during = handover.desk, meanwhile_of(handover)
    meanwhile = entries_of(desk, first=during[0], last=during[1]).order_by("number")[:SHOWN_ENTRIES] if during else []
    reads_all = may(actor, "log.see_restricted", desk=desk, now=now)
    return {
        "meanwhile": lines_for(meanwhile, desk, words, reader=actor, now=now),
        "stopping": [(each.root, matter_words(each.root, reads_all)) for each in stopping_matters(handover).select_related("root__words")],
        "closing_before": last_closing(desk) if handover.mode == Handover.Mode.OPENING else None,
    }


def _forms(handover: Handover, sides: set[str], bound: Bound, ground: dict[str, str]) -> dict[str, Any]:
    side = "incoming" if "incoming" in sides else "outgoing"
    return {
        "remarks_form": bound.get("remarks") or own.RemarksForm(initial={"remarks": handover.remarks}),
        "reserve_form": bound.get("reservations") or own.ReserveForm(initial={"reservations": handover.reservations}),
        "refuse_form": bound.get("refuse") or own.RefuseForm(desk=handover.desk, auto_id="refuse-%s", initial={
            "side": side, "by_when": timezone.now() + timedelta(minutes=handover.desk.settings.refusal_minutes),
        } | ground),
        "suspend_form": bound.get("suspend") or own.SuspendForm(auto_id="suspend-%s"),
        "cancel_form": bound.get("cancel") or own.CancelForm(auto_id="cancel-%s"),
        "decide_form": bound.get("decide") or own.DecideForm(auto_id="decide-%s"),
    }


def refusal_part(handover: Handover, reads_all: bool) -> dict[str, Any]:
    """The refusals with their decisions; what was written about a person is left out for all but supervisors."""
    refusals = list(handover.refusals.select_related("person", "ground", "decision__decided_by", "note__words"))
    for each in refusals:
        each.details = text_of(each.note) if reads_all and each.note is not None else ""
        about_a_person = each.ground_code in ABOUT_A_PERSON and not reads_all
        each.ground_words = _("a ground told to the supervisor") if about_a_person else each.ground.label
        each.words = each.remark if reads_all or each.ground_code not in ABOUT_A_PERSON else ""
    return {"refusals": refusals, "open_refusal": open_refusal(handover)}


def lines_for(entries: Iterable[Entry], desk: Desk, words: DeskWords, *, reader: Person, now: datetime) -> list[Line]:
    """The entries as this reader may see them, each with its corrections beside it."""
    rows = rows_for(entries, reader=reader, desk=desk, now=now)
    return without_nested(lines_of(rows, desk=desk, words=words, reader=reader, now=now))


# ---- matters and questions ------------------------------------------------------------------------------------------


def matter_words(root: Entry, reads_all: bool) -> str:
    """What the matter is about, as this reader may see it; empty for one that is for supervisors only."""
    if root.audience == Entry.Audience.SUPERVISORS and not reads_all:
        return ""
    return " · ".join(part for part in (text_of(root), root.place) if part)


def _matter_row(
    each: MatterNow, handover: Handover, sides: set[str], bound: Bound, reads_all: bool, new_to: dict[str, Any] | None,
    words: DeskWords,
) -> dict[str, Any]:
    matter, key = each.matter, f"matter-{each.matter.pk}"
    initial = {
        name: getattr(matter, name) for name in ("next_step", "severity", "overnight", "owner", "by_when", "if_then")
    }
    settings, typed = handover.desk.settings, typed_of(handover, matter)
    asking, saying = f"ask-{matter.pk}", f"acknowledge-{matter.pk}"
    return {
        "matter": matter, "follow_up": each.follow_up, "handler": words.department(each.follow_up.handler), "moved": each.moved and matter.told_at is not None,
        "words": matter_words(matter.root, reads_all),
        "hidden": matter.root.audience == Entry.Audience.SUPERVISORS and not reads_all,
        "why": WHY_WORDS.get(matter.why, ""), "new": new_to is not None and matter.pk in new_to["matters"] and matter.why != "new",
        "form": bound.get(key) or own.TellForm(initial=initial, auto_id=f"{key}-%s", zone=handover.desk.site.zone), "refused": key in bound,
        "carries": handover.mode == Handover.Mode.FACE and (matter.severity == "critical" or key in bound),
        "asks_if_then": settings.critical_if_then or bool(matter.if_then), "typed": typed,
        "said": is_said_back(severity=matter.severity, asked=settings.read_back) and handover.mode == Handover.Mode.FACE,
        "may_hear": handover.may_change and "outgoing" in sides and matter.acknowledged_at and not matter.heard_at,
        "said_form": bound.get(saying) or own.AcknowledgeForm(auto_id=f"{saying}-%s", typed=typed),
        "ask_form": bound.get(asking) or own.AskForm(auto_id=f"{asking}-%s"), "asking": asking in bound,
        "may_tell": handover.may_change and "outgoing" in sides,
        "may_ask": handover.may_change and bool(sides & {"incoming", "colleague"}),
        "may_acknowledge": handover.may_change and "incoming" in sides and matter.told_at and not matter.acknowledged_at,
    }


def questions_of(handover: Handover, reads_all: bool) -> list[Any]:
    """The questions with what was asked and answered, as this reader may see it (A25, I8)."""
    rows = handover.questions.select_related("asked_by", "answered_by", "matter__root", "entry__words", "answer_entry__words")
    questions = list(rows)
    for each in questions:
        each.asked_words = entry_words(each.entry, reads_all) if each.entry else each.question
        each.answer_words = entry_words(each.answer_entry, reads_all) if each.answer_entry else each.answer
    return questions


def entry_words(entry: Entry, reads_all: bool) -> str:
    """What an entry says to this reader; empty for what only supervisors read."""
    return "" if entry.audience == Entry.Audience.SUPERVISORS and not reads_all else text_of(entry)


def _question_rows(questions: list[Any], handover: Handover, sides: set[str], bound: Bound) -> list[dict[str, Any]]:
    return [
        {
            "question": each, "may_answer": handover.may_change and "outgoing" in sides and not each.is_answered,
            "form": bound.get(f"answer-{each.pk}") or own.AnswerForm(auto_id=f"answer-{each.pk}-%s"),
        }
        for each in questions
    ]


def _new_to(handover: Handover) -> dict[str, Any] | None:
    """What is new to the incoming since the end of their own last watch at this desk (A25)."""
    if handover.incoming is None:
        return None
    last = last_of_incoming(handover)
    if last is None or last.there or handover.started_at - last.until < timedelta(minutes=1):
        return None
    new = Q(root__recorded_at__gt=last.until) if last.left_early else Q(root__number__gt=last.after)
    opened = handover.matters.filter(new).values_list("pk", flat=True)
    return {"last": last, "since": last.until, "entries": new_entries(handover, last).count(), "matters": set(opened)}


# ---- counts and checks ----------------------------------------------------------------------------------------------


def _own_steps(handover: Handover, bound: Bound) -> list[dict[str, Any]]:
    return [
        {"step": step, "form": bound.get(f"step-{step.pk}") or own.StepForm(auto_id=f"step-{step.pk}-%s")}
        for step in handover.steps.select_related("item", "done_by", "entry")
    ]


def _counted_words(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "rest_open": any(row["matter"].acknowledged_at is None for row in shown["rest"]),
        "differing": sum(row["line"].differs for row in shown["counts"]),
        "uncounted": sum(row["line"].counted is None for row in shown["counts"]),
        "failed": sum(row["line"].result == "fail" for row in shown["checks"]),
        "unchecked": sum(not row["line"].result for row in shown["checks"]),
    }


# ---- signing --------------------------------------------------------------------------------------------------------


def signing_sides(handover: Handover) -> list[str]:
    """Which sides sign this kind of handover."""
    return {"face": ["outgoing", "incoming"], "closing": ["outgoing"], "opening": ["incoming"]}[handover.mode]


def _box(
    side: str, handover: Handover, signatures: list[Any], digest: str, text: str, obstacles: list[Obstacle], bound: Bound
) -> dict[str, Any]:
    person = getattr(handover, side)
    own_ones = [each for each in signatures if each.role == side and each.person_id == person.pk]
    present = next((each for each in own_ones if each.digest == digest), None)
    stale = own_ones[-1] if own_ones and present is None else None
    first_missing = side == "incoming" and handover.mode == Handover.Mode.FACE and not any(
        each.role == "outgoing" and each.digest == digest and each.person_id == handover.outgoing_id for each in signatures
    )
    return {
        "side": side, "person": person, "signature": present, "stale": stale,
        "form": bound.get(f"sign-{side}") or own.SignForm(auto_id=f"sign-{side}-%s"),
        "changed": changed_words(handover.desk, stale.content, text) if stale else [],
        "waits": first_missing, "may_sign": handover.may_change and not obstacles and not first_missing,
    }


def changed_words(desk: Desk, before: str, after: str) -> list[str]:
    """What changed between the signed content and the present one, in words (I4)."""
    parts = content.changed_parts(before, after)
    coded = {key for _part, key in parts}
    items = {row.code: row.label for row in CustodyItem.objects.filter(desk=desk, current=True, code__in=coded)}
    checks = {row.code: row.label for row in ChecklistItem.objects.filter(template__desk=desk, current=True, code__in=coded)}
    plain = {
        "remarks": _("the remarks"), "reservations": _("the reservations"), "incoming": _("the person who takes over"),
        "outgoing": _("the person who hands over"), "cutoff": _("the list of matters"), "colleague": _("the colleagues"),
        "refusal": _("a refusal"), "summary": _("the summary"), "together": _("whether it is gone through together"),
        "risk": _("why it is of higher risk"), "round": _("the missed rounds"),
    }
    words = []
    for part, key in parts:
        if part == "matter":
            words.append(_("matter %(number)s") % {"number": f"#{key}"})
        elif part == "count":
            words.append(_("the count of %(item)s") % {"item": items.get(key, key)})
        elif part == "check":
            words.append(_("the check of %(item)s") % {"item": checks.get(key, key)})
        elif part == "step":
            words.append(_("the step %(item)s") % {"item": checks.get(key, key)})
        elif part.startswith("duty-desk-handover/"):
            words.append(_("the form of the signed lines"))
        else:
            words.append(plain.get(part, part))
    return list(dict.fromkeys(words))


# ---- the steps down the side ----------------------------------------------------------------------------------------


def _step_list(handover: Handover, shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Each step with its state: done, open, or wanting a look (a difference, a failed check, a refusal)."""
    facts: Facts = shown["facts"]
    alone, rest, counts, checks = shown["alone"], shown["rest"], shown["counts"], shown["checks"]
    undone = facts.untold + facts.unacknowledged + facts.without_overnight + facts.unowned + facts.unheard + facts.untyped
    labels = shown["labels"]
    steps: list[dict[str, Any]] = []

    def add(anchor: str, words: str, done: bool, note: str = "", bad: bool = False) -> None:
        steps.append({"anchor": anchor, "words": words, "note": note, "tone": "no" if bad else "ok" if done else ""})

    def of(done: int, whole: int) -> str:
        return _("%(done)d of %(all)d") % {"done": done, "all": whole}

    if handover.watch_id:
        add("happened", labels["happened"] or _("What happened"), True, str(shown["happened_count"]))
    if alone or facts.not_yet_included or facts.holder_changed:
        done = not (undone or facts.not_yet_included or facts.holder_changed)
        add("matters", labels["matters"] or _("Open matters"), done, of(max(len(alone) - undone, 0), len(alone)))
    if rest:
        title = _("Matters of the night") if handover.mode == Handover.Mode.OPENING else _("Unchanged matters")
        add("rest", title, not facts.rest_open, str(len(rest)))
    own_ones = [row["step"] for row in shown["own_steps"]]

    def add_own() -> None:
        if own_ones:
            done = sum(step.done_at is not None for step in own_ones)
            add("steps", _("Steps of this desk"), done == len(own_ones), of(done, len(own_ones)))

    if handover.is_draft:
        add_own()
        return steps
    differs = ngettext("%(n)d differs", "%(n)d differ", shown["differing"]) % {"n": shown["differing"]}
    if counts or "count" in labels:
        add("count", labels.get("count") or _("Count"), not (facts.uncounted or facts.unexplained or facts.counted_once or facts.moved),
            differs if shown["differing"] else of(len(counts) - facts.uncounted, len(counts)), bool(shown["differing"]))
    fails = ngettext("%(n)d fails", "%(n)d fail", shown["failed"]) % {"n": shown["failed"]}
    if checks or "environment" in labels:
        add("environment", labels.get("environment") or _("Environment"), not (facts.unchecked or facts.unanswered),
            fails if shown["failed"] else of(len(checks) - facts.unchecked, len(checks)), bool(shown["failed"]))
    add_own()
    add("remarks", _("Remarks"), True, "1" if handover.remarks or handover.reservations else "")
    if handover.state in (Handover.State.REFUSED, Handover.State.SUSPENDED):
        add("stop", _("Stopped"), False, "", True)
    if (first := next((step for step in steps if not step["tone"]), None)) is not None:
        first["tone"] = "on"
    signed = sum(bool(box["signature"]) for box in shown["boxes"])
    stale = any(box["stale"] for box in shown["boxes"])
    add("sign", _("Sign"), False, of(signed, len(shown["boxes"])), stale)
    if not stale and not any(step["tone"] == "on" for step in steps):
        steps[-1]["tone"] = "on"
    return steps
