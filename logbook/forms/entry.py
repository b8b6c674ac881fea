"""The tools of an entry: correct, retract, add, move its follow-up, each with a key so that sending twice stores once (I10)."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Choice, Desk, KindField, Person
from desks.templatetags.desks_tags import shown_name
from logbook.forms.composer import OWN_JOINT
from logbook.forms.fields import MomentField, PhotosField, WordsField, WritesWords
from logbook.held import Held, held_by
from logbook.models import Entry, FollowUp
from logbook.numbers import masked_in, unmasked_by
from logbook.reading import Row
from logbook.rules import OWN, PASSED_ON, cleaned
from logbook.words import DeskWords

LINES = {"rows": 2, "autocomplete": "off"}
COMPLETED = {name: {"autocomplete": "off", "data-complete": name} for name in ("place", "handler")}
"""Fields that offer what was written at the desk before."""
OTHER = "other"


class OwnFields:
    """The own fields of an entry's kind, in the version it was written in, for a form that fills in what was left out (A8, A15).

    None is needed there, for the entry stands already.
    """

    HINTS = {KindField.Sort.LINES: _("one a line"), KindField.Sort.TIMED_LINES: _("one a line, its time first if it was earlier")}

    def __init__(self, words: DeskWords, entry: Entry) -> None:
        kind = words.kind_row(entry)
        fields = words.own_fields(kind) if kind is not None else []
        self.names = {f"{entry.kind}{OWN_JOINT}{field.code}": field for field in fields}

    def made(self) -> dict[str, forms.Field]:
        """The fields of the form, under the names by which a refusal finds them."""
        return {name: self._made(field) for name, field in self.names.items()}

    def _made(self, field: KindField) -> forms.Field:
        if field.sort == KindField.Sort.TICK:
            return forms.BooleanField(label=field.label, required=False)
        widget = forms.Textarea(attrs=LINES) if field.sort in self.HINTS else forms.TextInput(attrs={"autocomplete": "off"})
        return WordsField(label=field.label, strip=False, required=False, widget=widget, help_text=self.HINTS.get(KindField.Sort(field.sort), ""))

    def given(self, values: dict[str, Any]) -> dict[str, str]:
        """What was filled in, by the fields' codes."""
        said = {field.code: values.get(name) for name, field in self.names.items()}
        return {code: "true" if value is True else value for code, value in said.items() if value}


class _Keyed(WritesWords):
    """A form that carries the key under which its act is stored."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4()


class _Reasoned(_Keyed):
    """A form with a reason: one tap for the usual ones, words for any other."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect, required=False)
    reason_words = WordsField(label=_("Another reason, in words"), max_length=200, required=False)

    def __init__(self, *args: Any, words: DeskWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = words.choices(Choice.Purpose.CORRECTION_REASON)
        self.fields["reason"].choices = [(choice.code, choice.label) for choice in usual]

    def reason_given(self) -> str:
        """The words, or the code of the reason that was tapped."""
        return self.cleaned_data["reason_words"].strip() or self.cleaned_data["reason"]


class CorrectForm(_Reasoned):
    """What should stand there instead."""

    text = WordsField(label=_("What holds instead"), strip=False, required=False, widget=forms.Textarea(attrs=LINES))
    place = WordsField(label=_("Place, if it was wrong"), max_length=80, required=False, widget=forms.TextInput(attrs=COMPLETED["place"]))
    occurred_at = MomentField(label=_("Happened, if the time was wrong"), required=False)

    def __init__(self, *args: Any, words: DeskWords, entry: Entry, held: Held, masked: Callable[[str], str], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, words=words, **kwargs)
        self.own, self.held, self.masked = OwnFields(words, entry), held, masked
        self.fields |= self.own.made()
        for name, field in self.own.names.items():
            value = self._held(field)
            self.fields[name].initial = value == "true" if field.sort == KindField.Sort.TICK else masked(value)
        self.fields["occurred_at"].zone = zone
        self.fields["occurred_at"].initial = held.happened_at
        if held.happened_at is None:
            del self.fields["occurred_at"]
        self.order_fields(["text", "place", "occurred_at", *self.own.names, "reason", "reason_words"])

    def _held(self, field: KindField) -> str:
        return self.held.own.get(OWN + field.code, "")

    def own_changed(self) -> dict[str, str]:
        """Those of the kind's own fields that say something else than what holds, by their codes; empty where something is taken back."""
        found = {}
        for name, field in self.own.names.items():
            sent, before = self.cleaned_data.get(name), self._held(field)
            said = ("true" if sent else "") if field.sort == KindField.Sort.TICK else cleaned(unmasked_by(sent or "", before))
            if said != before:
                found[field.code] = said
        return found

    def happened_changed(self) -> datetime | None:
        """The time of occurrence, where it is another minute than the one that holds."""
        sent, before = self.cleaned_data.get("occurred_at"), self.held.happened_at
        return sent if sent is not None and before is not None and sent != before.replace(second=0, microsecond=0) else None


def correct_form(row: Row, words: DeskWords, zone: ZoneInfo, data: QueryDict | None = None) -> CorrectForm:
    """The form with what holds of the row's entry now, phone numbers masked as on its page."""
    held = held_by(row)
    said = held.row if held.row is not None else row
    initial = {"text": "" if said.veiled else said.text, "place": held.place}
    return CorrectForm(data, words=words, entry=row.entry, held=held, masked=masked_in if row.masked else str, zone=zone, initial=initial)


class RetractForm(_Reasoned):
    """Why the entry does not hold."""


class AgainForm(_Keyed):
    """One more report of the same matter."""

    place = WordsField(label=_("Place"), max_length=80, required=False, widget=forms.TextInput(attrs=COMPLETED["place"]))
    text = WordsField(label=_("In a word"), max_length=400, required=False)


class ReadersForm(forms.Form):
    """Who is to read the entry."""

    people = forms.MultipleChoiceField(label=_("Who is to read it"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, offered: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(person.pk): person for person in offered}
        self.fields["people"].choices = [(key, shown_name(person)) for key, person in self.by_key.items()]

    def chosen(self) -> list[Person]:
        """The people who were ticked."""
        return [self.by_key[key] for key in self.cleaned_data["people"]]


class ConsentForm(WritesWords):
    """Whether the supervisor consents to an entry that came very late."""

    agrees = forms.TypedChoiceField(
        label=_("Consent"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("I consent to the late entry")), ("no", _("I do not consent"))],
    )
    reason = WordsField(label=_("Reason"), max_length=200, required=False, help_text=_("Needed where you do not consent."))


class AddForm(_Keyed):
    """What is to be added."""

    text = WordsField(label=_("What is to be added"), strip=False, required=False, widget=forms.Textarea(attrs=LINES))
    reason_words = WordsField(label=_("Reason, if it needs one"), max_length=200, required=False)
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, words: DeskWords, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = OwnFields(words, entry)
        self.fields |= self.own.made()
        self.order_fields(["text", *self.own.names, "reason_words", "photos"])

    def own_values(self) -> dict[str, str]:
        """What was filled in of the kind's own fields, by their codes."""
        return self.own.given(self.cleaned_data)


class MoveForm(_Keyed):
    """The next state of a matter, and what goes with it."""

    state = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)
    result = WordsField(label=_("Result"), max_length=400, required=False, help_text=_("Needed to close the matter."))
    called_back = forms.BooleanField(label=_("The customer was called back"), required=False)
    waiting_for = WordsField(label=_("Waiting for whom"), max_length=80, required=False, widget=forms.TextInput(attrs=COMPLETED["handler"]))
    waiting_until = MomentField(label=_("Waiting until"), required=False)
    next_step = WordsField(label=_("Next step"), max_length=200, required=False)
    handler = WordsField(label=_("Handled by"), max_length=80, required=False, widget=forms.TextInput(attrs=COMPLETED["handler"]))
    due_at = MomentField(label=_("Due anew"), required=False)
    text = WordsField(label=_("What was done"), strip=False, required=False, widget=forms.Textarea(attrs=LINES))

    def __init__(self, *args: Any, desk: Desk, matter: FollowUp, words: DeskWords, root: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = words.kind_row(root)
        self.own = OwnFields(words, root)
        self.own.names = {name: field for name, field in self.own.names.items() if field.code == PASSED_ON and matter.state != FollowUp.State.CLOSED}
        self.fields |= self.own.made()
        if self.own.names:
            self.fields["result"].help_text = _("Needed to close the matter, unless you say above when and how it was passed on.")
        self.order_fields(["state", "text", *self.own.names, "result", "called_back", "waiting_for", "waiting_until", "next_step", "handler", "due_at"])
        if matter.state == FollowUp.State.CLOSED or kind is None or not kind.calls_back:
            del self.fields["called_back"]
        for name in ("waiting_until", "due_at"):
            self.fields[name].zone = desk.site.zone
        self.fields["handler"].widget.attrs["list"] = "handlers"
        if matter.state == FollowUp.State.CLOSED:
            self.fields["state"].choices = [("open", pgettext_lazy("follow-up", "open it again"))]
            self.fields["state"].initial = "open"
            for name in ("result", "waiting_for", "waiting_until"):
                del self.fields[name]
        else:
            self.fields["state"].choices = [
                ("in_progress", FollowUp.State.IN_PROGRESS.label),
                ("waiting", FollowUp.State.WAITING.label),
                ("closed", FollowUp.State.CLOSED.label),
                ("open", FollowUp.State.OPEN.label),
            ]
            self.fields["state"].initial = matter.state
            self.fields["waiting_for"].initial = matter.waiting_for

    def own_values(self) -> dict[str, str]:
        """When and how a message was passed on, by the field's code."""
        return self.own.given(self.cleaned_data)
