"""What an entry may carry besides words, and how it says so (A17, A18; docs/record.md)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

ATTACHMENT = "attachment_"
NAME = re.compile(r"^attachment_[0-9]{2}$")
VALUE = re.compile(r"([0-9a-f]{64}) (image/jpeg|image/png) ([1-9][0-9]{0,9})")


@dataclass(frozen=True)
class Attachment:
    """A file of an entry: its SHA-256 (hex), what it is, and how many bytes it has."""

    digest: str
    media_type: str
    size: int

    @property
    def value(self) -> str:
        """How an entry's field says it."""
        return f"{self.digest} {self.media_type} {self.size}"

    @property
    def ending(self) -> str:
        """The ending of its name where it is saved as a file."""
        return {"image/jpeg": "jpg", "image/png": "png"}[self.media_type]


def attachment_of(value: str) -> Attachment | None:
    """What a field's value says, or None for one that says no attachment."""
    found = VALUE.fullmatch(value)
    return Attachment(found[1], found[2], int(found[3])) if found else None


def attachments_in(fields: Mapping[str, str]) -> list[Attachment]:
    """The attachments that an entry's fields name, in their order."""
    values = [fields[name] for name in sorted(fields) if NAME.match(name)]
    return [found for value in values if (found := attachment_of(value)) is not None]


def attachment_fields(attachments: Sequence[Attachment]) -> dict[str, str]:
    """The fields by which an entry says its attachments: attachment_01, attachment_02 and so on."""
    return {f"{ATTACHMENT}{place:02}": each.value for place, each in enumerate(attachments, start=1)}


def why_not_attached(count: int, *, most: int) -> Refused | None:
    """Why an entry cannot carry so many attachments, or None (A17)."""
    if count > most:
        return Refused(
            "A17", _("An entry carries at most %(most)d photos, and these are %(count)d.") % {"most": most, "count": count},
            _("Leave some out, or add them in a further entry."), field="photos",
        )
    return None


def why_not_upload(*, size: int, most: int, in_a_day: int, most_in_a_day: int) -> Refused | None:
    """Why this photo is not taken in, or None: its size, and how many the person has uploaded in a day (A17)."""
    if size > most:
        return Refused(
            "A17", _("This photo is larger than %(most)d MB.") % {"most": most // (1024 * 1024)},
            _("Take it with the usual size of the camera."), field="photos",
        )
    if size == 0:
        return Refused("A17", _("This file is empty."), _("Choose another one."), field="photos")
    if in_a_day >= most_in_a_day:
        return Refused(
            "A17", _("You have uploaded %(most)d photos within a day.") % {"most": most_in_a_day},
            _("Describe the rest in words, or go on tomorrow."), field="photos",
        )
    return None


def why_not_named(names: Iterable[str]) -> Refused | None:
    """Why fields of these names do not come from a writer, or None: attachments are named by the act that checks them (I9)."""
    if any(name.startswith(ATTACHMENT) for name in names):
        return Refused("I9", _("A field cannot name an attachment."), _("Attach the photo itself."), field="photos")
    return None
