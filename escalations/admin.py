"""The administration of the call tree (A16): each site's administrator sees and sets up that site's own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from escalations import actions
from escalations.models import CallStep
from office.admin import ScopedAdmin


@admin.register(CallStep)
class CallStepAdmin(ScopedAdmin):
    """Who is called in an emergency, in which order; a step ends, and is never taken away."""

    site_path = "site"
    fields = (
        "site", "position", "label_en", "label_zh_hans", "label_zh_hant", "role", "name", "phone", "person", "departments", "when",
        "wait_minutes", "current",
    )
    list_display = ("position", "label", "site", "role", "name", "phone", "when", "wait_minutes", "current")
    list_display_links = ("label",)
    list_filter = ("current", ("site", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("site",)
    search_fields = ("label_en", "label_zh_hans", "label_zh_hant", "name")
    fixed_after_adding = ("site",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A new step is in use; only one that stands can end."""
        names = super().get_fields(request, obj)
        return names if obj is not None else [name for name in names if name != "current"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step that has ended is only read."""
        return super().has_change_permission(request, obj) and (obj is None or obj.current)

    def add(self, request: HttpRequest, obj: Any, form: Any, now: Any) -> None:
        """Adds a step by its act."""
        actions.add_call_step(actor=request.user, step=obj, now=now)  # type: ignore[arg-type]

    def change(self, request: HttpRequest, obj: Any, values: dict[str, Any], reason: str, now: Any) -> None:
        """Changes or ends a step by its act."""
        actions.change_call_step(actor=request.user, step=obj, changes=values, reason=reason, now=now)  # type: ignore[arg-type]
