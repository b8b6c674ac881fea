"""Sites, desks, their opening hours and their settings (A6)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks.forms import place_refusal
from desks.models import Desk, DeskSettings, EntryKind, Role, Site
from desks.presets import preset_choices
from desks.queries import kinds_of
from desks.refusal import Refused
from logbook.models import Entry
from office import actions
from office.admin.base import ReasonForm, ScopedAdmin
from office.admin.forms import HoursForm, LabelsForm, PresetForm
from office.preset_labels import label_differences

LONGEST_MINUTES = 24 * 60


@admin.register(Site)
class SiteAdmin(ScopedAdmin):
    """Sites: the operator adds them, their administrators word them."""

    site_path = ""
    fields = ("code", "label_en", "label_zh_hans", "label_zh_hant", "timezone", "region")
    list_display = ("code", "label", "timezone", "region")
    fixed_after_adding = ("code",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The time zone is fixed once entries exist (I11)."""
        fixed = super().get_readonly_fields(request, obj)
        written = obj is not None and Entry.objects.filter(book__site=obj).exists()
        return (*fixed, "timezone") if written else fixed

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        actions.set_up_site(actor=request.user, site=obj, now=now)


class DeskForm(ReasonForm):
    """A desk; a new one begins with a preset."""

    preset = forms.ChoiceField(label=gettext_lazy("Preset"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "preset" in self.fields:
            self.fields["preset"].choices = preset_choices()  # type: ignore[attr-defined]
            self.fields["preset"].required = True


@admin.register(Desk)
class DeskAdmin(ScopedAdmin):
    """Desks: added with a preset, taken out of use, never deleted; their opening hours on a page of their own."""

    site_path = "site"
    form = DeskForm
    fields = ("site", "slug", "label_en", "label_zh_hans", "label_zh_hant", "preset", "active")
    list_display = ("slug", "label", "site", "preset", "active")
    list_filter = ("active", ("site", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("site",)
    fixed_after_adding = ("site", "slug")
    only_when_adding = ("preset",)
    change_form_template = "admin/office/desk_form.html"

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        actions.set_up_desk(actor=request.user, desk=obj, preset=form.cleaned_data["preset"], now=now)

    def get_urls(self) -> list[URLPattern]:
        """The desk's own pages beside the usual ones."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/hours/", wrap(self.hours_view), name="desks_desk_hours"),
            path("<int:pk>/preset/", wrap(self.preset_view), name="desks_desk_preset"),
            path("<int:pk>/labels/", wrap(self.labels_view), name="desks_desk_labels"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """With links to what belongs to the desk."""
        found = self.get_object(request, object_id)
        extra = {"links": self._links(found), "is_empty": not EntryKind.objects.filter(desk=found).exists()} if found else {}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def _links(self, desk: Desk) -> list[tuple[str, str]]:
        links = [(_("Opening hours"), reverse("admin:desks_desk_hours", args=[desk.pk]))]
        if label_differences(desk):
            links.append((_("Take the preset’s present labels"), reverse("admin:desks_desk_labels", args=[desk.pk])))
        settings = DeskSettings.objects.filter(desk=desk).first()
        if settings:
            links.append((_("Settings"), reverse("admin:desks_desksettings_change", args=[settings.pk])))
        for model in self.admin_site._registry:
            names = {field.name for field in model._meta.get_fields()}
            if "desk" in names and "code" in names:
                url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
                links.append((str(model._meta.verbose_name_plural), f"{url}?desk__id__exact={desk.pk}&current__exact=1"))
        return links

    def _found(self, request: HttpRequest, pk: int) -> Desk:
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, desk: Desk, form: forms.Form, title: str, hint: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "title": title, "subtitle": desk.label, "original": desk, "opts": self.opts,
            "form": form, "hint": hint,
        }
        return TemplateResponse(request, "admin/office/form.html", context, status=422 if form.errors else 200)

    def hours_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The week of a desk; both times empty is closed."""
        desk = self._found(request, pk)
        form = HoursForm(request.POST or None, desk=desk)
        if request.method == "POST" and form.is_valid():
            try:
                changed = actions.set_opening_hours(
                    actor=request.user, desk=desk, hours=form.hours(), reason=form.cleaned_data["reason"], now=timezone.now()
                )
            except Refused as refusal:
                place_refusal(form, refusal)
            else:
                messages.success(request, _("Opening hours saved.") if changed else _("Nothing has changed."))
                return HttpResponseRedirect(reverse("admin:desks_desk_change", args=[desk.pk]))
        return self._page(request, desk, form, _("Opening hours"), _("Times of the site's wall clock. Both empty: closed that day."))

    def preset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Fills a desk that has nothing yet."""
        desk = self._found(request, pk)
        form = PresetForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.load_preset(actor=request.user, desk=desk, now=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                place_refusal(form, refusal)
            else:
                messages.success(request, _("The preset is loaded."))
                return HttpResponseRedirect(reverse("admin:desks_desk_change", args=[desk.pk]))
        return self._page(request, desk, form, _("Load a preset"), _("Kinds, checklists, shifts, custody items and settings."))

    def labels_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what the preset calls otherwise now, and takes what is ticked."""
        desk = self._found(request, pk)
        back = HttpResponseRedirect(reverse("admin:desks_desk_change", args=[desk.pk]))
        differences = label_differences(desk)
        if not differences:
            messages.info(request, _("This desk calls everything as its preset does now."))
            return back
        form = LabelsForm(request.POST or None, differences=differences)
        if request.method == "POST" and form.is_valid():
            try:
                taken = actions.take_preset_labels(actor=request.user, desk=desk, now=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                place_refusal(form, refusal)
            else:
                messages.success(request, ngettext("%(count)d label is taken.", "%(count)d labels are taken.", taken) % {"count": taken})
                return back
        hint = _("What stands here today → what the preset says now. Codes stay; old entries keep the words under which they were written.")
        return self._page(request, desk, form, _("Take the preset’s present labels"), hint)


class SettingsForm(ReasonForm):
    """The settings, checked against each other."""

    duty_roles = forms.MultipleChoiceField(
        label=DeskSettings._meta.get_field("duty_roles").verbose_name, widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, role.label) for role in (Role.AGENT, Role.BUTLER, Role.SUPERVISOR)],
        help_text=gettext_lazy("A6: who may be rostered at this desk."),
    )

    attended_by = forms.MultipleChoiceField(
        label=DeskSettings._meta.get_field("attended_by").verbose_name, widget=forms.CheckboxSelectMultiple, required=False,
        choices=[(role.value, role.label) for role in (Role.AGENT, Role.BUTLER, Role.SUPERVISOR)],
        help_text=DeskSettings._meta.get_field("attended_by").help_text,
    )

    stopping_kinds = forms.MultipleChoiceField(
        label=DeskSettings._meta.get_field("stopping_kinds").verbose_name, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=DeskSettings._meta.get_field("stopping_kinds").help_text,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stopping_kinds" in self.fields and self.instance.desk_id:
            self.fields["stopping_kinds"].choices = [(kind.code, kind.label) for kind in kinds_of(self.instance.desk)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Reminders come before what they remind of; an amount of minutes fits into a day."""
        cleaned = super().clean() or {}
        if (cleaned.get("roster_reminder_day") or 0) > (cleaned.get("roster_day") or 31):
            self.add_error("roster_reminder_day", _("The reminder comes on the due day or before it."))
        for name, value in list(cleaned.items()):
            if name.endswith("_minutes") and isinstance(value, int) and value > LONGEST_MINUTES:
                self.add_error(name, _("A day at most: 1440 minutes."))
        return cleaned


@admin.register(DeskSettings)
class DeskSettingsAdmin(ScopedAdmin):
    """The settings of each desk; a desk has exactly one row of them, from its preset."""

    form = SettingsForm
    list_display = ("desk", "inspection_time", "roster_day", "arrival_lead_minutes", "actor_idle_minutes")
    list_select_related = ("desk",)
    fixed_after_adding = ("desk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
