"""What may stand in a text or a value (A17, A20)."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from logbook import numbers

LONGEST_TEXT = 4000
# What decoding leaves in the place of bytes that are no character, half a surrogate among them: whoever wrote it meant another one.
LOST = "\N{REPLACEMENT CHARACTER}"
# Unicode's categories Cc, without line end and tabulator, and Cs.
UNREADABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{LOST}]")


def cleaned(text: str) -> str:
    """The text as it is stored: line ends one character, ends trimmed, nothing else changed."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return text.strip()


def has_unreadable(text: str) -> bool:
    """Whether the text holds control characters other than line end and tabulator, halves of characters, or what is left of lost ones."""
    return UNREADABLE.search(text) is not None


def why_not_value(*, name: str, value: str, longest: int | None) -> Refused | None:
    """Why this cannot be the value of a field besides the text, or None (A17: clear and legible)."""
    if longest is not None and len(value) > longest:
        return Refused(
            "A17", _("This is longer than %(longest)d characters.") % {"longest": longest},
            _("Say it shorter, or put it into the text."), field=name,
        )
    # A code of ours, a plain word: whatever is looked for beyond has a digit or another character.
    if value.isascii() and value.isalpha():
        return None
    if has_unreadable(value):
        return Refused(
            "A17", _("This holds characters that cannot be read."), _("Type it instead of pasting it."), field=name
        )
    return why_not_identity(value, field=name) or why_not_secret(value, field=name)


def why_not_secret(value: str, *, field: str) -> Refused | None:
    """Why this may not stand beside the text, or None: a door code or password that is written down can be veiled in the text alone (A18, I9)."""
    if not numbers.names_a_secret(value):
        return None
    return Refused(
        "A18", _("This looks like a code or a password."),
        _("Leave it out, or write it into the text if it must stand: only the text can be veiled later."), field=field,
    )


def why_not_identity(text: str, *, field: str) -> Refused | None:
    """Why this text may not stand, or None: the number of an identity document is not kept (A20, I1)."""
    places = numbers.identity_numbers_in(text)
    if not places:
        return None
    words = " ".join(document_seen(numbers.ending_of(text[begin:end])) for begin, end in places)
    return Refused(
        "A20", _("The number of an identity document is not kept."), _("Write in its place: %(words)s") % {"words": words},
        field=field,
    )


def document_seen(ending: str) -> str:
    """What stands in the place of an identity number: that it was seen, and its last four characters."""
    return gettext("[document seen, ends in %(ending)s]") % {"ending": ending}


def why_not_text(text: str) -> Refused | None:
    """Why this cannot be an entry's text, or None (A17: clear and legible)."""
    if not text:
        return Refused("A17", _("An entry needs a text."), _("Write what happened, in one line."), field="text")
    if len(text) > LONGEST_TEXT:
        return Refused(
            "A17", _("The text is longer than 4,000 characters."), _("Divide it into several entries."), field="text"
        )
    if has_unreadable(text):
        return Refused(
            "A17", _("The text holds characters that cannot be read."), _("Type it instead of pasting it."), field="text"
        )
    return why_not_identity(text, field="text")


OWN = "own_"
