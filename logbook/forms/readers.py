"""What the list of access records is narrowed by, and the promise that readers give (A20)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Person
from desks.places import Place, as_argument
from logbook.models import AccessRecord

# What was read, by the name under which it is recorded.
READ = {
    "log": _("log, searched or paged through"), "desk": _("desk page"), "desk_follow_ups": _("desk page, to do"), "entry": _("an entry"), "photo": _("photos of an entry"), "follow_ups": _("follow-ups"),
    "day": _("a day, for printing"), "review": _("daily review"), "imported": _("old entries"), "log_csv": _("the log as CSV"),
    "log_xlsx": _("the log as XLSX"), "log_pdf": _("the log as PDF"),
    "access_csv": _("the access records as CSV"), "access_xlsx": _("the access records as XLSX"), "access_pdf": _("the access records as PDF"),
    "follow_ups_csv": _("follow-ups as CSV"), "follow_ups_xlsx": _("follow-ups as XLSX"), "follow_ups_pdf": _("follow-ups as PDF"),
    "review_csv": _("a day’s review as CSV"), "review_xlsx": _("a day’s review as XLSX"), "review_pdf": _("a day’s review as PDF"),
    "handover": _("handover"), "handover-record": _("handover record"), "handover-print": _("handover record, for printing"),
    "escalations": _("escalations"), "escalation": _("an escalation"), "escalations_overview": _("All escalations"),
    "called": _("an emergency, by who was called"), "proof_file": _("the proof of an entry"), "proof_print": _("the proof of an entry, for printing"),
    "record_zip": _("the whole record as a file"),
    "site_book": _("the site’s book"), "site_book_csv": _("the site’s book as CSV"), "site_book_xlsx": _("the site’s book as XLSX"),
    "site_book_pdf": _("the site’s book as PDF"),
}


class AccessFilter(forms.Form):
    """Access records by person, kind, page and days."""

    person = forms.ModelChoiceField(label=_("Person"), required=False, queryset=Person.objects.none(), empty_label=pgettext_lazy("filter", "anybody"))
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", pgettext_lazy("filter", "any")), *AccessRecord.Kind.choices])
    page = forms.ChoiceField(label=_("Page"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, of: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = AccessRecord.objects.filter(**as_argument(of)).order_by("page").values_list("page", flat=True).distinct()
        self.fields["page"].choices = [("", pgettext_lazy("filter", "any")), *((page, READ.get(page, page)) for page in pages)]
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
