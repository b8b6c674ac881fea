"""Forms of the guided page; each is one small act, and keeps what was typed when it is refused."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.forms import place_refusal
from desks.models import Choice, Desk, Person
from desks.queries import choices_of, kinds_of
from desks.refusal import Refused
from handover.actions.telling import Carried
from handover.models import Handover, HandoverCheckLine, HandoverCountLine, HandoverMatter, RefusalDecision
from logbook.forms.fields import MomentField, PhotosField
from registers.rules import read_amount


def _area(rows: int = 2, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def _secret() -> forms.CharField:
    return forms.CharField(
        label=_("PIN or password"), max_length=200, strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": _("PIN")}),
    )


class PeopleForm(forms.Form):
    """Chooses from the people who may hold the desk."""

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        for field in self.fields.values():
            if isinstance(field, forms.TypedMultipleChoiceField | forms.TypedChoiceField):
                field.choices = [(pk, str(person)) for pk, person in self.people.items()]  # type: ignore[attr-defined]


class StartForm(PeopleForm):
    """Who takes over, and who comes with them."""

    incoming = forms.TypedChoiceField(label=_("Who takes over"), coerce=int)
    colleagues = forms.TypedMultipleChoiceField(
        label=_("Colleagues who come with them"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )


class ComeForm(StartForm):
    """Who takes over, and whether both go through it face to face (C8): they do, unless somebody says why not."""

    apart = forms.BooleanField(label=_("We do not go through it together, face to face"), required=False)
    apart_because = forms.CharField(label=_("Why not together"), max_length=300, required=False)


class TogetherForm(forms.Form):
    """Whether both go through it face to face, said anew."""

    together = forms.ChoiceField(label=_("Face to face"), choices=Handover.Together.choices, required=False)
    apart_because = forms.CharField(label=_("Why not together"), max_length=300, required=False)


class SummaryForm(forms.Form):
    """The summary that both sign."""

    summary = forms.CharField(label=_("Summary, drafted from the log"), max_length=2000, required=False, widget=_area(5))


class StepForm(forms.Form):
    """A step of the desk's own."""

    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)
    photos = PhotosField(label=_("Photo"), required=False)
    undo = forms.BooleanField(required=False, widget=forms.HiddenInput)


class OpenForm(PeopleForm):
    """Who opens the desk together with the holder."""

    colleagues = forms.TypedMultipleChoiceField(
        label=_("Colleagues who open with you"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )


class ReliefForm(PeopleForm):
    """Whom the supervisor names."""

    person = forms.TypedChoiceField(label=_("Who comes"), coerce=int)


class TellForm(forms.Form):
    """A matter as the outgoing tells it."""

    next_step = forms.CharField(label=_("Next step: what, who, when"), max_length=500, required=False)
    severity = forms.ChoiceField(label=_("How much it needs watching"), choices=HandoverMatter.Severity.choices, required=False)
    overnight = forms.CharField(label=_("Who has it overnight"), max_length=120, required=False)
    owner = forms.CharField(label=_("Who does it"), max_length=120, required=False)
    by_when = MomentField(label=_("By when"), required=False)
    if_then = forms.CharField(label=_("If that does not work out, then …"), max_length=300, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_when"].zone = zone  # type: ignore[attr-defined]

    def carried(self) -> Carried | None:
        """How the matter is carried on, where the form asked for it."""
        if "owner" not in self.data:
            return None
        return Carried(self.cleaned_data["owner"], self.cleaned_data["by_when"], self.cleaned_data["if_then"])


class AcknowledgeForm(forms.Form):
    """The incoming says a matter back in own words, if they like."""

    said_back = forms.CharField(label=_("Say it back, if you like"), max_length=300, required=False)

    def __init__(self, *args: Any, typed: bool = False, **kwargs: Any) -> None:
        """`typed` where this matter is said back in writing: the act refuses without words, beside the field."""
        super().__init__(*args, **kwargs)
        if typed:
            self.fields["said_back"].label = _("Say back what you will do next")


class AskForm(forms.Form):
    """A question about a matter or the last shift's log."""

    question = forms.CharField(label=_("Your question"), max_length=400, required=False)
    matter = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The answer of the outgoing."""

    words = forms.CharField(label=_("Answer"), max_length=400, required=False)


class CountForm(forms.Form):
    """One item as it was counted."""

    counted = forms.CharField(
        label=_("Counted"), max_length=16, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    explanation = forms.CharField(label=_("Explanation of the difference"), max_length=500, required=False)


class CheckForm(forms.Form):
    """One thing at the desk; what fails may say at once what becomes of it."""

    result = forms.ChoiceField(label=_("Result"), choices=HandoverCheckLine.Result.choices, required=False)
    reading = forms.CharField(
        label=_("Reading"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)
    photos = PhotosField(label=_("Photos"), required=False)
    answer = forms.ChoiceField(choices=[("", ""), *HandoverCheckLine.Answer.choices], required=False)


class PutRightForm(forms.Form):
    """How something that failed was put right."""

    words = forms.CharField(label=_("What was done, if you like"), max_length=500, required=False)


class CountSheetForm(forms.Form):
    """The numbers of all items that are not counted yet, as a blind count writes them; an empty one stays uncounted."""

    def __init__(self, *args: Any, lines: Iterable[HandoverCountLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"counted_{line.pk}"] = forms.CharField(
                label=line.item.label, max_length=16, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Each number by itself: what is wrong stands beside its own field."""
        cleaned = super().clean() or {}
        self.numbers: dict[int, Decimal] = {}
        for line in self.lines:
            name = f"counted_{line.pk}"
            if not (typed := (cleaned.get(name) or "").strip()):
                continue
            try:
                self.numbers[line.pk] = read_amount(typed, name)
            except Refused as refusal:
                place_refusal(self, refusal)
        return cleaned


class RemarksForm(forms.Form):
    """What else the incoming should know."""

    remarks = forms.CharField(label=_("Remarks"), max_length=2000, required=False, widget=_area())


class ReserveForm(forms.Form):
    """What the incoming takes over under reservation."""

    reservations = forms.CharField(label=_("Taken over with reservations"), max_length=2000, required=False, widget=_area())


class SignForm(forms.Form):
    """A signature: the secret, the content that was shown, the newest entry that was shown."""

    secret = _secret()
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class ChoiceOfDesk(forms.Form):
    """A form with one list of the desk's own words."""

    purpose = ""
    list_field = ""

    def __init__(self, *args: Any, desk: Desk, codes: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [row for row in choices_of(desk, self.purpose) if codes is None or row.code in codes]
        self.by_code = {row.code: row for row in rows}
        self.fields[self.list_field].choices = [(row.code, row.label) for row in rows]  # type: ignore[attr-defined]

    def chosen(self) -> Choice:
        """The row that was chosen."""
        return self.by_code[self.cleaned_data[self.list_field]]


class RefuseForm(ChoiceOfDesk):
    """A refusal: which side, ground, remedy, and the person's own secret."""

    purpose, list_field = "refusal_ground", "ground"

    side = forms.ChoiceField(label=_("Who refuses"), choices=[("incoming", _("the incoming")), ("outgoing", _("the outgoing"))])
    ground = forms.ChoiceField(label=_("Ground"))
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False, widget=_area())
    remedy = forms.CharField(label=_("What would lift it"), max_length=500, required=False, widget=_area())
    by_when = MomentField(label=_("By when"), required=False)
    note = forms.CharField(
        label=_("Details, for the supervisor only"), max_length=500, required=False, widget=_area(),
        help_text=_("No diagnosis: what you saw, if it must be said at all."),
    )
    secret = _secret()

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["by_when"].zone = desk.site.zone  # type: ignore[attr-defined]


class TakeOverForm(ChoiceOfDesk):
    """The supervisor takes the desk over in person."""

    purpose, list_field = "takeover_reason", "reason"

    reason = forms.ChoiceField(label=_("Reason"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=_area())
    secret = _secret()


class ReleaseForm(ChoiceOfDesk):
    """The holder is released at once."""

    purpose, list_field = "takeover_reason", "ground"

    ground = forms.ChoiceField(label=_("Reason"))
    note = forms.CharField(label=_("Note, for the supervisor only"), max_length=500, required=False, widget=_area())


class SuspendForm(forms.Form):
    """Which fault stops the handover."""

    fault = forms.CharField(label=_("What has happened"), max_length=500, required=False, widget=_area())


class CancelForm(forms.Form):
    """Why the handover does not take place."""

    reason = forms.CharField(label=_("Why it does not take place"), max_length=500, required=False, widget=_area(1))


class DecideForm(forms.Form):
    """The supervisor's decision about a refusal; taking over in person has a form of its own."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=RefusalDecision.Outcome.choices[:2], widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(label=_("Why, and what happens now"), max_length=500, required=False, widget=_area())


class PaperForm(PeopleForm):
    """One line of the paper form, with the time that stands on it and who wrote it there."""

    occurred_at = forms.DateTimeField(
        label=_("When it happened"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    writer = forms.TypedChoiceField(label=_("Written on paper by"), coerce=int)
    kind = forms.ChoiceField(label=_("Kind"))
    place = forms.CharField(label=_("Place"), max_length=80, required=False)
    customer = forms.CharField(label=_("Customer"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    text = forms.CharField(label=_("As it stands on the paper"), max_length=4000, required=False, widget=_area(3))
    result = forms.CharField(label=_("Result, if it was settled"), max_length=400, required=False)
    sheet = forms.CharField(label=_("Number of the sheet"), max_length=40, required=False)
    photos = PhotosField(label=_("Photo of the sheet"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = desk.site.zone
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds_of(desk)]  # type: ignore[attr-defined]
        self.initial.setdefault("kind", "other")
        self.initial.setdefault("key", str(uuid4()))

    def clean_occurred_at(self) -> datetime:
        """The wall-clock time of the paper, in the site's zone (I11)."""
        return self.cleaned_data["occurred_at"].replace(tzinfo=self.zone)
