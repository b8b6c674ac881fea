"""The letter in which a checkpoint goes to a witness: the note as a file, the same in words, and how to check it (A18, docs/record.md)."""

from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from desks.templatetags.desks_tags import local_moment
from logbook.models import Checkpoint, Witness
from logbook.proof.notes import verifier_key


def letter_of(checkpoint: Checkpoint, witness: Witness) -> EmailMessage:
    """The letter, in the language of the installation. The same checkpoint to the same witness has the same Message-ID.

    The note is attached as plain bytes, so that no mail program changes its line ends and with them what was signed.
    """
    book, note = checkpoint.book, checkpoint.note
    place = book.desk or book.site
    with translation.override(settings.LANGUAGE_CODE):
        called = " ".join((book.site.label if book.desk is None else f"{book.site.label}, {book.desk.label}").split())
        subject = _("Checkpoint of %(book)s: %(count)d entries") % {"book": called, "count": checkpoint.size}
        key = verifier_key(book.origin, bytes(checkpoint.key.public))
        body = "\n\n".join([
            _("%(book)s: checkpoint of the duty book, signed %(moment)s over the entries 1 to %(count)d.")
            % {"book": called, "moment": local_moment(checkpoint.made_at, place), "count": checkpoint.size},
            _("It is sent to you as a witness (%(name)s). Keep the attached file where this duty book cannot reach it. Nothing needs to be answered.")
            % {"name": witness.name},
            _("Whoever has the file can show later whether one of these entries was changed, taken out or put in. To check an export of the record against it, with the verify.py that lies in the export:"),
            f"python verify.py EXPORT.zip --checkpoint {checkpoint.file_name} --key {key}",
            _("Compare the key, the text after --key, with the one that you were given another way."),
            _("The checkpoint, as it stands in the file:"),
            note,
        ])
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    made = sha256(f"{witness.pk}\n{note}".encode()).hexdigest()[:40]
    # RFC 3834: no machine answers this, and a mail program that gets it twice knows that it is the same.
    headers = {"Message-ID": f"<{made}@{sender.rpartition('@')[2] or 'localhost'}>", "Auto-Submitted": "auto-generated"}
    letter = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [witness.address], headers=headers)
    letter.attach(checkpoint.file_name, note.encode(), "application/octet-stream")
    return letter
