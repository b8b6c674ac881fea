"""The administration of later floors' set-up: shift types, people needed, own days, custody items, witnesses of checkpoints (A6, A18, A28)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.models import Choice, Desk, OpeningHours, Role
from logbook.actions import add_witness, end_witness
from logbook.models import Witness
from office.admin import CodedAdmin, ScopedAdmin
from office.admin.base import ReasonForm
from registers.models import CustodyItem
from rosters.models import ShiftNeed, ShiftType, SiteDay
from rounds.models import EVERY_DAY, Round, RoundPoint


def _known(model: type[Any], desk: Desk | None, **more: Any) -> dict[str, str]:
    """Code and label of what is in use at the desk."""
    return {row.code: row.label for row in model.objects.filter(desk=desk, current=True, **more)} if desk is not None else {}


def _why_unknown(codes: list[str], known: dict[str, str]) -> str:
    """What is wrong with codes of which some are not known at the desk; empty where all are."""
    unknown = [code for code in codes if code not in known]
    if not unknown:
        return ""
    words = gettext("This desk knows no “%(code)s”. Known are: %(known)s.")
    return words % {"code": ", ".join(unknown), "known": ", ".join(f"{code} ({label})" for code, label in known.items()) or "–"}


class SkillsField(forms.CharField):
    """Codes of skills, written with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        """A list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The codes, each once."""
        words = str(super().clean(value) or "").replace("，", ",").replace("、", ",").split(",")
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other codes stand there."""
        return list(initial or []) != self.clean(data)


class ShiftTypeForm(ReasonForm):
    """A shift type: roles are ticked, skills are those that the desk has named."""

    roles = forms.MultipleChoiceField(
        label=ShiftType._meta.get_field("roles").verbose_name, widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(role.value, role.label) for role in (Role.AGENT, Role.BUTLER, Role.SUPERVISOR)],
        help_text=ShiftType._meta.get_field("roles").help_text,
    )
    skills = SkillsField(
        label=ShiftType._meta.get_field("skills").verbose_name, required=False, help_text=ShiftType._meta.get_field("skills").help_text,
    )

    def clean(self) -> dict[str, Any]:
        """Skills of this desk; a break that is shorter than the shift."""
        cleaned = super().clean() or {}
        desk = cleaned.get("desk") or getattr(self.instance, "desk", None) if self.instance.desk_id or cleaned.get("desk") else None
        if words := _why_unknown(cleaned.get("skills") or [], _known(Choice, desk, purpose=Choice.Purpose.SKILL)):
            self.add_error("skills", words)
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends:
            length = (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) % (24 * 60) or 24 * 60
            if (cleaned.get("break_minutes") or 0) >= length:
                self.add_error("break_minutes", _("The break is as long as the shift. Give the minutes of the break alone."))
        return cleaned


@admin.register(ShiftType)
class ShiftTypeAdmin(CodedAdmin):
    """Shifts of a desk; other hours or another mark are a new version, and rosters made with the old one keep it."""

    form = ShiftTypeForm
    list_display = ("code", "label", "desk", "starts", "ends", "night", "tone", "needed", "version", "current")
    list_select_related = ("desk",)


class ShiftNeedForm(ReasonForm):
    """People needed: of a shift and a skill that the desk knows."""

    def clean(self) -> dict[str, Any]:
        """The shift and the skill are the desk's own."""
        cleaned = super().clean() or {}
        desk = cleaned.get("desk") or (self.instance.desk if self.instance.desk_id else None)
        code, skill = cleaned.get("shift_code"), cleaned.get("skill")
        if code and (words := _why_unknown([code], _known(ShiftType, desk))):
            self.add_error("shift_code", words)
        if skill and (words := _why_unknown([skill], _known(Choice, desk, purpose=Choice.Purpose.SKILL))):
            self.add_error("skill", words)
        return cleaned


@admin.register(ShiftNeed)
class ShiftNeedAdmin(ScopedAdmin):
    """How many people each shift needs on which days; what is not in use any more is unticked."""

    form = ShiftNeedForm
    list_display = ("shift_code", "desk", "on", "people", "skill", "current")
    list_filter = ("current", ("desk", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("desk",)
    search_fields = ("shift_code",)
    fixed_after_adding = ("desk", "shift_code", "on", "skill")


class SiteDayForm(ReasonForm):
    """An own day of the site; a desk of it, or none."""

    def clean(self) -> dict[str, Any]:
        """The desk is one of the site."""
        cleaned = super().clean() or {}
        desk, site = cleaned.get("desk"), cleaned.get("site")
        if desk is not None and site is not None and desk.site_id != site.pk:
            self.add_error("desk", _("This desk is of another site. Choose one of the site, or none for the whole site."))
        return cleaned


@admin.register(SiteDay)
class SiteDayAdmin(ScopedAdmin):
    """The site's own holidays, working days, days of special need and closures."""

    site_path = "site"
    form = SiteDayForm
    list_display = ("day", "label", "what", "site", "desk", "current")
    list_filter = ("current", "what", ("site", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("site", "desk")
    fixed_after_adding = ("site", "desk", "day")


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
