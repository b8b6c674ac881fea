"""The token of an upload: who uploaded what, signed, so that an entry takes no digest that its writer did not bring (I9)."""

from collections.abc import Iterable

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.refusal import Refused
from logbook.models import Entry
from logbook.rules import Attachment, attachment_of

_uploads = Signer(salt="logbook.upload")
_unsealed = TimestampSigner(salt="logbook.unsealed")
UNSEALED_SECONDS = 600


def token_for(person: Person, attachment: Attachment) -> str:
    """What the person's browser sends back with the entry."""
    return _uploads.sign_object([person.pk, attachment.value])


def attachments_by(person: Person, tokens: Iterable[str]) -> list[Attachment]:
    """What the tokens stand for, each once, in their order. Raises Refused for a token that is not this person's."""
    found: dict[str, Attachment] = {}
    for token in tokens:
        try:
            owner, value = _uploads.unsign_object(token)
        except (BadSignature, ValueError, TypeError):
            owner, value = None, ""
        attachment = attachment_of(str(value))
        if owner != person.pk or attachment is None:
            raise Refused("I9", _("This photo was not uploaded by you."), _("Choose it again."), field="photos")
        found.setdefault(attachment.digest, attachment)
    return list(found.values())


def key_to_sealed(reader: Person, entry: Entry) -> str:
    """For who has just read a veiled text: opens the photos of that entry for some minutes."""
    return _unsealed.sign(f"{reader.pk} {entry.pk}")


def opens_sealed(key: str, reader: Person, entry: Entry) -> bool:
    """Whether the key is this reader's, of this entry, and young enough."""
    try:
        return _unsealed.unsign(key, max_age=UNSEALED_SECONDS) == f"{reader.pk} {entry.pk}"
    except BadSignature:
        return False
