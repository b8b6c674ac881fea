"""What a committed value is called and when it was on the clock of the site: stands beside the value, which is what is proven (A18)."""

from datetime import datetime

from django.utils.translation import gettext as _

from desks.models import Desk, KindField
from desks.templatetags.desks_tags import local_moment
from logbook.models import Entry, FollowUp
from logbook.rules import OWN
from logbook.words import CALLS, DeskWords

URGENCIES = {"normal": lambda: _("normal"), "urgent": lambda: _("urgent"), "emergency": lambda: _("emergency")}


def said_of(entry: Entry, name: str, value: str, *, desk: Desk, words: DeskWords) -> str:
    """The words for one opened value of the entry, in the reader's language; empty where the value says it itself.

    Nothing but this value is used: who wrote it, how an act is worded and what it answers would say what the proof withholds.
    """
    if name.endswith(("_at", "_until")):
        try:
            return local_moment(datetime.fromisoformat(value), desk)
        except ValueError:
            return ""
    if name in {"handler", "waiting_for"}:
        said = words.department(value)
    elif name == "source":
        said = words.source(value)
    elif name == "reason":
        said = words.reason(value)
    elif name == "kind":
        said = words.kind_of(entry)
    elif name == "act":
        said = str(dict(Entry.Act.choices).get(value, ""))
    elif name == "audience":
        said = str(dict(Entry.Audience.choices).get(value, ""))
    elif name == "follow_state":
        said = str(dict(FollowUp.State.choices).get(value, ""))
    elif name == "urgency":
        said = URGENCIES[value]() if value in URGENCIES else ""
    elif value == "true" and (name == "late" or name in dict(CALLS) or _is_tick(entry, name, words)):
        said = _("yes")
    else:
        said = ""
    return "" if said == value else said


def _is_tick(entry: Entry, name: str, words: DeskWords) -> bool:
    return any(OWN + field.code == name and field.sort == KindField.Sort.TICK for field, _value in words.own_values_of(entry))
