"""The desk's form of a watch and its handover on paper: one content for the page to print and for the PDF (A35).

It is written in the language of the installation, whoever prints it: the sheet belongs to the desk's book, not to its reader.
"""

from html import unescape
from typing import IO, Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desks.models import Desk
from desks.templatetags.desks_tags import comma, local_moment, shown_name
from handover.models import Handover, HandoverCheckLine
from handover.templatetags.handover_tags import reading
from logbook.lines import Line
from logbook.numbers import masked_in
from logbook.paper_form import Form
from registers.templatetags.custody_tags import amount


def sheet_language() -> str:
    """The language of every sheet of the installation."""
    return settings.LANGUAGE_CODE


def clock_of(desk: Desk) -> str:
    """Whose clock the times are of: the zone and how far it is from UTC, at the desk."""
    return desk.site.timezone


def title_of(row: Handover) -> str:
    """Who hands over to whom, or who closes or opens."""
    if row.mode == Handover.Mode.FACE:
        return f"{shown_name(row.outgoing)} → {shown_name(row.incoming)}"
    person = row.outgoing if row.mode == Handover.Mode.CLOSING else row.incoming
    return f"{shown_name(person)} · {row.get_mode_display()}"


def write_sheet(file: IO[bytes], shown: dict[str, Any]) -> int:
    """Writes the form as a PDF from what the page to print shows; returns its pages. Speaks the language that is active."""
    row: Handover = shown["handover"]
    desk, now, printed_by = shown["desk"], shown["now"], shown["printed_by"]
    form = Form(
        _("Duty log with handover record"), _("Confidential: for the service centre's own use. This export is recorded."),
        language=sheet_language(), author=shown_name(printed_by), made_at=now,
    )
    form.text(f"{desk.site.label} · {desk.label}")
    form.text(f"{title_of(row)} · {row.get_state_display()}")
    _facts(form, shown)
    _summary(form, row, shown)
    _entries(form, shown["lines"])
    _matters(form, row, shown)
    _counts(form, shown)
    _checks(form, shown)
    _remarks(form, row, shown)
    _signatures(form, row, shown)
    return form.write(file)


def _facts(form: Form, shown: dict[str, Any]) -> None:
    row, desk = shown["handover"], shown["desk"]
    facts = [(_("Begun"), local_moment(row.started_at, desk)), (_("Ended"), local_moment(row.ended_at, desk) or "–")]
    if row.watch is not None:
        facts.insert(0, (_("Watch"), f"{local_moment(row.watch.started_at, desk)} – {local_moment(row.watch.ended_at, desk)}"))
    facts += [(words, shown_name(person)) for words, person in ((_("Outgoing"), row.outgoing), (_("Incoming"), row.incoming)) if person is not None]
    if shown["colleagues"]:
        facts.append((_("Colleagues"), comma().join(str(shown_name(each)) for each in shown["colleagues"])))
    facts.append((_("Times"), _("of the site's clock, %(zone)s") % {"zone": clock_of(desk)}))
    form.y += 2
    form.table(("", ""), (24, 76), facts)


def _summary(form: Form, row: Handover, shown: dict[str, Any]) -> None:
    if not (row.summary or shown["risk_words"] or row.together):
        return
    form.heading(_("Summary"))
    if shown["risk_words"]:
        form.text(f"{_('of higher risk')}: {comma().join(str(each) for each in shown['risk_words'])}")
    form.text(row.summary) if row.summary else None
    if row.together:
        form.text(" · ".join(part for part in (str(row.get_together_display()), row.apart_because) if part))


def _counts(form: Form, shown: dict[str, Any]) -> None:
    """The count; at a desk that counts blind without numbers for whoever counts next, as the page has it."""
    form.heading(_("Count"))
    hidden, rows = shown["hides"], []
    for each in shown["counts"]:
        line, unit = each["line"], each["line"].item.unit
        known = line.counted is not None and not hidden
        twice = each["countings"] if known and len(each["countings"]) > 1 else []
        words = [line.explanation, *(f"{amount(one.counted, unit)} · {shown_name(one.counted_by)}" for one in twice)]
        rows.append((
            line.item.label, amount(line.expected, unit) if known else "–", amount(line.counted, unit) if known else "–",
            "\n".join(part for part in words if part),
        ))
    form.table((_("Item"), _("Expected"), _("Counted"), _("Explanation")), (34, 16, 16, 34), rows)


def _checks(form: Form, shown: dict[str, Any]) -> None:
    """The rooms with what was checked in them, what became of what failed, and the desk's own steps."""
    form.heading(_("Environment"))
    rows = [
        (" · ".join(part for part in (room, line.item.label) if part), str(line.get_result_display()) or "–", "\n".join(_checked(line)))
        for room, lines in shown["rooms"] for line in (each["line"] for each in lines)
    ]
    form.table((_("Item"), _("Result"), _("Remark")), (40, 18, 42), rows)
    if steps := list(shown["own_steps"]):
        form.heading(_("Steps of this desk"))
        done = [(each.item.label, str(_("done")) if each.done_at else "–", each.remark) for each in steps]
        form.table((_("Item"), _("Result"), _("Remark")), (40, 18, 42), done)


def _checked(line: HandoverCheckLine) -> list[str]:
    said = [reading(line)] if line.reading is not None else []
    said += [line.remark] if line.remark else []
    if line.answer == HandoverCheckLine.Answer.FOLLOW_UP and line.follow_up is not None:
        said.append(f"{_('follow-up')} #{line.follow_up.number}")
    elif line.answer:
        said.append(" · ".join(part for part in (str(line.get_answer_display()), line.answer_words) if part))
    return said


def _entries(form: Form, lines: list[Line]) -> None:
    form.heading(f"{_('Entries of the watch')} ({len(lines)})")
    rows = [(f"#{each.number}", f"{each.other_day} {each.clock}".strip(), "\n".join(_words_of(each))) for each in lines]
    form.table((pgettext("entry", "No."), _("Time"), _("Entry")), (10, 14, 76), rows)


def _words_of(line: Line) -> list[str]:
    """An entry as the printed page says it, line by line, its corrections below."""
    if line.hidden:
        return [_("For supervisors only")]
    head = " ".join(part for part in (line.heading, f"#{line.answers_number}" if line.answers_number else "", line.place, line.text) if part)
    said = [f"[{_('struck out')}] {head}" if line.struck else head, line.said]
    said.append(" · ".join(part for part in (line.customer, line.phone, line.erased) if part))
    said += [_("late because: %(reason)s") % {"reason": line.late_reason}] if line.late_reason else []
    said.append("; ".join(f"{label}: {f'{old} → ' if old else ''}{new}" for label, old, new in line.changes))
    said.append("; ".join(f"{label}: {value}" if value else label for label, value in line.own_values))
    tags = [unescape(strip_tags(tag)).strip() for tag in line.tags]
    said.append(" · ".join(part for part in (line.kind, line.meta, *tags, line.photos) if part))
    for answer in line.thread:
        said += [f"    {part}" for part in _answer(answer)]
    return [part for part in said if part]


def _answer(line: Line) -> list[str]:
    if line.hidden:
        words = _("For supervisors only")
    else:
        words = " ".join(part for part in (f"[{_('struck out')}]" if line.struck else "", line.place, line.text) if part)
    reason = _("(reason: %(reason)s)") % {"reason": line.reason} if line.reason and not line.hidden else ""
    said = [f"{line.heading} #{line.number} {line.time} · {line.who}: {words} {reason}".rstrip()]
    for answer in line.thread:
        said += [f"    {part}" for part in _answer(answer)]
    return said


def _matters(form: Form, row: Handover, shown: dict[str, Any]) -> None:
    form.heading(f"{_('Open matters told')} ({len(shown['alone'])})")
    told = []
    for each in shown["alone"]:
        matter = each["matter"]
        words = [each["words"] or _("for supervisors only"), str(matter.get_severity_display())]
        words += [f"{_('Next:')} {masked_in(matter.next_step)}"] if matter.next_step else []
        if matter.owner and matter.severity == "critical":
            words.append(" · ".join(part for part in (matter.owner, local_moment(matter.by_when, row.desk), matter.if_then) if part))
        words += [f"“{matter.said_back}”"] if matter.said_back else []
        told.append((f"#{matter.root.number}", "\n".join(words), str(shown_name(matter.acknowledged_by)) or matter.overnight))
    if told:
        form.table((pgettext("entry", "No."), _("Matter"), _("Confirmed by")), (10, 68, 22), told)
    else:
        form.text(_("No matter was told alone."))
    if shown["rest"]:
        form.y += 2
        night = row.mode == Handover.Mode.OPENING
        form.text(_("Matters of the night, taken over as one list") if night else _("Unchanged matters, as one list"))
        form.table(("", ""), (10, 90), [(f"#{each['matter'].root.number}", each["words"] or _("for supervisors only")) for each in shown["rest"]])


def _remarks(form: Form, row: Handover, shown: dict[str, Any]) -> None:
    questions = list(shown["questions"])
    if row.remarks or row.reservations or questions:
        form.heading(_("Remarks"))
        form.text(row.remarks) if row.remarks else None
        if row.reservations:
            form.text(f"{_('Taken over with reservations')}: {row.reservations}")
        for each in questions:
            number = f"#{each.matter.root.number} " if each.matter is not None else ""
            hidden = _("for supervisors only")
            answer = f" — {shown_name(each.answered_by)}: {each.answer_words or hidden}" if each.is_answered else ""
            form.text(f"{number}{shown_name(each.asked_by)}: {each.asked_words or hidden}{answer}")
    if shown["refusals"]:
        form.heading(_("Refusals"))
        for each in shown["refusals"]:
            form.text(f"{shown_name(each.person)} · {each.get_side_display()} · {local_moment(each.refused_at, shown['desk'])} · {each.ground.label}")
            form.text("\n".join(part for part in (each.words, f"{_('To lift it:')} {each.remedy}") if part))
            if hasattr(each, "decision"):
                by = f"{shown_name(each.decision.decided_by)}, {local_moment(each.decision.decided_at, shown['desk'])}"
                form.text(f"{each.decision.get_outcome_display()} · {by}")


def _signatures(form: Form, row: Handover, shown: dict[str, Any]) -> None:
    desk = shown["desk"]
    form.heading(_("Signatures"))
    signed = [
        (
            str(shown_name(each.person)), f"{each.get_meaning_display()}\n{_('signed') if holds else _('stale')}",
            f"{local_moment(each.signed_at, desk)}\n{clock_of(desk)}", str(each.get_method_display()), f"#{each.last_seen_number}",
        )
        for each, holds in shown["signatures"]
    ]
    if signed:
        form.table((_("Name"), _("Meaning"), _("Signed at"), _("By"), _("Entries seen up to")), (24, 24, 28, 12, 12), signed)
    else:
        form.text(_("Nobody has signed."))
    form.y += 2
    entry = f" · {_('entry')} #{row.entry.number}" if row.entry is not None else ""
    form.text(f"{_('content')} {shown['digest']}{entry}", size=7.5)
    if (checkpoint := shown["checkpoint"]) is not None:
        form.heading(_("Checkpoint"), room=56)
        words = _(
            "Signed %(at)s over the entries 1 to %(number)s. Whoever keeps it outside this program can show later whether one of them was changed."
        ) % {"at": local_moment(checkpoint.made_at, desk), "number": checkpoint.size}
        form.code(checkpoint.note, f"{words}\n\n{checkpoint.note}")
    form.heading(_("Signed by hand on this sheet:"), room=42)
    names = [
        f"{shown_name(person)} · {words}"
        for person, words in ((row.outgoing, pgettext("signature on paper", "outgoing")), (row.incoming, pgettext("signature on paper", "incoming")))
        if person is not None
    ]
    form.sign_lines(names)
    form.y += 2
    last = _("Last entry when printed: #%(number)s") % {"number": shown["head_number"]}
    form.text(f"{last} · {shown['head_digest']}", size=7.5)
    form.text(_("Printed %(at)s") % {"at": local_moment(shown["now"], desk)} + f" · {shown_name(shown['printed_by'])}", size=7.5)
