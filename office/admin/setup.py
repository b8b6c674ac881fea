"""What a desk works with: kinds of entries, checklists and their items, choices (A8, A27, A31)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from desks.models import ChecklistItem, ChecklistTemplate, Choice, EntryKind, KindField
from office import actions
from office.admin.base import CodedAdmin, ScopedAdmin


@admin.register(EntryKind)
class EntryKindAdmin(CodedAdmin):
    """Kinds of entries."""

    list_display = ("code", "label", "desk", "version", "current", "makes_follow_up", "due_minutes", "position")
    list_select_related = ("desk",)


@admin.register(KindField)
class KindFieldAdmin(ScopedAdmin):
    """Fields of the kinds in use; every change of one is a new version of its kind."""

    site_path = "kind__desk__site"
    fields = ("kind", "code", "label_en", "label_zh_hans", "label_zh_hant", "sort", "needed", "position", "current")
    list_display = ("code", "label", "kind", "sort", "needed", "current", "position")
    list_filter = ("current", "sort", ("kind", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("kind__desk",)
    search_fields = ("code", "label_en", "label_zh_hans", "label_zh_hant")
    fixed_after_adding = ("kind", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[KindField]:
        """The fields of kinds in use; those of old versions are read where entries carry them."""
        return super().get_queryset(request).filter(kind__current=True)

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        """Adds a field by its act."""
        actions.add_kind_field(actor=request.user, field=obj, now=now)

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        """Changes a field by its act."""
        actions.change_kind_field(actor=request.user, field=obj, changes=values, reason=reason, now=now)


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(CodedAdmin):
    """Checklists; a new wording takes the items in use along."""

    list_display = ("code", "label", "purpose", "desk", "version", "current")
    list_filter = ("purpose", *CodedAdmin.list_filter)
    list_select_related = ("desk",)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(CodedAdmin):
    """Items of checklists."""

    site_path = "template__desk__site"
    list_display = ("code", "label", "template", "room", "sort", "clause", "version", "current", "position")
    list_filter = ("current", ("template", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("template__desk",)
    fixed_after_adding = ("template", "code")

    @admin.display(description=_("room"))
    def room(self, row: ChecklistItem) -> str:
        """The room in the reader's language."""
        return row.room


@admin.register(Choice)
class ChoiceAdmin(CodedAdmin):
    """Lists that a desk words itself: sources, departments, reasons, grounds, stock phrases."""

    list_display = ("code", "label", "purpose", "desk", "version", "current", "position")
    list_filter = ("purpose", *CodedAdmin.list_filter)
    list_select_related = ("desk",)
