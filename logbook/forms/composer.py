"""The composer: one line, and whatever else the writer wants to say at once (A1, A8, A17)."""

from copy import copy
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from desks.models import Choice, Desk
from desks.queries import choices_of, kinds_of
from logbook.composing import TRIGGERS, kind_from_text, place_in
from logbook.forms.fields import MomentField, PhotosField, WordsField, WritesWords
from logbook.models import Entry
from logbook.numbers import phone_in
from logbook.words import CALLS

OUTCOMES = [
    ("", pgettext_lazy("outcome of an entry", "as usual for this kind")),
    ("open", pgettext_lazy("outcome of an entry", "stays open")),
    ("settled", pgettext_lazy("outcome of an entry", "settled at once")),
]
OWN_JOINT = "__"
URGENCIES = [("", _("as usual for this kind")), ("normal", _("normal")), ("urgent", _("urgent")), ("emergency", _("emergency"))]


class _Shared(dict[str, forms.Field]):
    """The form's fields without a copy for each form: nothing is set in one of them."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


class ComposerForm(WritesWords):
    """What the composer sends; only the text is required, and a place where the kind needs one (the act says so)."""

    text = WordsField(label=_("What happened"), required=False, strip=False)
    kind = WordsField(label=_("Kind"), required=False, max_length=40)
    place = WordsField(label=_("Place"), required=False, max_length=80)
    customer = WordsField(label=_("Customer"), required=False, max_length=80)
    phone = WordsField(label=_("Phone"), required=False, max_length=40)
    source = WordsField(label=_("Source"), required=False, max_length=40)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=URGENCIES)
    handler = WordsField(label=_("Handled by"), required=False, max_length=80)
    due_at = MomentField(label=_("Due"), required=False)
    outcome = forms.ChoiceField(label=_("Afterwards"), required=False, choices=OUTCOMES)
    result = WordsField(label=_("Result"), required=False, max_length=400)
    occurred_at = MomentField(label=_("Happened at"), required=False)
    audience = forms.ChoiceField(label=_("Who may read it"), required=False, choices=[("", ""), *Entry.Audience.choices])
    key = forms.UUIDField(required=False)
    written_at = MomentField(required=False)
    """When the writer pressed Enter, by the server's clock: the browser fixes it, so that a repeated sending is alike."""
    emergency = forms.BooleanField(required=False)
    pinned_until = MomentField(label=_("On the desk page until"), required=False)
    late_reason = WordsField(label=_("Why so late"), required=False, max_length=200)
    sure = forms.BooleanField(label=_("It really happened then"), required=False)
    over_three_rings = forms.BooleanField(required=False)
    called_back = forms.BooleanField(required=False)
    dialled_out = forms.BooleanField(required=False)
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        self.base_fields = _fields_in(desk.site.zone)
        super().__init__(*args, **kwargs)
        self.desk = desk
        # The fields of the kinds: named here so that a refusal finds its place; the act knows which of them there are.
        self.own_names = [name for name in self.data if OWN_JOINT in name]
        for name in self.own_names:
            self.fields[name] = WordsField(required=False, strip=False)

    def _clean_fields(self) -> None:
        """What was left empty says nothing, and most of the fields are in most entries: only the others are looked at."""
        self.cleaned_data |= UNSAID | dict.fromkeys(self.own_names, "")
        for name in ["photos", *(name for name in self.data if name in self.fields and name != "photos" and self.data.get(name))]:
            field = self.fields[name]
            try:
                self.cleaned_data[name] = field.clean(field.widget.value_from_datadict(self.data, self.files, name))
            except ValidationError as error:
                self.add_error(name, error)

    def own_values(self) -> dict[str, str]:
        """What was typed into the chosen kind's own fields, by their codes; other kinds' fields do not count."""
        kind = self.cleaned_data["kind"] or "other"
        parts = [(name, *name.split(OWN_JOINT, 1)) for name in self.own_names]
        return {code: self.cleaned_data[name] for name, of, code in parts if of == kind and self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        """Reads a typed prefix, and makes an emergency of the one tap (A9)."""
        values = super().clean()
        text = values.get("text", "").strip()
        if values.get("emergency"):
            values["kind"] = "emergency"
            text = text or gettext("Emergency. What happened is added in a moment.")
        elif text and text[0] in TRIGGERS:
            kind, text = kind_from_text(text, kinds_of(self.desk))
            if kind is not None:
                values["kind"] = kind.code
        values["text"] = text
        if values.get("handler"):
            values["handler"] = _code_of(values["handler"], self.desk)
        return values

    def for_the_act(self) -> dict[str, Any]:
        """The keyword arguments of `record_entry`: the same for the same sending, whenever it arrives (I10)."""
        values = self.cleaned_data
        outcome = {"open": True, "settled": False}.get(values["outcome"])
        return {
            "text": values["text"],
            "kind": values["kind"] or "other",
            "place": values["place"],
            "customer": values["customer"],
            "phone": values["phone"],
            "source": values["source"],
            "urgency": values["urgency"],
            "handler": values["handler"],
            "due_at": values["due_at"],
            "follow_up": outcome,
            "result": values["result"],
            "occurred_at": values["occurred_at"] or values["written_at"],
            "typed_at": values["written_at"],
            "late_reason": values["late_reason"],
            "sure": values["sure"],
            "pinned_until": values["pinned_until"],
            "audience": values["audience"] or Entry.Audience.STAFF,
            "fields": {name: "true" for name, _label in CALLS if values[name]},
            "own": self.own_values(),
            "photos": values["photos"],
            "key": values["key"],
        }

    def offered_phone(self) -> str:
        """The phone that the text names, offered to a writer whose entry was refused; the writer may take it out again."""
        return self.data.get("phone", "") or phone_in(self.data.get("text", ""))

    def offered_place(self) -> str:
        """The place that the text names, for a writer whose entry was refused for want of one."""
        return self.data.get("place", "") or place_in(self.data.get("text", ""))


# What each field makes of nothing; the kinds' own fields, which only a form knows, make empty words of it.
UNSAID = {name: field.clean("") for name, field in ComposerForm.base_fields.items() if name != "photos"}


@cache
def _fields_in(zone: ZoneInfo) -> _Shared:
    """The fields of all forms of that zone. Copying all sixteen for each took 0.1 of the 1.3 ms that a saved entry takes in Python."""
    fields = _Shared({name: copy(field) for name, field in ComposerForm.base_fields.items()})
    for field in fields.values():
        if isinstance(field, MomentField):
            field.zone = zone
    return fields


def _code_of(words: str, desk: Desk) -> str:
    """The code of the department that these words name in any language; the words themselves for anybody else."""
    for choice in choices_of(desk, Choice.Purpose.DEPARTMENT):
        if words in {choice.code, choice.label_en, choice.label_zh_hans, choice.label_zh_hant}:
            return choice.code
    return words
