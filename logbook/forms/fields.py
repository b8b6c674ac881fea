"""Fields that several forms of the log share."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from logbook.numbers import identity_numbers_in, without_identity_numbers
from logbook.rules import document_seen, why_not_moment

# What a phone offers its camera and its pictures for; iPhones then make a JPEG of what they keep as HEIC.
PHOTO_TYPES = "image/jpeg,image/png,image/webp"


class WordsField(forms.CharField):
    """Words of the writer's own. What they may hold the rule says, and what to do next; no validator speaks before it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]


class WritesWords(forms.Form):
    """A form with words of the writer's own, in which one tap writes "document seen" in the place of identity numbers (A20)."""

    def word_names(self) -> list[str]:
        """The names of the fields that hold words."""
        return [name for name, each in self.fields.items() if isinstance(each, WordsField)]

    def holds_identity(self) -> bool:
        """Whether what was sent holds the number of an identity document, for which "document seen" is offered."""
        return any(identity_numbers_in(str(self.data.get(self.add_prefix(name), ""))) for name in self.word_names())

    def clean(self) -> dict[str, Any]:
        """Replaces the identity numbers where the writer tapped so."""
        values = super().clean() or {}
        if self.data.get("replace_identity"):
            values |= {name: without_identity_numbers(values.get(name) or "", document_seen) for name in self.word_names()}
        return values


class PhotosWidget(forms.Widget):
    """Photos: those that are uploaded already, by their tokens, and a field to choose or take further ones."""

    template_name = "logbook/_photos_widget.html"
    needs_multipart_form = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows."""
        return super().get_context(name, None, attrs) | {"photos": photos_shown(value or [])}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The tokens that were sent."""
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))

    def use_required_attribute(self, initial: Any) -> bool:
        """No photo is ever required."""
        return False


def photos_shown(tokens: list[str]) -> dict[str, Any]:
    """What `logbook/_photos_list.html` and `_photos_button.html` need."""
    return {
        "tokens": tokens, "types": PHOTO_TYPES, "most": settings.FILES_MOST_IN_ENTRY, "most_bytes": settings.FILE_MOST_BYTES,
        "most_megabytes": settings.FILE_MOST_BYTES // (1024 * 1024),
    }


class PhotosField(forms.Field):
    """The tokens of the photos that were uploaded for the entry; what they are worth the act says."""

    widget = PhotosWidget

    def to_python(self, value: Any) -> list[str]:
        """The tokens."""
        return list(value or [])


class MomentField(forms.Field):
    """A moment typed as the site's wall clock (I11); the form that uses it sets `zone` on its own copy."""

    zone: ZoneInfo | None = None
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        """The aware moment, or None for an empty field. Raises ValidationError for what is no moment."""
        if value in self.empty_values:
            return None
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(_("This is not a day and time, for example 2026-11-24 15:00.")) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        if refusal := why_not_moment(moment, field=""):
            raise ValidationError(f"{refusal.reason} {refusal.remedy}")
        return moment

    def prepare_value(self, value: Any) -> Any:
        """A moment as its wall clock in the site's zone."""
        return value.astimezone(self.zone) if isinstance(value, datetime) else value
