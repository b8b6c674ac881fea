"""The administration of later floors' set-up: shift types, custody items, and the witnesses of checkpoints (A6, A18, A28)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from desks.models import OpeningHours
from logbook.actions import add_witness, end_witness
from logbook.models import Witness
from office.admin import CodedAdmin, ScopedAdmin
from office.admin.base import ReasonForm
from registers.models import CustodyItem
from rosters.models import ShiftType
from rounds.models import EVERY_DAY, Round, RoundPoint


@admin.register(ShiftType)
class ShiftTypeAdmin(CodedAdmin):
    """Shifts of a desk; other hours or another mark are a new version, and rosters made with the old one keep it."""

    list_display = ("code", "label", "desk", "starts", "ends", "tone", "needed", "version", "current")
    list_select_related = ("desk",)


@admin.register(CustodyItem)
class CustodyItemAdmin(CodedAdmin):
    """What a desk keeps and counts."""

    list_display = ("code", "label", "desk", "unit", "expected", "numbered", "out_minutes", "version", "current")
    list_select_related = ("desk",)


@admin.register(Round)
class RoundAdmin(CodedAdmin):
    """Rounds of a desk; other days, times or people are a new version, and what was walked by the old one keeps it."""

    list_display = ("code", "label", "desk", "times", "grace_minutes", "walker", "version", "current")
    list_select_related = ("desk",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The weekdays to tick, instead of numbers with commas between."""
        if db_field.name == "weekdays":
            return forms.TypedMultipleChoiceField(
                label=db_field.verbose_name, choices=OpeningHours.Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple,
                initial=EVERY_DAY,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(RoundPoint)
class RoundPointAdmin(CodedAdmin):
    """What is looked at or read off on the way of a round."""

    list_display = ("code", "label", "desk", "round_code", "sort", "unit", "lowest", "highest", "version", "current")
    list_select_related = ("desk",)
    fixed_after_adding = ("desk", "code", "round_code")


class WitnessForm(ReasonForm):
    """A witness as it was named; it can only be ended."""

    end = forms.BooleanField(
        label=_("End it now"), required=False, help_text=_("Nothing is sent there any more. It stays in the list, with what was sent.")
    )


@admin.register(Witness)
class WitnessAdmin(ScopedAdmin):
    """To whom checkpoints go; another address is another witness."""

    site_path = "site"
    form = WitnessForm
    fields = ("site", "name", "address", "since_at", "ended_at", "end")
    readonly_fields = ("since_at", "ended_at")
    list_display = ("name", "address", "site", "since_at", "ended_at")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site",)
    search_fields = ("name", "address")
    fixed_after_adding = ("site", "name", "address")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A new one is named; one that stands can be ended."""
        names = super().get_fields(request, obj)
        hidden = {"since_at", "ended_at", "end"} if obj is None else {"end"} if obj.ended_at is not None else set()
        return [name for name in names if name not in hidden]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that has ended is only read."""
        return super().has_change_permission(request, obj) and (obj is None or obj.ended_at is None)

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        """Names a witness by its act."""
        made = add_witness(
            actor=request.user, site=form.cleaned_data["site"], name=form.cleaned_data["name"], address=form.cleaned_data["address"],  # type: ignore[arg-type]
            now=now,
        )
        obj.pk = made.pk

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        """Ends a witness by its act."""
        if values.get("end"):
            end_witness(actor=request.user, witness=obj, reason=reason, now=now)  # type: ignore[arg-type]
