"""Fields of kinds of entries: each change is a new version of the kind, so that old entries keep their words (A8, A18)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import EntryKind, KindField, Person
from desks.refusal import Refused
from logbook.actions import hold_books
from office import rules
from office.actions.setup import as_new_version, saved
from office.places import book_for, name_of, record_setup, worded_changes


@transaction.atomic
def add_kind_field(*, actor: Person, field: KindField, now: datetime) -> KindField:
    """Adds a field to a kind; from now on a new version of the kind holds, with this field (A8).

    Raises Refused for an old version of the kind, or a code that one of its fields has.
    """
    hold_books(book_for(field))
    kind = _kind_in_use(field.kind_id)
    if kind.own_fields.filter(code=field.code).exists():
        raise Refused("A8", _("A field of this kind has this code."), _("Choose another code."), field="code")
    field.kind = as_new_version(kind, actor, now, "field added")
    saved(field, actor, now, "added")
    fields = name_of(field) | {"version": str(field.kind.version)}
    record_setup(actor=actor, now=now, code="kindfield_added", fields=fields, row=field)
    return field


@transaction.atomic
def change_kind_field(*, actor: Person, field: KindField, changes: dict[str, Any], reason: str, now: datetime) -> KindField:
    """Changes a field of a kind in a new version of the kind; returns the field as it holds from now on (A8, A18).

    Out of use, it is not asked for any more; entries that carry it stay as they are. Nothing is written where nothing
    differs. Raises Refused without a reason, or for a field of an old version.
    """
    hold_books(book_for(field))
    kind = _kind_in_use(field.kind_id)
    fresh = kind.own_fields.get(pk=field.pk)
    differing = {name: (getattr(fresh, name), value) for name, value in changes.items() if getattr(fresh, name) != value}
    if not differing:
        return fresh
    if refusal := rules.why_not_reason(reason):
        raise refusal
    kept = as_new_version(kind, actor, now, reason).own_fields.get(code=fresh.code)
    for name, (_old, value) in differing.items():
        setattr(kept, name, value)
    saved(kept, actor, now, reason, update_fields=list(differing))
    record_setup(
        actor=actor, now=now, code="kindfield_changed", row=kept,
        fields=name_of(kept) | {
            "changes": worded_changes(KindField, differing), "because": reason.strip(),
            "version": str(kept.kind.version),
        },
    )
    return kept


def _kind_in_use(pk: int) -> EntryKind:
    kind = EntryKind.objects.select_for_update().get(pk=pk)
    if not kind.current:
        raise Refused("A18", _("An old version stays as it was."), _("Change the version in use."))
    return kind
