"""The rows of the log in HTML: fifty stand on a page, and a template would take eight times as long for them (A17, docs/decisions/0022).

Every piece goes through `format_html`, which escapes what is not safe already: tags, marked hits, and pieces made here.
"""

from collections.abc import Iterable
from functools import reduce
from operator import add

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desks.templatetags.desks_tags import changed_value, icon, labelled, local_date, strong_value
from logbook.lines import Line

NOTHING = SafeString("")
SPACE = SafeString(" ")


def rows_html(lines: Iterable[Line], log_url: str, *, live: bool = False) -> SafeString:
    """The lines as rows of a page of the log at that address, each day under its heading; `live` rows say their day, for a page that puts them in."""
    return _joined(_row(line, log_url, live=live) for line in lines)


def words_html(line: Line, log_url: str) -> SafeString:
    """What the entry says, with what was said to it since, and the marks below it."""
    began = _began_with(line, log_url) if line.began_with is not None else NOTHING
    late = line.late_reason and format_html(
        '<p class="own-values"><span>{}</span></p>', format_html(_("late because: %(reason)s") % {"reason": "{}"}, line.late_reason)
    )
    own = line.own_values and format_html('<p class="own-values">{}</p>', _joined(
        format_html("<span>{}</span>", strong_value(label, value)) for label, value in line.own_values
    ))
    changes = line.changes and format_html('<p class="own-values">{}</p>', _joined(format_html("<span>{}</span>", each) for each in _changes(line)))
    thread = _joined(_answer(each, None) for each in line.thread)
    return format_html(
        "{}<p>{}</p>\n{}{}{}\n{}{}\n", began, _said(line, log_url), late or NOTHING, changes or NOTHING, own or NOTHING, thread,
        _meta(line, log_url),
    )


def _changes(line: Line) -> Iterable[SafeString]:
    """What a correction has changed beside the text: label, what stood there, what stands there now."""
    return (changed_value(label, old, new) for label, old, new in line.changes)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return reduce(add, pieces, NOTHING)


def _row(line: Line, log_url: str, *, live: bool) -> SafeString:
    daybreak = format_html('<div class="daybreak"><span>{}</span></div>\n', local_date(line.day)) if line.new_day else NOTHING
    label = format_html(' data-day-label="{}"', local_date(line.day)) if live else NOTHING
    answers = NOTHING
    if line.answers_number:
        answers = format_html(' data-answers="{}"{}', line.answers_number, SafeString(" data-nests") if line.nests else NOTHING)
    return format_html(
        '{day_before}<article class="entry" id="entry-{number}" data-number="{number}" data-day="{day}"{label}{answers} data-by="{by}"{open}>'
        '<a class="no" href="{log_url}{number}/">#{number}</a><time datetime="{iso}">{other_day}{clock}</time><div>{words}</div></article>\n',
        day_before=daybreak, number=line.number, day=line.iso_day, label=label, answers=answers, by=line.by,
        open=SafeString(" data-open") if line.open else NOTHING, log_url=log_url, iso=line.iso,
        other_day=format_html("<small>{}</small> ", line.other_day) if line.other_day else NOTHING, clock=line.clock,
        words=words_html(line, log_url),
    )


def _for_supervisors() -> str:
    return _("For supervisors only")


def _said(line: Line, log_url: str) -> SafeString:
    if line.hidden:
        return format_html('<em class="quiet-text">{}</em>', _for_supervisors())
    said = NOTHING
    if line.heading:
        answered = format_html(' <a class="no" href="{0}{1}/">#{1}</a>', log_url, line.answers_number) if line.answers_number else NOTHING
        said += format_html("<b>{}</b>{} ", line.heading, answered)
    if line.place:
        said += format_html('<span class="found">{}</span> ', line.place)
    said += format_html("<s>{}</s>" if line.struck else "<bdi>{}</bdi>", line.text)
    if line.said:
        said += format_html("<br><bdi>{}</bdi>", line.said)
    if line.customer or line.phone or line.numbers:
        said += _customer(line, log_url)
    if line.erased:
        said += format_html(' · <span class="quiet-text">{}</span>', line.erased)
    return said


def _customer(line: Line, log_url: str) -> SafeString:
    """Whom it is about, masked; where the reader may see more, the link that asks for it."""
    shown = format_html("{}{}{}", line.customer, SPACE if line.customer and line.phone else NOTHING, line.phone)
    if not line.row.may_reveal:
        return format_html(' · <span class="num">{}</span>', shown)
    return format_html(
        ' · <a class="num" href="{0}{1}/#customer" data-reveal="{0}{1}/reveal/">{2}{3}</a>', log_url, line.number, shown,
        format_html(" {}", line.numbers) if line.numbers else NOTHING,
    )


def _meta(line: Line, log_url: str) -> SafeString:
    kind = NOTHING
    if line.kind:
        kind = format_html('<span class="tag{}">{}</span>', format_html(" {}", line.kind_tone) if line.kind_tone else NOTHING, line.kind)
    photos = NOTHING
    if line.photos:
        photos = format_html('<a class="photo-mark" href="{}{}/#photos">{}{}</a>', log_url, line.number, icon("clip"), line.photos)
    return format_html('<div class="meta">{}<span>{}</span>{}{}</div>', kind, line.meta, photos, _joined(line.tags))


def _began_with(line: Line, log_url: str) -> SafeString:
    """Above a hit within a thread: the entry with which the thread began, and what else was said to that."""
    began = line.began_with
    assert began is not None
    if began.hidden:
        text = format_html("<em>{}</em>", _for_supervisors())
    else:
        text = format_html("<s>{}</s>" if began.struck else "{}", began.text)
    return format_html(
        '<div class="thread">{} <a class="no" href="{}{}/">#{}</a> {} · {}: {}{}</div>', _("Belongs to"), log_url, began.number, began.number,
        began.time, began.who, text, _joined(_answer(each, line.number) for each in began.thread),
    )


def _answer(line: Line, hit: int | None) -> SafeString:
    """A correction, addition or retraction beside what it answers, with its own; one that is the hit itself stands as a row already."""
    if line.number == hit:
        return SafeString("\n")
    if line.hidden:
        text = format_html("<em>{}</em>", _for_supervisors())
    elif line.struck:
        text = format_html("<s>{}</s>", line.text)
    else:
        text = format_html("{}<b>{}</b>", format_html('<span class="found">{}</span> ', line.place) if line.place else NOTHING, line.text)
    own = _joined(format_html(" · {}", labelled(label, value)) for label, value in line.own_values)
    changes = _joined(format_html(" · {}", each) for each in _changes(line))
    photos = format_html(" · {}", line.photos) if line.photos else NOTHING
    reason = format_html(" {}", format_html(_("(reason: %(reason)s)") % {"reason": "{}"}, line.reason)) if line.reason else NOTHING
    return format_html(
        '<div class="thread"{}>{} <span class="no">#{}</span> {} · {}: {}{}{}{}{}\n{}</div>\n',
        NOTHING if hit else format_html(' id="answer-{}"', line.number), line.heading, line.number, line.time, line.who, text, changes, own, photos,
        reason, _joined(_answer(each, hit) for each in line.thread),
    )
