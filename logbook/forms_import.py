"""Forms for bringing in old entries and for settling what of them is open (A1, A17)."""

import base64
import binascii
import zlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from logbook.imports import LARGEST_FILE


class ImportFileForm(forms.Form):
    """The file that was chosen."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True,
        help_text=_("CSV in UTF-8 or GB18030, as spreadsheets save it; 2 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ConfirmImportForm(forms.Form):
    """The file as it was shown, sent again to be brought in; it is read once more as carefully as the first time."""

    content = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)

    @staticmethod
    def packed(content: bytes) -> str:
        """The file as the hidden field carries it."""
        return base64.b64encode(zlib.compress(content, 9)).decode()

    def clean_content(self) -> bytes:
        """The file's bytes, of which no more are unpacked than a file may have."""
        try:
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(base64.b64decode(self.cleaned_data["content"], validate=True), LARGEST_FILE + 1)
        except (binascii.Error, zlib.error, ValueError) as error:
            raise ValidationError(_("Choose the file again.")) from error
        if not unpacking.eof:
            raise ValidationError(_("Choose the file again."))
        return content


class SettleForm(forms.Form):
    """What becomes of the ticked matters."""

    how = forms.ChoiceField(
        label=_("What to do with the ticked matters"), widget=forms.RadioSelect,
        choices=[("close", _("close them")), ("redate", _("give them a new due time")), ("join", _("join them into the oldest"))],
    )
    result = forms.CharField(label=_("Result (when closing)"), max_length=400, required=False)
    due_at = forms.DateTimeField(
        label=_("New due time (when re-dating)"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
