"""What every page of the administration does: shows one's own sites alone, deletes nothing, writes through an act (I8, I9)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from desks.forms import place_refusal
from desks.models import ChecklistTemplate, Desk, Employer, EntryKind, Person, Site
from desks.refusal import Refused
from office import actions
from office.places import shown
from office.queries import administered_sites, people_of_sites
from office.rules import LONGEST_REASON


class ReasonForm(forms.ModelForm):
    """Every change says why; the reason stands in the history and in the book."""

    reason = forms.CharField(
        label=_("Reason of the change"), max_length=LONGEST_REASON, required=False,
        help_text=_("Stands in the history and, with the changed fields, in the book of the desk or site."),
    )


def sites_of(request: HttpRequest) -> models.QuerySet[Site]:
    """The sites that the actor sets up."""
    return administered_sites(request.user, timezone.now())  # type: ignore[arg-type]


def is_administrator(request: HttpRequest) -> bool:
    """Whether the actor sets up any site, or is the operator; asked once a request."""
    found = getattr(request, "_is_administrator", None)
    if found is None:
        user = request.user
        found = bool(user.is_authenticated and user.is_active and (user.is_superuser or sites_of(request).exists()))
        request._is_administrator = found  # type: ignore[attr-defined]
    return found


def in_site_zone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Shows and reads times as the wall clock of the actor's site; an operator's of the first (I11)."""

    @wraps(view)
    def within(self: "ScopedAdmin", request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        site = sites_of(request).order_by("pk").first()
        with timezone.override(site.zone if site else None):
            answer = view(self, request, *args, **kwargs)
            return answer.render() if isinstance(answer, TemplateResponse) and not answer.is_rendered else answer

    return within


class ScopedAdmin(admin.ModelAdmin):
    """The administration of a model whose rows belong to a site.

    `site_path` leads from a row to its site. Saving goes through `office.actions.change_settings` and `add_setup`; a
    refusal stands in the form, with all that was typed. Rows of other sites do not exist here: 404.
    """

    site_path = "desk__site"
    form = ReasonForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    fixed_after_adding: tuple[str, ...] = ("desk", "code")
    only_when_adding: tuple[str, ...] = ()

    # ---- whose rows

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The rows of the actor's sites; an operator's are all."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.site_path}__in" if self.site_path else "pk__in": sites_of(request)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offers, and takes, nothing but what belongs to the actor's sites."""
        sites = sites_of(request)
        offered: dict[type, Any] = {
            Site: lambda: sites,
            Desk: lambda: Desk.objects.filter(site__in=sites).select_related("site"),
            Person: lambda: (Person.objects.all() if request.user.is_superuser else people_of_sites(sites)).filter(
                ended_at__isnull=True
            ),
            EntryKind: lambda: EntryKind.objects.filter(desk__site__in=sites, current=True).select_related("desk"),
            ChecklistTemplate: lambda: ChecklistTemplate.objects.filter(desk__site__in=sites, current=True),
            Employer: lambda: (
                Employer.objects.all() if request.user.is_superuser
                else Employer.objects.filter(person__in=people_of_sites(sites)).distinct()
            ),
        }
        related = db_field.remote_field.model
        kwargs["queryset"] = offered[related]() if related in offered else related._default_manager.none()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.required and kwargs["queryset"].count() == 1:
            field.initial, field.empty_label = kwargs["queryset"].first(), None
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the small buttons to the row beside a choice: each list has its own page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, button):
                setattr(field.widget, button, False)
        return field

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Site and desk stand in the list only where there are several."""
        sites = sites_of(request)
        counts = {"site": sites.count(), "desk": Desk.objects.filter(site__in=sites).count()}
        return tuple(name for name in super().get_list_display(request) if counts.get(name, 2) > 1)

    @admin.display(description=_("name"))
    def label(self, row: Any) -> str:
        """What the row is called in the reader's language."""
        return str(row.label)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    # ---- who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: what the record names stays."""
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """There is no such page."""
        raise Http404

    # ---- the form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        names = {field.name for field in self.opts.get_fields()}
        given = tuple(super().get_readonly_fields(request, obj))
        fixed = [name for name in self.fixed_after_adding if obj is not None and name in names and name not in given]
        return (*given, *fixed)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = [name for name in super().get_fields(request, obj) if name != "reason"]
        if obj is None:
            return names
        names = [name for name in names if name not in self.only_when_adding]
        return [*names, "reason"] if self.has_change_permission(request, obj) else names

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, with the refusal of the try before this one beside its field."""
        made = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "_refusal", None)
        if refusal is None:
            return made

        class Refusing(made):  # type: ignore[misc,valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                place_refusal(self, refusal)
                return cleaned

        return Refusing

    @in_site_zone
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under the name of what it lists."""
        return super().changelist_view(request, {"title": capfirst(str(self.opts.verbose_name_plural))} | (extra_context or {}))

    @in_site_zone
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; what an act refuses is shown in it, and nothing typed is lost."""
        if object_id is not None and self.get_object(request, object_id) is None:
            raise Http404
        context = {"show_save_and_continue": False, "show_save_and_add_another": False} | (extra_context or {})
        try:
            answer = super().changeform_view(request, object_id, form_url, context)
        except Refused as refusal:
            request._refusal = refusal  # type: ignore[attr-defined]
            answer = super().changeform_view(request, object_id, form_url, context)
        if request.method == "POST" and isinstance(answer, TemplateResponse):
            answer.status_code = 422
        return answer

    # ---- writing

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hands what changed to the act."""
        now = timezone.now()
        if not change:
            self.add(request, obj, form, now)
            return
        names = [name for name in form.changed_data if name != "reason"]
        values = {name: form.cleaned_data[name] for name in names}
        self.change(request, obj, values, form.cleaned_data.get("reason", ""), now)

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        """Adds a new row by its act."""
        actions.add_setup(actor=request.user, row=obj, now=now)

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        """Changes a row by its act."""
        actions.change_settings(actor=request.user, row=obj, changes=values, reason=reason, now=now)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Never; there is no page that leads here."""
        raise PermissionDenied

    # ---- history

    @in_site_zone
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed what, when and why."""
        obj = self.get_object(request, object_id)
        if obj is None or not hasattr(obj, "history"):
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        rows = list(obj.history.select_related("history_user").order_by("history_date", "history_id"))
        steps = []
        for number, row in enumerate(rows):
            changed = row.diff_against(rows[number - 1]).changes if number else []
            steps.append({"row": row, "changes": [self._worded(each) for each in changed]})
        context = {
            **self.admin_site.each_context(request), "title": _("History"), "subtitle": str(obj), "object": obj,
            "opts": self.opts, "steps": steps[::-1], "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, "admin/office/history.html", context)


    def _worded(self, change: Any) -> tuple[str, str, str]:
        field: Any = self.model._meta.get_field(change.field)
        return str(field.verbose_name), shown(field, change.old), shown(field, change.new)


class CodedAdmin(ScopedAdmin):
    """Rows that the record refers to by code and version: a new wording is a new version, the old one stays to be read."""

    exclude = ("version", "current")
    list_filter: tuple[Any, ...] = ("current", ("desk", admin.RelatedOnlyFieldListFilter))
    search_fields = ("code", "label_en", "label_zh_hans", "label_zh_hant")
    readonly_fields = ("version",)
    fixed_after_adding: tuple[str, ...] = ("desk", "code", "purpose")

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("version", "current") if obj is None else ("version",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        given = super().get_readonly_fields(request, obj)
        return given if obj is not None else tuple(name for name in given if name != "version")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An old version whose code has a newer one is only read."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or obj.current or not self.get_queryset(request).filter(current=True, **_same(obj)).exists()


def _same(row: Any) -> dict[str, Any]:
    owner = {"template": row.template_id} if hasattr(row, "template_id") else {"desk": row.desk_id}
    return {"code": row.code} | owner | ({"purpose": row.purpose} if hasattr(row, "purpose") else {})
