"""The administration of later floors' set-up: shift types and custody items (A6, A28)."""

from django.contrib import admin

from office.admin import CodedAdmin
from registers.models import CustodyItem
from rosters.models import ShiftType


@admin.register(ShiftType)
class ShiftTypeAdmin(CodedAdmin):
    """Shifts of a desk; other hours or another mark are a new version, and rosters made with the old one keep it."""

    list_display = ("code", "label", "desk", "starts", "ends", "tone", "needed", "version", "current")
    list_select_related = ("desk",)


@admin.register(CustodyItem)
class CustodyItemAdmin(CodedAdmin):
    """What a desk keeps and counts."""

    list_display = ("code", "label", "desk", "unit", "expected", "version", "current")
    list_select_related = ("desk",)
