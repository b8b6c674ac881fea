"""Where a row of the set-up belongs: its desk, its site, and so whose book an act on it is written in.

Acts of administrators are entries of the site's own book; what is about one desk names it (A6, A18).
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.formats import localize
from django.utils.translation import gettext as _

from desks.models import Desk, KindField, Person, Site
from desks.wording import in_each_language, in_every_language
from logbook.actions import record_act, site_book_of
from logbook.models import Book, Entry

LONGEST_SHOWN = 80


def desk_of(row: Any) -> Desk | None:
    """The desk that the row is about: itself, its desk, or that of its checklist or kind."""
    if isinstance(row, Desk):
        return row
    if getattr(row, "template", None) is not None:
        return row.template.desk
    if isinstance(row, KindField):
        return row.kind.desk
    return getattr(row, "desk", None)


def site_of(row: Any) -> Site:
    """The site that the row is about."""
    if isinstance(row, Site):
        return row
    desk = desk_of(row)
    return desk.site if desk is not None else row.site


def book_for(row: Any) -> Book:
    """The own book of the row's site."""
    return site_book_of(site_of(row))


def record_at(
    *, actor: Person, now: datetime, code: str, fields: dict[str, str], site: Site, desk: Desk | None
) -> Entry:
    """Writes an act into the site's own book. About a desk, its code ends in `_of_desk` and its fields name the desk."""
    if desk is not None:
        code, fields = f"{code}_of_desk", fields | in_each_language("desk", desk)
    return record_act(actor=actor, site=site, now=now, code=code, fields=fields)


def record_setup(*, actor: Person, now: datetime, code: str, fields: dict[str, str], row: Any) -> Entry:
    """Writes an act on a row of the set-up into its site's book; a desk is named by its own row already."""
    desk = None if isinstance(row, Desk) else desk_of(row)
    return record_at(actor=actor, now=now, code=code, fields=fields, site=site_of(row), desk=desk)


def shown(field: models.Field, value: Any) -> str:
    """A value as the record writes it: labels instead of codes, cut where it is long."""
    choices = dict(field.flatchoices or []) if hasattr(field, "flatchoices") else {}
    if isinstance(value, str | int) and value in choices:
        value = choices[value]
    if value is None or (isinstance(value, str | list) and not value):
        text = "–"
    elif isinstance(value, bool):
        text = _("yes") if value else _("no")
    elif isinstance(value, list | tuple):
        text = ", ".join(str(each) for each in value)
    elif hasattr(value, "strftime") and not hasattr(value, "date") and hasattr(value, "hour"):
        text = f"{value:%H:%M}"
    elif isinstance(value, models.Model):
        text = str(value)
    else:
        text = str(localize(value))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def worded_changes(model: type[models.Model], changes: dict[str, tuple[Any, Any]], *, values: bool = True) -> str:
    """The changed fields, old → new, in the installation's language; without values where they are personal data."""
    parts = []
    with translation.override(settings.LANGUAGE_CODE):
        for name, (old, new) in changes.items():
            field = model._meta.get_field(name)
            label = str(getattr(field, "verbose_name", name))
            parts.append(f"{label}: {shown(field, old)} → {shown(field, new)}" if values else label)
    return "; ".join(parts)


def name_of(row: Any) -> dict[str, str]:
    """Fields for `%(name)s`: what the row is called, in every language of the interface."""
    return in_every_language("name", lambda: " ".join(str(row).split())[:120])
