"""What the list of access records is narrowed by, and the promise that readers give (A20)."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.places import Place, as_argument
from logbook.models import AccessRecord
from logbook.rules import FORMATS
from logbook.taking_out import LISTS, SITE_LISTS

# What was read, by the name under which it is recorded.
READ = {
    "log": _("log, searched or paged through"), "desk": _("desk page"), "desk_follow_ups": _("desk page, to do"), "entry": _("an entry"), "photo": _("photos of an entry"), "follow_ups": _("follow-ups"),
    "day": _("a day, for printing"), "review": _("daily review"), "imported": _("old entries"), "log_csv": _("the log as CSV"),
    "log_xlsx": _("the log as XLSX"), "log_pdf": _("the log as PDF"),
    "access_csv": _("the access records as CSV"), "access_xlsx": _("the access records as XLSX"), "access_pdf": _("the access records as PDF"),
    "follow_ups_csv": _("follow-ups as CSV"), "follow_ups_xlsx": _("follow-ups as XLSX"), "follow_ups_pdf": _("follow-ups as PDF"),
    "review_csv": _("a day’s review as CSV"), "review_xlsx": _("a day’s review as XLSX"), "review_pdf": _("a day’s review as PDF"),
    "handover": _("handover"), "handover-record": _("handover record"), "handover-print": _("handover record, for printing"), "handover_pdf": _("handover record as PDF"),
    "handover-content": _("handover, the signed lines"), "handover-matters": _("handover, the open matters"),
    "handover-news": _("handover, what is new to the incoming"),
    "handover-phone": _("handover, on the phone that signs it"), "omissions": _("check of omissions"), "omission": _("a report of an omission"), "rounds": _("rounds"),
    "omission-photo": _("photos of a report of an omission"),
    "escalations": _("escalations"), "escalation": _("an escalation"), "escalations_overview": _("escalations of all desks"),
    "escalation_raise": _("an entry, to be escalated"), "spoken": _("open matters, for a decision by phone"), "called": _("an emergency, for who was called"),
    "log_threads": _("log, corrections and additions beside its entries"), "now": _("“Now”, what waits for a decision"),
    "record_zip": _("the whole record"), "proof_file": _("proof of an entry, as a file"), "proof_print": _("proof of an entry, for printing"),
    "presence": _("cases of presence"), "presence_case": _("a case of presence"), "hours": _("hours of a month"),
    "sealed": _("a veiled text"), "leave": _("leave of all"), "leave-photo": _("a photo of leave’s papers"),
    "site_book": _("the site’s book"), "site_book_csv": _("the site’s book as CSV"), "site_book_xlsx": _("the site’s book as XLSX"),
    "site_book_pdf": _("the site’s book as PDF"),
}


def words_of_page(record: AccessRecord) -> str:
    """What was read or taken out, in words: of an unmasking the customer, whatever page the tap was on."""
    if record.kind == AccessRecord.Kind.REVEAL:
        return str(_("a customer’s name and phone"))
    return str(READ.get(record.page) or lists_in_words().get(record.page, record.page))


def lists_in_words() -> dict[str, str]:
    """What the floors' lists that have no words of their own in READ are called when they are taken out: title and format."""
    taken = ((f"{name}_{format}", kind.title, format) for name, kind in (*LISTS, *SITE_LISTS) for format in FORMATS)
    return {page: gettext("%(list)s as %(format)s") % {"list": title, "format": format.upper()} for page, title, format in taken if page not in READ}


class AccessFilter(forms.Form):
    """Access records by person, kind, page and days."""

    person = forms.ModelChoiceField(label=_("Person"), required=False, queryset=Person.objects.none(), empty_label=pgettext_lazy("filter", "anybody"))
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", pgettext_lazy("filter", "any")), *AccessRecord.Kind.choices])
    page = forms.ChoiceField(label=_("Page"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, of: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].choices = [("", pgettext_lazy("filter", "any")), *READ.items(), *lists_in_words().items()]
        self.fields["person"].queryset = Person.objects.filter(
            pk__in=AccessRecord.objects.filter(**as_argument(of)).values("person")
        ).order_by("pk")

    def narrowing(self) -> dict[str, Any]:
        """What was asked for; a field that makes no sense is left out."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: value for name, value in values.items() if value}


class PromiseForm(forms.Form):
    """The version of the wording that was read, and where its reader wanted to go."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
