"""Setting a site up: every change leaves its history row with a reason and one entry that names what changed (A6, I9).

A row that records refer to by code and version is never reworded in place: a new wording is a new version, the old stays.
"""

from datetime import datetime, time
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from desks.models import ChecklistItem, ChecklistTemplate, Coded, Desk, EntryKind, OpeningHours, Person, Site
from desks.presets import fill_desk, preset_label
from desks.refusal import Refused
from desks.wording import in_each_language, in_every_language
from logbook.actions import book_of, hold_books, record_act, site_book_of
from logbook.models import Entry
from logbook.queries import current_watch, head_of
from office import rules
from office.places import book_for, name_of, record_at, record_setup, worded_changes

M = TypeVar("M", bound=models.Model)
WORDING = {
    "label_en", "label_zh_hans", "label_zh_hant", "guidance_en", "guidance_zh_hans", "guidance_zh_hant", "clause", "unit",
    "mark_en", "mark_zh", "starts", "ends",
    # What a duty of the past counts as: its hours, and whether it was a night.
    "night", "break_minutes",
    "room_en", "room_zh_hans", "room_zh_hant", "sort", "lowest", "highest",
    # When a round is due, and who walks it (C3).
    "weekdays", "times", "grace_minutes", "walker",
    # What was promised when an entry was written is counted by the version of its kind (A9).
    "response_minutes", "response_minutes_urgent", "calls_back",
}


def saved(row: M, actor: Person, now: datetime, reason: str, **options: Any) -> M:
    """Saves with who, when and why; what the database holds apart becomes a refusal."""
    row._history_user, row._history_date, row._change_reason = actor, now, reason  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as error:
        raise Refused(
            "A6", _("The same stands there already, or it contradicts what stands there."), _("Look at the list first.")
        ) from error
    return row


def _code(row: models.Model, act: str) -> str:
    return f"{row._meta.model_name}_{act}"


@transaction.atomic
def add_setup(*, actor: Person, row: M, now: datetime) -> M:
    """Adds a row of the set-up; a coded one gets the next version of its code. Raises Refused where one is in use."""
    hold_books(book_for(row))
    if isinstance(row, Coded):
        same = type(row)._default_manager.filter(code=row.code, **_owner(row))
        if same.filter(current=True).exists():
            raise Refused("A6", _("This code is in use."), _("Change that one, or choose another code."), field="code")
        row.version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
    if isinstance(row, EntryKind):
        _refuse_prefixes(row)
    saved(row, actor, now, "added")
    record_setup(actor=actor, now=now, code=_code(row, "added"), fields=name_of(row), row=row)
    return row


def _owner(row: Any) -> dict[str, Any]:
    """What a code is unique within."""
    owner = {"template": row.template} if isinstance(row, ChecklistItem) else {"desk": row.desk}
    return owner | ({"purpose": row.purpose} if hasattr(row, "purpose") else {})


@transaction.atomic
def change_settings(*, actor: Person, row: M, changes: dict[str, Any], reason: str, now: datetime) -> M:
    """Changes fields of a row of the set-up; returns the row that holds from now on, which may be a new version.

    `changes` maps names of fields to new values. Nothing is written where nothing differs. Raises Refused without a reason.
    """
    hold_books(book_for(row))
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    differing = {name: (getattr(fresh, name), value) for name, value in changes.items() if getattr(fresh, name) != value}
    if not differing:
        return fresh
    if refusal := rules.why_not_reason(reason):
        raise refusal
    _refuse_change(fresh, differing)
    for name, (_old, value) in differing.items():
        setattr(fresh, name, value)
    if isinstance(fresh, EntryKind) and "prefixes" in differing:
        _refuse_prefixes(fresh)
    rewords = isinstance(fresh, Coded) and bool(WORDING & differing.keys())
    kept = as_new_version(fresh, actor, now, reason) if rewords else saved(fresh, actor, now, reason, update_fields=list(differing))
    fields = name_of(kept) | {"changes": worded_changes(type(row), differing), "because": reason.strip()}
    if rewords:
        fields["version"] = str(kept.version)  # type: ignore[attr-defined]
    record_setup(actor=actor, now=now, code=_code(row, "changed"), fields=fields, row=kept)
    return kept


def _refuse_prefixes(kind: EntryKind) -> None:
    taken = {
        prefix.casefold(): other.label for other in EntryKind.objects.filter(desk=kind.desk, current=True).exclude(code=kind.code)
        for prefix in (*other.prefixes, other.code)
    }
    if refusal := rules.why_not_prefixes(kind.prefixes, taken):
        raise refusal


def _refuse_change(row: Any, differing: dict[str, tuple[Any, Any]]) -> None:
    if isinstance(row, Coded):
        if not row.current and differing.keys() != {"current"}:
            raise Refused("A18", _("An old version stays as it was."), _("Change the version in use."))
        if differing.get("current", (None, False))[1]:
            others = type(row)._default_manager.filter(code=row.code, current=True, **_owner(row)).exclude(pk=row.pk)
            if others.exists():
                raise Refused("A18", _("A newer version is in use."), _("Change that one."), field="current")
    if isinstance(row, Desk) and differing.get("active", (None, True))[1] is False and current_watch(row) is not None:
        raise Refused("A23", _("Somebody holds this desk."), _("Close the desk first."), field="active")
    if isinstance(row, Site) and "timezone" in differing and Entry.objects.filter(book__site=row).exists():
        raise Refused("I11", _("The time zone is fixed once entries exist."), field="timezone")


def as_new_version(row: Any, actor: Person, now: datetime, reason: str) -> Any:
    """The row with its changed values as the next version, with its items or fields; the old one goes out of use as it was."""
    old = type(row)._default_manager.get(pk=row.pk)
    versions = type(row)._default_manager.filter(code=row.code, **_owner(row))
    old.current = False
    saved(old, actor, now, reason, update_fields=["current"])
    row.pk, row._state.adding = None, True
    row.version = versions.aggregate(last=Max("version"))["last"] + 1
    saved(row, actor, now, reason)
    if isinstance(row, ChecklistTemplate):
        for item in old.items.filter(current=True):
            item.pk, item._state.adding, item.template = None, True, row
            saved(item, actor, now, reason)
    if isinstance(row, EntryKind):
        for field in old.own_fields.all():
            field.pk, field._state.adding, field.kind = None, True, row
            saved(field, actor, now, reason)
    return row


@transaction.atomic
def set_opening_hours(
    *, actor: Person, desk: Desk, hours: dict[int, tuple[time, time] | None], reason: str, now: datetime
) -> int:
    """Sets when the desk is open on each weekday (0 is Monday; None is closed); returns how many days changed (A6).

    Times are the site's wall clock. Raises Refused for a day that closes before it opens.
    """
    hold_books(site_book_of(desk.site))
    if refusal := rules.why_not_hours(hours):
        raise refusal
    standing = {row.weekday: row for row in OpeningHours.objects.select_for_update().filter(desk=desk)}
    parts = []
    for weekday, wanted in sorted(hours.items()):
        row = standing.get(weekday)
        if (row and (row.opens, row.closes)) == wanted or (row is None and wanted is None):
            continue
        before = f"{row.opens:%H:%M}–{row.closes:%H:%M}" if row else "–"
        parts.append((OpeningHours.Weekday(weekday).label, before + " → " + (f"{wanted[0]:%H:%M}–{wanted[1]:%H:%M}" if wanted else "–")))
        if wanted is None:
            assert row is not None
            row._history_user, row._history_date, row._change_reason = actor, now, reason
            row.delete()
            continue
        row = row or OpeningHours(desk=desk, weekday=weekday)
        row.opens, row.closes = wanted
        saved(row, actor, now, reason)
    if not parts:
        return 0
    if refusal := rules.why_not_reason(reason):
        raise refusal
    fields = in_every_language("changes", lambda: "; ".join(f"{day}: {what}" for day, what in parts)) | {"because": reason.strip()}
    record_at(actor=actor, now=now, code="opening_hours_changed", fields=fields, site=desk.site, desk=desk)
    return len(parts)


@transaction.atomic
def set_up_site(*, actor: Person, site: Site, now: datetime) -> Site:
    """Adds a site; only the operator does. Its book begins with this entry."""
    saved(site, actor, now, "added")
    hold_books(site_book_of(site))
    record_act(actor=actor, site=site, now=now, code="site_added", fields=name_of(site))
    return site


@transaction.atomic
def set_up_desk(*, actor: Person, desk: Desk, preset: str, now: datetime) -> Desk:
    """Adds a desk to a site and fills it with a preset. Raises Refused for an unknown preset (A6)."""
    hold_books(site_book_of(desk.site))
    desk.preset = preset
    saved(desk, actor, now, "added")
    record_act(actor=actor, site=desk.site, now=now, code="desk_added", fields=name_of(desk))
    return load_preset(actor=actor, desk=desk, preset=preset, now=now)


@transaction.atomic
def load_preset(*, actor: Person, desk: Desk, preset: str, now: datetime) -> Desk:
    """Fills a desk that has nothing yet. Raises Refused for a desk that is set up already, or an unknown preset (A6).

    The site's book says so, and the desk's own book begins: what is said to have happened before that is asked about (A17).
    """
    hold_books(site_book_of(desk.site), book_of(desk))
    fresh = Desk.objects.select_for_update().get(pk=desk.pk)
    fill_desk(fresh, preset)
    if fresh.preset != preset:
        fresh.preset = preset
        saved(fresh, actor, now, "preset", update_fields=["preset"])
    record_at(
        actor=actor, now=now, code="preset_loaded", fields=in_every_language("preset", lambda: preset_label(preset)), site=fresh.site, desk=fresh
    )
    if not head_of(book_of(fresh))[0]:
        record_act(actor=actor, desk=fresh, now=now, code="book_begun", fields=in_each_language("desk", fresh))
    return fresh
