"""Taking the labels that a preset has now: chosen one by one, each kind a new version, one entry for all (A6, A8, A18)."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, EntryKind, Person
from desks.presets import preset_label
from desks.refusal import Refused
from desks.wording import in_every_language
from logbook.actions import hold_books, site_book_of
from office import rules
from office.actions.setup import as_new_version, saved
from office.places import record_at
from office.preset_labels import NAMES, Difference, label_differences


@transaction.atomic
def take_preset_labels(*, actor: Person, desk: Desk, keys: Collection[str], reason: str, now: datetime) -> int:
    """Calls the chosen kinds and fields of the desk as its preset does now; returns how many were renamed (A8, A18).

    `keys` are those of `office.preset_labels.label_differences`. Codes, order and everything else stay; each kind that is concerned gets one
    new version, so that old entries keep their words. The site's book says what was called how. Raises Refused without a reason,
    where nothing is chosen, and for what does not differ any more.
    """
    hold_books(site_book_of(desk.site))
    list(EntryKind.objects.select_for_update().filter(desk=desk, current=True).order_by("pk"))
    chosen = [each for each in label_differences(desk) if each.key in keys]
    if not keys:
        raise Refused("A6", _("No label is chosen."), _("Tick those that are to be taken."), field="keys")
    if len(chosen) != len(set(keys)):
        raise Refused("A6", _("Some of these labels have been changed meanwhile."), _("Load the page again and choose anew."), field="keys")
    if refusal := rules.why_not_reason(reason):
        raise refusal
    for code, group in groupby(chosen, key=lambda each: each.kind):
        _take(desk, code, list(group), actor, now, reason.strip())
    fields = in_every_language("preset", lambda: preset_label(desk.preset)) | {"changes": _worded(chosen), "because": reason.strip()}
    record_at(actor=actor, now=now, code="preset_labels_taken", fields=fields, site=desk.site, desk=desk)
    return len(chosen)


def _take(desk: Desk, code: str, chosen: list[Difference], actor: Person, now: datetime, reason: str) -> None:
    kind = EntryKind.objects.get(desk=desk, code=code, current=True)
    for each in chosen:
        if each.key == code:
            for name, label in zip(NAMES, each.after, strict=True):
                setattr(kind, name, label)
    kept = as_new_version(kind, actor, now, reason)
    for each in chosen:
        if each.key != code:
            field = kept.own_fields.get(code=each.key.partition(".")[2])
            for name, label in zip(NAMES, each.after, strict=True):
                setattr(field, name, label)
            saved(field, actor, now, reason, update_fields=list(NAMES))


def _worded(chosen: list[Difference]) -> str:
    """What was called how and is called how now, in the installation's language."""
    place = dict(zip(("en", "zh-hans", "zh-hant"), range(3), strict=True)).get(settings.LANGUAGE_CODE, 0)
    with translation.override(settings.LANGUAGE_CODE):
        return "; ".join(f"{each.before[place] or each.key} → {each.after[place]}" for each in chosen)
