"""The scoped administration of the ground (docs/architecture.md §5). Later floors build on `ScopedAdmin` and `CodedAdmin`."""

from office.admin.base import CodedAdmin, ScopedAdmin
from office.admin.people import ActingSupervisorAdmin, EmployerAdmin, MembershipAdmin, PersonAdmin
from office.admin.places import DeskAdmin, DeskSettingsAdmin, SiteAdmin
from office.admin.setup import ChecklistItemAdmin, ChecklistTemplateAdmin, ChoiceAdmin, EntryKindAdmin

__all__ = [
    "ActingSupervisorAdmin",
    "ChecklistItemAdmin",
    "ChecklistTemplateAdmin",
    "ChoiceAdmin",
    "CodedAdmin",
    "DeskAdmin",
    "DeskSettingsAdmin",
    "EmployerAdmin",
    "EntryKindAdmin",
    "MembershipAdmin",
    "PersonAdmin",
    "ScopedAdmin",
    "SiteAdmin",
]
