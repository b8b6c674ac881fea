"""What a desk works with: kinds of entries, checklists and their items, choices (A8, A27, A31)."""

from django.contrib import admin

from desks.models import ChecklistItem, ChecklistTemplate, Choice, EntryKind
from office.admin.base import CodedAdmin


@admin.register(EntryKind)
class EntryKindAdmin(CodedAdmin):
    """Kinds of entries."""

    list_display = ("code", "label", "desk", "version", "current", "makes_follow_up", "due_minutes", "position")
    list_select_related = ("desk",)


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
    list_display = ("code", "label", "template", "clause", "version", "current", "position")
    list_filter = ("current", ("template", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("template__desk",)
    fixed_after_adding = ("template", "code")


@admin.register(Choice)
class ChoiceAdmin(CodedAdmin):
    """Lists that a desk words itself: sources, departments, reasons, grounds, stock phrases."""

    list_display = ("code", "label", "purpose", "desk", "version", "current", "position")
    list_filter = ("purpose", *CodedAdmin.list_filter)
    list_select_related = ("desk",)
